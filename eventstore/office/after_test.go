package office_test

import (
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

const won = "2026-1.ordinary.1"

// awarded lets some people apply together and win.
func (b bureau) awarded(t testing.TB, people ...int) string {
	t.Helper()
	b.opened(t)
	r, err := b.Submit(ctx, by("li", "submit"), submission(t, domain.Ordinary, people...))
	require.NoError(t, err)
	require.NoError(t, b.Application(ctx, by("wei", "approve"), r.Code, application.Approved{}, application.Approve{}))
	require.NoError(t, b.Award(ctx, by("wei", "award"), won, r.Code))
	return r.Code
}

// winner confirms them as well.
func (b bureau) winner(t testing.TB, people ...int) string {
	t.Helper()
	code := b.awarded(t, people...)
	require.NoError(t, b.Indicator(ctx, by("wei", "confirm"), won, indicator.Confirmed{}, indicator.Confirm{At: opens, UseSeconds: 10}))
	return code
}

// clock is the metadata of a duty at a time.
func clock(b bureau, at domain.Time, duty string) catalog.Meta {
	return catalog.Meta{Command: b.CommandID("clock", []byte(duty)), Actor: catalog.ActorClock, At: at}
}

// TestLapse: the people of a lapsed indicator are free again, but not before the bar is over,
// and then without what they had lost before.
func TestLapse(t *testing.T) {
	b := newBureau(t)
	code := b.winner(t, 1, 2)
	requireCode(t, "indicator_valid", b.Lapse(ctx, clock(b, opens+10, "lapse"), won))
	for range 2 { // repeated
		require.NoError(t, b.Lapse(ctx, clock(b, opens+11, "lapse"), won))
		require.Len(t, b.store.stream(indicator.StreamPrefix+won), 3)
		for _, n := range []int{1, 2} {
			require.Empty(t, b.holder(t, n, domain.Ordinary))
			require.Len(t, b.store.stream(person.StreamPrefix+b.Tag(number(t, n)).String()), 2)
		}
	}
	s, err := b.LoadApplication(ctx, code)
	require.NoError(t, err)
	require.Equal(t, application.PhaseAwarded, s.Phase, "it has won, once and for all")

	until := opens + 10 + domain.Time(rules.Beijing2021().Lapse.BarSeconds)
	again := by("li", "again")
	again.At = until - 1
	_, err = b.Submit(ctx, again, submission(t, domain.NewEnergy, 2))
	requireCode(t, "person_barred", err)
	_, err = b.Submit(ctx, again, submission(t, domain.NewEnergy, 3, 2))
	requireCode(t, "person_barred", err)
	require.Empty(t, b.holder(t, 3, domain.NewEnergy), "nobody stays reserved for a refusal")

	again.At = until
	old := submission(t, domain.Ordinary, 2)
	old.Standing.Members[0].DrawsSince2021 = 1
	_, err = b.Submit(ctx, again, old)
	requireCode(t, "ladder_reset", err)
	require.Empty(t, b.holder(t, 2, domain.Ordinary))
	r, err := b.Submit(ctx, again, submission(t, domain.Ordinary, 2))
	require.NoError(t, err)
	requireCode(t, "ladder_reset", b.Application(ctx, by("li", "edit"), r.Code, application.Edited{}, application.Edit{Standing: old.Standing}))
	credit := application.Credit{Member: 1, DrawsUntil2020: 1, Evidence: domain.Digest{1}}
	requireCode(t, "ladder_reset", b.Application(ctx, by("wei", "credit"), r.Code, application.Credited{}, credit))
	fresh := submission(t, domain.Ordinary, 2).Standing
	fresh.Members[0].RegisteredOn++
	require.NoError(t, b.Application(ctx, by("li", "edit 2"), r.Code, application.Edited{}, application.Edit{Standing: fresh}))
	requireCode(t, "invalid_id", b.Application(ctx, by("li", "edit 3"), "1", application.Edited{}, application.Edit{Standing: fresh}))
}

// TestLapseGoesOn after a crash between the indicator and its people.
func TestLapseGoesOn(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for _, lost := range []bool{false, true} {
			b := newBureau(t)
			b.winner(t, 1, 2)
			b.store.appends, b.store.fail, b.store.lost = 0, n, lost
			require.ErrorIs(t, b.Lapse(ctx, clock(b, opens+11, "lapse"), won), errDown)
			b.store.fail = 0
			require.NoError(t, b.Lapse(ctx, clock(b, opens+99, "lapse"), won))
			for _, p := range []int{1, 2} {
				require.Empty(t, b.holder(t, p, domain.Ordinary))
				require.Len(t, b.store.stream(person.StreamPrefix+b.Tag(number(t, p)).String()), 2)
			}
		}
	}
}

