package tiles

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

func TestProofs(t *testing.T) {
	for _, size := range []int64{1, 2, 255, 256, 257, 600, 65_536, 70_000} {
		dir, root := build(t, size)
		files := os.DirFS(dir)
		var o oracle
		for i := range size {
			o.add(t, i, smallEntry(i))
		}
		for _, index := range []int64{0, size / 3, size / 2, size - 1} {
			entry, err := ReadEntry(files, size, root, index)
			require.NoError(t, err)
			require.Equal(t, smallEntry(index), entry)
			proof, err := ProveInclusion(files, size, root, index)
			require.NoError(t, err)
			require.NoError(t, tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(entry)))
		}
		for _, old := range []int64{1, size/2 + 1, size} {
			proof, err := ProveConsistency(files, size, root, old)
			require.NoError(t, err)
			require.NoError(t, tlog.CheckTree(proof, size, root, old, o.root(t, old)))
		}
		for _, bad := range []int64{-1, size, size + 1} {
			_, err := ProveInclusion(files, size, root, bad)
			requireFault(t, err, fault.SizeRange, "")
			_, err = ReadEntry(files, size, root, bad)
			requireFault(t, err, fault.SizeRange, "")
		}
		for _, bad := range []int64{-1, 0, size + 1} {
			_, err := ProveConsistency(files, size, root, bad)
			requireFault(t, err, fault.SizeRange, "")
		}
	}
}

// Each tile of three levels forged once in three places: a reader that trusts the root
// must not give out a hash below or in it. A reader that began to check full tiles at
// the wrong one was a real fault of golang.org/x/mod before v0.40 (CVE-2026-56865).
func TestForgeEveryTileForProofs(t *testing.T) {
	const size = 70_000
	dir, root := build(t, size)
	files := load(t, dir)
	forged := 0
	for _, tile := range tlog.NewTiles(height, 0, size) {
		name := Path(tile.L, tile.N, tile.W)
		below := firstLeaf(tile.L, tile.N)
		for _, at := range []int{0, tile.W * tlog.HashSize / 2, tile.W*tlog.HashSize - 1} {
			data := append([]byte(nil), files[name].Data...)
			data[at] ^= 0x80
			bad := with(files, name, data)
			_, err := ReadEntry(bad, size, root, below)
			requireFault(t, err, fault.TileHash, name)
			_, err = ProveInclusion(bad, size, root, below)
			requireFault(t, err, fault.TileHash, name)
			forged++
		}
	}
	require.Equal(t, 3*277, forged)
}

func TestForgeEntryForReadEntry(t *testing.T) {
	dir, root := build(t, 300)
	files := load(t, dir)
	data := append([]byte(nil), files["tile/entries/000"].Data...)
	data[len(data)-1] ^= 1
	_, err := ReadEntry(with(files, "tile/entries/000", data), 300, root, 255)
	e := requireFault(t, err, fault.EntryHash, "tile/entries/000")
	require.Equal(t, int64(255), *e.Site.Leaf)
}
