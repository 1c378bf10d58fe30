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
	"lotteryledger/eventstore/office"
)

const won = "2026-1.ordinary.1"

// awarded lets some people apply together and win.
func (b bureau) awarded(t testing.TB, people ...int) string {
	t.Helper()
	b.opened(t)
	r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, people...))
	require.NoError(t, err)
	require.NoError(t, b.do(by("wei", "approve"),
		office.Application(r.Code, application.Approve{})))
	require.NoError(t, b.award(by("wei", "award"), won, r.Code))
	return r.Code
}

// winner confirms them as well.
func (b bureau) winner(t testing.TB, people ...int) string {
	t.Helper()
	code := b.awarded(t, people...)
	require.NoError(t, b.do(by("wei", "confirm"), office.Indicator(won, indicator.Confirm{})))
	return code
}

// clock is the metadata of a duty at a time.
func clock(b bureau, at domain.Time, duty string) order {
	return order{office.Author{
		Command: b.CommandID("clock", []byte(duty)),
		Actor:   catalog.ActorClock,
	}, at}
}

// TestLapse: the people of a lapsed indicator are free again, but not before the bar is over,
// and then without what they had lost before.
func TestLapse(t *testing.T) {
	b := newBureau(t)
	code := b.winner(t, 1, 2)
	requireCode(t, "indicator_valid",
		b.endIndicator(clock(b, opens+10, "lapse"), won,
			indicator.Forfeit{Reason: indicator.Lapsed}))
	for range 2 { // repeated
		require.NoError(t, b.endIndicator(clock(b, opens+11, "lapse"), won,
			indicator.Forfeit{Reason: indicator.Lapsed}))
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
	_, err = b.submit(again, submission(t, domain.NewEnergy, 2))
	requireCode(t, "person_barred", err)
	_, err = b.submit(again, submission(t, domain.NewEnergy, 3, 2))
	requireCode(t, "person_barred", err)
	require.Empty(t, b.holder(t, 3, domain.NewEnergy), "nobody stays reserved for a refusal")

	again.At = until
	old := submission(t, domain.Ordinary, 2)
	old.Standing.Members[0].DrawsSince2021 = 1
	_, err = b.submit(again, old)
	requireCode(t, "ladder_reset", err)
	require.Empty(t, b.holder(t, 2, domain.Ordinary))
	r, err := b.submit(again, submission(t, domain.Ordinary, 2))
	require.NoError(t, err)
	requireCode(t, "ladder_reset",
		b.do(by("li", "edit"),
			office.Application(r.Code, application.Edit{Standing: old.Standing})))
	credit := application.Credit{Member: 1, DrawsUntil2020: 1, Evidence: domain.Digest{1}}
	requireCode(t, "ladder_reset", b.do(by("wei", "credit"), office.Application(r.Code, credit)))
	fresh := submission(t, domain.Ordinary, 2).Standing
	fresh.Members[0].RegisteredOn++
	require.NoError(t, b.do(by("li", "edit 2"),
		office.Application(r.Code, application.Edit{Standing: fresh})))
	requireCode(t, "invalid_id",
		b.do(by("li", "edit 3"), office.Application("1", application.Edit{Standing: fresh})))
}

// TestLapseGoesOn after a crash between the indicator and its people.
func TestLapseGoesOn(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for _, lost := range []bool{false, true} {
			b := newBureau(t)
			b.winner(t, 1, 2)
			b.store.appends, b.store.fail, b.store.lost = 0, n, lost
			require.ErrorIs(t, b.endIndicator(clock(b, opens+11, "lapse"), won,
				indicator.Forfeit{Reason: indicator.Lapsed}), errDown)
			b.store.fail = 0
			require.NoError(t, b.endIndicator(clock(b, opens+99, "lapse"), won,
				indicator.Forfeit{Reason: indicator.Lapsed}))
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
			return b.endIndicator(by("wei", "end"), won,
				indicator.Revoke{Reason: indicator.NotEligible})
		},
		"given back": func(b bureau) error {
			return b.endIndicator(by("wei", "end"), won,
				indicator.Forfeit{Reason: indicator.Refused})
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
						require.Len(t, b.store.stream(person.StreamPrefix+
							b.Tag(number(t, p)).String()), 2)
					}
				}
				_, err := b.submit(by("li", "again"), submission(t, domain.Ordinary, 2))
				require.NoError(t, err)
			}
		})
	}
	b := newBureau(t)
	b.winner(t, 1, 2)
	require.NoError(t, b.do(by("wei", "use"), office.Indicator(won, indicator.Use{})))
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
	requireCode(t, "window_open",
		b.do(clock(b, closes-1, "close"), office.Round("2026-1", round.Close{At: closes - 1})))
	require.NoError(t, b.do(clock(b, closes, "close"), office.Round("2026-1", round.Close{})))
	before := b.store.content()
	at := clock(b, closes, "more")
	requireCode(t, "not_allowed",
		b.do(at, office.Round("2026-1", round.Void{Reason: round.ForceMajeure})))
	requireCode(t, "not_allowed", b.endApplication(at, "0000000000012", application.Withdraw{}))
	requireCode(t, "not_allowed",
		b.do(at, office.Round("2026-2",
			round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	requireCode(t, "not_allowed",
		b.do(at, office.Officer("hand", officer.Appoint{Roles: officer.Roles})))
	requireCode(t, "not_allowed", b.do(at, office.Rules(rules.Beijing2021())))
	requireCode(t, "not_allowed", b.do(at, office.Indicator(won, indicator.Confirm{})))
	require.Equal(t, before, b.store.content())
}

func TestRerunRound(t *testing.T) {
	b := newBureau(t)
	b.opened(t)
	open := func(id, reruns string) error {
		return b.do(by("wei", "open "+id),
			office.Round(id, round.Open{
				Rules: "beijing-2021", Opens: opens, Closes: closes,
				Reruns: reruns,
			}))
	}
	requireCode(t, "not_voided", open("2026-2", "2026-1"))
	requireCode(t, "not_voided", open("2026-2", "2026-9"))
	requireCode(t, "reason_unfounded",
		b.do(by("wei", "void"), office.Round("2026-1", round.Void{Reason: round.BeaconMissing})))
	requireCode(t, "unknown_round",
		b.do(by("wei", "void"), office.Round("2026-9", round.Void{Reason: round.FraudFound})))
	require.NoError(t, b.do(by("wei", "void"),
		office.Round("2026-1", round.Void{Reason: round.FraudFound})))
	require.NoError(t, open("2026-2", "2026-1"))
	require.NoError(t, open("2026-2", "2026-1"), "repeated")
	requireCode(t, "rerun_exists", open("2026-3", "2026-1"))
}

// TestPromoteTwice: two clocks that found the same, or that looked at different moments.
func TestPromoteTwice(t *testing.T) {
	b := newBureau(t)
	v := beijing()
	v.PromoteFor = rules.Vacancies
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(v)))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: v.Name, Opens: opens, Closes: closes})))
	const id = "2026-1.ordinary.7"
	promote := func(vacated string) office.Request {
		vacant := indicator.Reserve{Vacancy: rules.VacantRevoked, Next: 7}
		return office.Indicator(id, indicator.Promote{Vacated: vacated}).On(result{reserve: vacant})
	}
	require.NoError(t, b.do(clock(b, closes, "one"), promote(won)))
	require.NoError(t, b.do(clock(b, closes, "one"), promote(won)))
	require.NoError(t, b.do(clock(b, closes+1, "two"), promote(won)))
	require.Len(t, b.store.stream(indicator.StreamPrefix+id), 1)
	requireCode(t, "indicator_exists",
		b.do(clock(b, closes+1, "three"), promote("2026-1.ordinary.2")))
	require.ErrorContains(t,
		b.do(clock(b, closes, "four"), office.Indicator(id, indicator.Promote{Vacated: won})),
		"published ledger")
}