// TestAwardEnded: who was revoked, or gave the indicator back, is free at once, also when the
// office had to go on after a crash; who uses it is not.
func TestAwardEnded(t *testing.T) {
	for name, end := range map[string]func(b bureau) error{
		"revoked": func(b bureau) error {
			return b.EndIndicator(ctx, by("wei", "end"), won, indicator.Revoked{}, indicator.Revoke{At: opens, Reason: indicator.NotEligible})
		},
		"given back": func(b bureau) error {
			return b.EndIndicator(ctx, by("wei", "end"), won, indicator.Forfeited{}, indicator.Forfeit{At: opens, Reason: indicator.Refused})
		},
	} {
		t.Run(name, func(t *testing.T) {
			for n := 0; n <= 3; n++ {
				b := newBureau(t)
				b.awarded(t, 1, 2)
				requireHolders(t, b, true)
				b.store.appends, b.store.fail = 0, n
				if n > 0 {
					require.ErrorIs(t, end(b), errDown)
				}
				b.store.fail = 0
				for range 2 { // repeated
					require.NoError(t, end(b))
					requireHolders(t, b, false)
					for _, p := range []int{1, 2} {
						require.Len(t, b.store.stream(person.StreamPrefix+b.Tag(number(t, p)).String()), 2)
					}
				}
				_, err := b.Submit(ctx, by("li", "again"), submission(t, domain.Ordinary, 2))
				require.NoError(t, err)
			}
		})
	}
	b := newBureau(t)
	b.winner(t, 1, 2)
	require.NoError(t, b.Indicator(ctx, by("wei", "use"), won, indicator.Used{}, indicator.Use{At: opens}))
	requireHolders(t, b, true)
}

func requireHolders(t *testing.T, b bureau, held bool) {
	t.Helper()
	for _, n := range []int{1, 2} {
		require.Equal(t, held, b.holder(t, n, domain.Ordinary) != "", "person %d", n)
	}
}

// TestClockMay: the clock causes what falls due and nothing else.
func TestClockMay(t *testing.T) {
	b := newBureau(t)
	b.opened(t)
	requireCode(t, "window_open", b.Round(ctx, clock(b, closes-1, "close"), "2026-1", round.Closed{}, round.Close{At: closes - 1}))
	require.NoError(t, b.Round(ctx, clock(b, closes, "close"), "2026-1", round.Closed{}, round.Close{At: closes}))
	before := b.store.content()
	at := clock(b, closes, "more")
	requireCode(t, "not_allowed", b.VoidRound(ctx, at, "2026-1", round.ForceMajeure))
	requireCode(t, "not_allowed", b.Withdraw(ctx, at, "0000000000012"))
	requireCode(t, "not_allowed", b.OpenRound(ctx, at, "2026-2", "beijing-2021", opens, closes))
	requireCode(t, "unknown_actor", b.AppointOfficer(ctx, at, "hand", officer.Roles))
	requireCode(t, "not_allowed", b.AdoptRules(ctx, at, rules.Beijing2021()))
	requireCode(t, "not_allowed", b.Indicator(ctx, at, won, indicator.Confirmed{}, indicator.Confirm{At: closes}))
	require.Equal(t, before, b.store.content())
}

