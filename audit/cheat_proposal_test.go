package audit_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// twoOfficers has everything of a round proposed by one conductor and approved by another.
var twoOfficers = hooks{keys: true, version: func(v *rules.Version) { v.TwoOfficers = true }}

// proposalStream is the stream of the proposal of an event, as docs/ledger.md says.
func (h *history) proposalStream(stream string, revision uint64, e catalog.Event) (string,
	domain.Digest,
) {
	data, err := catalog.Encode(e)
	require.NoError(h.t, err)
	digest := sha256.Sum256(data)
	id := sha256.Sum256(fmt.Appendf(nil, "lotteryledger proposal v1\n%s\n%d\n%s\n%x\n", stream,
		revision, e.EventType(), digest))
	return fmt.Sprintf("proposal-%x", id[:16]), digest
}

// propose lets one officer propose an event and another one approve it.
func (h *history) propose(by, other, stream string, e catalog.Event) {
	name, digest := h.proposalStream(stream, h.next[stream], e)
	var size uint64
	if e, ok := e.(round.Sealed); ok {
		size = e.LedgerSize
	}
	h.put(by, name, proposal.Made{
		Officer: by, Stream: stream, Revision: h.next[stream],
		Type: e.EventType(), Digest: digest, LedgerSize: size, Expires: h.now + 1 + day,
	})
	h.put(other, name, proposal.Approved{Officer: other})
}

func TestTwoOfficers(t *testing.T) {
	h := lottery(t, twoOfficers)
	h.verified(t)
	i := h.index("round-r1", round.Drawn{})
	made := h.records[h.index(h.proposalOf(i), proposal.Made{})].event.(proposal.Made)
	require.Equal(t, made.Digest, domain.Digest(sha256.Sum256(h.data(i))))
}

// proposalOf is the stream of the proposal of a record.
func (h *history) proposalOf(i int) string {
	name, _ := h.proposalStream(h.records[i].stream, h.records[i].revision, h.records[i].event)
	return name
}

func (h *history) data(i int) []byte {
	b, err := catalog.Encode(h.records[i].event)
	require.NoError(h.t, err)
	return b
}

// TestProposalInFlight: what was decided in time may be stored a little later.
func TestProposalInFlight(t *testing.T) {
	for after, code := range map[domain.Time]string{
		0: "", inFlight: "",
		inFlight + 1: "proposal_expired",
	} {
		h := newHistory(t, twoOfficers)
		h.open("r2")
		void := round.Voided{Reason: round.OrderOfCourt}
		h.propose("cora", "carl", "round-r2", void)
		name, _ := h.proposalStream("round-r2", h.next["round-r2"], void)
		made := h.records[h.index(name, proposal.Made{})].event.(proposal.Made)
		h.now = made.Expires + after - 1
		h.version.TwoOfficers = false // proposed already
		h.put("cora", "round-r2", void)
		if code == "" {
			h.verified(t)
		} else {
			h.refused(t, code)
		}
	}
}

// TestReappointedMeanwhile: an officer who saw that the proposer had left makes the proposal anew,
// even if the proposer came back before that was stored.
func TestReappointedMeanwhile(t *testing.T) {
	for after, code := range map[domain.Time]string{inFlight: "", inFlight + 1: "proposal_open"} {
		h := newHistory(t, twoOfficers)
		h.open("r2")
		void := round.Voided{Reason: round.OrderOfCourt}
		name, digest := h.proposalStream("round-r2", h.next["round-r2"], void)
		made := proposal.Made{
			Officer: "cora", Stream: "round-r2", Revision: h.next["round-r2"],
			Type: void.EventType(), Digest: digest, Expires: h.now + 1 + day,
		}
		h.put("cora", name, made)
		h.put("chief", "officer-cora", officer.Dismissed{})
		h.now += 10 * inFlight
		back := h.records[h.put("chief", "officer-cora",
			officer.Appointed{Roles: []officer.Role{officer.Conductor}})].at
		h.now = back + after - 1
		made.Officer, made.Expires = "carl", h.now+1+day
		h.put("carl", name, made)
		if code == "" {
			h.put("cora", name, proposal.Approved{Officer: "cora"})
			h.version.TwoOfficers = false // proposed already
			h.put("cora", "round-r2", void)
			h.verified(t)
		} else {
			h.refused(t, code)
		}
	}
}

