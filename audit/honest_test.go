package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// small is a round with so many individuals, all approved, still open.
func small(t *testing.T, n int) *history {
	h := newHistory(t, hooks{})
	h.open("r1")
	for i := range n {
		h.approve(h.submit("r1", domain.Ordinary, individual(i)))
	}
	return h
}

func (h *history) verified(t *testing.T) *audit.Report {
	t.Helper()
	report, err := audit.VerifyFolder(h.publish(), "", nil)
	require.NoError(t, err)
	return report
}

// inFlight is how many seconds a close or a dismissal may be on its way (docs/threats.md).
const inFlight = 300

// TestOfficerDismissedInFlight: their command was decided before the dismissal was stored, and
// stored after it; one decided later is not allowed.
func TestOfficerDismissedInFlight(t *testing.T) {
	h := small(t, 3)
	a := h.submit("r1", domain.Ordinary, individual(1))
	dismissed := h.records[h.put("chief", "officer-rex", officer.Dismissed{})].at
	h.approve(a)
	for _, before := range []domain.Time{-1, 0, inFlight} {
		h.records[a.from].at = dismissed + before
		h.verified(t)
	}
	h.records[a.from].at = dismissed + inFlight + 1
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, "not_allowed", found.Code)
}

// TestSubmissionInFlight: a round closes, or is voided, while a submission that was decided
// before is on its way; one decided after is too late.
func TestSubmissionInFlight(t *testing.T) {
	for name, end := range map[string]round.Event{
		"closed": round.Closed{},
		"voided": round.Voided{Reason: round.OrderOfCourt},
	} {
		t.Run(name, func(t *testing.T) {
			h := small(t, 2)
			h.now = closes
			end := h.put("cora", "round-r1", end)
			a := h.submit("r1", domain.Ordinary, individual(1))
			i := h.index(of(a), application.Submitted{})
			for _, before := range []domain.Time{-1, 0, inFlight} {
				h.records[i].at = h.records[end].at + before
				h.verified(t)
			}
			h.records[i].at = h.records[end].at + inFlight + 1
			_, err := audit.VerifyFolder(h.publish(), "", nil)
			found, _ := fault.Of(err)
			require.Equal(t, "round_closed", found.Code)
		})
	}
}

// TestBetweenSizeAndSeal: what is stored after the leaves that a seal names, and before the
// seal, waits for the next round, or is on the roster still.
func TestBetweenSizeAndSeal(t *testing.T) {
	h := small(t, 5)
	late := h.submit("r1", domain.Ordinary, individual(1))
	gone := h.apps[0]
	h.conduct("r1", 2, 2, func(h *history) {
		h.approve(late)
		h.withdraw(gone)
	})
	roster := string(h.files[audit.RosterPath("r1", "ordinary")])
	require.NotContains(t, roster, late.code)
	require.Contains(t, roster, gone.code)
	h.verified(t)

	h.open("r2")
	h.conduct("r2", 1, 0, nil)
	require.Contains(t, string(h.files[audit.RosterPath("r2", "ordinary")]), late.code)
	h.verified(t)
}

// TestSelectedWithdraws between seal and draw, and before the award: the seat stays empty.
func TestSelectedWithdraws(t *testing.T) {
	h := small(t, 3)
	gone := h.apps[1]
	h.hooks.drawTime = func(t domain.Time) domain.Time { // after the seal
		h.withdraw(gone)
		return t + 60
	}
	h.conduct("r1", 3, 0, nil) // everybody is selected
	require.Contains(t, h.won["r1"]["ordinary"], gone.code)
	for i, code := range h.won["r1"]["ordinary"] {
		if code != gone.code {
			id := "r1.ordinary." + string(rune('1'+i))
			h.put("cora", "application-"+code, application.Awarded{Indicator: id})
		}
	}
	h.verified(t)

	i := h.newRecord("cora", of(gone), application.Awarded{Indicator: "r1.ordinary.1"})
	h.records = append(h.records, i)
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, "application_withdrawn", found.Code)
}

// TestSizes: pools without anybody, no seats at all, more seats than applications.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		applications           int
		seats, reserve, chosen uint64
	}{
		{0, 0, 0, 0},
		{0, 5, 5, 0},
		{4, 0, 0, 0},
		{4, 0, 3, 0},
		{4, 9, 9, 4},
		{4, 3, 9, 3},
		{1, 1, 0, 1},
	} {
		h := small(t, c.applications)
		h.conduct("r1", c.seats, c.reserve, nil)
		report := h.verified(t)
		require.Len(t, report.Rounds[0].Pools, 5)
		ordinary := report.Rounds[0].Pools[0]
		require.EqualValues(t, c.applications, ordinary.Count)
		require.Equal(t, c.chosen, ordinary.Selected)
		for _, empty := range report.Rounds[0].Pools[1:] {
			require.Zero(t, empty.Count)
			require.Zero(t, empty.Selected)
		}
	}
}

// TestAllRejected: a round that nobody takes part in is a round.
func TestAllRejected(t *testing.T) {
	h := small(t, 0)
	for i := range 4 {
		a := h.submit("r1", domain.Ordinary, individual(i))
		h.reject("rex", a, application.Reasons[i])
	}
	h.conduct("r1", 2, 2, nil)
	require.Empty(t, h.files[audit.ResultPath("r1", "ordinary")])
	h.verified(t)
}

