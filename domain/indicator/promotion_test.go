package indicator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

const (
	vacated   = "2026-1.ordinary.2"
	confirmBy = confirmedAt + 30*day
	pool      = "ordinary"
)

var (
	penalty  = rules.Lapse{BarSeconds: 730 * day, ResetLadder: true, Returns: true}
	timely   = indicator.Awarded{Application: winner, ConfirmBy: confirmBy}
	promoted = indicator.Promoted{Vacated: vacated}
	promote  = indicator.Promote{
		Vacated: vacated, Rank: 7,
		Reserve:    indicator.Reserve{Next: 7, Vacancy: rules.VacantRevoked},
		PromoteFor: []rules.Vacancy{rules.VacantRevoked, rules.VacantRefused},
	}
)

func TestPromote(t *testing.T) {
	rule.Given().When(promote).Then(t, promoted)
	rule.Given(promoted).When(promote).Nothing(t)
	rule.Given(promoted, awarded).When(promote).Nothing(t)
	rule.Given(promoted).When(award).Then(t, awarded)
	rule.Given(promoted).When(confirm).Refused(t, "indicator_phase")
	rule.Given(promoted).When(indicator.Forfeit{At: useBy, Reason: indicator.Refused}).Refused(t,
		"indicator_phase")
	for code, changes := range map[string][]func(*indicator.Promote){
		"not_next_in_reserve": {
			func(c *indicator.Promote) { c.Rank++ },
			func(c *indicator.Promote) { c.Rank-- },
			func(c *indicator.Promote) { c.Reserve.Next = 0 },
		},
		"not_vacant": {
			func(c *indicator.Promote) { c.Reserve.Vacancy = "" },
			func(c *indicator.Promote) { c.Reserve.Vacancy = rules.VacantLapsed },
			func(c *indicator.Promote) { c.Reserve.Filled = true },
			func(c *indicator.Promote) { c.PromoteFor = nil },
		},
	} {
		for _, change := range changes {
			c := promote
			change(&c)
			rule.Given().When(c).Refused(t, code)
		}
	}
	other := promote
	other.Vacated = "2026-1.ordinary.3"
	rule.Given(promoted).When(other).Refused(t, "indicator_exists")
	rule.Given(awarded).When(promote).Refused(t, "indicator_exists")
}

func TestVacancy(t *testing.T) {
	for _, v := range []struct {
		past  []indicator.Event
		ended bool
		want  rules.Vacancy
	}{
		{nil, false, ""},
		{nil, true, rules.VacantDeclined},
		{[]indicator.Event{promoted}, false, ""},
		{[]indicator.Event{promoted}, true, rules.VacantDeclined},
		{[]indicator.Event{awarded}, true, ""},
		{[]indicator.Event{awarded, confirmed}, true, ""},
		{[]indicator.Event{awarded, revoked}, true, rules.VacantRevoked},
		{[]indicator.Event{awarded, confirmed, lapsed}, true, rules.VacantLapsed},
		{[]indicator.Event{awarded, refused}, true, rules.VacantRefused},
		{[]indicator.Event{awarded, confirmed, indicator.Used{}}, true, ""},
	} {
		var s indicator.State
		for _, e := range v.past {
			s = indicator.Evolve(s, e)
		}
		require.Equal(t, v.want, s.Vacancy(v.ended), "%v", v.past)
	}
}

// TestTimeToConfirm: where the rules set a time for the check after winning, nobody
// confirms or revokes after it, and only then it ends by itself.
func TestTimeToConfirm(t *testing.T) {
	c := award
	c.At, c.ConfirmSeconds = confirmedAt, 30*day
	rule.Given().When(c).Then(t, timely)
	revoke := func(at domain.Time,
		r indicator.Reason,
	) indicator.Revoke {
		return indicator.Revoke{At: at, Reason: r}
	}
	overdue := indicator.Revoked{Reason: indicator.NotConfirmed}
	rule.Given(timely).When(indicator.Confirm{At: confirmBy, UseSeconds: 1}).Then(t,
		indicator.Confirmed{UseBy: confirmBy + 1})
	rule.Given(timely).When(indicator.Confirm{At: confirmBy + 1, UseSeconds: 1}).Refused(t,
		"confirm_too_late")
	rule.Given(timely).When(revoke(confirmBy, indicator.NotEligible)).Then(t, revoked)
	rule.Given(timely).When(revoke(confirmBy+1, indicator.NotEligible)).Refused(t,
		"confirm_too_late")
	rule.Given(timely).When(revoke(confirmBy, indicator.NotConfirmed)).Refused(t, "confirm_pending")
	rule.Given(timely).When(revoke(confirmBy+1, indicator.NotConfirmed)).Then(t, overdue)
	rule.Given(timely, overdue).When(revoke(confirmBy+1, indicator.NotConfirmed)).Nothing(t)
	rule.Given(awarded).When(revoke(confirmBy+1, indicator.NotConfirmed)).Refused(t,
		"confirm_pending")
	rule.Given(timely, confirmed).When(revoke(confirmBy+1, indicator.NotConfirmed)).Refused(t,
		"indicator_phase")
}

// TestPenalty counts from the lapse and not from the day on which somebody noticed it.
func TestPenalty(t *testing.T) {
	lapse := func(at domain.Time, l rules.Lapse) indicator.Forfeit {
		return indicator.Forfeit{At: at, Reason: indicator.Lapsed, Pool: pool, Lapse: l}
	}
	want := indicator.Forfeited{
		Reason: indicator.Lapsed, BarredUntil: useBy + 730*day, ResetLadder: true,
		ReturnsTo: indicator.Quota{Year: 2027, Pool: pool},
	}
	rule.Given(awarded, confirmed).When(lapse(useBy+1, penalty)).Then(t, want)
	rule.Given(awarded, confirmed).When(lapse(useBy+400*day, penalty)).Then(t, want)
	want.ResetLadder, want.ReturnsTo = false, indicator.Quota{}
	rule.Given(awarded, confirmed).When(lapse(useBy+1, rules.Lapse{BarSeconds: 730 * day})).Then(t,
		want)
	rule.Given(awarded, confirmed).When(lapse(useBy+1, rules.Lapse{})).Then(t, lapsed)
	given := lapse(useBy, penalty)
	given.Reason = indicator.Refused
	rule.Given(awarded, confirmed).When(given).Then(t, refused)
}
