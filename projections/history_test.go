package projections_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
)

var (
	ctx  = context.Background()
	t0   = must(domain.ParseTime("2026-01-02T00:00:00Z"))
	year = domain.Time(365 * 86400)
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// version has a pool of each method and, for families and ordinary indicators, two
// kinds of applicants in one pool.
var version = rules.Version{
	Name: "v1", ValidFrom: t0,
	Ladder: rules.Ladder{DrawsPerStepUntil2020: 6, DrawsPerStepSince2021: 2},
	FamilyPoints: rules.FamilyPoints{
		Main: 2, Other: 1, Step: 1, WaitingYear: 1, FamilyYear: 1,
		CoupleFactor: 2, MaxGenerations: 3,
	},
	Pools: []rules.Pool{
		{
			Name: "ordinary", Indicator: domain.Ordinary,
			Applicants: []domain.ApplicantKind{domain.Individual, domain.Family},
			Method:     draw.PLD1,
		},
		{
			Name: "green.family", Indicator: domain.NewEnergy,
			Applicants: []domain.ApplicantKind{domain.Family}, Method: draw.Points,
		},
		{
			Name: "green.queue", Indicator: domain.NewEnergy,
			Applicants: []domain.ApplicantKind{domain.Individual}, Method: draw.Queue,
		},
	},
	NoticeSeconds: 3600, UseSeconds: 86400,
}

// lively is version with a reserve that moves up and a penalty for a lapse.
func lively() rules.Version {
	v := version
	v.PromoteFor, v.Lapse = rules.Vacancies, rules.Lapse{BarSeconds: 1}
	return v
}

// world is an office with an event store and, beside it, the replay of the same
// events in memory.
type world struct {
	t      require.TestingT
	store  *memory
	ledger *audit.Ledger
	now    domain.Time
	number uint64 // of commands
	round  string // the current one
	rounds int
	closed int64 // leaves when the current round was closed
	codes  []string
	actor  string // id of the officer at work
	rules  rules.Version
}

// newWorld is an office with an officer and rules.
func newWorld(t require.TestingT) *world { return newWorldUnder(t, version) }

// newWorldUnder is newWorld with these rules.
func newWorldUnder(t require.TestingT, v rules.Version) *world {
	w := &world{
		t: t, store: newMemory(), ledger: audit.NewLedger(nil), now: t0, actor: "chief",
		rules: v,
	}
	w.ok(handle(w, catalog.Officers, officer.StreamPrefix+"chief",
		officer.Command(officer.Appoint{Roles: officer.Roles})))
	w.ok(handle(w, catalog.Rules, rules.StreamPrefix+v.Name,
		rules.Command(rules.Adopt{Version: v})))
	return w
}

func (w *world) ok(err error) {
	if h, is := w.t.(*testing.T); is {
		h.Helper()
	}
	require.NoError(w.t, err)
}

func (w *world) command() uuid.UUID {
	w.number++
	return uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "command ", w.number))
}

// store decides a command and appends what it leads to.
func store[S any, E catalog.Event, C any](
	w *world, a catalog.Aggregate[S, E, C], stream string, cmd C,
) (eventstore.Position, error) {
	meta := catalog.Meta{Command: w.command(), Actor: catalog.ActorOfficer + w.actor, At: w.now}
	l, err := eventstore.Of(a).Load(ctx, w.store, stream, catalog.Meta{})
	w.ok(err)
	events, err := a.Decide(l.State, cmd)
	if err != nil || len(events) == 0 {
		return eventstore.Start, err
	}
	proposed, err := eventstore.Propose(meta, stream, events)
	w.ok(err)
	return w.store.Append(ctx, stream, l.Last, proposed...)
}

// handle carries out a command and replays what it led to.
func handle[S any, E catalog.Event, C any](w *world, a catalog.Aggregate[S, E, C], stream string,
	cmd C,
) error {
	if _, err := store(w, a, stream, cmd); err != nil {
		return err
	}
	for _, r := range w.store.all()[w.ledger.Size():] {
		w.ok(w.ledger.Apply(leaf(w.t, w.ledger.Size(), r)))
	}
	return nil
}

func leaf(t require.TestingT, index int64, r eventstore.Recorded) *audit.Decoded {
	b, err := r.Leaf().Bytes()
	require.NoError(t, err)
	d, err := audit.Decode(index, b)
	require.NoError(t, err)
	return d
}

func (w *world) roundDo(cmd round.Command) error {
	return handle(w, catalog.Rounds, round.StreamPrefix+w.round, cmd)
}

func (w *world) applicationDo(code string, cmd application.Command) error {
	return handle(w, catalog.Applications, application.StreamPrefix+code, w.complete(code, cmd))
}