func TestRerunRound(t *testing.T) {
	b := newBureau(t)
	b.opened(t)
	open := func(id, reruns string) error {
		return b.RerunRound(ctx, by("wei", "open "+id), id, "beijing-2021", opens, closes, reruns)
	}
	requireCode(t, "not_voided", open("2026-2", "2026-1"))
	requireCode(t, "not_voided", open("2026-2", "2026-9"))
	requireCode(t, "reason_unfounded", b.VoidRound(ctx, by("wei", "void"), "2026-1", round.BeaconMissing))
	requireCode(t, "unknown_round", b.VoidRound(ctx, by("wei", "void"), "2026-9", round.FraudFound))
	require.NoError(t, b.VoidRound(ctx, by("wei", "void"), "2026-1", round.FraudFound))
	require.NoError(t, open("2026-2", "2026-1"))
	require.NoError(t, open("2026-2", "2026-1"), "repeated")
	requireCode(t, "rerun_exists", open("2026-3", "2026-1"))
}

// TestPromoteTwice: two clocks that found the same, or that looked at different moments.
func TestPromoteTwice(t *testing.T) {
	b := newBureau(t)
	cmd := indicator.Promote{Vacated: won, Rank: 7, Next: 7, Vacancy: rules.VacantRevoked, PromoteFor: rules.Vacancies}
	const id = "2026-1.ordinary.7"
	require.NoError(t, b.Promote(ctx, clock(b, closes, "one"), id, cmd))
	require.NoError(t, b.Promote(ctx, clock(b, closes, "one"), id, cmd))
	require.NoError(t, b.Promote(ctx, clock(b, closes+1, "two"), id, cmd))
	require.Len(t, b.store.stream(indicator.StreamPrefix+id), 1)
	cmd.Vacated = "2026-1.ordinary.2"
	requireCode(t, "indicator_exists", b.Promote(ctx, clock(b, closes+1, "three"), id, cmd))
}

// TestExpireByTheClock: also after a crash between the application and its people.
func TestExpireByTheClock(t *testing.T) {
	for n := range 4 {
		b := newBureau(t)
		b.opened(t)
		r, err := b.Submit(ctx, by("li", "submit"), submission(t, domain.Ordinary, 1))
		require.NoError(t, err)
		require.NoError(t, b.Application(ctx, by("wei", "approve"), r.Code, application.Approved{}, application.Approve{}))
		requireCode(t, "application_valid", b.Expire(ctx, clock(b, opens+90*day-1, "expire"), r.Code, ""))
		later := clock(b, opens+91*day, "expire")
		requireCode(t, "application_in_draw", b.Expire(ctx, later, r.Code, "2026-1"))
		b.store.appends, b.store.fail = 0, n
		err = b.Expire(ctx, later, r.Code, "")
		require.Equal(t, n == 0 || n > 2, err == nil)
		b.store.fail = 0
		require.NoError(t, b.Expire(ctx, later, r.Code, ""))
		require.Empty(t, b.holder(t, 1, domain.Ordinary))
		require.Len(t, b.store.stream(application.StreamPrefix+r.Code), 3)
	}
}

// TestRoundsGoForwardInTime: another conductor, whose clock is right, comes between reading and
// writing of one whose clock is behind. The round must not go back in time.
func TestRoundsGoForwardInTime(t *testing.T) {
	b := newBureau(t)
	b.opened(t)
	late, early := by("wei", "close"), by("wei", "void")
	late.At, early.At = closes+2, closes+1
	b.store.race = func() {
		require.NoError(t, b.Round(ctx, late, "2026-1", round.Closed{}, round.Close{At: late.At}))
	}
	requireCode(t, "clock_behind", b.Round(ctx, early, "2026-1", round.Voided{}, round.Void{At: early.At, Reason: round.OrderOfCourt}))

	last := by("wei", "void later")
	last.At = closes + 3
	require.NoError(t, b.VoidRound(ctx, last, "2026-1", round.OrderOfCourt))
	require.NoError(t, b.Round(ctx, late, "2026-1", round.Closed{}, round.Close{At: late.At}), "repeated after a lost reply")
}
