package office_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"iter"
	"strings"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

func keyOf(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// twoConductors is an office with a round r1 whose rules ask for two officers, and the
// conductors ann and bob beside wei.
func twoConductors(t *testing.T) bureau {
	b := newBureau(t)
	for _, who := range []string{"ann", "bob"} {
		require.NoError(t, b.do(by("wei", who),
			office.Officer(who, officer.Appoint{Roles: []officer.Role{officer.Conductor}})))
	}
	v := rules.Beijing2021()
	v.TwoOfficers = true
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(v)))
	require.NoError(t, b.do(by("ann", "open"),
		office.Round("r1", round.Open{Rules: v.Name, Opens: opens, Closes: closes})))
	return b
}

// waits demands that nothing was done but proposed by this officer.
func waits(t *testing.T, err error, officer string) *office.Waiting {
	t.Helper()
	var w *office.Waiting
	require.ErrorAs(t, err, &w)
	require.Equal(t, officer, w.Officer)
	require.Contains(t, w.Error(), w.ID)
	return w
}

func later(m order, seconds domain.Time) order {
	m.At += seconds
	return m
}

func TestTwoOfficersOfARound(t *testing.T) {
	b := twoConductors(t)
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	w := waits(t, void(by("ann", "1")), "ann")
	require.Equal(t, opens+proposal.Lifetime, w.Expires)
	stored := len(b.store.all)
	waits(t, void(by("ann", "1")), "ann")
	waits(t, void(by("ann", "2")), "ann")
	require.Len(t, b.store.all, stored, "once is enough")
	require.Equal(t, "not_allowed", fault.CodeOf(void(by("li", "3"))))

	another := office.Round("r1", round.Void{Reason: round.RosterWrong})
	require.Equal(t, fault.ProposalWaits, fault.CodeOf(b.do(by("bob", "4"), another)))
	require.Len(t, b.store.all, stored)
	anew := by("bob", "4")
	anew.Anew = true
	other := b.do(anew, another)
	require.NotEqual(t, w.ID, waits(t, other, "bob").ID, "another reason is another proposal")
	open, err := b.Proposals(ctx)
	require.NoError(t, err)
	require.Len(t, open, 2)
	require.Equal(t, w.ID, open[0].ID)

	require.NoError(t, void(by("bob", "5")))
	r, err := b.LoadRound(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, round.PhaseVoided, r.Phase)
	stored = len(b.store.all)
	require.NoError(t, void(by("bob", "5")))
	require.NoError(t, void(by("ann", "1")))
	require.Len(t, b.store.all, stored, "what is done is done")
}

// TestProposalsExpire: after a day it is proposed anew, by whoever comes first.
func TestProposalsExpire(t *testing.T) {
	b := twoConductors(t)
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	first := waits(t, void(by("ann", "1")), "ann")
	again := waits(t, void(later(by("bob", "2"), proposal.Lifetime+1)), "bob")
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, first.Expires+proposal.Lifetime+1, again.Expires)
	b.now.Store(int64(again.Expires + 1))
	open, err := b.Proposals(ctx)
	require.NoError(t, err)
	require.Empty(t, open)
	// the same command once more
	third := waits(t, void(later(by("bob", "2"), 2*proposal.Lifetime+2)), "bob")
	require.NoError(t, void(later(by("ann", "3"), third.Expires-opens)))
}

// TestProposerLeft: what a dismissed officer has proposed is proposed anew, and two who are in
// office agree on it.
func TestProposerLeft(t *testing.T) {
	b := twoConductors(t)
	require.NoError(t, b.do(by("wei", "cyd"),
		office.Officer("cyd", officer.Appoint{Roles: []officer.Role{officer.Conductor}})))
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	first := waits(t, void(by("ann", "1")), "ann")
	require.NoError(t, b.do(by("wei", "2"), office.Officer("ann", officer.Dismiss{})))
	again := waits(t, void(by("bob", "3")), "bob")
	require.Equal(t, first.ID, again.ID)
	stored := len(b.store.all)
	waits(t, void(by("bob", "3")), "bob")
	require.Len(t, b.store.all, stored)
	require.NoError(t, void(by("cyd", "4")))
	r, err := b.LoadRound(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, round.PhaseVoided, r.Phase)
}