// complete puts time, rules and what other streams say into a command.
func (w *world) complete(code string, cmd application.Command) application.Command {
	switch c := cmd.(type) {
	case application.Approve:
		c.At, c.Rules = w.now, w.rules
		return c
	case application.Reject:
		c.At, c.Rules = w.now, w.rules
		return c
	case application.RecordCheck:
		c.Rules = w.rules
		return c
	case application.AskRecheck:
		c.At, c.Rules = w.now, w.rules
		return c
	case application.AnswerRecheck:
		c.At, c.By, c.RejectedBy = w.now, w.actor, "chief"
		return c
	case application.Renew:
		c.At, c.Rules = w.now, w.rules
		return c
	case application.Expire:
		c.At, c.Drawing = w.now, w.ledger.Drawing(code)
		return c
	}
	return cmd
}

func (w *world) indicatorDo(id string, cmd indicator.Command) error {
	return handle(w, catalog.Indicators, indicator.StreamPrefix+id, cmd)
}

// open begins a round whose window is a day.
func (w *world) open() {
	w.rounds++
	w.round = fmt.Sprintf("2026-%d", w.rounds)
	w.ok(w.roundDo(round.Open{
		Rules: w.rules.Name, RulesSHA256: domain.Digest(w.rulesDigest()), Opens: w.now,
		Closes: w.now + 86400,
	}))
}

func (w *world) rulesDigest() [32]byte {
	for r, err := range w.store.Read(ctx, rules.StreamPrefix+w.rules.Name, eventstore.Range{}) {
		w.ok(err)
		return digest(r.Data)
	}
	return [32]byte{}
}

// submit submits an application of kinds and standing that follow from n.
func (w *world) submit(n int) string {
	return w.submitAs(n, []domain.IndicatorKind{domain.Ordinary, domain.NewEnergy}[n/2%2],
		standing(n))
}

// submitAs submits an application of this kind and standing.
func (w *world) submitAs(n int, kind domain.IndicatorKind, s rules.Standing) string {
	code := string(must(identity.NewCode(uint64(len(w.codes))*7_919_000_017%1_000_000_000_000 + 1)))
	who := fmt.Sprintf("%032x", len(w.codes)+1)
	w.ok(handle(w, catalog.Applicants, applicant.StreamPrefix+who,
		applicant.Command(applicant.Register{Kind: s.Applicant})))
	var persons []domain.Digest
	for i := range s.Members {
		tag := domain.Digest(digest(fmt.Append(nil, "person ", len(w.codes), i)))
		persons = append(persons, tag)
		w.ok(handle(w, catalog.Persons, person.StreamPrefix+tag.String(),
			person.Command(person.Claim{Kind: kind, Application: code})))
	}
	state, _ := w.ledger.Round(w.round)
	w.ok(w.applicationDo(code, application.Submit{
		Applicant: who, Indicator: kind, Round: w.round,
		SubmittedAt: state.Opened.Opens + domain.Time(n%1000), Persons: persons, Standing: s,
		Window: application.Window{
			Open: true, Opens: state.Opened.Opens,
			Closes: state.Opened.Closes,
		},
	}))
	w.codes = append(w.codes, code)
	return code
}

func standing(n int) rules.Standing {
	m := rules.Member{
		Role: rules.Main, DrawsUntil2020: n % 79, DrawsSince2021: n % 7,
		RegisteredOn: t0 - domain.Time(n%9)*year,
	}
	if n%3 == 0 {
		m.WaitingSince = t0 - domain.Time(n%5)*year
	}
	s := rules.Standing{Applicant: domain.Individual, Members: []rules.Member{m}}
	if n%2 == 1 {
		spouse := rules.Member{Role: rules.Spouse, DrawsSince2021: n % 5, RegisteredOn: t0 - year}
		s = rules.Standing{
			Applicant: domain.Family, Members: []rules.Member{m, spouse},
			Generations: 1 + n%3, FamilySince: t0 - 3*year,
		}
	}
	return s
}

func (w *world) approve(codes ...string) {
	for _, c := range codes {
		w.ok(w.applicationDo(c, application.Approve{}))
	}
}

// steps of a round in their order; each is refused out of turn.

func (w *world) closeRound() error {
	w.now += 86400
	err := w.roundDo(round.Close{At: w.now})
	if err == nil {
		w.closed = w.ledger.Size()
	}
	return err
}

// seal seals with as many leaves as there are but some, the close among them.
func (w *world) seal(but int64) error {
	_, cmd, err := w.ledger.Rosters(w.round, max(w.ledger.Size()-but, w.closed))
	if err != nil {
		return err
	}
	return w.roundDo(cmd)
}

func (w *world) announce(seats, reserve uint64) error {
	state, _ := w.ledger.Round(w.round)
	var pools []round.Seats
	for _, r := range state.Sealed.Rosters {
		pools = append(pools, round.Seats{Pool: r.Pool, Seats: seats, Reserve: reserve})
	}
	return w.roundDo(w.announcement(w.now+7200, draw.Demonstration.Hash(), pools))
}

func (w *world) announcement(
	at domain.Time, chain domain.Digest, pools []round.Seats,
) round.Announce {
	mode, terms := round.Terms(w.rules)
	return round.Announce{
		At: w.now, ID: w.round, DrawTime: at, Chain: chain, Pools: pools, Mode: mode, Terms: terms,
		Notice: w.rules.NoticeSeconds, Left: w.ledger.SeatsLeft(w.round, at, pools),
	}
}

