package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/rules"
)

const day = 86400

// reviewed is a good ledger with everything that may happen to an application under rules
// that demand checks and let individuals be valid for 150 days: two published rounds, 200
// days apart. The applications, all of individuals but the last two:
//
//	0  failed a check, rejected, granted a recheck    7  renewed by the applicant
//	1  rejected, upheld                               8  renewed by the office
//	2  credited                                       9  lapsed, expired before the second seal
//	3  disqualified after the approval               10  lapsed, never expired
//	4  withdrawn by the applicant                    11  families, valid without end
//	5  disqualified before a review                  12
//	6  edited after a check, checked again
func reviewed(t require.TestingT, k hooks) *history {
	change := k.version
	k.version = func(v *rules.Version) {
		v.RequiredChecks = []rules.RequiredCheck{
			{Department: "tax", Item: "paid"},
			{
				Department: "civil", Item: "kinship",
				Applicants: []domain.ApplicantKind{domain.Family},
			},
		}
		v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 150 * day}}
		if change != nil {
			change(v)
		}
	}
	h := newHistory(t, k)
	h.put("chief", "officer-dora",
		officer.RolesChanged{
			Roles:       []officer.Role{officer.Reviewer},
			Departments: []string{"civil"},
		})
	h.open("r1")
	for n := range 11 {
		h.submit("r1", domain.Ordinary, individual(n))
	}
	h.submit("r1", domain.Ordinary, family(1))
	h.submit("r1", domain.Ordinary, family(2))
	for _, a := range h.apps[:2] {
		h.put("rex", of(a), failed(application.InsuranceTax))
		h.reject("rex", a, application.InsuranceTax)
	}
	h.askRecheck(asApplicant(h.apps[0]), h.apps[0])
	h.put("dora", of(h.apps[0]), application.RecheckAnswered{Answer: application.Granted})
	h.askRecheck("rita", h.apps[1])
	h.put("dora", of(h.apps[1]), application.RecheckAnswered{Answer: application.Upheld})
	credit := application.Credited{
		Member: 1, DrawsUntil2020: 60, DrawsSince2021: 1,
		Evidence: h.person(),
	}
	h.put("rex", of(h.apps[2]), credit)
	h.apps[2].standing = credit.Apply(h.apps[2].standing)
	h.disqualify(h.apps[5], application.Impersonation)
	h.put("rex", of(h.apps[6]), passed)
	h.apps[6].standing = individual(20)
	h.put("rita", of(h.apps[6]), application.Edited{Standing: h.apps[6].standing})
	for i, a := range h.apps {
		if i == 1 || i == 5 {
			continue
		}
		h.put("rex", of(a), passed)
		if a.standing.Applicant == domain.Family {
			h.put("dora", of(a),
				application.CheckRecorded{
					Department: "civil", Item: "kinship",
					Outcome: application.Passed,
				})
		}
		h.approve(a)
	}
	h.disqualify(h.apps[3], application.NoLongerEligible)
	h.withdrawBy(asApplicant(h.apps[4]), h.apps[4])
	h.conduct("r1", 1, 1, nil)

	for range 2 {
		h.now += 60 * day
		h.renew(asApplicant(h.apps[7]), h.apps[7])
		h.renew("rita", h.apps[8])
	}
	h.opens, h.closes = opens+200*day, closes+200*day
	h.open("r2")
	h.now = h.closes
	h.expire(h.apps[9])
	h.conduct("r2", 4, 1, nil) // everybody wins
	won, id := h.won["r2"]["ordinary"][0], indicator.ID("r2", "ordinary", 1)
	h.put("cora", "application-"+won, application.Awarded{Indicator: id})
	h.put("cora", "indicator-"+id, indicator.Awarded{Application: won})
	return h
}

var passed = application.CheckRecorded{Department: "tax", Item: "paid", Outcome: application.Passed}

func failed(why ...application.Reason) application.CheckRecorded {
	return application.CheckRecorded{
		Department: "tax", Item: "paid", Outcome: application.Failed,
		Reasons: why,
	}
}

// asApplicant is the actor of the applicant behind an application.
func asApplicant(a *entrant) string { return "applicant:" + a.who }

func (h *history) askRecheck(actor string, a *entrant) {
	h.put(actor, of(a), application.RecheckAsked{AnswerBy: h.now + 1 +
		domain.Time(a.terms.RecheckAnswerSeconds)})
}

func (h *history) disqualify(a *entrant, why application.DisqualifyReason) {
	h.end("rex", a, application.Disqualified{Reason: why})
}

func (h *history) withdrawBy(actor string, a *entrant) { h.end(actor, a, application.Withdrawn{}) }

func (h *history) expire(a *entrant) { h.end("rita", a, application.Expired{}) }

// end stores what ends an application and gives its people free.
func (h *history) end(actor string, a *entrant, e application.Event) {
	a.until = min(a.until, h.put(actor, of(a), e))
	for _, p := range a.persons {
		h.put(actor, "identity-"+p.String(), person.Released{Kind: a.kind, Application: a.code})
	}
}

