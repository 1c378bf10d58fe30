package audit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/projections/publisher"
)

// TestCheatIsNotSigned stores each cheat that a store takes. The publisher must refuse the event
// with the cheat's own code, and publish what came before it and nothing else.
func TestCheatIsNotSigned(t *testing.T) {
	var refused, elsewhere atomic.Int64
	t.Run("cheats", func(t *testing.T) {
		for i, c := range allCheats() {
			if testing.Short() && i%8 != 0 {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				if c.ledger == nil {
					c.ledger = lottery
				}
				h := c.ledger(t, c.hooks)
				place := c.do(h)
				store := h.store(t)
				if store == nil || !strings.Contains(place, " revision ") {
					elsewhere.Add(1)
					return
				}
				refused.Add(1)
				h.requireRefused(t, store, c.code, place)
			})
		}
	})
	if testing.Short() {
		return
	}
	require.Greater(t, refused.Load(), int64(380))
	require.Less(t, elsewhere.Load(), int64(50),
		"leaves that no store takes, and cheats with files")
}

// TestCheatlessIsSigned: the ledgers that cheats begin with are published to their ends.
func TestCheatlessIsSigned(t *testing.T) {
	h := lottery(t, hooks{})
	p := h.publisher(t, h.store(t))
	at, err := p.Sync(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, len(h.records), at.Size)
	report, err := audit.VerifyFolder(os.DirFS(p.Dir), p.VKey, nil)
	require.NoError(t, err)
	require.Equal(t, len(h.files), report.Files)
}

// requireRefused demands that this fault stops the publication.
func (h *history) requireRefused(t *testing.T, store eventstore.Store, code, place string) {
	p := h.publisher(t, store)
	at, err := p.Sync(t.Context())
	require.ErrorIs(t, err, publisher.ErrForbidden)
	found, _ := fault.Of(err)
	require.Equal(t, code, found.Code, err)
	require.Equal(t, at.Size, *found.Site.Leaf)
	require.Equal(t, place, h.records[at.Size].place())
	report, err := audit.VerifyFolder(os.DirFS(p.Dir), p.VKey, nil)
	require.NoError(t, err, "what came before is published and good")
	require.Equal(t, at.Size, report.Leaves)
}

// publisher is one of the office, with the texts of the history's notices.
func (h *history) publisher(t *testing.T, store eventstore.Store) *publisher.Publisher {
	skey, vkey := testKeys(t, origin, 1)
	signer, err := checkpoint.NewSigner(skey)
	require.NoError(t, err)
	verifier, err := checkpoint.NewVerifier(vkey)
	require.NoError(t, err)
	dir := t.TempDir()
	for name, text := range h.files {
		if filepath.Dir(name) == "notices" {
			require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(name)), text, 0o600))
		}
	}
	return &publisher.Publisher{
		Store: store, Dir: filepath.Join(dir, "public"), Texts: dir,
		Signer: signer, Verifier: verifier, VKey: vkey,
	}
}

// store returns a store with the events of the history, or nil if no store takes them all: some
// leaves are no events, and some have no place in their stream.
func (h *history) store(t *testing.T) eventstore.Store {
	s, err := embedded.OpenStore(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, b := range h.leaves() {
		l, err := catalog.ParseLeaf(b)
		if err != nil || !bytes.Equal(l.Append(nil), b) {
			return nil
		}
		_, err = s.Append(t.Context(), l.Stream, eventstore.Expected(l.Revision)-1,
			eventstore.Proposed{ID: l.ID, Type: string(l.Type), Meta: l.Meta, Data: l.Data})
		if err != nil {
			return nil
		}
	}
	leaves := 0
	for _, err := range s.ReadAll(t.Context(), eventstore.Start, catalog.PublicStreams...) {
		require.NoError(t, err)
		leaves++
	}
	if leaves != len(h.records) {
		return nil
	}
	return s
}
