package office_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

func TestSubmit(t *testing.T) {
	for name, persons := range map[string][]int{"individual": {1}, "family": {1, 2, 3}} {
		t.Run(name, func(t *testing.T) {
			b := openBureau(t)
			s := submission(t, domain.Ordinary, persons...)
			r, err := b.submit(by("li", "submit"), s)
			require.NoError(t, err)
			_, err = identity.ParseCode(r.Code)
			require.NoError(t, err)

			stored := b.store.stream(application.StreamPrefix + r.Code)
			require.Len(t, stored, 1)
			require.Equal(t, stored[0].Position, r.Position)
			state, err := b.LoadApplication(ctx, r.Code)
			require.NoError(t, err)
			require.Equal(t, application.PhaseSubmitted, state.Phase)
			require.Equal(t, s.Standing, state.Standing)
			for i, n := range persons {
				require.Equal(t, b.Tag(number(t, n)), state.Persons[i])
				require.Equal(t, r.Code, b.holder(t, n, domain.Ordinary))
				require.Empty(t, b.holder(t, n, domain.NewEnergy))
			}
			require.Len(t, b.store.stream("applicant-"+state.Applicant), 1)
			require.Len(t, b.store.all, 4+len(persons)+2)
			for _, e := range b.store.all {
				for _, n := range persons {
					require.NotContains(t, string(e.Data)+string(e.Meta)+e.Stream,
						number(t, n).Reveal(), "nothing personal is stored")
				}
			}

			again, err := b.submit(by("li", "submit"), s)
			require.NoError(t, err)
			require.Equal(t, r.Code, again.Code)
			require.Len(t, b.store.all, 4+len(persons)+2, "a repetition stores nothing")
		})
	}
}

// TestMainAge: who has the age on the day of the submission where that begins first is old enough.
func TestMainAge(t *testing.T) {
	s := submission(t, domain.Ordinary, 1)
	age := s.Persons[0].AgeOn(time.Unix(int64(s.SubmittedAt), 0).In(time.FixedZone("", 14*3600)))
	for least, code := range map[int]string{age + 1: "too_young", age: ""} {
		b := newBureau(t)
		v := beijing()
		v.MainAge = least
		require.NoError(t, b.do(by("wei", "rules"), office.Rules(v)))
		open := round.Open{Rules: v.Name, Opens: opens, Closes: closes}
		require.NoError(t, b.do(by("wei", "open"), office.Round("2026-1", open)))
		before := len(b.store.all)
		_, err := b.submit(by("li", "submit"), s)
		require.Equal(t, code, fault.CodeOf(err))
		require.Equal(t, code == "", len(b.store.all) > before)
	}
}

func TestSubmitRefusedBeforeAnythingIsWritten(t *testing.T) {
	b := openBureau(t)
	late := submission(t, domain.Ordinary, 1)
	late.SubmittedAt = closes
	_, err := b.submit(by("li", "late"), late)
	requireCode(t, "round_closed", err)
	twice := submission(t, domain.Ordinary, 1, 1)
	_, err = b.submit(by("li", "twice"), twice)
	requireCode(t, "duplicate_member", err)
	require.Len(t, b.store.all, 4)
}