func (h *history) renew(actor string, a *entrant) {
	until := a.terms.ValidUntil(a.standing.Applicant, h.now+1)
	a.validity = append(a.validity,
		validity{h.put(actor, of(a), application.Renewed{ValidUntil: until}), until})
}

// TestReviewed: who is on the rosters of the good ledger, and that it is one.
func TestReviewed(t *testing.T) {
	h := reviewed(t, hooks{})
	h.verified(t)
	roster := func(id string) (on []int) {
		text := string(h.files[audit.RosterPath(id, "ordinary")])
		for i, a := range h.apps {
			if slices.Contains(fieldsOf(text), a.code) {
				on = append(on, i)
			}
		}
		return on
	}
	require.Equal(t, []int{0, 2, 6, 7, 8, 9, 10, 11, 12}, roster("r1"))
	var second []int
	for _, i := range []int{7, 8, 11, 12} { // the others are not valid any more
		if !slices.Contains(h.won["r1"]["ordinary"], h.apps[i].code) {
			second = append(second, i)
		}
	}
	require.Equal(t, second, roster("r2"))
	for _, i := range second { // and lost the first draw
		require.Positive(t, h.apps[i].losses)
	}
}

// TestRosterAtTheEndOfValidity: valid until the very moment of the close is too late, a second
// more is not.
func TestRosterAtTheEndOfValidity(t *testing.T) {
	for seconds, on := range map[int64]bool{-1: false, 0: false, 1: true} {
		h := newHistory(t, hooks{version: func(v *rules.Version) {
			v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 10 * day}}
		}})
		h.open("r1")
		h.now = closes - 10*day
		a := h.submit("r1", domain.Ordinary, individual(1))
		h.now = closes - 10*day + domain.Time(seconds) - 1
		h.approve(a)
		require.Equal(t, closes+domain.Time(seconds), a.validUntil(len(h.records)))
		h.conduct("r1", 1, 0, nil)
		require.Equal(t, on, slices.Contains(h.won["r1"]["ordinary"], a.code),
			"%d s after the close", seconds)
		h.verified(t)
	}
}

// TestExpireWaitsForTheDraw: what a round may still select does not expire, and a winner waits
// for the award.
func TestExpireWaitsForTheDraw(t *testing.T) {
	h := newHistory(t, hooks{version: func(v *rules.Version) {
		v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 60 * day}}
	}})
	h.open("r1")
	for n := range 3 {
		h.approve(h.submit("r1", domain.Ordinary, individual(n)))
	}
	h.conduct("r1", 1, 0, func(h *history) { h.now = opens + 61*day })
	won := h.won["r1"]["ordinary"][0]
	l := audit.NewLedger(nil)
	for i, leaf := range h.leaves() {
		d, err := audit.Decode(int64(i), leaf)
		require.NoError(t, err)
		require.NoError(t, l.Apply(d))
		if due := l.RunOut(opens + 61*day); len(due) > 0 {
			require.Equal(t, len(h.leaves()), i+1, "not before the publication")
			require.Len(t, due, 2)
			require.NotContains(t, due, won)
		}
	}
	require.Empty(t, l.RunOut(opens+59*day))
	require.Equal(t, "r1", l.Drawing(won))
	for _, a := range h.apps {
		if a.code != won {
			require.Empty(t, l.Drawing(a.code))
			h.expire(a)
		}
	}
	h.verified(t)
}

// fieldsOf splits a file of lines and columns.
func fieldsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\t' || r == '\n' })
}

// TestExpiryIsDue: what a clock finds is what the office ended, and it stays due until its
// people are free.
func TestExpiryIsDue(t *testing.T) {
	h := reviewed(t, hooks{})
	free := "identity-" + h.apps[9].persons[0].String()
	released := h.index(free, person.Released{})
	for _, i := range []int{h.index(of(h.apps[9]), application.Expired{}), released} {
		h.records[i].actor = "clock"
	}
	h.verified(t)
	due := func(n int) []string {
		before := *h
		before.records = h.records[:n]
		return before.replayed().ToExpire(h.records[released].at)
	}
	require.Contains(t, due(released-1), h.apps[9].code)
	require.Contains(t, due(released), h.apps[9].code, "its people are still held")
	require.NotContains(t, due(released+1), h.apps[9].code)
}

// TestBoundInFlight: a check that was decided before the reviewer was bound to another department
// may be stored a little later.
func TestBoundInFlight(t *testing.T) {
	for after, code := range map[domain.Time]string{
		inFlight:     "",
		inFlight + 1: "other_department",
	} {
		h := reviewed(t, hooks{})
		h.open("r3")
		a := h.submit("r3", domain.Ordinary, individual(20))
		h.put("rex", of(a), passed)
		h.put("chief", "officer-rex",
			officer.RolesChanged{
				Roles:       []officer.Role{officer.Reviewer},
				Departments: []string{"civil"},
			})
		h.now += after - 1
		h.put("rex", of(a), failed(application.InsuranceTax))
		if code == "" {
			h.verified(t)
		} else {
			h.refused(t, code)
		}
	}
}
