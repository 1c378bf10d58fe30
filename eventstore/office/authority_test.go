package office_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// deed is something that may be done in a scene, by a method of the office.
type deed struct {
	in, method, proper string // the scene; proper is an officer who may do it
	later              domain.Time
	do                 func(s scene, o order) error
	prepared           int // events that the deed stores in the name of wei before
}

func execute(in, proper string, r office.Request) deed {
	return deed{
		in: in, method: "Execute", proper: proper,
		do: func(s scene, o order) error { return s.do(o, r) },
	}
}

// with is a command on a stream that depends on the scene.
func with(in, proper string, r func(s scene) office.Request) deed {
	return deed{
		in: in, method: "Execute", proper: proper,
		do: func(s scene, o order) error { return s.do(o, r(s)) },
	}
}

func ends(in, proper string, cmd application.Command) deed {
	return deed{in: in, method: "EndApplication", proper: proper, do: func(s scene, o order) error {
		return s.endApplication(o, s.codes[0], cmd)
	}}
}

func endsRight(in string, later domain.Time, cmd indicator.Command) deed {
	return deed{
		in: in, method: "EndIndicator", proper: "rev", later: later,
		do: func(s scene, o order) error {
			return s.endIndicator(o, seat, cmd)
		},
	}
}

func onFirst(in, proper string, cmd application.Command) deed {
	return with(in, proper,
		func(s scene) office.Request { return office.Application(s.codes[0], cmd) })
}