func TestSamePersonTwice(t *testing.T) {
	b := openBureau(t)
	first, err := b.submit(by("li", "alone"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	_, err = b.submit(by("li", "family"), submission(t, domain.Ordinary, 2, 3))
	require.NoError(t, err)
	before := b.store.count("application.submitted.v1")

	for i, persons := range [][]int{{1}, {2}, {3}, {4, 1}, {1, 4}, {4, 5, 3}, {2, 4}, {2, 3}} {
		_, err := b.submit(by("li", fmt.Sprint("try ", i)),
			submission(t, domain.Ordinary, persons...))
		requireCode(t, "duplicate_person", err)
	}
	require.Equal(t, before, b.store.count("application.submitted.v1"))
	for _, n := range []int{4, 5} {
		require.Empty(t, b.holder(t, n, domain.Ordinary),
			"whoever was claimed before the refusal is free again")
	}
	require.Equal(t, first.Code, b.holder(t, 1, domain.Ordinary))

	other, err := b.submit(by("li", "other kind"), submission(t, domain.NewEnergy, 1, 2))
	require.NoError(t, err, "each kind for itself")
	require.Equal(t, other.Code, b.holder(t, 1, domain.NewEnergy))
	_, err = b.submit(by("li", "other kind again"), submission(t, domain.NewEnergy, 2))
	requireCode(t, "duplicate_person", err)
}

// TestRetryAfterTheBlockerWithdrew: a family that was refused is stored by the same
// command once nobody stands in its way, and a refusal leaves no trace.
func TestRetryAfterTheBlockerWithdrew(t *testing.T) {
	b := openBureau(t)
	blocker, err := b.submit(by("li", "blocker"), submission(t, domain.Ordinary, 3))
	require.NoError(t, err)
	before := b.store.content()
	family := submission(t, domain.Ordinary, 1, 2, 3, 4)
	for range 3 {
		_, err = b.submit(by("li", "family"), family)
		requireCode(t, "duplicate_person", err)
		require.Equal(t, before, b.store.content())
	}
	require.NoError(t, b.endApplication(by("li", "withdraw"), blocker.Code, application.Withdraw{}))
	r, err := b.submit(by("li", "family"), family)
	require.NoError(t, err)
	for _, n := range []int{1, 2, 3, 4} {
		require.Equal(t, r.Code, b.holder(t, n, domain.Ordinary))
	}
}

// TestRollback: a member is taken by another command after the family was found free.
// The members claimed before are given free, wherever the store stops answering
// meanwhile; and when the other withdraws, the same command reserves them all.
func TestRollback(t *testing.T) {
	family := submission(t, domain.Ordinary, 1, 2, 3, 4)
	const appends = 5 // claims of 1, 2 and, in vain, 3; releases of 1 and 2
	for fail := range appends + 1 {
		for _, lost := range []bool{false, true} {
			b := openBureau(t)
			var blocker string
			b.store.race = func() {
				r, err := b.submit(by("li", "blocker"), submission(t, domain.Ordinary, 3))
				require.NoError(t, err)
				blocker = r.Code
				b.store.appends, b.store.fail, b.store.lost = 0, fail, lost
			}
			_, err := b.submit(by("li", "family"), family)
			require.NotEmpty(t, blocker)
			if fail > 0 {
				require.ErrorIs(t, err, errDown)
				require.Empty(t, fault.CodeOf(err))
			} else {
				requireCode(t, "duplicate_person", err)
				require.Equal(t, 2, b.store.count("identity.released.v1"))
			}
			b.store.fail = 0
			_, err = b.submit(by("li", "family"), family)
			requireCode(t, "duplicate_person", err)
			for _, n := range []int{1, 2, 4} {
				require.Empty(t, b.holder(t, n, domain.Ordinary))
			}
			require.Equal(t, blocker, b.holder(t, 3, domain.Ordinary))

			require.NoError(t, b.endApplication(by("li", "withdraw"), blocker,
				application.Withdraw{}))
			r, err := b.submit(by("li", "family"), family)
			require.NoError(t, err)
			for _, n := range []int{1, 2, 3, 4} {
				require.Equal(t, r.Code, b.holder(t, n, domain.Ordinary))
			}
			ids := map[uuid.UUID]bool{}
			for _, e := range b.store.all {
				require.False(t, ids[e.ID], "%s in %s repeats an id", e.Type, e.Stream)
				ids[e.ID] = true
			}
		}
	}
}

func TestWithdrawGivesFree(t *testing.T) {
	b := openBureau(t)
	family := submission(t, domain.Ordinary, 1, 2)
	r, err := b.submit(by("li", "submit"), family)
	require.NoError(t, err)
	require.NoError(t, b.endApplication(by("li", "withdraw"), r.Code, application.Withdraw{}))
	after := b.store.content()
	require.NoError(t, b.endApplication(by("li", "withdraw"), r.Code, application.Withdraw{}),
		"the same command again")
	require.NoError(t, b.endApplication(by("li", "withdraw again"), r.Code, application.Withdraw{}),
		"the same wish again")
	require.Equal(t, after, b.store.content())
	for _, n := range []int{1, 2} {
		require.Empty(t, b.holder(t, n, domain.Ordinary))
	}

	next, err := b.submit(by("li", "anew"), submission(t, domain.Ordinary, 2))
	require.NoError(t, err)
	require.Equal(t, next.Code, b.holder(t, 2, domain.Ordinary))
	require.NoError(t, b.endApplication(by("li", "withdraw"), r.Code, application.Withdraw{}))
	require.Equal(t, next.Code, b.holder(t, 2, domain.Ordinary),
		"an old withdrawal does not free the new application's person")
}

// TestLateRepetition: a submission that is repeated after its withdrawal, as when a
// file is imported once more, stores nothing and reserves nobody again.
func TestLateRepetition(t *testing.T) {
	for name, v := range map[string]struct {
		before  []int // submitted and withdrawn by another command first
		persons []int
	}{
		"individual":               {nil, []int{1}},
		"individual, known before": {[]int{1}, []int{1}},
		"family":                   {nil, []int{1, 2}},
		"family, known before":     {[]int{2}, []int{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			b := openBureau(t)
			if v.before != nil {
				r, err := b.submit(by("li", "before"), submission(t, domain.Ordinary, v.before...))
				require.NoError(t, err)
				require.NoError(t, b.endApplication(by("li", "withdraw before"), r.Code,
					application.Withdraw{}))
			}
			s := submission(t, domain.Ordinary, v.persons...)
			r, err := b.submit(by("li", "submit"), s)
			require.NoError(t, err)
			require.NoError(t, b.endApplication(by("li", "withdraw"), r.Code,
				application.Withdraw{}))

			after := b.store.content()
			again, err := b.submit(by("li", "submit"), s)
			require.NoError(t, err)
			require.Equal(t, r.Code, again.Code)
			require.Equal(t, after, b.store.content())
			for _, n := range v.persons {
				require.Empty(t, b.holder(t, n, domain.Ordinary))
			}
		})
	}
}

// takeCode stores an application of person 99 under the code that the command
// would get, and returns the code.
func takeCode(t *testing.T, b bureau, meta order, persons ...int) string {
	t.Helper()
	probe := openBureau(t)
	r, err := probe.submit(meta, submission(t, domain.Ordinary, persons...))
	require.NoError(t, err)
	for _, e := range probe.store.all[4:] {
		if e.Stream == application.StreamPrefix+r.Code {
			other := strings.Replace(string(e.Data), b.Tag(number(t, persons[0])).String(),
				b.Tag(number(t, 99)).String(), 1)
			id := catalog.EventID(by("li", "99").Command, e.Stream, 0)
			_, err := b.store.Append(ctx, e.Stream, eventstore.NoStream,
				eventstore.Proposed{ID: id, Type: e.Type, Meta: e.Meta, Data: []byte(other)})
			require.NoError(t, err)
		}
	}
	return r.Code
}

func TestTakenCode(t *testing.T) {
	for name, persons := range map[string][]int{"individual": {1}, "family": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			b := openBureau(t)
			meta := by("li", "submit")
			taken := takeCode(t, b, meta, persons...)
			s := submission(t, domain.Ordinary, persons...)
			r, err := b.submit(meta, s)
			require.NoError(t, err)
			require.NotEqual(t, taken, r.Code)
			for _, n := range persons {
				require.Equal(t, r.Code, b.holder(t, n, domain.Ordinary))
			}
			require.Len(t, b.store.stream(application.StreamPrefix+taken), 1)

			after := b.store.content()
			again, err := b.submit(meta, s)
			require.NoError(t, err)
			require.Equal(t, r.Code, again.Code)
			require.Equal(t, after, b.store.content())
		})
	}
}

