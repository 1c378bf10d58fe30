package proposal_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/proposal"
)

const now domain.Time = 1_790_000_000

var (
	rule   = domaintest.For(proposal.Decide, proposal.Evolve)
	digest = domain.Digest{1, 2, 3}
	id     = proposal.ID("round-r1", 8, "round.published.v1", digest)
	ask    = proposal.Make{
		At: now, Officer: "ann", ID: id, Stream: "round-r1", Revision: 8,
		Type:   "round.published.v1",
		Digest: digest, Kind: proposal.Kind{Stream: "round-"},
	}
	made = proposal.Made{
		Officer: "ann", Stream: "round-r1", Revision: 8,
		Type: "round.published.v1", Digest: digest, Expires: now + 86400,
	}
)

func TestID(t *testing.T) {
	require.Equal(t, "83bee410afa5c5262f379a844aa70134", id)
	require.True(t, proposal.ValidID(id))
	for _, bad := range []string{"", id[1:], id + "00", "FB" + id[2:], "x" + id[1:]} {
		require.False(t, proposal.ValidID(bad), bad)
	}
	require.NotEqual(t, id, proposal.ID("round-r2", 8, "round.published.v1", digest))
	require.NotEqual(t, id, proposal.ID("round-r1", 8, "round.voided.v1", digest))
	require.NotEqual(t, id, proposal.ID("round-r1", 8, "round.published.v1", domain.Digest{}))
	require.NotEqual(t, id, proposal.ID("round-r1", 9, "round.published.v1", digest))
}

func TestMake(t *testing.T) {
	later, other, renamed, left := ask, ask, ask, ask
	later.At += proposal.Lifetime + 1
	other.Officer = "bob"
	renamed.Stream = "round-r2"
	left.Officer, left.Unjoinable = "bob", true
	rule.Given().When(ask).Then(t, made)
	rule.Given(made).When(ask).Nothing(t)
	rule.Given(made).When(other).Refused(t, "proposal_open")
	rule.Given().When(renamed).Refused(t, "invalid_id")
	mine := made
	mine.Officer = "bob"
	rule.Given(made).When(left).Then(t, mine)
	rule.Given(made, proposal.Approved{Officer: "cyd"}).When(left).Refused(t, "proposal_open")

	again := made
	again.Expires += proposal.Lifetime + 1
	rule.Given(made).When(later).Then(t, again)
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(later).Refused(t, "proposal_open")
	later.At += proposal.Drift
	again.Expires += proposal.Drift
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(later).Then(t, again)
	keyless, unsized, named := ask, ask, ask
	keyless.Keyless = true
	rule.Given().When(keyless).Refused(t, "key_needed")
	one := ask
	one.Kind = proposal.Kind{}
	rule.Given().When(one).Refused(t, "invalid_id")
	for change, cmd := range map[string]*proposal.Make{
		"a size":                   &unsized,
		"a stream of another kind": &named,
	} {
		if cmd.LedgerSize = 7; change != "a size" {
			cmd.LedgerSize, cmd.Stream = 0, "rules-r1"
		}
		cmd.ID = proposal.ID(cmd.Stream, cmd.Revision, cmd.Type, cmd.Digest)
		rule.Given().When(*cmd).Refused(t, "invalid_id")
	}
	for _, stream := range []string{"王小明", "round-王小明", "round-", "round"} {
		cmd := ask
		cmd.Stream, cmd.ID = stream, proposal.ID(stream, ask.Revision, ask.Type, ask.Digest)
		rule.Given().When(cmd).Refused(t, "invalid_id")
	}
	seal := ask
	seal.Type, seal.LedgerSize, seal.Kind.LedgerSize = "round.sealed.v1", 7, true
	seal.ID = proposal.ID(seal.Stream, seal.Revision, seal.Type, seal.Digest)
	rule.Given().When(seal).Then(t,
		proposal.Made{
			Officer: "ann", Stream: "round-r1", Revision: 8, Type: seal.Type,
			Digest: digest, LedgerSize: 7, Expires: now + 86400,
		})
	rule.Given(made, proposal.Approved{Officer: "bob"},
		again).When(proposal.Approve{At: later.At, Officer: "bob"}).Then(t,
		proposal.Approved{Officer: "bob"})
}

func TestApprove(t *testing.T) {
	rule.Given().When(proposal.Approve{At: now, Officer: "bob"}).Refused(t, "unknown_proposal")
	rule.Given(made).When(proposal.Approve{At: now, Officer: "ann"}).Refused(t, "same_officer")
	rule.Given(made).When(proposal.Approve{At: made.Expires, Officer: "bob"}).Then(t,
		proposal.Approved{Officer: "bob"})
	rule.Given(made).When(proposal.Approve{At: now, Officer: "bob", Left: true}).Refused(t,
		"proposer_left")
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(proposal.Approve{
		At:      now,
		Officer: "bob", Left: true,
	}).Nothing(t)
	rule.Given(made).When(proposal.Approve{At: now - proposal.Drift, Officer: "bob"}).Then(t,
		proposal.Approved{Officer: "bob"})
	rule.Given(made).When(proposal.Approve{At: now - proposal.Drift - 1, Officer: "bob"}).Refused(t,
		"clock_behind")
	rule.Given(made).When(proposal.Approve{At: now, Officer: "bob", Keyless: true}).Refused(t,
		"key_needed")
	rule.Given(made).When(proposal.Approve{At: made.Expires + 1, Officer: "bob"}).Refused(t,
		"proposal_expired")
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(proposal.Approve{
		At:      now,
		Officer: "bob",
	}).Nothing(t)
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(proposal.Approve{
		At:      now,
		Officer: "cyd",
	}).Refused(t, "proposal_approved")
}