// TestSealOfTheProposal: the second officer seals what the first one has proposed.
func TestSealOfTheProposal(t *testing.T) {
	b := twoConductors(t)
	require.NoError(t, b.do(later(by("ann", "close"), closes-opens),
		office.Round("r1", round.Close{})))
	size, err := b.ProposedSeal(ctx, "r1")
	require.NoError(t, err)
	require.Zero(t, size)
	seal := round.Seal{LedgerSize: 17}
	for _, p := range rules.Beijing2021().Pools {
		seal.Rosters = append(seal.Rosters, round.Roster{Pool: p.Name})
	}
	waits(t, b.do(later(by("ann", "seal"), closes-opens), office.Round("r1", seal)), "ann")
	size, err = b.ProposedSeal(ctx, "r1")
	require.NoError(t, err)
	require.EqualValues(t, 17, size)
	b.now.Add(proposal.Lifetime + 1)
	size, err = b.ProposedSeal(ctx, "r1")
	require.NoError(t, err)
	require.Zero(t, size)
	_, err = b.ProposedSeal(ctx, "r2")
	require.Equal(t, "unknown_round", fault.CodeOf(err))
	require.NoError(t, b.do(later(by("bob", "seal"), closes-opens), office.Round("r1", seal)))
}

// TestTwoAdministratorsWithKeys: as long as there is one, he acts alone; two watch each other.
func TestTwoAdministratorsWithKeys(t *testing.T) {
	b := newBureau(t)
	b.Signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{
		"ann": keyOf(1),
		"bob": keyOf(2),
	})
	admin := []officer.Role{officer.Administrator}
	appoint := func(who, id string, key officer.PublicKey) error {
		return b.do(by(who, who+" appoints "+id),
			office.Officer(id, officer.Appoint{Roles: admin, Key: key}))
	}
	require.NoError(t, appoint("wei", "ann", catalog.PublicKeyOf(keyOf(1))))
	require.NoError(t, appoint("ann", "bob", catalog.PublicKeyOf(keyOf(2))))
	requireCode(t, "key_missing", appoint("ann", "cyd", ""))
	cyd := catalog.PublicKeyOf(keyOf(3))
	waits(t, appoint("ann", "cyd", cyd), "ann")
	requireCode(t, "key_needed",
		b.do(by("wei", "dismiss"), office.Officer("li", officer.Dismiss{})))
	waits(t, b.do(by("ann", "dismiss"), office.Officer("li", officer.Dismiss{})), "ann")
	requireCode(t, "key_needed",
		b.do(by("wei", "dismiss"), office.Officer("li", officer.Dismiss{})))
	require.NoError(t, b.do(by("bob", "dismiss li"), office.Officer("li", officer.Dismiss{})))
	require.NoError(t, appoint("bob", "cyd", cyd))
	w := waits(t, b.do(by("bob", "rules"), office.Rules(rules.Beijing2021())), "bob")
	require.NoError(t, b.approve(by("ann", "rules"), w.ID))
	for _, id := range []string{"cyd", "bob"} {
		w := waits(t, b.do(by("bob", "dismiss "+id), office.Officer(id, officer.Dismiss{})), "bob")
		require.NoError(t, b.approve(by("ann", "dismiss "+id), w.ID))
	}
	require.NoError(t, appoint("ann", "dan", catalog.PublicKeyOf(keyOf(4))))
}

// TestKeylessConductor: whoever has no key agrees with whoever has none, and stands in the way of
// nobody who has one.
func TestKeylessConductor(t *testing.T) {
	b := twoConductors(t)
	b.Signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{
		"cyd": keyOf(1),
		"dan": keyOf(2),
	})
	for i, who := range []string{"cyd", "dan"} {
		key := catalog.PublicKeyOf(keyOf(byte(1 + i)))
		require.NoError(t, b.do(by("wei", who),
			office.Officer(who, officer.Appoint{
				Roles: []officer.Role{officer.Conductor},
				Key:   key,
			})))
	}
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	waits(t, void(by("ann", "1")), "ann")
	waits(t, void(by("cyd", "2")), "cyd")
	waits(t, void(by("cyd", "2")), "cyd")
	requireCode(t, "key_needed", void(by("ann", "3")))
	waits(t, void(by("cyd", "4")), "cyd")
	require.NoError(t, void(by("dan", "5")))
}