// TestTakenCodeOfTheSamePerson: the code that a command would get belongs to an
// application of the very same person. That one keeps its reservation.
func TestTakenCodeOfTheSamePerson(t *testing.T) {
	b := openBureau(t)
	submit := by("li", "submit")
	taken := takeCode(t, b, submit, 99)
	stream := person.StreamPrefix + b.Tag(number(t, 99)).String()
	meta := catalog.Meta{Command: by("li", "99").Command, Actor: "officer:li", At: opens}
	claim, err := eventstore.Propose(meta, stream,
		[]person.Event{person.Claimed{Kind: domain.Ordinary, Application: taken}})
	require.NoError(t, err)
	_, err = b.store.Append(ctx, stream, eventstore.NoStream, claim...)
	require.NoError(t, err)
	_, err = b.submit(submit, submission(t, domain.Ordinary, 99))
	requireCode(t, "duplicate_person", err)
	require.Equal(t, taken, b.holder(t, 99, domain.Ordinary))
}

func TestAward(t *testing.T) {
	b := openBureau(t)
	r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	const id = "2026-1.ordinary.1"
	requireCode(t, "unknown_round",
		b.award(by("wei", "far too early"), "2026-9.ordinary.1", r.Code))
	requireCode(t, "not_selected", b.award(by("wei", "too early"), id, r.Code))
	require.NoError(t, b.do(by("wei", "approve"),
		office.Application(r.Code, application.Approve{})))
	require.NoError(t, b.award(by("wei", "award"), id, r.Code))
	require.NoError(t, b.award(by("wei", "award"), id, r.Code), "repeated")
	requireCode(t, "application_awarded",
		b.award(by("wei", "another"), "2026-1.ordinary.2", r.Code))
	requireCode(t, "application_awarded",
		b.endApplication(by("li", "withdraw"), r.Code, application.Withdraw{}))
	require.Equal(t, r.Code, b.holder(t, 1, domain.Ordinary), "a winner stays reserved")
	require.NoError(t, b.do(by("wei", "confirm"), office.Indicator(id, indicator.Confirm{})))
	require.NoError(t, b.do(by("wei", "use"), office.Indicator(id, indicator.Use{})))
	require.Len(t, b.store.stream(indicator.StreamPrefix+id), 3)
}
