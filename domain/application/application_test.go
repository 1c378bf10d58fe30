package application_test

import (
	"strings"
	"testing"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/rules"
)

var rule = domaintest.For(application.Decide, application.Evolve)

const (
	opens  domain.Time = 1767225600
	closes             = opens + 60*86400
	code               = "0000000000019"
	won                = "2026-1.ordinary.7"
)

var (
	window    = application.Window{Open: true, Opens: opens, Closes: closes}
	applicant = strings.Repeat("0f", 16)
)

func alone() rules.Standing {
	return rules.Standing{
		Applicant: domain.Individual,
		Members:   []rules.Member{{Role: rules.Main, DrawsSince2021: 4, RegisteredOn: opens}},
	}
}

func couple() rules.Standing {
	return rules.Standing{Applicant: domain.Family, Generations: 1, Members: []rules.Member{
		{Role: rules.Main, RegisteredOn: opens}, {Role: rules.Spouse, RegisteredOn: opens},
	}}
}

// submit asks for an application of an individual, or what change makes of it.
func submit(change func(*application.Submit)) application.Submit {
	c := application.Submit{
		Applicant: applicant, Indicator: domain.Ordinary, Round: "2026-1", Window: window,
		SubmittedAt: opens,
		Persons:     []domain.Digest{{1}}, Standing: alone(),
	}
	if change != nil {
		change(&c)
	}
	return c
}

func submittedBy(c application.Submit) application.Submitted {
	return application.Submitted{
		Applicant: c.Applicant, Indicator: c.Indicator, Round: c.Round, SubmittedAt: c.SubmittedAt,
		Persons: c.Persons, Standing: c.Standing,
	}
}

var (
	submitted = submittedBy(submit(nil))
	approved  = application.Approved{}
	withdrawn = application.Withdrawn{}
	awarded   = application.Awarded{Indicator: won}
	rejected  = application.Rejected{Reasons: []application.Reason{
		application.OwnsCar,
		application.NoLicence,
	}}
	award = application.Award{Code: code, Indicator: won, Selected: code}
)

func TestSubmit(t *testing.T) {
	rule.Given().When(submit(nil)).Then(t, submitted)
	rule.Given(submitted).When(submit(nil)).Nothing(t)
	for _, e := range []application.Event{
		approved, rejected, withdrawn, awarded,
		application.Edited{Standing: alone()},
	} {
		rule.Given(submitted, e).When(submit(nil)).Nothing(t)
	}
	family := submit(func(c *application.Submit) {
		c.Indicator, c.Standing, c.Persons, c.SubmittedAt = domain.NewEnergy, couple(),
			[]domain.Digest{{1}, {2}}, closes-1
	})
	rule.Given().When(family).Then(t, submittedBy(family))
}

func TestSubmitUnderATakenCode(t *testing.T) {
	for _, change := range []func(*application.Submit){
		func(c *application.Submit) { c.Applicant = strings.Repeat("f0", 16) },
		func(c *application.Submit) { c.Indicator = domain.NewEnergy },
		func(c *application.Submit) { c.Round = "2026-2" },
		func(c *application.Submit) { c.SubmittedAt++ },
		func(c *application.Submit) { c.Persons = []domain.Digest{{2}} },
	} {
		rule.Given(submitted).When(submit(change)).Refused(t, "application_exists")
		rule.Given(submitted, withdrawn).When(submit(change)).Refused(t, "application_exists")
	}
}

func TestSubmitRefused(t *testing.T) {
	for _, v := range []struct {
		code   string
		change func(*application.Submit)
	}{
		{"unknown_kind", func(c *application.Submit) { c.Indicator = "boat" }},
		{"unknown_kind", func(c *application.Submit) { c.Standing.Applicant = "club" }},
		{"invalid_id", func(c *application.Submit) { c.Applicant = "" }},
		{"invalid_id", func(c *application.Submit) { c.Applicant = applicant + "0f" }},
		{"invalid_id", func(c *application.Submit) { c.Applicant = strings.ToUpper(applicant) }},
		{"invalid_id", func(c *application.Submit) { c.Applicant = applicant[1:] + "g" }},
		{"round_closed", func(c *application.Submit) { c.Window.Open = false }},
		{"round_closed", func(c *application.Submit) { c.Window = application.Window{} }},
		{"round_closed", func(c *application.Submit) { c.SubmittedAt = closes }},
		{"round_not_open", func(c *application.Submit) { c.SubmittedAt = opens - 1 }},
		{"invalid_standing", func(c *application.Submit) { c.Standing.Generations = 2 }},
		{"invalid_standing", func(c *application.Submit) { c.Persons = nil }},
		{"invalid_standing", func(c *application.Submit) { c.Persons = []domain.Digest{{1}, {2}} }},
		{"duplicate_member", func(c *application.Submit) {
			c.Standing, c.Persons = couple(), []domain.Digest{{1}, {1}}
		}},
	} {
		rule.Given().When(submit(v.change)).Refused(t, v.code)
	}
}

