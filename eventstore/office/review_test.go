package office_test

import (
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
)

const day = 86400

// opened adopts rules with these checks and a validity of 90 days, and opens the round that
// submissions are for.
func (b bureau) opened(t testing.TB, checks ...rules.RequiredCheck) {
	t.Helper()
	v := rules.Beijing2021()
	v.RequiredChecks, v.TwoOfficers = checks, false
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 90 * day}}
	require.NoError(t, b.AdoptRules(ctx, by("wei", "rules"), v))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open"), "2026-1", v.Name, opens, closes))
}

// strictly is an application for a round whose rules ask for a check.
func strictly(t testing.TB) (b bureau, code string) {
	t.Helper()
	b = newBureau(t)
	b.opened(t, rules.RequiredCheck{Department: "tax", Item: "paid"})
	require.NoError(t, b.AppointOfficer(ctx, by("wei", "zhao"), "zhao", []officer.Role{officer.Reviewer}))
	r, err := b.Submit(ctx, by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	return b, r.Code
}

// himself is the metadata of a command of the applicant.
func (b bureau) himself(t testing.TB, code, command string) catalog.Meta {
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
		return b.Application(ctx, by("wei", command), code, application.Approved{}, application.Approve{Rules: rules.Version{}})
	}
	requireCode(t, "checks_missing", approve("too early"))
	check := application.RecordCheck{Department: "tax", Item: "paid", Outcome: application.Failed, Reasons: []application.Reason{application.InsuranceTax}}
	require.NoError(t, b.Application(ctx, by("wei", "failed"), code, application.CheckRecorded{}, check))
	requireCode(t, "check_failed", approve("though failed"))
	require.NoError(t, b.Application(ctx, by("wei", "reject"), code, application.Rejected{}, application.Reject{}))
	s, err := b.LoadApplication(ctx, code)
	require.NoError(t, err)
	require.Equal(t, []application.Reason{application.InsuranceTax}, s.Reasons)
	require.Equal(t, opens+15*day, s.Review().Recheck.Until)

	late := b.himself(t, code, "late")
	late.At = opens + 15*day
	requireCode(t, "recheck_too_late", b.Application(ctx, late, code, application.RecheckAsked{}, application.AskRecheck{}))
	require.NoError(t, b.Application(ctx, b.himself(t, code, "ask"), code, application.RecheckAsked{}, application.AskRecheck{}))
	grant := application.AnswerRecheck{Answer: application.Granted, By: "somebody", RejectedBy: "nobody"}
	requireCode(t, "recheck_same_reviewer", b.Application(ctx, by("wei", "own"), code, application.RecheckAnswered{}, grant))
	over := by("zhao", "over")
	over.At = opens + 31*day
	requireCode(t, "recheck_answer_too_late", b.Application(ctx, over, code, application.RecheckAnswered{}, grant))
	require.NoError(t, b.Application(ctx, by("zhao", "grant"), code, application.RecheckAnswered{}, grant))

	check.Outcome, check.Reasons = application.Passed, nil
	require.NoError(t, b.Application(ctx, by("zhao", "passed"), code, application.CheckRecorded{}, check))
	require.NoError(t, approve("approve"))
	s, err = b.LoadApplication(ctx, code)
	require.NoError(t, err)
	require.Equal(t, opens+90*day, s.ValidUntil)

	renew := b.himself(t, code, "renew")
	renew.At += day
	require.NoError(t, b.Application(ctx, renew, code, application.Renewed{}, application.Renew{}))
	due := by("li", "expire")
	due.At = opens + 90*day
	requireCode(t, "application_valid", b.Expire(ctx, due, code, ""))
	due.At += day
	requireCode(t, "application_in_draw", b.Expire(ctx, due, code, "2026-1"))
	require.Equal(t, code, b.holder(t, 1, domain.Ordinary))
	require.NoError(t, b.Expire(ctx, due, code, ""))
	require.Empty(t, b.holder(t, 1, domain.Ordinary), "the person may apply again")
}

func TestApplicantHimself(t *testing.T) {
	b, code := strictly(t)
	before := b.store.content()
	stranger := b.himself(t, code, "try")
	stranger.Actor = catalog.ActorApplicant + "00000000000000000000000000000000"
	requireCode(t, "not_own", b.Withdraw(ctx, stranger, code))
	requireCode(t, "unknown_application", b.Withdraw(ctx, stranger, "0000000000012"))
	own := b.himself(t, code, "try")
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
		requireCode(t, "not_allowed", b.Application(ctx, own, code, v.sample, v.cmd))
	}
	requireCode(t, "not_rejected", b.Application(ctx, own, code, application.RecheckAsked{}, application.AskRecheck{}))
	requireCode(t, "not_approved", b.Application(ctx, own, code, application.Renewed{}, application.Renew{}))
	require.Equal(t, before, b.store.content())

	require.NoError(t, b.Withdraw(ctx, own, code))
	require.Empty(t, b.holder(t, 1, domain.Ordinary))
	after := b.store.content()
	require.NoError(t, b.Withdraw(ctx, own, code), "repeated")
	require.Equal(t, after, b.store.content())
}

func TestDisqualifiedPersonsAreFree(t *testing.T) {
	b, code := strictly(t)
	requireCode(t, "not_allowed", b.Disqualify(ctx, by("li", "try"), code, application.Impersonation))
	require.NoError(t, b.Disqualify(ctx, by("wei", "out"), code, application.Impersonation))
	require.Empty(t, b.holder(t, 1, domain.Ordinary))
}

// TestBoundReviewer: he records the checks of his departments, and none when he is no reviewer any more, also
// when the caller has looked at his role before.
func TestBoundReviewer(t *testing.T) {
	b, code := strictly(t)
	check := application.RecordCheck{Department: "tax", Item: "paid", Outcome: application.Passed}
	for _, c := range []struct{ id, department, code string }{{"civ", "civil", "other_department"}, {"tax", "tax", ""}} {
		reviewer := officer.Appoint{Roles: []officer.Role{officer.Reviewer}, Departments: []string{c.department}}
		require.NoError(t, b.Officer(ctx, by("wei", c.id), c.id, officer.Appointed{}, reviewer))
		carry := func(command string) string {
			return fault.CodeOf(b.Carry(ctx, by(c.id, command), code, application.CheckRecorded{}, check))
		}
		require.Equal(t, c.code, carry(c.id+" checks"))
		require.NoError(t, b.Officer(ctx, by("wei", c.id+" changes"), c.id, officer.RolesChanged{}, officer.ChangeRoles{Roles: []officer.Role{officer.Conductor}}))
		require.Equal(t, "not_allowed", carry(c.id+" checks again"))
		require.NoError(t, b.DismissOfficer(ctx, by("wei", c.id+" goes"), c.id))
		require.Equal(t, "not_allowed", carry(c.id+" checks once more"))
	}
}