func (w *world) seed() error {
	state, _ := w.ledger.Round(w.round)
	signature, err := beacon.DemonstrationSignature(max(state.Announced.BeaconRound, 1))
	w.ok(err)
	w.now = max(w.now, state.Announced.DrawTime)
	return w.roundDo(round.RecordBeacon{At: w.now, Signature: hex.EncodeToString(signature)})
}

func (w *world) draw() error {
	cmd, _, err := w.ledger.Draw(w.round)
	if err != nil {
		return err
	}
	return w.roundDo(cmd)
}

// rank records all ranks in pieces of n.
func (w *world) rank(n int) error {
	for _, p := range w.ledger.Results(w.round) {
		first := uint64(1)
		for piece := range slices.Chunk(p.Ranks, n) {
			cmd := round.Rank{Pool: p.Pool, First: first}
			for _, r := range piece {
				cmd.Codes = append(cmd.Codes, r.Code)
			}
			if err := w.roundDo(cmd); err != nil {
				return err
			}
			first += uint64(len(piece))
		}
	}
	return nil
}

func (w *world) publish() error { return w.roundDo(round.Publish{}) }

// award awards everything that was won in a published round.
func (w *world) award(id string) (ids []string) {
	_, selected := w.ledger.Round(id)
	for _, p := range w.rules.Pools {
		for i, code := range selected[p.Name] {
			won := indicator.ID(id, p.Name, uint64(i+1))
			if err := w.applicationDo(code,
				application.Award{
					Code: code, Indicator: won,
					Selected: w.ledger.Selected(won),
				}); err != nil {
				require.NotEmpty(w.t, fault.CodeOf(err), err)
				continue // withdrawn meanwhile
			}
			w.ok(w.indicatorDo(won,
				indicator.Award{Application: code, Selected: w.ledger.Selected(won)}))
			ids = append(ids, won)
		}
	}
	return ids
}

// conduct brings an open round to its end.
func (w *world) conduct(seats, reserve uint64) {
	w.ok(w.closeRound())
	w.ok(w.seal(0))
	w.ok(w.announce(seats, reserve))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.rank(3))
	w.ok(w.publish())
}

// busyWorld has lived through everything that can happen: two published rounds, a voided
// one, edits, rejections, withdrawals before and after the seal and after a win.
func busyWorld(t require.TestingT) *world {
	w := newWorld(t)
	w.open()
	for n := range 24 {
		w.submit(n)
	}
	w.ok(w.applicationDo(w.codes[5],
		application.Reject{Reasons: []application.Reason{application.OwnsCar}}))
	w.ok(w.applicationDo(w.codes[6],
		application.Reject{Reasons: []application.Reason{application.NoLicence}}))
	s := standing(6)
	s.Members[0].DrawsSince2021 = 9
	w.ok(w.applicationDo(w.codes[6], application.Edit{Standing: s}))
	w.approve(w.codes[6:20]...)
	w.approve(w.codes[22])
	w.approve(w.codes[0:5]...)
	w.ok(w.applicationDo(w.codes[7], application.Withdraw{}))
	w.ok(w.closeRound())
	w.approve(w.codes[20], w.codes[21]) // after the window, before the seal
	w.ok(w.seal(2))                     // as if they came just after
	w.approve(w.codes[23])
	w.ok(w.applicationDo(w.codes[8], application.Withdraw{})) // on the roster
	w.ok(w.announce(2, 3))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.rank(2))
	w.ok(w.publish())
	_, selected := w.ledger.Round(w.round)
	if code := selected["ordinary"][0]; code != w.codes[8] {
		w.ok(w.applicationDo(code, application.Withdraw{})) // a winner
	}
	ids := w.award(w.round)
	w.ok(w.indicatorDo(ids[0], indicator.Confirm{At: w.now, UseSeconds: version.UseSeconds}))
	w.ok(w.indicatorDo(ids[1], indicator.Revoke{Reason: indicator.NotEligible}))
	w.ok(w.indicatorDo(ids[2], indicator.Confirm{At: w.now, UseSeconds: version.UseSeconds}))
	w.ok(w.indicatorDo(ids[2], indicator.Use{At: w.now}))
	w.ok(w.indicatorDo(ids[3], indicator.Forfeit{At: w.now, Reason: indicator.Refused}))

	w.open()
	w.submit(30)
	w.approve(w.codes[24])
	w.ok(w.closeRound())
	w.ok(w.seal(0))
	w.ok(w.announce(1, 1))
	w.ok(w.seed())
	w.ok(w.draw())
	w.ok(w.rank(1))
	w.ok(w.roundDo(round.Void{Reason: round.OrderOfCourt}))

	w.open()
	w.submit(31)
	w.approve(w.codes[25])
	w.conduct(3, 2)
	w.open()
	w.submit(32)
	return w
}

// loaded is an application folded from its stream.
func (w *world) loaded(code string) (application.State, error) {
	l, err := eventstore.Of(catalog.Applications).Load(ctx, w.store, application.StreamPrefix+code,
		catalog.Meta{})
	return l.State, err
}