// TestVoidedAndRerun: a round voided at any point leaves the applications to the next, with
// no loss counted, and stays visible with its reason.
func TestVoidedAndRerun(t *testing.T) {
	for _, last := range []round.Event{
		round.Opened{},
		round.Closed{},
		round.Sealed{},
		round.Announced{},
		round.BeaconRecorded{},
		round.Drawn{},
		round.Ranked{},
	} {
		t.Run(last.EventType(), func(t *testing.T) {
			h := small(t, 6)
			h.conduct("r1", 2, 2, nil)
			end := h.index("round-r1", last) + 1
			if last.EventType() == (round.Opened{}).EventType() {
				end = h.index("round-r1", round.Closed{}) // after all applications
			}
			h.records = h.records[:end]
			h.renumber()
			h.put("cora", "round-r1", round.Voided{Reason: round.RosterWrong})
			for _, a := range h.apps { // nothing happened
				a.until, a.losses = never, 0
			}
			if h.index("round-r1", round.Sealed{}) < 0 {
				for _, p := range h.version.Pools {
					delete(h.files, audit.RosterPath("r1", p.Name))
				}
			}
			if h.index("round-r1", round.Announced{}) < 0 {
				delete(h.files, audit.AnnouncementPath("r1"))
			}
			for _, p := range h.version.Pools {
				delete(h.files, audit.ResultPath("r1", p.Name))
			}
			h.open("r2")
			h.conduct("r2", 2, 2, nil)
			report := h.verified(t)
			require.Equal(t, round.PhaseVoided, report.Rounds[0].Phase)
			require.Equal(t, round.PhasePublished, report.Rounds[1].Phase)
			require.EqualValues(t, 6, report.Rounds[1].Pools[0].Count)
		})
	}
}

// TestAppliesAgain: after a withdrawal the same people may apply anew, alone or together,
// and the rejected may mend what was wrong.
func TestAppliesAgain(t *testing.T) {
	h := small(t, 2)
	alone := h.submit("r1", domain.Ordinary, individual(4))
	h.withdraw(alone)
	together := h.submitFor("r1", domain.Ordinary, family(2),
		[]domain.Digest{h.person(), alone.persons[0]})
	h.reject("rex", together, application.KinshipUnproven)
	together.standing = family(3)
	h.put("rita", of(together), application.Edited{Standing: together.standing})
	h.approve(together)
	// of another kind, at the same time
	other := h.submitFor("r1", domain.NewEnergy, waiting(1), together.persons[1:])
	h.approve(other)
	h.conduct("r1", 1, 1, nil)
	h.verified(t)
}

// TestClaimGivenBack: a submission that was refused leaves no more than a claim and its release.
func TestClaimGivenBack(t *testing.T) {
	h := small(t, 2)
	p := "identity-" + h.person().String()
	h.put("rita", p, person.Claimed{Kind: domain.Ordinary, Application: nobody})
	h.put("rita", p, person.Released{Kind: domain.Ordinary, Application: nobody})
	h.put("rita", p, person.Claimed{Kind: domain.Ordinary, Application: nobody})
	h.verified(t)
}

// TestOfficerReturns: after a dismissal an officer may be appointed to something else.
func TestOfficerReturns(t *testing.T) {
	h := small(t, 1)
	a := h.submit("r1", domain.Ordinary, individual(1))
	h.put("chief", "officer-rex", officer.Dismissed{})
	h.put("chief", "officer-rex", officer.Appointed{Roles: []officer.Role{officer.Registrar}})
	h.put("rex", of(a), application.Edited{Standing: individual(2)})
	h.verified(t)
	h.now += inFlight
	h.approve(a)
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, "not_allowed", found.Code)
}

// TestOtherRules: nothing of Beijing is baked in: one pool for all, by lot, under new rules
// for the second round.
func TestOtherRules(t *testing.T) {
	h := small(t, 4)
	h.submit("r1", domain.NewEnergy, family(1))
	h.approve(h.apps[4])
	h.conduct("r1", 1, 1, nil)
	v := h.version
	v.Name, v.FamilyPoints.Main = "test-2027", 50
	v.Pools = []rules.Pool{{
		Name: "all", Indicator: domain.NewEnergy,
		Applicants: []domain.ApplicantKind{domain.Family, domain.Individual}, Method: draw.PLD1,
	}}
	h.adopt(v)
	h.open("r2")
	h.approve(h.submit("r2", domain.NewEnergy, family(2)))
	h.approve(h.submit("r2", domain.NewEnergy, individual(2)))
	h.conduct("r2", 1, 1, nil)
	report := h.verified(t)
	require.Equal(t, "test-2026", report.Rounds[0].Rules)
	require.Equal(t, "test-2027", report.Rounds[1].Rules)
	require.Len(t, report.Rounds[1].Pools, 1)
	require.EqualValues(t, 2, report.Rounds[1].Pools[0].Count)
	require.Greater(t, report.Rounds[1].Pools[0].Weight, uint64(50), "under the new rules")
}
