package office_test

import (
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// scene is an office at a moment of its ledger.
type scene struct {
	bureau
	at     domain.Time
	codes  []string // of applications
	people []string // ids of their applicants
}

// copied is a scene whose store nobody else writes to.
func (s scene) copied() scene {
	b := emptyBureau()
	b.store.all = slices.Clone(s.store.all)
	s.bureau = b
	return s
}

// as is an order of an officer in the scene. Equal names are the same command.
func (s scene) as(who, command string) order {
	o := by(who, command)
	o.At = s.at
	return o
}

// ledger replays what is stored.
func (s scene) ledger(t testing.TB) *audit.Ledger {
	t.Helper()
	l := audit.NewLedger(nil)
	for _, r := range s.store.all {
		if catalog.Public.Find(r.Type) != nil {
			require.NoError(t, apply(t, l, r))
		}
	}
	return l
}

// apply holds the next leaf against a ledger.
func apply(t testing.TB, l *audit.Ledger, r eventstore.Recorded) error {
	t.Helper()
	b, err := r.Leaf().Bytes()
	require.NoError(t, err)
	d, err := audit.Decode(l.Size(), b)
	require.NoError(t, err)
	return l.Apply(d)
}

// play is a ledger that goes on, with a copy of each scene in it.
type play struct {
	t *testing.T
	scene
	scenes map[string]scene
}

func (p *play) do(command string, r office.Request) {
	p.t.Helper()
	require.NoError(p.t, p.scene.do(p.as("wei", command), r))
}

// keep keeps the scene under a name.
func (p *play) keep(name string) { p.scenes[name] = p.copied() }

// scenes plays one round from its rules to its settlement. The officer wei has every role, five
// others have one role each, dis had all of them once, and the key of key is not at hand.
func scenes(t *testing.T) map[string]scene {
	p := &play{t: t, scene: scene{bureau: newBureau(t), at: opens}, scenes: map[string]scene{}}
	for id, roles := range map[string][]officer.Role{
		"adm": {officer.Administrator}, "reg": {officer.Registrar}, "rev": {officer.Reviewer},
		"con": {officer.Conductor}, "cus": {officer.Custodian}, "dis": officer.Roles,
	} {
		p.do(id, office.Officer(id, officer.Appoint{Roles: roles}))
	}
	p.do("key", office.Officer("key", officer.Appoint{
		Roles: officer.Roles[1:], Key: catalog.PublicKeyOf(keyOf(1)),
	}))
	p.do("dismiss", office.Officer("dis", officer.Dismiss{}))
	p.at += 3600 // nobody takes the dismissal for one on its way any more
	for name, agree := range map[string]bool{"plain": false, "agreed": true} {
		v := rules.Beijing2021()
		v.Name, v.TwoOfficers, v.NoticeSeconds, v.UseSeconds, v.ConfirmSeconds = name, agree, 60,
			100, 100
		v.RequiredChecks = []rules.RequiredCheck{{Department: "tax", Item: "paid"}}
		v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 90 * day}}
		p.do(name, office.Rules(v))
	}
	p.keep("founded")
	p.take()
	p.draw()
	p.award()
	return p.scenes
}

// take opens rounds and brings two applications to their approval.
func (p *play) take() {
	p.do("open", office.Round("r1", round.Open{Rules: "plain", Opens: opens, Closes: closes}))
	p.do("open r2", office.Round("r2",
		round.Open{Rules: "agreed", Opens: opens, Closes: closes + 400*day}))
	for _, year := range []int{2025, 2026} {
		p.do("seats", office.Quota(year, quota.SetSeats{Pool: "ordinary", Seats: 9}))
	}
	p.do("notice", office.Notice("n1", notice.Publish{Texts: texts(1)}))
	p.keep("open")
	void := office.Round("r2", round.Void{Reason: round.FraudFound})
	proposed := p.copied()
	waits(p.t, proposed.do(proposed.as("wei", "void"), void), "wei")
	p.scenes["proposed"] = proposed
	proposed = p.copied()
	waits(p.t, proposed.do(proposed.as("con", "void"), void), "con")
	p.scenes["proposed by con"] = proposed

	for i, command := range []string{"first", "second"} {
		s := named(p.t, domain.Ordinary, 0, i+1)
		s.Round = "r1"
		r, err := p.submit(p.as("wei", command), s)
		require.NoError(p.t, err)
		a, err := p.LoadApplication(ctx, r.Code)
		require.NoError(p.t, err)
		p.codes, p.people = append(p.codes, r.Code), append(p.people, a.Applicant)
	}
	p.keep("submitted")
	rejected := &play{p.t, p.copied(), p.scenes}
	rejected.do("reject",
		office.Application(p.codes[0], application.Reject{Reasons: application.Reasons[:1]}))
	rejected.keep("rejected")
	rejected.do("ask", office.Application(p.codes[0], application.AskRecheck{}))
	rejected.keep("asked")

	for _, code := range p.codes {
		check := application.RecordCheck{
			Department: "tax", Item: "paid",
			Outcome: application.Passed,
		}
		p.do("check "+code, office.Application(code, check))
		p.do("approve "+code, office.Application(code, application.Approve{}))
	}
	p.keep("approved")
}

