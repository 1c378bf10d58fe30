package indicator_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

var rule = domaintest.For(indicator.Decide, indicator.Evolve)

const (
	winner  = "0000000000019"
	another = "0000000000027"
	day     = 86400

	confirmedAt domain.Time = 1782439200
	useBy                   = confirmedAt + 365*day
)

var (
	award     = indicator.Award{Application: winner, Selected: winner}
	confirm   = indicator.Confirm{At: confirmedAt, UseSeconds: 365 * day}
	awarded   = indicator.Awarded{Application: winner}
	confirmed = indicator.Confirmed{UseBy: useBy}
	revoked   = indicator.Revoked{Reason: indicator.NotEligible}
	lapsed    = indicator.Forfeited{Reason: indicator.Lapsed}
	refused   = indicator.Forfeited{Reason: indicator.Refused}
)

func TestAward(t *testing.T) {
	rule.Given().When(award).Then(t, awarded)
	rule.Given(awarded).When(award).Nothing(t)
	rule.Given(awarded, confirmed, indicator.Used{}).When(award).Nothing(t)
	rule.Given().When(indicator.Award{Application: winner}).Refused(t, "not_selected")
	rule.Given().When(indicator.Award{}).Refused(t, "not_selected")
	rule.Given().When(indicator.Award{Application: winner, Selected: another}).Refused(t,
		"not_selected")
	rule.Given(awarded).When(indicator.Award{Application: another, Selected: another}).Refused(t,
		"indicator_exists")
}

func TestConfirm(t *testing.T) {
	rule.Given(awarded).When(confirm).Then(t, confirmed)
	rule.Given(awarded, confirmed).When(confirm).Nothing(t)
	rule.Given(awarded, confirmed).When(indicator.Confirm{
		At:         confirmedAt + 1,
		UseSeconds: 1,
	}).Nothing(t)
	rule.Given().When(confirm).Refused(t, "unknown_indicator")
	for _, end := range []indicator.Event{revoked, indicator.Used{}, lapsed} {
		rule.Given(awarded, end).When(confirm).Refused(t, "indicator_phase")
	}
}

func TestRevoke(t *testing.T) {
	for _, reason := range indicator.Reasons {
		if reason == indicator.NotConfirmed {
			continue // see TestTimeToConfirm
		}
		rule.Given(awarded).When(indicator.Revoke{Reason: reason}).Then(t,
			indicator.Revoked{Reason: reason})
		rule.Given(awarded, indicator.Revoked{Reason: reason}).When(
			indicator.Revoke{Reason: reason}).Nothing(t)
	}
	rule.Given(awarded).When(indicator.Revoke{}).Refused(t, "invalid_reason")
	rule.Given(awarded).When(indicator.Revoke{Reason: "whim"}).Refused(t, "invalid_reason")
	rule.Given().When(indicator.Revoke{Reason: revoked.Reason}).Refused(t, "unknown_indicator")
	rule.Given(awarded, confirmed).When(indicator.Revoke{Reason: revoked.Reason}).Refused(t,
		"indicator_phase")
	rule.Given(awarded, refused).When(indicator.Revoke{Reason: revoked.Reason}).Refused(t,
		"indicator_phase")
}

func TestUse(t *testing.T) {
	rule.Given(awarded, confirmed).When(indicator.Use{At: useBy}).Then(t, indicator.Used{})
	rule.Given(awarded, confirmed).When(indicator.Use{At: useBy + 1}).Refused(t, "indicator_lapsed")
	rule.Given(awarded, confirmed, indicator.Used{}).When(indicator.Use{At: useBy + 1}).Nothing(t)
	rule.Given().When(indicator.Use{At: useBy}).Refused(t, "unknown_indicator")
	rule.Given(awarded).When(indicator.Use{At: useBy}).Refused(t, "indicator_phase")
	rule.Given(awarded, revoked).When(indicator.Use{At: useBy}).Refused(t, "indicator_phase")
	rule.Given(awarded, confirmed, lapsed).When(indicator.Use{At: useBy}).Refused(t,
		"indicator_phase")
}

func TestForfeit(t *testing.T) {
	lapse := func(at domain.Time) indicator.Forfeit {
		return indicator.Forfeit{
			At:     at,
			Reason: indicator.Lapsed,
		}
	}
	refuse := indicator.Forfeit{At: confirmedAt, Reason: indicator.Refused}
	rule.Given(awarded, confirmed).When(lapse(useBy+1)).Then(t, lapsed)
	rule.Given(awarded, confirmed).When(lapse(useBy)).Refused(t, "indicator_valid")
	rule.Given(awarded, confirmed, lapsed).When(lapse(useBy + 1)).Nothing(t)
	rule.Given(awarded).When(lapse(useBy+1)).Refused(t, "indicator_phase")

	rule.Given(awarded).When(refuse).Then(t, refused)
	rule.Given(awarded, confirmed).When(refuse).Then(t, refused)
	rule.Given(awarded, refused).When(refuse).Nothing(t)

	rule.Given(awarded).When(indicator.Forfeit{At: useBy + 1}).Refused(t, "invalid_reason")
	rule.Given(awarded).When(indicator.Forfeit{At: useBy + 1, Reason: "whim"}).Refused(t,
		"invalid_reason")
	rule.Given().When(refuse).Refused(t, "unknown_indicator")
	rule.Given(awarded, revoked).When(refuse).Refused(t, "indicator_phase")
	rule.Given(awarded, confirmed, indicator.Used{}).When(lapse(useBy+1)).Refused(t,
		"indicator_phase")
}