// deeds lead to every type of event that an office stores.
func deeds(t *testing.T) []deed {
	key := officer.PublicKey(strings.Repeat("ab", 32))
	version := beijing()
	standing := submission(t, domain.Ordinary, 1).Standing
	standing.Members[0].RegisteredOn++
	award := func(in, id string) deed {
		return deed{in: in, method: "Award", proper: "con", do: func(s scene, o order) error {
			return s.Award(ctx, s.author(o), id, s.ledger(t))
		}}
	}
	return []deed{
		execute("founded", "adm", office.Officer("new", officer.Appoint{Roles: officer.Roles[:1]})),
		execute("founded", "adm", office.Officer("li", officer.ChangeRoles{Roles: officer.Roles})),
		execute("founded", "adm", office.Officer("li", officer.ChangeKey{Key: key})),
		execute("founded", "adm", office.Officer("li", officer.Dismiss{})),
		execute("founded", "adm", office.Rules(version)),
		execute("founded", "adm", office.Quota(2026, quota.SetSeats{Pool: "all", Seats: 1})),
		execute("founded", "adm", office.Notice("n1", notice.Publish{Texts: texts(1)})),
		execute("founded", "con",
			office.Round("r1", round.Open{Rules: "plain", Opens: opens, Closes: closes})),
		execute("open", "adm", office.Notice("n1", notice.Replace{Texts: texts(2)})),
		execute("open", "adm", office.Notice("n1", notice.Withdraw{})),
		execute("open", "con", office.Round("r1", round.Void{Reason: round.FraudFound})),
		with("open", "adm", func(s scene) office.Request {
			cmd := quota.Adjust{Pool: "ordinary", Number: 1, Amount: 2, Reason: quota.Policy}
			return office.Quota(2026, cmd).On(s.ledger(t))
		}),
		{in: "open", method: "CarryOver", proper: "adm", do: func(s scene, o order) error {
			cmd := quota.CarryOver{
				Year: 2026, Pool: "ordinary", Amount: 3, FromYear: 2025,
				FromPool: "ordinary",
			}
			return s.carryOver(o, cmd)
		}},
		execute("open", "con", office.Round("r2", round.Void{Reason: round.FraudFound})),
		execute("proposed", "con", office.Round("r2", round.Void{Reason: round.FraudFound})),
		with("proposed", "con", func(s scene) office.Request {
			return office.Proposal(s.waiting(t), proposal.Reject{Reason: proposal.Untimely})
		}),
		with("proposed by con", "con", func(s scene) office.Request {
			return office.Proposal(s.waiting(t), proposal.Withdraw{})
		}),
		{in: "proposed", method: "Approve", proper: "con", do: func(s scene, o order) error {
			_, err := s.Approve(ctx, s.author(o), s.waiting(t), &s.ledger(t).State, nil)
			return err
		}},
		{in: "open", method: "Submit", proper: "reg", do: func(s scene, o order) error {
			family := submission(t, domain.Ordinary, 7, 8)
			family.Round = "r1"
			_, err := s.submit(o, family)
			return err
		}},
		onFirst("submitted", "reg", application.Edit{Standing: standing}),
		onFirst("submitted", "rev",
			application.RecordCheck{Department: "tax", Item: "paid", Outcome: application.Passed}),
		onFirst("submitted", "rev",
			application.Credit{Member: 1, DrawsSince2021: 2, Evidence: domain.Digest{1}}),
		onFirst("submitted", "rev", application.Reject{Reasons: application.Reasons[:1]}),
		onFirst("submitted", "reg", application.Withdraw{}),
		ends("submitted", "reg", application.Withdraw{}),
		ends("submitted", "rev", application.Disqualify{Reason: application.Impersonation}),
		{in: "submitted", method: "ChangeContact", proper: "reg", do: func(s scene, o order) error {
			return s.ChangeContact(ctx, s.author(o), s.people[0], record(t, 5, 1))
		}},
		{in: "submitted", method: "Erase", proper: "cus", do: func(s scene, o order) error {
			return s.Erase(ctx, s.author(o), s.people[0])
		}},
		{in: "submitted", method: "Look", proper: "cus", do: func(s scene, o order) error {
			_, err := s.Look(ctx, s.author(o),
				access.Look{
					Applicant: s.people[0], Reason: access.Complaint,
					Record: access.Receipt,
				})
			return err
		}},
		{in: "submitted", method: "Mobiles", proper: "cus", do: func(s scene, o order) error {
			_, err := s.Mobiles(ctx, s.author(o), s.people)
			return err
		}},
		{in: "submitted", method: "Messages", proper: "cus", do: func(s scene, o order) error {
			_, err := s.Messages(ctx, s.author(o), eventstore.Start,
				func(office.Message) error { return nil })
			return err
		}},
		{in: "founded", method: "PublishNotice", proper: "adm", do: func(s scene, o order) error {
			_, err := s.PublishNotice(ctx, s.author(o), "n1", noticeTexts("one"))
			return err
		}},
		{in: "open", method: "ReplaceNotice", proper: "adm", do: func(s scene, o order) error {
			_, err := s.ReplaceNotice(ctx, s.author(o), "n1", noticeTexts("two"))
			return err
		}},
		{in: "submitted", method: "Find", proper: "cus", do: func(s scene, o order) error {
			_, err := s.Find(ctx, s.author(o), s.Tag(number(t, 1)), access.Complaint)
			return err
		}},
		onFirst("rejected", "reg", application.AskRecheck{}),
		onFirst("asked", "rev", application.AnswerRecheck{Answer: application.Granted}),
		withCheck(t),
		{
			in: "approved", method: "Execute", proper: "reg", later: 3600,
			do: func(s scene, o order) error {
				return s.do(o, office.Application(s.codes[0], application.Renew{}))
			},
		},
		{
			in: "published", method: "EndApplication", proper: "reg", later: 91 * day,
			do: func(s scene, o order) error {
				loser := s.codes[0]
				if s.ledger(t).Selected(seat) == loser {
					loser = s.codes[1]
				}
				return s.EndApplication(ctx, s.author(o), loser, application.Expire{}, s.ledger(t))
			},
		},
		{
			in: "approved", method: "Execute", proper: "con", later: closes - opens,
			do: func(s scene, o order) error {
				return s.do(o, office.Round("r1", round.Close{}))
			},
		},
		with("closed", "con", func(s scene) office.Request {
			_, seal, err := s.ledger(t).Rosters("r1", int64(len(s.store.all)))
			require.NoError(t, err)
			return office.Round("r1", seal)
		}),
		with("sealed", "con",
			func(s scene) office.Request {
				return office.Round("r1", s.announcement(t)).On(s.ledger(t))
			}),
		with("announced", "con", func(s scene) office.Request {
			a := s.announcement(t)
			a.DrawTime += 60
			return office.Round("r1", round.SupersedeAnnouncement{Announce: a}).On(s.ledger(t))
		}),
		with("announced", "con", func(s scene) office.Request {
			r, err := s.LoadRound(ctx, "r1")
			require.NoError(t, err)
			return office.Round("r1", round.Anchor{Anchored: round.Anchored{
				Kind: round.Gazette, Document: r.Announced.Document, Evidence: domain.Digest{1},
				ClaimedAt: s.at,
			}})
		}),
		execute("announced", "con", office.Round("r1", round.RecordCeremony{Bytes: "0b0a"})),
		with("due", "con", func(s scene) office.Request {
			return office.Round("r1",
				s.signature(t))
		}),
		with("seeded", "con", func(s scene) office.Request {
			cmd, _, err := s.ledger(t).Draw("r1")
			require.NoError(t, err)
			return office.Round("r1", cmd)
		}),
		with("drawn", "con",
			func(s scene) office.Request { return office.Round("r1", s.ranks(t)) }),
		execute("ranked", "con", office.Round("r1", round.Publish{})),
		award("published", seat),
		{in: "submitted", method: "HandleMany", proper: "rev", do: func(s scene, o order) error {
			check := application.RecordCheck{
				Department: "tax", Item: "paid",
				Outcome: application.Passed,
			}
			_, err := s.HandleMany(ctx, s.author(o), s.codes,
				office.Bulk{Purpose: "check", Command: check})
			return err
		}},
		{in: "closed", method: "Seal", proper: "con", do: func(s scene, o order) error {
			_, err := s.Seal(ctx, s.author(o), "r1", &s.ledger(t).State, s.account(t, ""))
			return err
		}},
		{in: "due", method: "RecordBeacon", proper: "con", do: func(s scene, o order) error {
			return s.RecordBeacon(ctx, s.author(o), "r1", &s.ledger(t).State,
				s.signature(t).Signature)
		}},
		{in: "seeded", method: "Draw", proper: "con", do: func(s scene, o order) error {
			_, err := s.Draw(ctx, s.author(o), "r1", &s.ledger(t).State)
			return err
		}},
		{in: "published", method: "AwardRound", proper: "con", do: func(s scene, o order) error {
			_, _, err := s.AwardRound(ctx, s.author(o), "r1", &s.ledger(t).State, nil)
			return err
		}},
		{in: "open", method: "AdjustQuota", proper: "adm", do: func(s scene, o order) error {
			cmd := quota.Adjust{Pool: "ordinary", Amount: 2, Reason: quota.Policy}
			return s.AdjustQuota(ctx, s.author(o), 2026, &s.ledger(t).State, cmd)
		}},
		award("promoted", reserve),
		execute("awarded", "rev", office.Indicator(seat, indicator.Confirm{})),
		execute("confirmed", "rev", office.Indicator(seat, indicator.Use{})),
		endsRight("awarded", 0, indicator.Revoke{Reason: indicator.NotEligible}),
		endsRight("awarded", 101, indicator.Revoke{Reason: indicator.NotConfirmed}),
		endsRight("confirmed", 0, indicator.Forfeit{Reason: indicator.Refused}),
		endsRight("confirmed", 101, indicator.Forfeit{Reason: indicator.Lapsed}),
		with("vacant", "con", func(s scene) office.Request {
			return s.promotion(t)
		}),
		with("used", "con", func(s scene) office.Request {
			return office.Round("r1", round.Settle{}).On(s.ledger(t))
		}),
	}
}