func TestEdit(t *testing.T) {
	other := alone()
	other.Members[0].DrawsSince2021++
	edit, edited := application.Edit{Standing: other}, application.Edited{Standing: other}
	same := application.Edit{Standing: alone()}

	rule.Given(submitted).When(edit).Then(t, edited)
	rule.Given(submitted, edited).When(edit).Nothing(t)
	rule.Given(submitted).When(same).Nothing(t)
	rule.Given(submitted, edited).When(same).Then(t, application.Edited(same))
	rule.Given(submitted, rejected).When(edit).Then(t, edited)
	// up for review again, unchanged
	rule.Given(submitted, rejected).When(same).Then(t, application.Edited(same))

	rule.Given().When(edit).Refused(t, "unknown_application")
	rule.Given(submitted, approved).When(edit).Refused(t, "application_approved")
	rule.Given(submitted, withdrawn).When(edit).Refused(t, "application_withdrawn")
	rule.Given(submitted, approved, awarded).When(edit).Refused(t, "application_awarded")

	bad := alone()
	bad.Members[0].DrawsUntil2020 = 79
	rule.Given(submitted).When(application.Edit{Standing: bad}).Refused(t, "invalid_standing")
	rule.Given(submitted).When(application.Edit{Standing: couple()}).Refused(t, "members_changed")

	family := submittedBy(
		submit(func(c *application.Submit) {
			c.Standing, c.Persons = couple(),
				[]domain.Digest{{1}, {2}}
		}))
	third := couple()
	third.Members = append(third.Members, rules.Member{Role: rules.Other, RegisteredOn: opens})
	rule.Given(family).When(application.Edit{Standing: third}).Refused(t, "members_changed")
	parent := couple()
	parent.Members[1].Role = rules.Other
	rule.Given(family).When(application.Edit{Standing: parent}).Refused(t, "members_changed")
	years := couple()
	years.Generations, years.FamilySince = 2, opens
	rule.Given(family).When(application.Edit{Standing: years}).Then(t,
		application.Edited{Standing: years})
}

func TestApprove(t *testing.T) {
	approve := application.Approve{}
	rule.Given(submitted).When(approve).Then(t, approved)
	rule.Given(submitted, approved).When(approve).Nothing(t)
	rule.Given(submitted, rejected, application.Edited{Standing: alone()}).When(approve).Then(t,
		approved)
	rule.Given(submitted, rejected).When(approve).Refused(t, "application_rejected")
	rule.Given().When(approve).Refused(t, "unknown_application")
	rule.Given(submitted, withdrawn).When(approve).Refused(t, "application_withdrawn")
	rule.Given(submitted, approved, awarded).When(approve).Refused(t, "application_awarded")
}

func TestReject(t *testing.T) {
	reject := application.Reject{Reasons: rejected.Reasons}
	rule.Given(submitted).When(reject).Then(t, rejected)
	rule.Given(submitted).When(application.Reject{Reasons: application.Reasons}).Then(t,
		application.Rejected{Reasons: application.Reasons})
	rule.Given(submitted, rejected).When(reject).Nothing(t)
	rule.Given(submitted,
		rejected).When(application.Reject{Reasons: rejected.Reasons[:1]}).Refused(t,
		"application_rejected")
	rule.Given(submitted, rejected, application.Edited{Standing: alone()}).When(reject).Then(t,
		rejected)

	rule.Given(submitted).When(application.Reject{}).Refused(t, "invalid_reason")
	rule.Given(submitted).When(application.Reject{Reasons: []application.Reason{"whim"}}).Refused(t,
		"invalid_reason")
	rule.Given(submitted).When(
		application.Reject{Reasons: []application.Reason{
			application.OwnsCar,
			application.OwnsCar,
		}}).Refused(t, "invalid_reason")
	rule.Given().When(reject).Refused(t, "unknown_application")
	rule.Given(submitted, approved).When(reject).Refused(t, "application_approved")
	rule.Given(submitted, withdrawn).When(reject).Refused(t, "application_withdrawn")
	rule.Given(submitted, approved, awarded).When(reject).Refused(t, "application_awarded")
}

func TestWithdraw(t *testing.T) {
	withdraw := application.Withdraw{}
	rule.Given(submitted).When(withdraw).Then(t, withdrawn)
	rule.Given(submitted, approved).When(withdraw).Then(t, withdrawn)
	rule.Given(submitted, rejected).When(withdraw).Then(t, withdrawn)
	rule.Given(submitted, withdrawn).When(withdraw).Nothing(t)
	rule.Given().When(withdraw).Refused(t, "unknown_application")
	rule.Given(submitted, approved, awarded).When(withdraw).Refused(t, "application_awarded")
}

func TestAward(t *testing.T) {
	rule.Given(submitted, approved).When(award).Then(t, awarded)
	rule.Given(submitted, approved, awarded).When(award).Nothing(t)
	second := application.Award{Code: code, Indicator: "2026-2.ordinary.1", Selected: code}
	rule.Given(submitted, approved, awarded).When(second).Refused(t, "application_awarded")
	rule.Given(submitted, approved).When(application.Award{Code: code, Indicator: won}).Refused(t,
		"not_selected")
	rule.Given(submitted,
		approved).When(application.Award{
		Code: code, Indicator: won,
		Selected: "0000000000027",
	}).Refused(t, "not_selected")
	rule.Given(submitted, approved).When(application.Award{Indicator: won}).Refused(t,
		"not_selected")
	rule.Given(submitted).When(award).Refused(t, "not_selected")
	rule.Given(submitted, rejected).When(award).Refused(t, "not_selected")
	rule.Given().When(award).Refused(t, "unknown_application")
	rule.Given(submitted, approved, withdrawn).When(award).Refused(t, "application_withdrawn")
}