// waiting is the id of the proposal that waits.
func (s scene) waiting(t testing.TB) string {
	open, err := s.Proposals(ctx)
	require.NoError(t, err)
	require.Len(t, open, 1)
	return open[0].ID
}

// announcement is a command that announces one seat, or does so anew.
func (s scene) announcement(t testing.TB) round.Announce {
	l := s.ledger(t)
	state, _ := l.Round("r1")
	var pools []round.Seats
	for _, r := range state.Sealed.Rosters {
		seats := round.Seats{Pool: r.Pool}
		if r.Count > 0 {
			seats.Seats, seats.Reserve = 1, 1
		}
		pools = append(pools, seats)
	}
	return round.Announce{
		DrawTime: s.at + 7200, Chain: draw.Demonstration.Hash(), Pools: pools, Ceremony: true,
	}
}

// promotion is a command that gives the vacant seat to the reserve.
func (s scene) promotion(t testing.TB) office.Request {
	return office.Indicator(reserve, indicator.Promote{Vacated: seat}).On(s.ledger(t))
}

// draw brings the round from its close to its result.
func (p *play) draw() {
	p.at = closes
	p.do("close", office.Round("r1", round.Close{}))
	p.keep("closed")
	_, seal, err := p.ledger(p.t).Rosters("r1", int64(len(p.store.all)))
	require.NoError(p.t, err)
	p.do("seal", office.Round("r1", seal))
	p.keep("sealed")
	p.do("announce", office.Round("r1", p.announcement(p.t)).On(p.ledger(p.t)))
	p.keep("announced")
	p.do("ceremony", office.Round("r1", round.RecordCeremony{Bytes: "0b0a"}))
	p.at += 7200
	p.keep("due")
	p.do("beacon", office.Round("r1", p.signature(p.t)))
	p.keep("seeded")
	cmd, _, err := p.ledger(p.t).Draw("r1")
	require.NoError(p.t, err)
	p.do("draw", office.Round("r1", cmd))
	p.keep("drawn")
	p.do("rank", office.Round("r1", p.ranks(p.t)))
	p.keep("ranked")
	p.do("publish", office.Round("r1", round.Publish{}))
	p.keep("published")
}

func (s scene) signature(t testing.TB) round.RecordBeacon {
	r, err := s.LoadRound(ctx, "r1")
	require.NoError(t, err)
	raw, err := beacon.DemonstrationSignature(r.Announced.BeaconRound)
	require.NoError(t, err)
	return round.RecordBeacon{Signature: hex.EncodeToString(raw)}
}

// ranks is the whole ranking of the one pool that is not empty.
func (s scene) ranks(t testing.TB) round.Rank {
	for _, r := range s.ledger(t).Results("r1") {
		cmd := round.Rank{Pool: r.Pool, First: 1}
		for _, k := range r.Ranks {
			cmd.Codes = append(cmd.Codes, k.Code)
		}
		if len(cmd.Codes) > 0 {
			return cmd
		}
	}
	require.FailNow(t, "nobody was drawn")
	return round.Rank{}
}

const seat, reserve = "r1.ordinary.1", "r1.ordinary.2"

// give awards the indicator of a rank.
func (p *play) give(id string) {
	require.NoError(p.t, p.Award(ctx, p.author(p.as("wei", "award "+id)), id, p.ledger(p.t)))
}

// award lets the seat go to the reserve, whose application uses it.
func (p *play) award() {
	p.give(seat)
	p.keep("awarded")
	confirmed := &play{p.t, p.copied(), p.scenes}
	confirmed.do("confirm", office.Indicator(seat, indicator.Confirm{}))
	confirmed.keep("confirmed")
	end := indicator.Revoke{Reason: indicator.NotEligible}
	require.NoError(p.t, p.endIndicator(p.as("wei", "revoke"), seat, end))
	p.keep("vacant")
	p.do("promote", p.promotion(p.t))
	p.keep("promoted")
	p.give(reserve)
	p.do("confirm", office.Indicator(reserve, indicator.Confirm{}))
	p.do("use", office.Indicator(reserve, indicator.Use{}))
	p.keep("used")
}

func texts(n byte) []notice.Text {
	return []notice.Text{{Language: notice.Languages[0], SHA256: domain.Digest{n}, Size: uint64(n)}}
}
