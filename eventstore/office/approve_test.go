package office_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// proposing is the scene of a proposal of ann's to void a round.
func proposing(t *testing.T) (b bureau, id string) {
	b = twoConductors(t)
	w := waits(t, b.do(by("ann", "void"),
		office.Round("r1", round.Void{Reason: round.OrderOfCourt})), "ann")
	return b, w.ID
}

func (b bureau) approve(o order, id string) error {
	_, err := b.Approve(ctx, b.author(o), id, nil, nil)
	return err
}

// TestDraft: the proposed event is kept before it is proposed, byte for byte.
func TestDraft(t *testing.T) {
	b, id := proposing(t)
	last := b.store.all[len(b.store.all)-2:]
	require.Equal(t, draft.StreamPrefix+id, last[0].Stream)
	require.Equal(t, proposal.StreamPrefix+id, last[1].Stream)
	s, e, err := b.Proposed(ctx, id)
	require.NoError(t, err)
	require.Equal(t, round.Voided{Reason: round.OrderOfCourt}, e)
	require.Equal(t, domain.Digest(sha256.Sum256([]byte(`{"reason":"order_of_court"}`))),
		s.Made.Digest)
}

// TestApprove: the second officer needs the id alone.
func TestApprove(t *testing.T) {
	b, id := proposing(t)
	stored := len(b.store.all)
	for who, code := range map[string]string{
		"ann": fault.SameOfficer, "li": fault.NotAllowed, "stranger": fault.NotAllowed,
	} {
		require.Equal(t, code, fault.CodeOf(b.approve(by(who, "no"), id)), who)
	}
	require.Equal(t, fault.ProposalExpired,
		fault.CodeOf(b.approve(later(by("bob", "late"), proposal.Lifetime+1), id)))
	require.Equal(t, fault.UnknownProposal,
		fault.CodeOf(b.approve(by("bob", "other"), strings.Repeat("0", 32))))
	require.Equal(t, fault.InvalidID, fault.CodeOf(b.approve(by("bob", "other"), "王小明")))
	require.Len(t, b.store.all, stored)

	require.NoError(t, b.approve(by("bob", "yes"), id))
	r, err := b.LoadRound(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, round.PhaseVoided, r.Phase)
	stored = len(b.store.all)
	require.NoError(t, b.approve(by("bob", "yes"), id))
	require.Equal(t, fault.ProposalApproved, fault.CodeOf(b.approve(by("wei", "again"), id)))
	require.Len(t, b.store.all, stored)
}

// TestApproveWhatChanged: when the round has moved on, the proposal is about nothing any more.
func TestApproveWhatChanged(t *testing.T) {
	b := twoConductors(t)
	w := waits(t, b.do(later(by("ann", "void"), closes-opens),
		office.Round("r1", round.Void{Reason: round.OrderOfCourt})), "ann")
	require.NoError(t, b.do(later(by("ann", "close"), closes-opens),
		office.Round("r1", round.Close{})))
	stored := len(b.store.all)
	err := b.approve(later(by("bob", "yes"), closes-opens), w.ID)
	require.Equal(t, fault.ProposalDiffers, fault.CodeOf(err))
	require.Len(t, b.store.all, stored)
}

// TestDraftTampered: a draft that is not what was proposed is refused, and so is a missing one. The
// command itself still approves.
func TestDraftTampered(t *testing.T) {
	b, id := proposing(t)
	own := b.store.all[len(b.store.all)-2]
	for _, data := range []string{
		`{"type":"round.voided.v1","event":{"reason":"fraud_found"}}`,
		`{"type":"round.published.v1","event":{"reason":"order_of_court"}}`,
	} {
		_, err := b.store.Append(ctx, own.Stream, eventstore.Expected(own.Revision),
			eventstore.Proposed{
				ID: uuid.NewSHA1(uuid.Nil, []byte(data)), Type: draft.TypeWritten, Meta: own.Meta,
				Data: []byte(data),
			})
		require.NoError(t, err)
		own.Revision++
		require.Equal(t, fault.DraftMissing, fault.CodeOf(b.approve(by("bob", "yes"), id)))
	}
	require.NoError(t, b.do(by("bob", "void"),
		office.Round("r1", round.Void{Reason: round.OrderOfCourt})))
}

// TestEnded: what was withdrawn or rejected cannot be approved; the command proposes it anew.
func TestEnded(t *testing.T) {
	for who, cmd := range map[string]proposal.Command{
		"ann": proposal.Withdraw{}, "bob": proposal.Reject{Reason: proposal.Mistaken},
	} {
		b, id := proposing(t)
		require.NoError(t, b.do(by(who, "end"), office.Proposal(id, cmd)))
		require.NoError(t, b.do(by(who, "end"), office.Proposal(id, cmd)), "a repetition")
		open, err := b.Proposals(ctx)
		require.NoError(t, err)
		require.Empty(t, open)
		require.Equal(t, fault.ProposalEnded, fault.CodeOf(b.approve(by("bob", "yes"), id)))
		w := waits(t, b.do(by("ann", "again"),
			office.Round("r1", round.Void{Reason: round.OrderOfCourt})), "ann")
		require.Equal(t, id, w.ID)
		require.NoError(t, b.approve(by("bob", "yes"), id))
	}
}

// TestDatedAhead: when an event was stored by a clock that is far ahead, the replay refuses what
// two officers agree on until that date has come. So the office does not store it.
func TestDatedAhead(t *testing.T) {
	const ahead = proposal.Lifetime + 2*proposal.Drift
	for seconds, code := range map[domain.Time]string{
		0: "", ahead: "", ahead + 1: fault.ClockBehind, 100 * ahead: fault.ClockBehind,
	} {
		for _, when := range []string{"before it is proposed", "before it is approved"} {
			b := twoConductors(t)
			void := office.Round("r1", round.Void{Reason: round.OrderOfCourt})
			wrong := func() {
				require.NoError(t, b.do(later(by("wei", "wrong clock"), seconds),
					office.Notice("n1", notice.Publish{Texts: texts(1)})))
			}
			if when == "before it is proposed" {
				wrong()
				if code != "" {
					stored := len(b.store.all)
					require.Equal(t, code, fault.CodeOf(b.do(by("ann", "1"), void)))
					require.Len(t, b.store.all, stored)
					continue
				}
			}
			waits(t, b.do(by("ann", "1"), void), "ann")
			if when == "before it is approved" {
				wrong()
			}
			stored := len(b.store.all)
			require.Equal(t, code, fault.CodeOf(b.do(by("bob", "2"), void)), "%d %s", seconds, when)
			if code != "" {
				require.Len(t, b.store.all, stored)
			}
			scene{bureau: b}.ledger(t) // what is stored the replay allows
		}
	}
}
