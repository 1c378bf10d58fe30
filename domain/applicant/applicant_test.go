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
	for _, kind := range []domain.ApplicantKind{
		domain.Individual, domain.Family,
		domain.Organisation,
	} {
		rule.Given().When(applicant.Register{Kind: kind}).Then(t, applicant.Registered{Kind: kind})
		rule.Given(applicant.Registered{Kind: kind}).When(applicant.Register{Kind: kind}).Nothing(t)
	}
	rule.Given(applicant.Registered{Kind: domain.Family}).When(
		applicant.Register{Kind: domain.Individual}).Refused(t, "applicant_exists")
	rule.Given().When(applicant.Register{}).Refused(t, "unknown_kind")
	rule.Given().When(applicant.Register{Kind: "club"}).Refused(t, "unknown_kind")
	rule.Given(applicant.Registered{Kind: domain.Family}).When(
		applicant.Register{Kind: "club"}).Refused(t, "unknown_kind")
}

func TestRegisterWithCommitment(t *testing.T) {
	with := applicant.Registered{Kind: domain.Individual, Commitment: first}
	rule.Given().When(applicant.Register(with)).Then(t, with)
	rule.Given(with).When(applicant.Register{
		Kind:       domain.Individual,
		Commitment: second,
	}).Nothing(t)
	rule.Given(applicant.Registered{Kind: domain.Individual}).When(
		applicant.Register(with)).Nothing(t)
	rule.Given(with, applicant.Erased{}).When(applicant.Register(with)).Refused(t,
		"applicant_erased")
	rule.Given(with, applicant.Erased{}).When(applicant.Register{Kind: domain.Individual}).Refused(
		t, "applicant_erased")
}

func TestChangeContact(t *testing.T) {
	with := applicant.Registered{Kind: domain.Family, Commitment: first}
	rule.Given(with).When(applicant.ChangeContact{Commitment: second}).Then(t,
		applicant.ContactChanged{Commitment: second})
	rule.Given(with).When(applicant.ChangeContact{Commitment: first}).Nothing(t)
	rule.Given(with, applicant.ContactChanged{Commitment: second}).When(
		applicant.ChangeContact{Commitment: second}).Nothing(t)
	rule.Given(with, applicant.ContactChanged{Commitment: second}).When(
		applicant.ChangeContact{Commitment: first}).Then(t,
		applicant.ContactChanged{Commitment: first})
	rule.Given(applicant.Registered{Kind: domain.Family}).When(
		applicant.ChangeContact{Commitment: first}).Then(t,
		applicant.ContactChanged{Commitment: first})
	rule.Given(with).When(applicant.ChangeContact{}).Refused(t, "invalid_commitment")
	rule.Given().When(applicant.ChangeContact{Commitment: first}).Refused(t, "unknown_applicant")
	rule.Given(with, applicant.Erased{}).When(applicant.ChangeContact{Commitment: second}).Refused(
		t, "applicant_erased")
}

func TestErase(t *testing.T) {
	with := applicant.Registered{Kind: domain.Family, Commitment: first}
	rule.Given(with).When(applicant.Erase{}).Then(t, applicant.Erased{})
	rule.Given(applicant.Registered{Kind: domain.Family}).When(applicant.Erase{}).Then(t,
		applicant.Erased{})
	rule.Given(with, applicant.Erased{}).When(applicant.Erase{}).Nothing(t)
	rule.Given().When(applicant.Erase{}).Refused(t, "unknown_applicant")
}

var first, second = domain.Digest{1}, domain.Digest{2}

// TestApplicantStream plays random commands against a plain model.
func TestApplicantStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s, model applicant.State
		kinds := rapid.SampledFrom([]domain.ApplicantKind{
			domain.Individual, domain.Family,
			domain.Organisation, "club", "",
		})
		commitments := rapid.SampledFrom([]domain.Digest{{}, first, second})
		for range rapid.IntRange(1, 12).Draw(t, "commands") {
			kind, commitment := kinds.Draw(t, "kind"), commitments.Draw(t, "commitment")
			known := model.Kind != "" && !model.Erased
			var cmd applicant.Command
			var want bool
			switch rapid.SampledFrom([]string{"register", "register", "change", "erase"}).Draw(t,
				"command") {
			case "register":
				cmd = applicant.Register{Kind: kind, Commitment: commitment}
				want = kind.Valid() && !model.Erased && (model.Kind == "" || model.Kind == kind)
				if want && model.Kind == "" {
					model.Kind, model.Commitment = kind, commitment
				}
			case "change":
				cmd = applicant.ChangeContact{Commitment: commitment}
				if want = known && commitment != (domain.Digest{}); want {
					model.Commitment = commitment
				}
			case "erase":
				cmd = applicant.Erase{}
				if want = model.Kind != ""; want {
					model.Commitment, model.Erased = domain.Digest{}, true
				}
			}
			next, events, code := rule.Step(t, s, cmd)
			require.Equal(t, want, code == "", "%T %+v: %s", cmd, cmd, code)
			require.Equal(t, model, next)
			require.Equal(t, s != next, len(events) > 0, "an event for every change, and no other")
			s = next
		}
	})
}