func TestID(t *testing.T) {
	require.Equal(t, "2026-1.energy.family.40000", indicator.ID("2026-1", "energy.family", 40000))
	r, pool, rank, err := indicator.ParseID("2026-1.energy.family.40000")
	require.NoError(t, err)
	require.Equal(t, []any{"2026-1", "energy.family", uint64(40000)}, []any{r, pool, rank})

	_, _, _, err = indicator.ParseID(indicator.ID("r", "p", math.MaxUint32))
	require.NoError(t, err)
	for _, bad := range []string{
		"", ".", "..", "...", "r", "r.p", "r.1", ".p.1", "r..1", "r.p.", "r.p.0", "r.p.01",
		"r.p.+1", "r.p.-1", "r.p.1 ", "r.p.x", "r.p.1.",
		indicator.ID("r", "p", math.MaxUint32+1), "r.p.１",
	} {
		_, _, _, err := indicator.ParseID(bad)
		require.Equal(t, "invalid_id", fault.CodeOf(err), "%q", bad)
	}
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{
		"2026-1.ordinary.1", "r.a.b.c.2", "..1", "r.p.4294967296",
		"r.p.00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, pool, rank, err := indicator.ParseID(s)
		if err != nil {
			require.Equal(t, "invalid_id", fault.CodeOf(err))
			return
		}
		require.Equal(t, s, indicator.ID(r, pool, rank), "one text form")
		require.Positive(t, rank)
		require.False(t, r == "" || pool == "" || strings.Contains(r, "."))
	})
}

// after lists where an indicator may go from each phase.
var after = map[indicator.Phase][]indicator.Phase{
	"":                      {indicator.PhaseAwarded, indicator.PhasePromoted},
	indicator.PhasePromoted: {indicator.PhaseAwarded},
	indicator.PhaseAwarded: {
		indicator.PhaseConfirmed, indicator.PhaseRevoked,
		indicator.PhaseForfeited,
	},
	indicator.PhaseConfirmed: {indicator.PhaseUsed, indicator.PhaseForfeited},
}

func TestIndicatorStream(t *testing.T) {
	reached := map[indicator.Phase]bool{}
	property := func(t *rapid.T) {
		var s indicator.State
		codes := rapid.SampledFrom([]string{winner, winner, another, ""})
		now := confirmedAt
		step := func(t *rapid.T, cmd indicator.Command) {
			now += domain.Time(rapid.Int64Range(0, 200*day).Draw(t, "later"))
			next, events, code := rule.Step(t, s, cmd)
			require.LessOrEqual(t, len(events), 1)
			if len(events) == 0 {
				require.Equal(t, s, next)
			} else {
				require.Contains(t, after[s.Phase], next.Phase, "from %q by %T", s.Phase, cmd)
				require.Empty(t, code)
			}
			if s.Application != "" {
				require.Equal(t, s.Application, next.Application,
					"an indicator never changes hands")
			}
			if s.Phase != "" {
				require.Equal(t, s.Vacated, next.Vacated, "nor its seat")
			}
			require.Equal(t, next.BarredUntil != 0, next.Lapsed && next.BarredUntil > next.UseBy,
				"the bar comes with a lapse")
			if s.UseBy != 0 {
				require.Equal(t, s.UseBy, next.UseBy, "nor its term")
			}
			s = next
			reached[s.Phase] = true
		}
		t.Repeat(map[string]func(*rapid.T){
			"award": func(t *rapid.T) {
				code := codes.Draw(t, "application")
				step(t, indicator.Award{
					Application: code, Selected: codes.Draw(t, "selected"), At: now,
					ConfirmSeconds: rapid.SampledFrom([]int64{0, 30 * day}).Draw(t, "to confirm"),
				})
			},
			"promote": func(t *rapid.T) {
				c := promote
				c.Reserve.Vacancy = rapid.SampledFrom([]rules.Vacancy{
					rules.VacantRevoked,
					rules.VacantLapsed, "",
				}).Draw(t, "vacancy")
				c.Reserve.Next = rapid.Uint64Range(6, 7).Draw(t, "next")
				step(t, c)
			},
			"confirm": func(t *rapid.T) {
				step(t, indicator.Confirm{
					At:         now,
					UseSeconds: rapid.Int64Range(1, 400*day).Draw(t, "use"),
				})
			},
			"revoke": func(t *rapid.T) {
				step(t, indicator.Revoke{
					At: now,
					Reason: rapid.SampledFrom(append([]indicator.Reason{"whim"},
						indicator.Reasons...)).Draw(t, "reason"),
				})
			},
			"use": func(t *rapid.T) { step(t, indicator.Use{At: now}) },
			"forfeit": func(t *rapid.T) {
				step(t, indicator.Forfeit{
					At: now, Pool: pool,
					Lapse: rapid.SampledFrom([]rules.Lapse{{}, penalty}).Draw(t, "penalty"),
					Reason: rapid.SampledFrom([]indicator.ForfeitReason{
						indicator.Lapsed,
						indicator.Refused, "whim",
					}).Draw(t, "reason"),
				})
			},
		})
	}
	rapid.Check(t, property)
	for tries := 0; tries < 30 && len(reached) < 7; tries++ {
		rapid.Check(t, property) // the rare ones need luck
	}
	require.Len(t, reached, 7, "the property was tried in every phase: %v", reached)
}
