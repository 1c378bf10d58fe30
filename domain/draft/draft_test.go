package draft_test

import (
	"encoding/json"
	"testing"

	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/draft"
)

func TestDraft(t *testing.T) {
	rule := domaintest.For(draft.Decide, draft.Evolve)
	one := draft.Write{Type: "round.voided.v1", Event: json.RawMessage(`{"reason":"fraud_found"}`)}
	other := draft.Write{Type: one.Type, Event: json.RawMessage(`{"reason":"court_order"}`)}
	rule.Given().When(one).Then(t, draft.Written(one))
	rule.Given(draft.Written(one)).When(one).Nothing(t)
	rule.Given(draft.Written(one)).When(other).Then(t, draft.Written(other))
	rule.Given(draft.Written(one), draft.Written(other)).When(one).Then(t, draft.Written(one))
}
