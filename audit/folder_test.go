package audit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain"
)

const origin = "lottery.example/test"

// testKeys are the halves of a key that follows from one byte.
func testKeys(t require.TestingT, name string, seed byte) (skey, vkey string) {
	skey, vkey, err := checkpoint.GenerateKey(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	require.NoError(t, err)
	return skey, vkey
}

func digest(b []byte) domain.Digest { return sha256.Sum256(b) }

// sign puts a checkpoint of this tree and its key into the folder.
func sign(t require.TestingT, folder fstest.MapFS, size int64, root tlog.Hash) {
	skey, vkey := testKeys(t, origin, 1)
	signer, err := checkpoint.NewSigner(skey)
	require.NoError(t, err)
	raw, err := checkpoint.Sign(checkpoint.Checkpoint{Origin: origin, Size: size, Root: root},
		signer)
	require.NoError(t, err)
	folder[tiles.CheckpointFile] = &fstest.MapFile{Data: raw}
	folder[audit.KeyFile] = &fstest.MapFile{Data: []byte(vkey + "\n")}
}

// tree is the tiles and bundles of leaves, kept in memory: package tiles once more,
// without a disk and without its care.
func tree(leaves [][]byte) (folder fstest.MapFS, root tlog.Hash) {
	folder = fstest.MapFS{}
	hashes := make([]tlog.Hash, len(leaves))
	for i, b := range leaves {
		hashes[i] = tlog.RecordHash(b)
	}
	root = treeHash(hashes)
	for from := 0; from < len(leaves); from += tiles.Width {
		part := leaves[from:min(from+tiles.Width, len(leaves))]
		var bundle []byte
		for _, b := range part {
			bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(b))), b...)
		}
		folder[tiles.EntriesPath(int64(from/tiles.Width),
			len(part))] = &fstest.MapFile{Data: bundle}
	}
	for level := 0; len(hashes) > 0; level++ {
		var above []tlog.Hash
		for from := 0; from < len(hashes); from += tiles.Width {
			part := hashes[from:min(from+tiles.Width, len(hashes))]
			var tile []byte
			for _, x := range part {
				tile = append(tile, x[:]...)
			}
			folder[tiles.Path(level, int64(from/tiles.Width),
				len(part))] = &fstest.MapFile{Data: tile}
			if len(part) == tiles.Width {
				above = append(above, treeHash(part))
			}
		}
		hashes = above
	}
	return folder, root
}

func treeHash(hashes []tlog.Hash) tlog.Hash {
	switch len(hashes) {
	case 0:
		return tiles.EmptyRoot()
	case 1:
		return hashes[0]
	}
	k := 1
	for 2*k < len(hashes) {
		k *= 2
	}
	return tlog.NodeHash(treeHash(hashes[:k]), treeHash(hashes[k:]))
}

// publish is the public folder of a history, signed, with the operator's own files.
func (h *history) publish() fstest.MapFS {
	leaves := h.leaves()
	folder, root := tree(leaves)
	for name, b := range h.files {
		folder[name] = &fstest.MapFile{Data: b}
	}
	sign(h.t, folder, int64(len(leaves)), root)
	return folder
}

// TestGoodLedger: the ledger that all cheats begin with is good. Its files are written
// twice, by the operator's own books and by the replay, and its tiles by package tiles.
func TestGoodLedger(t *testing.T) {
	h := lottery(t, hooks{})
	folder := h.publish()
	report, err := audit.VerifyFolder(folder, "", nil)
	require.NoError(t, err)
	require.EqualValues(t, len(h.records), report.Leaves)
	require.Equal(t, len(h.files), report.Files)
	require.Len(t, report.Rounds, 2)
	for _, r := range report.Rounds {
		require.EqualValues(t, "published", r.Phase)
		require.True(t, r.Demonstration)
		for _, p := range r.Pools {
			require.Positive(t, p.Count)
			require.Equal(t, p.Seats, p.Selected)
		}
	}

	dir := t.TempDir()
	w, err := tiles.Create(dir)
	require.NoError(t, err)
	files := map[string][]byte{}
	l := audit.NewLedger(func(path string, write func(io.Writer) error) error {
		var b bytes.Buffer
		err := write(&b)
		files[path] = append([]byte{}, b.Bytes()...)
		return err
	})
	for i, b := range h.leaves() {
		require.NoError(t, w.Append(b))
		d, err := audit.Decode(int64(i), b)
		require.NoError(t, err)
		require.NoError(t, l.Apply(d))
	}
	size, root, err := w.Sync()
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.EqualValues(t, report.Leaves, size)
	require.Equal(t, report.Root, domain.Digest(root))
	require.Equal(t, files, h.files)
	require.NoError(t, fs.WalkDir(os.DirFS(dir), "tile",
		func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			b, err := fs.ReadFile(os.DirFS(dir), name)
			require.Equal(t, folder[name].Data, b, name)
			return err
		}))
}