// TestExpireByTheClock: also after a crash between the application and its people.
func TestExpireByTheClock(t *testing.T) {
	for n := range 4 {
		b := newBureau(t)
		b.opened(t)
		r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
		require.NoError(t, err)
		require.NoError(t, b.do(by("wei", "approve"),
			office.Application(r.Code, application.Approve{})))
		requireCode(t, "application_valid",
			b.expire(clock(b, opens+90*day-1, "expire"), r.Code, ""))
		later := clock(b, opens+91*day, "expire")
		requireCode(t, "application_in_draw", b.expire(later, r.Code, "2026-1"))
		b.store.appends, b.store.fail = 0, n
		err = b.expire(later, r.Code, "")
		require.Equal(t, n == 0 || n > 2, err == nil)
		b.store.fail = 0
		require.NoError(t, b.expire(later, r.Code, ""))
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
	other := emptyBureau()
	other.Store = b.store
	b.store.race = func() {
		require.NoError(t, other.do(late, office.Round("2026-1", round.Close{})))
	}
	requireCode(t, "clock_behind",
		b.do(early, office.Round("2026-1", round.Void{Reason: round.OrderOfCourt})))

	last := by("wei", "void later")
	last.At = closes + 3
	require.NoError(t, b.do(last, office.Round("2026-1", round.Void{Reason: round.OrderOfCourt})))
	require.NoError(t, b.do(late, office.Round("2026-1", round.Close{})),
		"repeated after a lost reply")
}
