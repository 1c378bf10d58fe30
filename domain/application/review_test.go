package application_test

import (
	"testing"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
)

const (
	later = closes + 30*86400 // a moment after the window
	day   = 86400
)

// demanding are rules with checks, rechecks and an end of validity.
var demanding = rules.Version{
	RequiredChecks: []rules.RequiredCheck{
		{Department: "police", Item: "residence"},
		{Department: "tax", Item: "paid", Applicants: []domain.ApplicantKind{domain.Individual}},
		{Department: "civil", Item: "kinship", Applicants: []domain.ApplicantKind{domain.Family}},
		{
			Department: "energy", Item: "charger",
			Indicators: []domain.IndicatorKind{domain.NewEnergy},
		},
	},
	RecheckSeconds: 15 * day, RecheckAnswerSeconds: 31 * day,
	Validity: []rules.Validity{{Applicant: domain.Individual, Seconds: 90 * day}},
}

func check(department, item string, reasons ...application.Reason) application.RecordCheck {
	c := application.RecordCheck{
		Rules: demanding, Department: department, Item: item,
		Outcome: application.Passed, Reasons: reasons,
	}
	if len(reasons) > 0 {
		c.Outcome = application.Failed
	}
	return c
}

func checked(department, item string, reasons ...application.Reason) application.CheckRecorded {
	c := check(department, item, reasons...)
	return application.CheckRecorded{
		Department: department, Item: item, Outcome: c.Outcome,
		Reasons: reasons,
	}
}

func TestRecordCheck(t *testing.T) {
	paid, unpaid := check("tax", "paid"), check("tax", "paid", application.InsuranceTax)
	rule.Given(submitted).When(paid).Then(t, checked("tax", "paid"))
	rule.Given(submitted).When(unpaid).Then(t, checked("tax", "paid", application.InsuranceTax))
	rule.Given(submitted, checked("tax", "paid")).When(paid).Nothing(t)
	rule.Given(submitted, checked("tax", "paid")).When(unpaid).Then(t,
		checked("tax", "paid", application.InsuranceTax))
	rule.Given(submitted,
		checked("tax", "paid", application.InsuranceTax)).When(check("tax", "paid",
		application.DataMismatch)).
		Then(t, checked("tax", "paid", application.DataMismatch))
	rule.Given(submitted, checked("tax", "paid"),
		application.Edited{Standing: alone()}).When(paid).Then(t, checked("tax", "paid"))

	for _, c := range []application.RecordCheck{
		check("tax", "residence"), check("TAX", "paid"), check("", ""),
		// not for an individual, not for an ordinary indicator
		check("civil", "kinship"), check("energy", "charger"),
		// rules that ask for nothing
		{Department: "tax", Item: "paid", Outcome: application.Passed},
	} {
		rule.Given(submitted).When(c).Refused(t, "unknown_check")
	}
	bound := paid
	bound.Bound = []string{"civil"}
	rule.Given(submitted).When(bound).Refused(t, "other_department")
	bound.Bound = []string{"civil", "tax"}
	rule.Given(submitted).When(bound).Then(t, checked("tax", "paid"))
	odd := paid
	odd.Outcome = "perhaps"
	rule.Given(submitted).When(odd).Refused(t, "invalid_outcome")
	odd = paid
	odd.Reasons = []application.Reason{application.OwnsCar}
	rule.Given(submitted).When(odd).Refused(t, "invalid_reason")
	odd = unpaid
	odd.Reasons = nil
	rule.Given(submitted).When(odd).Refused(t, "invalid_reason")
	rule.Given(submitted).When(check("tax", "paid", "whim")).Refused(t, "invalid_reason")

	rule.Given().When(paid).Refused(t, "unknown_application")
	rule.Given(submitted, approved).When(paid).Refused(t, "application_approved")
	rule.Given(submitted, rejected).When(paid).Refused(t, "application_rejected")
	rule.Given(submitted, withdrawn).When(paid).Refused(t, "application_withdrawn")
	offered := application.Rejected{Reasons: rejected.Reasons, RecheckUntil: later}
	asked, upheld := application.RecheckAsked{AnswerBy: later},
		application.RecheckAnswered{Answer: application.Upheld}
	rule.Given(submitted, offered, asked).When(paid).Then(t, checked("tax", "paid"))
	rule.Given(submitted, offered, asked, upheld).When(paid).Refused(t, "application_rejected")
}

func TestApproveNeedsEveryCheck(t *testing.T) {
	approve := application.Approve{At: later, Rules: demanding}
	residence, paid := checked("police", "residence"), checked("tax", "paid")
	until := application.Approved{ValidUntil: later + 90*day}
	rule.Given(submitted).When(approve).Refused(t, "checks_missing")
	rule.Given(submitted, paid).When(approve).Refused(t, "checks_missing")
	rule.Given(submitted, paid, residence).When(approve).Then(t, until)
	rule.Given(submitted, paid, residence, until).When(approve).Nothing(t)
	rule.Given(submitted, residence,
		checked("tax", "paid", application.InsuranceTax)).When(approve).Refused(t, "check_failed")
	rule.Given(submitted, residence, checked("tax", "paid", application.InsuranceTax),
		paid).When(approve).Then(t, until)
	rule.Given(submitted, residence, paid,
		checked("tax", "paid", application.InsuranceTax)).When(approve).Refused(t, "check_failed")
	rule.Given(submitted, residence, paid,
		application.Edited{Standing: alone()}).When(approve).Refused(t, "checks_missing")

	family := submittedBy(submit(func(c *application.Submit) {
		c.Standing, c.Persons, c.Indicator = couple(), []domain.Digest{{1}, {2}}, domain.NewEnergy
	}))
	rule.Given(family, residence, checked("civil", "kinship")).When(approve).Refused(t,
		"checks_missing")
	rule.Given(family, residence, checked("civil", "kinship"),
		checked("energy", "charger")).When(approve).
		Then(t, application.Approved{}) // families have no end of validity in these rules
}

