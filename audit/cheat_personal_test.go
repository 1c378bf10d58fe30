package audit_test

import (
	"strings"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
)

// personalCheats are about the commitments to personal records.
func personalCheats() []cheat {
	who := func(h *history) string { return "applicant-" + h.apps[8].who }
	commitment := domain.Digest{0xc0}
	// then puts events into an applicant's stream, before the application is approved.
	then := func(actor string, events ...catalog.Event) func(*history) string {
		return func(h *history) string {
			h.insert(h.index("officer-rex", officer.Appointed{}), "chief", "officer-carl",
				officer.Appointed{Roles: []officer.Role{officer.Custodian}})
			var place string
			for _, e := range events {
				by := actor
				if _, ok := e.(applicant.Erased); ok && by == "" {
					by = "carl"
				} else if by == "" {
					by = "rita"
				}
				place = h.insert(h.index(of(h.apps[8]), application.Approved{}), by, who(h),
					e).place()
			}
			return place
		}
	}
	return []cheat{
		{
			name: "commitment_to_nothing", code: "invalid_commitment",
			do: then("", applicant.ContactChanged{}),
		},
		{
			name: "commitment_written_as_zero", code: fault.EventMalformed,
			do: func(h *history) string {
				return rewritten(who(h), applicant.Registered{},
					replacing(`"data":{"kind":"individual"}`,
						`"data":{"kind":"individual","commitment":"`+strings.Repeat("0", 64)+
							`"}`))(h)
			},
		},
		{
			name: "commitment_repeated", code: fault.EventUncaused,
			do: then("", applicant.ContactChanged{Commitment: commitment},
				applicant.ContactChanged{Commitment: commitment}),
		},
		{
			name: "registered_again_with_a_commitment", code: fault.EventUncaused,
			do: then("", applicant.Registered{Kind: domain.Individual, Commitment: commitment}),
		},
		{
			name: "registered_again_after_the_erasure", code: "applicant_erased",
			do: then("", applicant.Erased{},
				applicant.Registered{Kind: domain.Individual, Commitment: commitment}),
		},
		{
			name: "contact_changed_after_the_erasure", code: "applicant_erased",
			do: then("", applicant.Erased{}, applicant.ContactChanged{Commitment: commitment}),
		},
		{
			name: "erased_twice", code: fault.EventUncaused,
			do: then("", applicant.Erased{}, applicant.Erased{}),
		},
		{name: "erased_by_registrar", code: "not_allowed", do: then("rita", applicant.Erased{})},
		{
			name: "contact_changed_by_custodian", code: "not_allowed",
			do: then("carl", applicant.ContactChanged{Commitment: commitment}),
		},
		{name: "erased_out_of_nothing", code: "unknown_applicant", do: func(h *history) string {
			then("")(h)
			return h.insert(h.index(of(h.apps[8]), application.Approved{}), "carl",
				"applicant-"+strings.Repeat("0", 32), applicant.Erased{}).place()
		}},
		{name: "access_as_a_leaf", code: fault.EventUnknown, do: func(h *history) string {
			then("")(h)
			look := access.RecordRead{
				Applicant: h.apps[8].who, Reason: access.Complaint,
				Record: access.Receipt,
			}
			return h.insert(h.index(of(h.apps[8]), application.Approved{}), "carl",
				access.StreamPrefix+"carl", look).place()
		}},
	}
}

// TestErasedLedgerVerifies: a ledger with commitments, a change of contact and an
// erasure is as good as one without, and an older one without any as well.
func TestErasedLedgerVerifies(t *testing.T) {
	h := newHistory(t, hooks{})
	h.put("chief", "officer-carl", officer.Appointed{Roles: []officer.Role{officer.Custodian}})
	h.open("r1")
	for n := range 6 {
		h.approve(h.submit("r1", domain.Ordinary, individual(n)))
	}
	who := "applicant-" + h.apps[2].who
	h.records[h.index(who,
		applicant.Registered{})].event = applicant.Registered{
		Kind:       domain.Individual,
		Commitment: domain.Digest{1},
	}
	h.put("rita", who, applicant.ContactChanged{Commitment: domain.Digest{2}})
	h.put("carl", who, applicant.Erased{})
	// the first record of an applicant who had none
	h.put("rita", "applicant-"+h.apps[3].who,
		applicant.ContactChanged{Commitment: domain.Digest{3}})
	h.conduct("r1", 2, 1, nil)
	report, err := audit.VerifyFolder(h.publish(), "", nil)
	require.NoError(t, err)
	require.EqualValues(t, len(h.records), report.Leaves)
}