// TestProposalStream: whatever happens, nobody approves what he has proposed, and nothing is
// approved after its time.
func TestProposalStream(t *testing.T) {
	officers := rapid.SampledFrom([]string{"ann", "bob", "cyd"})
	rapid.Check(t, func(t *rapid.T) {
		var s proposal.State
		at := now
		wait := func(t *rapid.T) { at += domain.Time(rapid.Int64Range(0, 50_000).Draw(t, "wait")) }
		t.Repeat(map[string]func(*rapid.T){
			"make": func(t *rapid.T) {
				wait(t)
				cmd := ask
				cmd.At, cmd.Officer, cmd.Unjoinable = at, officers.Draw(t, "who"),
					rapid.Bool().Draw(t, "left")
				next, events, _ := rule.Step(t, s, cmd)
				require.False(t, len(events) > 0 && s.Open(at) &&
					(!cmd.Unjoinable || s.Approved != ""), "an open proposal is not replaced")
				s = next
			},
			"approve": func(t *rapid.T) {
				wait(t)
				cmd := proposal.Approve{
					At: at, Officer: officers.Draw(t, "who"),
					Left: rapid.Bool().Draw(t, "left"),
				}
				next, events, _ := rule.Step(t, s, cmd)
				require.False(t, len(events) > 0 && (!s.Open(at) || cmd.Left))
				s = next
			},
			"end": func(t *rapid.T) {
				wait(t)
				who := officers.Draw(t, "who")
				var cmd proposal.Command = proposal.Withdraw{At: at, Officer: who}
				if rapid.Bool().Draw(t, "another") {
					cmd = proposal.Reject{At: at, Officer: who, Reason: proposal.Untimely}
				}
				waited := s.Open(at) && s.Approved == ""
				next, events, _ := rule.Step(t, s, cmd)
				require.False(t, len(events) > 0 && !waited)
				if len(events) > 0 {
					require.False(t, next.Open(at))
				}
				s = next
			},
			"": func(t *rapid.T) {
				require.True(t,
					s.Approved == "" || s.Approved != s.Made.Officer)
				require.False(t, s.Approved != "" && (s.Withdrawn || s.Rejected.Officer != ""))
				require.False(t, s.Withdrawn && s.Rejected.Officer != "")
				require.False(t, s.Rejected.Officer != "" && s.Rejected.Officer == s.Made.Officer)
			},
		})
	})
}

func TestWithdraw(t *testing.T) {
	mine := proposal.Withdraw{At: now, Officer: "ann"}
	others := proposal.Withdraw{At: now, Officer: "bob"}
	gone := proposal.Withdrawn{Officer: "ann"}
	rule.Given().When(mine).Refused(t, "unknown_proposal")
	rule.Given(made).When(others).Refused(t, "another_proposer")
	rule.Given(made).When(mine).Then(t, gone)
	rule.Given(made, gone).When(mine).Nothing(t)
	rule.Given(made, proposal.Approved{Officer: "bob"}).When(mine).Refused(t, "proposal_approved")
	rule.Given(made, proposal.Rejected{Officer: "bob", Reason: proposal.Mistaken}).When(mine).
		Refused(t, "proposal_ended")
	late, early := mine, mine
	late.At, early.At = made.Expires+1, now-proposal.Drift-1
	rule.Given(made).When(late).Refused(t, "proposal_expired")
	rule.Given(made).When(early).Refused(t, "clock_behind")
	rule.Given(made, gone).When(proposal.Approve{At: now, Officer: "bob"}).
		Refused(t, "proposal_ended")
	rule.Given(made, gone).When(ask).Then(t, made)
	rule.Given(made, gone, made).When(proposal.Approve{At: now, Officer: "bob"}).
		Then(t, proposal.Approved{Officer: "bob"})
}

func TestReject(t *testing.T) {
	cmd := proposal.Reject{At: now, Officer: "bob", Reason: proposal.Mistaken}
	done := proposal.Rejected{Officer: "bob", Reason: proposal.Mistaken}
	own, other, mute := cmd, cmd, cmd
	own.Officer, other.Officer, mute.Reason = "ann", "cyd", "王小明"
	rule.Given().When(cmd).Refused(t, "unknown_proposal")
	rule.Given(made).When(cmd).Then(t, done)
	rule.Given(made, done).When(cmd).Nothing(t)
	rule.Given(made, done).When(other).Refused(t, "proposal_ended")
	rule.Given(made).When(own).Refused(t, "same_officer")
	rule.Given(made).When(mute).Refused(t, "invalid_reason")
	rule.Given(made, proposal.Approved{Officer: "cyd"}).When(cmd).Refused(t, "proposal_approved")
	rule.Given(made, proposal.Withdrawn{Officer: "ann"}).When(cmd).Refused(t, "proposal_ended")
	late := cmd
	late.At = made.Expires + 1
	rule.Given(made).When(late).Refused(t, "proposal_expired")
	rule.Given(made, done).When(proposal.Approve{At: now, Officer: "cyd"}).
		Refused(t, "proposal_ended")
	rule.Given(made, done).When(ask).Then(t, made)
}

func TestBehind(t *testing.T) {
	for _, e := range []proposal.Event{
		made,
		proposal.Approved{Officer: "bob"},
		proposal.Withdrawn{Officer: "ann"},
		proposal.Rejected{Officer: "bob", Reason: proposal.Unneeded},
	} {
		require.Equal(t, e.EventType(), proposal.Behind(id, e).Leads())
	}
}