// withCheck approves what was checked.
func withCheck(t *testing.T) deed {
	return deed{
		in: "submitted", method: "Execute", proper: "rev", prepared: 1,
		do: func(s scene, o order) error {
			check := application.RecordCheck{
				Department: "tax", Item: "paid",
				Outcome: application.Passed,
			}
			require.NoError(t, s.do(s.as("wei", "check"), office.Application(s.codes[0], check)))
			return s.do(o, office.Application(s.codes[0], application.Approve{}))
		},
	}
}

// authors are all kinds of them, by the actor in a scene.
var authors = map[string]func(s scene) string{
	"administrator":   func(scene) string { return "officer:adm" },
	"registrar":       func(scene) string { return "officer:reg" },
	"reviewer":        func(scene) string { return "officer:rev" },
	"conductor":       func(scene) string { return "officer:con" },
	"custodian":       func(scene) string { return "officer:cus" },
	"never appointed": func(scene) string { return "officer:stranger" },
	"dismissed":       func(scene) string { return "officer:dis" },
	"clock":           func(scene) string { return catalog.ActorClock },
	"applicant":       func(s scene) string { return catalog.ActorApplicant + applicantOf(s, 0) },
	"other applicant": func(s scene) string { return catalog.ActorApplicant + applicantOf(s, 1) },
	"without the key": func(scene) string { return "officer:key" },
	"nobody":          func(scene) string { return "" },
}

func applicantOf(s scene, i int) string {
	if i < len(s.people) {
		return s.people[i]
	}
	return strings.Repeat("0", 32)
}