func TestRejectForFailedChecks(t *testing.T) {
	reject := application.Reject{At: later, Rules: demanding}
	failed := []application.Event{
		submitted, checked("police", "residence", application.DataMismatch,
			application.NotResident),
		checked("tax", "paid", application.NotResident, application.InsuranceTax),
	}
	derived := application.Rejected{
		Reasons: []application.Reason{
			application.NotResident, application.InsuranceTax,
			application.DataMismatch,
		},
		RecheckUntil: later + 15*day,
	}
	rule.Given(failed...).When(reject).Then(t, derived)
	rule.Given(append(failed, derived)...).When(reject).Nothing(t)
	reject.Reasons = []application.Reason{application.OwnsCar}
	rule.Given(failed...).When(reject).Then(t,
		application.Rejected{Reasons: reject.Reasons, RecheckUntil: later + 15*day})
	rule.Given(submitted,
		checked("tax", "paid")).When(application.Reject{Rules: demanding}).Refused(t,
		"invalid_reason")
}

func TestRecheck(t *testing.T) {
	offered := application.Rejected{Reasons: rejected.Reasons, RecheckUntil: later + 15*day}
	ask := application.AskRecheck{At: later, Rules: demanding}
	asked := application.RecheckAsked{AnswerBy: later + 31*day}
	answer := func(a application.Answer) application.AnswerRecheck {
		return application.AnswerRecheck{At: later, By: "li", RejectedBy: "wei", Answer: a}
	}
	granted, upheld := application.RecheckAnswered{Answer: application.Granted},
		application.RecheckAnswered{Answer: application.Upheld}

	rule.Given(submitted, offered).When(ask).Then(t, asked)
	rule.Given(submitted, offered, asked).When(ask).Nothing(t)
	last := ask
	last.At = later + 15*day - 1
	rule.Given(submitted, offered).When(last).Then(t,
		application.RecheckAsked{AnswerBy: last.At + 31*day})
	last.At++
	rule.Given(submitted, offered).When(last).Refused(t, "recheck_too_late")
	rule.Given(submitted, rejected).When(ask).Refused(t, "recheck_not_offered")
	rule.Given(submitted).When(ask).Refused(t, "not_rejected")
	rule.Given(submitted, approved).When(ask).Refused(t, "not_rejected")
	rule.Given(submitted, offered, withdrawn).When(ask).Refused(t, "application_withdrawn")

	rule.Given(submitted, offered, asked).When(answer(application.Granted)).Then(t, granted)
	rule.Given(submitted, offered, asked).When(answer(application.Upheld)).Then(t, upheld)
	rule.Given(submitted, offered, asked, upheld).When(answer(application.Upheld)).Nothing(t)
	rule.Given(submitted, offered, asked, upheld).When(answer(application.Granted)).Refused(t,
		"recheck_answered")
	rule.Given(submitted, offered, asked, upheld).When(ask).Refused(t, "recheck_answered")
	rule.Given(submitted, offered, asked, granted).When(answer(application.Granted)).Refused(t,
		"not_rejected")
	rule.Given(submitted, offered).When(answer(application.Granted)).Refused(t, "recheck_not_asked")
	rule.Given(submitted, offered, asked).When(answer("perhaps")).Refused(t, "invalid_answer")
	own := answer(application.Granted)
	own.By = "wei"
	rule.Given(submitted, offered, asked).When(own).Refused(t, "recheck_same_reviewer")
	late := answer(application.Granted)
	late.At = asked.AnswerBy - 1
	rule.Given(submitted, offered, asked).When(late).Then(t, granted)
	late.At++
	rule.Given(submitted, offered, asked).When(late).Refused(t, "recheck_answer_too_late")

	// what follows a recheck
	rule.Given(submitted, offered, asked).When(application.Approve{}).Refused(t,
		"application_rejected")
	rule.Given(submitted, offered, asked, upheld).When(application.Approve{}).Refused(t,
		"application_rejected")
	rule.Given(submitted, offered, asked, granted).When(application.Approve{}).Then(t, approved)
	again := application.Reject{At: later + 20*day, Rules: demanding, Reasons: rejected.Reasons}
	rejectedAgain := application.Rejected{Reasons: rejected.Reasons, RecheckUntil: later + 35*day}
	rule.Given(submitted, offered, asked, granted).When(again).Then(t, rejectedAgain)
	ask.At = later + 21*day
	rule.Given(submitted, offered, asked, granted, rejectedAgain).When(ask).Then(t,
		application.RecheckAsked{AnswerBy: ask.At + 31*day})
	edited := application.Edited{Standing: alone()}
	rule.Given(submitted, offered, asked).When(application.Edit{Standing: alone()}).Then(t, edited)
	rule.Given(submitted, offered, asked, edited).When(answer(application.Granted)).Refused(t,
		"not_rejected")
}
