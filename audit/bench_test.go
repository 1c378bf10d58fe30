package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/catalog/catalogtest"
)

// BenchmarkReplay proves a ledger of 100,000 applications, 400,000 leaves: tree, decoding
// and rules. BenchmarkReplaySigned has it signed, 64 leaves at a time, BenchmarkReplaySignedAlone
// every leaf by itself. BenchmarkTree is the yardstick: the same folder, the tree alone.
func BenchmarkReplay(b *testing.B)            { benchmarkReplay(b, 0) }
func BenchmarkReplaySigned(b *testing.B)      { benchmarkReplay(b, 64) }
func BenchmarkReplaySignedAlone(b *testing.B) { benchmarkReplay(b, 1) }

func benchmarkReplay(b *testing.B, together int) {
	dir, size, root := bigLedger(b, 100_000, together)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, audit.Replay(os.DirFS(dir), size, root, audit.NewLedger(nil), nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkTree(b *testing.B) {
	dir, size, root := bigLedger(b, 100_000, 0)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, tiles.Verify(os.DirFS(dir), size, root, nil, nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// bigLedger writes the tiles of a ledger with so many individuals' applications, all approved,
// so many events signed together; 0 signs nothing.
func bigLedger(b *testing.B, applications, together int) (dir string, size int64, root tlog.Hash) {
	dir = filepath.Join(b.TempDir(), "public")
	w, err := tiles.Create(dir)
	require.NoError(b, err)
	of := catalogtest.Ledger{Applications: applications}
	if together > 0 {
		of.Key = publicKey("chief")
	}
	var waiting []catalog.Leaf
	store := func() {
		if together > 0 {
			signTogether(b, waiting)
		}
		for _, l := range waiting {
			leaf, err := l.Bytes()
			require.NoError(b, err)
			require.NoError(b, w.Append(leaf))
		}
		waiting = waiting[:0]
	}
	for l, err := range of.Leaves() {
		require.NoError(b, err)
		waiting = append(waiting, l)
		if len(waiting) >= together {
			store()
		}
	}
	store()
	size, root, err = w.Sync()
	require.NoError(b, err)
	require.NoError(b, w.Close())
	return dir, size, root
}

// signTogether signs leaves at once, as docs/ledger.md says; a number of them that is a power of
// two, or the last ones one by one.
func signTogether(b *testing.B, leaves []catalog.Leaf) {
	if bits.OnesCount(uint(len(leaves))) != 1 {
		for i := range leaves {
			signTogether(b, leaves[i:i+1])
		}
		return
	}
	levels := [][][sha256.Size]byte{nil}
	for _, l := range leaves {
		signed, err := l.Bytes()
		require.NoError(b, err)
		levels[0] = append(levels[0], sha256.Sum256(append([]byte{0}, signed...)))
	}
	for at := levels[0]; len(at) > 1; at = levels[len(levels)-1] {
		var above [][sha256.Size]byte
		for i := 0; i < len(at); i += 2 {
			above = append(above, sha256.Sum256(slices.Concat([]byte{1}, at[i][:], at[i+1][:])))
		}
		levels = append(levels, above)
	}
	root := levels[len(levels)-1][0]
	s := catalog.Signature{Value: hex.EncodeToString(ed25519.Sign(keyOf("chief"),
		append([]byte("lotteryledger officer signature v1\n"), root[:]...)))}
	for i := range leaves {
		if len(leaves) > 1 {
			s.Of, s.Index, s.Path = uint64(len(leaves)), uint64(i), ""
			for level, at := range levels[:len(levels)-1] {
				s.Path += hex.EncodeToString(at[i>>level^1][:])
			}
		}
		m, err := catalog.ParseMeta(leaves[i].Meta)
		require.NoError(b, err)
		m.Signature = s
		leaves[i].Meta, err = m.Bytes()
		require.NoError(b, err)
	}
}