// TestAuthors: whatever the deed and whoever its author, the office does it just when the replay
// allows its events to this author, and otherwise stores nothing.
func TestAuthors(t *testing.T) {
	all, done := scenes(t), deeds(t)
	missing := map[string]bool{}
	for row := range eventstore.Types() {
		missing[row.Name] = row.Name != (eventstore.CheckpointSigned{}).EventType()
	}
	cells, tried := 0, map[[2]string]bool{} // type and author
	for _, d := range done {
		at, known := all[d.in]
		require.True(t, known, d.in)
		at.at += d.later
		proper := at.copied()
		require.NoError(t, d.proposes(d.do(proper, proper.as(d.proper, "deed"))), "%s in %s",
			d.method, d.in)
		events := proper.store.all[len(at.store.all):]
		require.NotEmpty(t, events, "%s in %s", d.method, d.in)
		for _, e := range events {
			missing[e.Type] = false
		}
		for name, actor := range authors {
			cells++
			for _, e := range events {
				tried[[2]string{e.Type, name}] = true
			}
			s := at.copied()
			o := s.as("", "deed")
			o.Actor = actor(s)
			err := d.proposes(d.do(s, o))
			what := strings.Join([]string{d.method, events[0].Type, "by", name}, " ")
			want := allowed(t, at, events, o.Actor)
			require.Equal(t, want == "", err == nil, "%s: the office says %v, the replay %q", what,
				err, want)
			if err != nil {
				require.NotEmpty(t, fault.CodeOf(err), what)
				require.Equal(t, len(at.store.all)+d.prepared, len(s.store.all),
					"%s stored something", what)
			}
			s.ledger(t)
		}
	}
	for name, still := range missing {
		require.False(t, still, "no deed leads to %s", name)
	}
	require.Len(t, tried, (len(missing)-1)*len(authors),
		"each type with each author, but the publisher's own")
	t.Logf("%d deeds by %d kinds of authors: %d cells", len(done), len(authors), cells)
}

// proposes takes a proposal that waits for what was asked.
func (deed) proposes(err error) error {
	if _, waits := err.(*office.Waiting); waits {
		return nil
	}
	return err
}

// allowed returns the code with which the replay refuses the events to an author, or "".
func allowed(t *testing.T, at scene, events []eventstore.Recorded, actor string) string {
	t.Helper()
	l := at.ledger(t)
	for _, r := range events {
		m, err := catalog.ParseMeta(r.Meta)
		require.NoError(t, err)
		if catalog.Public.Find(r.Type) == nil { // private: no replay sees it
			id, err := catalog.OfficerOf(actor)
			if err != nil {
				return fault.CodeOf(err)
			}
			reader, err := at.LoadOfficer(ctx, id)
			require.NoError(t, err)
			if !reader.Has(privateRole(t, r)) {
				return fault.NotAllowed
			}
			if reader.Key != "" { // at hand for nobody here
				return fault.SignatureNeeded
			}
			continue
		}
		if m.Actor == "officer:wei" { // prepares the deed
			require.NoError(t, apply(t, l, r))
			continue
		}
		m.Actor, m.Command = actor, uuid.New()
		if r.Meta, err = m.Bytes(); err != nil {
			return fault.CodeOf(err)
		}
		r.ID, r.Data = catalog.EventID(m.Command, r.Stream, 0), inTheNameOf(t, r, actor)
		if err := apply(t, l, r); err != nil {
			return fault.CodeOf(err)
		}
	}
	return ""
}

// privateRole is the role that a private event needs.
func privateRole(t *testing.T, r eventstore.Recorded) officer.Role {
	e, err := eventstore.Decode(r.Type, r.Data)
	require.NoError(t, err)
	if d, ok := e.(draft.Written); ok {
		return catalog.Public.Find(d.Type).Role
	}
	return eventstore.TypeOf(r.Type).Role
}

// inTheNameOf is the data of an event that names its author.
func inTheNameOf(t *testing.T, r eventstore.Recorded, actor string) []byte {
	e, err := eventstore.Decode(r.Type, r.Data)
	require.NoError(t, err)
	id := strings.TrimPrefix(actor, catalog.ActorOfficer)
	switch made := e.(type) {
	case proposal.Made:
		made.Officer = id
		e = made
	case proposal.Approved:
		made.Officer = id
		e = made
	case proposal.Withdrawn:
		made.Officer = id
		e = made
	case proposal.Rejected:
		made.Officer = id
		e = made
	}
	b, err := catalog.Encode(e)
	require.NoError(t, err)
	return b
}

// TestEveryMethodHasItsDeed: a method that an author may call is among those above.
func TestEveryMethodHasItsDeed(t *testing.T) {
	var tried []string
	for _, d := range deeds(t) {
		tried = append(tried, d.method)
	}
	kind := reflect.TypeFor[*office.Office]()
	n := 0
	for i := range kind.NumMethod() {
		m := kind.Method(i)
		if m.Type.NumIn() > 2 && m.Type.In(1) == reflect.TypeFor[context.Context]() &&
			m.Type.In(2) == reflect.TypeFor[office.Author]() && m.Name != "RequireAuthor" {
			n++
			require.True(t, slices.Contains(tried, m.Name), m.Name)
		}
	}
	require.GreaterOrEqual(t, n, 10)
}
