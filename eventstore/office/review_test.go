package office_test

import (
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

const day = 86400

// opened adopts rules with these checks and a validity of 90 days, and opens the round that
// submissions are for.
func (b bureau) opened(t testing.TB, checks ...rules.RequiredCheck) {
	t.Helper()
	v := rules.Beijing2021()
	v.RequiredChecks, v.TwoOfficers, v.UseSeconds = checks, false, 10
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 90 * day}}
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(v)))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: v.Name, Opens: opens, Closes: closes})))
}

// strictly is an application for a round whose rules ask for a check.
func strictly(t testing.TB) (b bureau, code string) {
	t.Helper()
	b = newBureau(t)
	b.opened(t, rules.RequiredCheck{Department: "tax", Item: "paid"})
	require.NoError(t, b.do(by("wei", "zhao"),
		office.Officer("zhao", officer.Appoint{Roles: []officer.Role{officer.Reviewer}})))
	r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	return b, r.Code
}

// asApplicant is the metadata of a command of the applicant.
func (b bureau) asApplicant(t testing.TB, code, command string) order {
	t.Helper()
	s, err := b.LoadApplication(ctx, code)
	require.NoError(t, err)
	m := by("", command)
	m.Actor = catalog.ActorApplicant + s.Applicant
	return m
}

// TestReviewEvidence: times, rules and the officer who rejected come from the office, whatever
// the command says.
func TestReviewEvidence(t *testing.T) {
	b, code := strictly(t)
	approve := func(command string) error {
		return b.do(by("wei", command),
			office.Application(code, application.Approve{Rules: rules.Version{}}))
	}
	requireCode(t, "checks_missing", approve("too early"))
	check := application.RecordCheck{
		Department: "tax", Item: "paid", Outcome: application.Failed,
		Reasons: []application.Reason{application.InsuranceTax},
	}
	require.NoError(t, b.do(by("wei", "failed"), office.Application(code, check)))
	requireCode(t, "check_failed", approve("though failed"))
	require.NoError(t, b.do(by("wei", "reject"), office.Application(code, application.Reject{})))
	s, err := b.LoadApplication(ctx, code)
	require.NoError(t, err)
	require.Equal(t, []application.Reason{application.InsuranceTax}, s.Reasons)
	require.Equal(t, opens+15*day, s.Review().Recheck.Until)

	late := b.asApplicant(t, code, "late")
	late.At = opens + 15*day
	requireCode(t, "recheck_too_late",
		b.do(late, office.Application(code, application.AskRecheck{})))
	require.NoError(t, b.do(b.asApplicant(t, code, "ask"),
		office.Application(code, application.AskRecheck{})))
	grant := application.AnswerRecheck{
		Answer: application.Granted, By: "somebody",
		RejectedBy: "nobody",
	}
	requireCode(t, "recheck_same_reviewer", b.do(by("wei", "own"), office.Application(code, grant)))
	over := by("zhao", "over")
	over.At = opens + 31*day
	requireCode(t, "recheck_answer_too_late", b.do(over, office.Application(code, grant)))
	require.NoError(t, b.do(by("zhao", "grant"), office.Application(code, grant)))

	check.Outcome, check.Reasons = application.Passed, nil
	require.NoError(t, b.do(by("zhao", "passed"), office.Application(code, check)))
	require.NoError(t, approve("approve"))
	s, err = b.LoadApplication(ctx, code)
	require.NoError(t, err)
	require.Equal(t, opens+90*day, s.ValidUntil)

	renew := b.asApplicant(t, code, "renew")
	renew.At += day
	require.NoError(t, b.do(renew, office.Application(code, application.Renew{})))
	due := by("li", "expire")
	due.At = opens + 90*day
	requireCode(t, "application_valid", b.expire(due, code, ""))
	due.At += day
	requireCode(t, "application_in_draw", b.expire(due, code, "2026-1"))
	require.Equal(t, code, b.holder(t, 1, domain.Ordinary))
	require.NoError(t, b.expire(due, code, ""))
	require.Empty(t, b.holder(t, 1, domain.Ordinary), "the person may apply again")
}

func TestApplicantHimself(t *testing.T) {
	b, code := strictly(t)
	before := b.store.content()
	stranger := b.asApplicant(t, code, "try")
	stranger.Actor = catalog.ActorApplicant + "00000000000000000000000000000000"
	requireCode(t, "not_own", b.endApplication(stranger, code, application.Withdraw{}))
	requireCode(t, "unknown_application",
		b.endApplication(stranger, "0000000000012", application.Withdraw{}))
	own := b.asApplicant(t, code, "try")
	for _, v := range []struct {
		sample application.Event
		cmd    application.Command
	}{
		{application.Approved{}, application.Approve{}},
		{application.Edited{}, application.Edit{}},
		{application.Credited{}, application.Credit{}},
		{application.Expired{}, application.Expire{}},
		{application.Disqualified{}, application.Disqualify{}},
		{application.RecheckAnswered{}, application.AnswerRecheck{}},
		{application.CheckRecorded{}, application.RecordCheck{}},
	} {
		requireCode(t, "not_allowed", b.do(own, office.Application(code, v.cmd)))
	}
	requireCode(t, "not_rejected", b.do(own, office.Application(code, application.AskRecheck{})))
	requireCode(t, "not_approved", b.do(own, office.Application(code, application.Renew{})))
	require.Equal(t, before, b.store.content())

	require.NoError(t, b.endApplication(own, code, application.Withdraw{}))
	require.Empty(t, b.holder(t, 1, domain.Ordinary))
	after := b.store.content()
	require.NoError(t, b.endApplication(own, code, application.Withdraw{}), "repeated")
	require.Equal(t, after, b.store.content())
}

func TestDisqualifiedPersonsAreFree(t *testing.T) {
	b, code := strictly(t)
	requireCode(t, "not_allowed",
		b.endApplication(by("li", "try"), code,
			application.Disqualify{Reason: application.Impersonation}))
	require.NoError(t, b.endApplication(by("wei", "out"), code,
		application.Disqualify{Reason: application.Impersonation}))
	require.Empty(t, b.holder(t, 1, domain.Ordinary))
}

// TestBoundReviewer: a bound reviewer records the checks of their departments, and none once they
// are no longer a reviewer, even if the caller has looked at their role before.
func TestBoundReviewer(t *testing.T) {
	b, code := strictly(t)
	check := application.RecordCheck{Department: "tax", Item: "paid", Outcome: application.Passed}
	for _, c := range []struct{ id, department, code string }{
		{"civ", "civil", "other_department"},
		{"tax", "tax", ""},
	} {
		reviewer := officer.Appoint{
			Roles:       []officer.Role{officer.Reviewer},
			Departments: []string{c.department},
		}
		require.NoError(t, b.do(by("wei", c.id), office.Officer(c.id, reviewer)))
		carry := func(command string) string {
			return fault.CodeOf(b.do(by(c.id, command), office.Application(code, check)))
		}
		require.Equal(t, c.code, carry(c.id+" checks"))
		require.NoError(t, b.do(by("wei", c.id+" changes"),
			office.Officer(c.id, officer.ChangeRoles{Roles: []officer.Role{officer.Conductor}})))
		require.Equal(t, "not_allowed", carry(c.id+" checks again"))
		require.NoError(t, b.do(by("wei", c.id+" goes"), office.Officer(c.id, officer.Dismiss{})))
		require.Equal(t, "not_allowed", carry(c.id+" checks once more"))
	}
}
