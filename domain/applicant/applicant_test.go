package applicant_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/domaintest"
)

var rule = domaintest.For(applicant.Decide, applicant.Evolve)

func TestRegister(t *testing.T) {
	for _, kind := range []domain.ApplicantKind{domain.Individual, domain.Family, domain.Organisation} {
		rule.Given().When(applicant.Register{Kind: kind}).Then(t, applicant.Registered{Kind: kind})
		rule.Given(applicant.Registered{Kind: kind}).When(applicant.Register{Kind: kind}).Nothing(t)
	}
	rule.Given(applicant.Registered{Kind: domain.Family}).When(applicant.Register{Kind: domain.Individual}).Refused(t, "applicant_exists")
	rule.Given().When(applicant.Register{}).Refused(t, "unknown_kind")
	rule.Given().When(applicant.Register{Kind: "club"}).Refused(t, "unknown_kind")
	rule.Given(applicant.Registered{Kind: domain.Family}).When(applicant.Register{Kind: "club"}).Refused(t, "unknown_kind")
}

func TestApplicantStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s applicant.State
		kinds := rapid.SampledFrom([]domain.ApplicantKind{domain.Individual, domain.Family, domain.Organisation, "club", ""})
		for range rapid.IntRange(1, 8).Draw(t, "commands") {
			kind := kinds.Draw(t, "kind")
			next, events, code := rule.Step(t, s, applicant.Register{Kind: kind})
			require.Equal(t, code == "", next.Kind == kind && kind.Valid(), "accepted means: is of this kind")
			require.False(t, len(events) > 0 && s.Kind != "", "registered once")
			s = next
		}
	})
}
