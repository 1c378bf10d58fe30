package application_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

const end = later + 90*day

var (
	bounded      = application.Approved{ValidUntil: end}
	expired      = application.Expired{}
	disqualified = application.Disqualified{Reason: application.FalseStatement}
)

func TestRenew(t *testing.T) {
	renew := application.Renew{At: later + day, Rules: demanding}
	renewed := application.Renewed{ValidUntil: end + day}
	rule.Given(submitted, bounded).When(renew).Then(t, renewed)
	rule.Given(submitted, bounded, renewed).When(renew).Nothing(t)
	rule.Given(submitted, bounded).When(application.Renew{At: later, Rules: demanding}).Nothing(t)
	// rules without validity
	rule.Given(submitted, bounded).When(application.Renew{At: later + day}).Nothing(t)
	rule.Given(submitted, bounded).When(application.Renew{At: end - 1, Rules: demanding}).Then(t,
		application.Renewed{ValidUntil: end - 1 + 90*day})
	rule.Given(submitted, bounded).When(application.Renew{At: end, Rules: demanding}).Refused(t,
		"validity_over")
	rule.Given(submitted, bounded,
		renewed).When(application.Renew{At: end, Rules: demanding}).Then(t,
		application.Renewed{ValidUntil: end + 90*day})
	rule.Given(submitted, approved).When(renew).Refused(t, "validity_unlimited")
	rule.Given(submitted).When(renew).Refused(t, "not_approved")
	rule.Given(submitted, rejected).When(renew).Refused(t, "not_approved")
	rule.Given(submitted, bounded, expired).When(renew).Refused(t, "application_expired")
}

func TestExpire(t *testing.T) {
	expire := application.Expire{At: end}
	rule.Given(submitted, bounded).When(expire).Then(t, expired)
	rule.Given(submitted, bounded, expired).When(expire).Nothing(t)
	rule.Given(submitted, bounded).When(application.Expire{At: end - 1}).Refused(t,
		"application_valid")
	rule.Given(submitted, bounded, application.Renewed{ValidUntil: end + 1}).When(expire).Refused(t,
		"application_valid")
	rule.Given(submitted, bounded).When(application.Expire{At: end, Drawing: "2026-1"}).Refused(t,
		"application_in_draw")
	rule.Given(submitted, approved).When(expire).Refused(t, "validity_unlimited")
	rule.Given(submitted).When(expire).Refused(t, "not_approved")
	rule.Given(submitted, bounded, awarded).When(expire).Refused(t, "application_awarded")
}

func TestDisqualify(t *testing.T) {
	disqualify := application.Disqualify(disqualified)
	for _, past := range [][]application.Event{
		{submitted},
		{submitted, rejected},
		{submitted, approved},
		{submitted, bounded},
	} {
		rule.Given(past...).When(disqualify).Then(t, disqualified)
		for _, why := range application.DisqualifyReasons {
			rule.Given(past...).When(application.Disqualify{Reason: why}).Then(t,
				application.Disqualified{Reason: why})
		}
	}
	rule.Given(submitted, disqualified).When(disqualify).Nothing(t)
	rule.Given(submitted,
		disqualified).When(application.Disqualify{Reason: application.Impersonation}).Refused(t,
		"application_disqualified")
	rule.Given(submitted).When(application.Disqualify{Reason: "ugly"}).Refused(t, "invalid_reason")
	rule.Given(submitted, approved, awarded).When(disqualify).Refused(t, "application_awarded")
	rule.Given(submitted, withdrawn).When(disqualify).Refused(t, "application_withdrawn")
	rule.Given().When(disqualify).Refused(t, "unknown_application")
}

// TestEndedApplications: nothing is asked of an application that has ended.
func TestEndedApplications(t *testing.T) {
	for code, past := range map[string][]application.Event{
		"application_expired":      {submitted, bounded, expired},
		"application_disqualified": {submitted, disqualified},
	} {
		for _, c := range []application.Command{
			application.Edit{Standing: alone()},
			application.Approve{},
			application.Reject{Reasons: rejected.Reasons},
			application.Withdraw{},
			award,
			check("tax", "paid"),
			application.AskRecheck{},
			application.AnswerRecheck{},
			application.Renew{},
			credit,
			application.Disqualify{Reason: application.ApplicantDeceased},
		} {
			rule.Given(past...).When(c).Refused(t, code)
		}
	}
	for phase, over := range map[application.Phase]bool{
		"": false, application.PhaseSubmitted: false, application.PhaseApproved: false,
		application.PhaseRejected: false, application.PhaseAwarded: false,
		application.PhaseWithdrawn: true, application.PhaseExpired: true,
		application.PhaseDisqualified: true,
	} {
		require.Equal(t, over, phase.Over(), phase)
	}
}

var credit = application.Credit{
	Member: 1, DrawsUntil2020: 30, DrawsSince2021: 5,
	Evidence: domain.Digest{7},
}

func TestCredit(t *testing.T) {
	credited := application.Credited(credit)
	rule.Given(submitted).When(credit).Then(t, credited)
	rule.Given(submitted, credited).When(credit).Nothing(t)
	other := credit
	other.Evidence = domain.Digest{8}
	rule.Given(submitted, credited).When(other).Then(t, application.Credited(other))

	s := application.Evolve(application.Evolve(application.State{}, submitted), credited)
	require.Equal(t, 30, s.Standing.Members[0].DrawsUntil2020)
	require.Equal(t, 5, s.Standing.Members[0].DrawsSince2021)
	require.Equal(t, alone(), submitted.Standing, "the event before is not changed")

	for code, change := range map[string]func(*application.Credit){
		"unknown_member":   func(c *application.Credit) { c.Member = 0 },
		"invalid_standing": func(c *application.Credit) { c.DrawsUntil2020 = 79 },
		"invalid_evidence": func(c *application.Credit) { c.Evidence = domain.Digest{} },
	} {
		c := credit
		change(&c)
		rule.Given(submitted).When(c).Refused(t, code)
	}
	second := credit
	second.Member = 2
	require.Equal(t, alone(), application.Credited(second).Apply(alone()),
		"a stored event that no rule allows is no reason to panic")
	rule.Given(submitted).When(second).Refused(t, "unknown_member")
	rule.Given(submitted, approved).When(credit).Refused(t, "application_approved")
	rule.Given(submitted, rejected).When(credit).Refused(t, "application_rejected")

	// an edit leaves what was proven
	rule.Given(submitted, credited).When(application.Edit{Standing: alone()}).Refused(t,
		"member_credited")
	kept := credited.Apply(alone())
	kept.Members[0].WaitingSince = opens
	rule.Given(submitted, credited).When(application.Edit{Standing: kept}).Then(t,
		application.Edited{Standing: kept})
}