// TestTwoAdministrators: as soon as there are two with keys, neither acts alone; and what one
// did before they could know of the other stands.
func TestTwoAdministrators(t *testing.T) {
	h := newHistory(t, everybodySigns)
	second := h.records[h.put("chief", "officer-anna",
		officer.Appointed{Roles: []officer.Role{officer.Administrator}})].at
	dismissed := officer.Dismissed{}
	h.now = second + inFlight - 1
	h.put("chief", "officer-dora", dismissed)
	h.verified(t)

	i := h.put("anna", "officer-rex", dismissed)
	h.refused(t, fault.ProposalMissing)
	h.drop(i)
	h.propose("anna", "chief", "officer-rex", dismissed)
	h.put("anna", "officer-rex", dismissed)
	h.verified(t)

	v := h.version
	v.Name = "test-2027"
	h.propose("chief", "anna", "rules-test-2027", rules.Adopted{Version: v})
	h.put("chief", "rules-test-2027", rules.Adopted{Version: v})
	h.verified(t)

	h.propose("chief", "anna", "officer-anna", dismissed)
	h.put("anna", "officer-anna", dismissed)
	h.put("chief", "officer-rita", dismissed)
	h.verified(t)
}

// proposalCheats do alone what takes two.
func proposalCheats() []cheat {
	proposalOf := func(stream string, sample catalog.Event,
		do func(h *history, i int, proposal string) string,
	) func(*history) string {
		return func(h *history) string {
			i := h.index(stream, sample)
			return do(h, i, h.proposalOf(i))
		}
	}
	sealed := func(do func(h *history, i int, proposal string) string) func(*history) string {
		return proposalOf("round-r1", round.Sealed{}, do)
	}
	return []cheat{
		{
			name: "sealed_without_a_proposal", code: fault.ProposalMissing, hooks: twoOfficers,
			do: sealed(func(h *history, i int, p string) string {
				h.drop(h.index(p, proposal.Approved{}))
				h.drop(h.index(p, proposal.Made{}))
				return h.records[i-2].place()
			}),
		},
		{
			name: "sealed_without_an_approval", code: fault.ProposalMissing, hooks: twoOfficers,
			do: sealed(func(h *history, i int, p string) string {
				h.drop(h.index(p, proposal.Approved{}))
				return h.records[i-1].place()
			}),
		},
		{
			name: "drawn_without_an_approval", code: fault.ProposalMissing, hooks: twoOfficers,
			do: proposalOf("round-r1", round.Drawn{}, func(h *history, i int, p string) string {
				h.drop(h.index(p, proposal.Approved{}))
				return h.records[i-1].place()
			}),
		},
		{
			name: "approved_by_the_proposer", code: "same_officer", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				r := &h.records[h.index(p, proposal.Approved{})]
				r.actor, r.key, r.event = "cora", "cora", proposal.Approved{Officer: "cora"}
				return r.place()
			}),
		},
		{
			name: "approved_in_the_name_of_another", code: fault.EventUncaused, hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				r := &h.records[h.index(p, proposal.Approved{})]
				r.event = proposal.Approved{Officer: "dora"}
				return r.place()
			}),
		},
		{
			name: "proposed_in_the_name_of_another", code: fault.EventUncaused, hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return changed(p, func(_ *history, e *proposal.Made) { e.Officer = "carl" })(h)
			}),
		},
		{
			name: "approved_without_the_role", code: "not_allowed", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				r := &h.records[h.index(p, proposal.Approved{})]
				r.actor, r.key, r.event = "rita", "rita", proposal.Approved{Officer: "rita"}
				return r.place()
			}),
		},
		{
			name: "approved_when_the_proposer_had_left", code: "proposer_left", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Approved{})
				h.insert(i, "chief", "officer-cora", officer.Dismissed{})
				h.records[i+1].at += 2 * inFlight
				return h.records[i+1].place()
			}),
		},
		{
			name: "proposed_what_is_open", code: "proposal_open", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Made{})
				made := h.records[i].event.(proposal.Made)
				made.Officer = "carl"
				return h.insert(i+1, "carl", p, made).place()
			}),
		},
		{name: "approved_without_a_key", code: "key_needed", do: func(h *history) string {
			for _, id := range []string{"anna", "bert"} {
				h.put("chief", "officer-"+id,
					officer.Appointed{
						Roles: []officer.Role{officer.Administrator},
						Key:   publicKey(id),
					})
			}
			name, digest := h.proposalStream("officer-rita", h.next["officer-rita"],
				officer.Dismissed{})
			made := h.put("anna", name,
				proposal.Made{
					Officer: "anna", Stream: "officer-rita",
					Revision: h.next["officer-rita"], Type: "officer.dismissed.v1", Digest: digest,
					Expires: h.now + 1 + day,
				})
			h.records[made].key = "anna"
			return h.records[h.put("chief", name, proposal.Approved{Officer: "chief"})].place()
		}},
		{name: "proposed_without_a_key", code: "key_needed", do: func(h *history) string {
			name, digest := h.proposalStream("officer-rita", h.next["officer-rita"],
				officer.Dismissed{})
			return h.records[h.put("chief", name,
				proposal.Made{
					Officer: "chief", Stream: "officer-rita",
					Revision: h.next["officer-rita"], Type: "officer.dismissed.v1", Digest: digest,
					Expires: h.now + 1 + day,
				})].place()
		}},
		{
			name: "proposed_long_ahead", code: "clock_behind", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Made{})
				made := h.records[i].event.(proposal.Made)
				h.records[i].at += 10 * inFlight
				made.Expires += 10 * inFlight
				h.records[i].event = made
				return h.records[h.index(p, proposal.Approved{})].place()
			}),
		},
		{
			name: "proposal_with_a_message", code: "invalid_id", hooks: twoOfficers,
			do: func(h *history) string {
				void := round.Voided{Reason: round.OrderOfCourt}
				name, digest := h.proposalStream("王小明 has won", 0, void)
				return h.records[h.put("cora", name,
					proposal.Made{
						Officer: "cora", Stream: "王小明 has won", Type: void.EventType(),
						Digest: digest, Expires: h.now + 1 + day,
					})].place()
			},
		},
		{
			name: "dismissed_alone_by_an_old_date", code: fault.ProposalMissing, hooks: twoOfficers,
			do: func(h *history) string {
				second := h.records[h.put("chief", "officer-anna",
					officer.Appointed{
						Roles: []officer.Role{officer.Administrator},
						Key:   publicKey("anna"),
					})].at
				h.now += 10 * inFlight
				h.open("r9")
				i := h.put("chief", "officer-anna", officer.Dismissed{})
				h.records[i].at = second + 1
				return h.records[i].place()
			},
		},
		{
			name: "done_too_late_by_an_old_date", code: "proposal_expired", hooks: twoOfficers,
			do: func(h *history) string {
				h.open("r9")
				void := round.Voided{Reason: round.OrderOfCourt}
				h.propose("cora", "carl", "round-r9", void)
				name, _ := h.proposalStream("round-r9", h.next["round-r9"], void)
				made := h.records[h.index(name, proposal.Made{})].event.(proposal.Made)
				h.now += 10 * day
				h.open("r10")
				h.version.TwoOfficers = false // proposed already
				i := h.put("cora", "round-r9", void)
				h.records[i].at = made.Expires
				return h.records[i].place()
			},
		},
		{
			name: "approved_too_late", code: "proposal_expired", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				r := &h.records[h.index(p, proposal.Approved{})]
				r.at += day
				return r.place()
			}),
		},
		{
			name: "done_too_late", code: "proposal_expired", hooks: twoOfficers,
			do: sealed(func(h *history, i int, _ string) string {
				h.records[i].at += day + inFlight
				return h.records[i].place()
			}),
		},
		{
			name: "proposal_open_for_longer", code: fault.EventUncaused, hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return changed(p, func(_ *history, e *proposal.Made) { e.Expires++ })(h)
			}),
		},
		{
			name: "proposal_of_other_data", code: "invalid_id", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return changed(p, func(_ *history, e *proposal.Made) { e.Digest[0]++ })(h)
			}),
		},
		{
			name: "another_event_than_was_approved", code: fault.ProposalMissing,
			hooks: twoOfficers,
			do: func(h *history) string {
				return changed("round-r1",
					func(_ *history, e *round.Announced) {
						e.Pools = slices.Clone(
							e.Pools)
						e.Pools[0].Seats++
					})(h)
			},
		},
		{
			name: "approval_used_twice", code: fault.ProposalMissing, hooks: twoOfficers,
			do: func(h *history) string {
				h.put("chief", "officer-anna",
					officer.Appointed{Roles: []officer.Role{officer.Administrator}})
				h.now += 2 * inFlight
				h.propose("anna", "chief", "officer-rita", officer.Dismissed{})
				h.put("chief", "officer-rita", officer.Dismissed{})
				again := officer.Appointed{
					Roles: []officer.Role{officer.Registrar},
					Key:   publicKey("rita"),
				}
				h.propose("anna", "chief", "officer-rita", again)
				h.put("chief", "officer-rita", again)
				return h.records[h.put("chief", "officer-rita", officer.Dismissed{})].place()
			},
		},
		{
			name: "proposal_of_what_takes_one", code: "not_allowed", hooks: twoOfficers,
			do: func(h *history) string {
				e := application.Approved{}
				name, digest := h.proposalStream(of(h.apps[9]), 1, e)
				return h.insert(h.index(of(h.apps[9]), e), "rex", name,
					proposal.Made{
						Officer: "rex", Stream: of(h.apps[9]), Revision: 1,
						Type: e.EventType(), Digest: digest, Expires: closes + day,
					}).place()
			},
		},
		{
			name: "withdrawn_by_another", code: "another_proposer", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return h.insert(h.index(p, proposal.Approved{}), "carl", p,
					proposal.Withdrawn{Officer: "carl"}).place()
			}),
		},
		{
			name: "rejected_by_the_proposer", code: "same_officer", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return h.insert(h.index(p, proposal.Approved{}), "cora", p,
					proposal.Rejected{Officer: "cora", Reason: proposal.Untimely}).place()
			}),
		},
		{
			name: "rejected_without_the_role", code: "not_allowed", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return h.insert(h.index(p, proposal.Approved{}), "rita", p,
					proposal.Rejected{Officer: "rita", Reason: proposal.Untimely}).place()
			}),
		},
		{
			name: "rejected_without_a_reason", code: "invalid_reason", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return h.insert(h.index(p, proposal.Approved{}), "carl", p,
					proposal.Rejected{Officer: "carl"}).place()
			}),
		},
		{
			name: "rejected_in_the_name_of_another", code: fault.EventUncaused, hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				return h.insert(h.index(p, proposal.Approved{}), "carl", p,
					proposal.Rejected{Officer: "dora", Reason: proposal.Untimely}).place()
			}),
		},
		{
			name: "withdrawn_after_the_approval", code: "proposal_approved", hooks: twoOfficers,
			do: sealed(func(h *history, i int, p string) string {
				return h.insert(i, "cora", p, proposal.Withdrawn{Officer: "cora"}).place()
			}),
		},
		{
			name: "rejected_after_the_approval", code: "proposal_approved", hooks: twoOfficers,
			do: sealed(func(h *history, i int, p string) string {
				return h.insert(i, "carl", p,
					proposal.Rejected{Officer: "carl", Reason: proposal.Untimely}).place()
			}),
		},
		{
			name: "approved_what_was_withdrawn", code: "proposal_ended", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Approved{})
				h.insert(i, "cora", p, proposal.Withdrawn{Officer: "cora"})
				return h.records[i+1].place()
			}),
		},
		{
			name: "approved_what_was_rejected", code: "proposal_ended", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Approved{})
				h.insert(i, "carl", p,
					proposal.Rejected{Officer: "carl", Reason: proposal.Mistaken})
				return h.records[i+1].place()
			}),
		},
		{
			name: "rejected_too_late", code: "proposal_expired", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Approved{})
				r := h.insert(i, "carl", p,
					proposal.Rejected{Officer: "carl", Reason: proposal.Mistaken})
				h.records[i].at += day
				return r.place()
			}),
		},
		{
			name: "withdrawn_long_before", code: "clock_behind", hooks: twoOfficers,
			do: sealed(func(h *history, _ int, p string) string {
				i := h.index(p, proposal.Approved{})
				r := h.insert(i, "cora", p, proposal.Withdrawn{Officer: "cora"})
				h.records[i].at = h.records[i-1].at - 2*inFlight
				return r.place()
			}),
		},
		{
			name: "approved_what_nobody_proposed", code: "not_allowed", hooks: twoOfficers,
			do: sealed(func(h *history, i int, _ string) string {
				return h.insert(i, "carl", "proposal-00000000000000000000000000000000",
					proposal.Approved{Officer: "carl"}).place()
			}),
		},
	}
}