// TestTwoOfficersCrash: the store stops answering when the second officer's command is carried
// out; the same command repeated does it, once.
func TestTwoOfficersCrash(t *testing.T) {
	for fail := 1; fail <= 2; fail++ {
		for _, lost := range []bool{false, true} {
			b := twoConductors(t)
			void := func(m order) error {
				return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
			}
			b.store.fail, b.store.lost = b.store.appends+fail, lost // of draft and proposal
			require.ErrorIs(t, void(by("ann", "1")), errDown)
			b.store.fail = 0
			waits(t, void(by("ann", "1")), "ann")
			b.store.fail, b.store.lost = b.store.appends+fail, lost
			require.ErrorIs(t, void(by("bob", "2")), errDown)
			b.store.fail = 0
			require.NoError(t, void(by("bob", "2")))
			var types []string
			for _, r := range b.store.all {
				if strings.HasPrefix(r.Stream, proposal.StreamPrefix) ||
					r.Type == (round.Voided{}).EventType() {
					types = append(types, r.Type)
				}
			}
			require.Equal(t, []string{
				"proposal.made.v1", "proposal.approved.v1",
				"round.voided.v1",
			}, types)
		}
	}
}

// TestTwoOfficersAtOnce: both give the command at the same time, and one of them comes first.
func TestTwoOfficersAtOnce(t *testing.T) {
	b := twoConductors(t)
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	b.store.race = func() { waits(t, void(by("ann", "1")), "ann") }
	require.NoError(t, void(by("bob", "2")))
	r, err := b.LoadRound(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, round.PhaseVoided, r.Phase)
}

// TestSelfDismissal: who has dismissed himself may ask again whether it was done.
func TestSelfDismissal(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.do(by("wei", "1"), office.Officer("wei", officer.Dismiss{})))
	stored := len(b.store.all)
	require.NoError(t, b.do(by("wei", "1"), office.Officer("wei", officer.Dismiss{})))
	requireCode(t, "not_allowed", b.do(by("wei", "2"), office.Officer("wei", officer.Dismiss{})))
	requireCode(t, "command_reused",
		b.do(by("wei", "1"), office.Officer("wei", officer.Appoint{Roles: officer.Roles})))
	require.Len(t, b.store.all, stored)
}

// TestKeyMeanwhile: whoever gets a key while his command is under way does not approve unsigned.
func TestKeyMeanwhile(t *testing.T) {
	b := twoConductors(t)
	b.Signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{"cyd": keyOf(1)})
	require.NoError(t, b.do(by("wei", "cyd"),
		office.Officer("cyd",
			officer.Appoint{
				Roles: []officer.Role{officer.Conductor},
				Key:   catalog.PublicKeyOf(keyOf(1)),
			})))
	void := func(m order) error {
		return b.do(m, office.Round("r1", round.Void{Reason: round.OrderOfCourt}))
	}
	waits(t, void(by("cyd", "1")), "cyd")
	change := officer.ChangeKey{Key: catalog.PublicKeyOf(keyOf(2))}
	b.Store = &meanwhile{b.store, proposal.StreamPrefix, func() {
		b.Store = b.store
		require.NoError(t, b.do(by("wei", "key"), office.Officer("bob", change)))
	}}
	requireCode(t, "signature_needed", void(by("bob", "2")))
	r, err := b.LoadRound(ctx, "r1")
	require.NoError(t, err)
	require.Equal(t, round.PhaseOpened, r.Phase)
}

// meanwhile does something once, before a stream with this prefix is read.
type meanwhile struct {
	eventstore.Store
	prefix string
	do     func()
}

func (m *meanwhile) Read(ctx context.Context, stream string,
	r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	if do := m.do; do != nil && strings.HasPrefix(stream, m.prefix) {
		m.do = nil
		do()
	}
	return m.Store.Read(ctx, stream, r)
}
