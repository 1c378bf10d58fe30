package merkle

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// The leaves that implementations of Certificate Transparency test with, and the roots of
// the trees over the first of them.
var (
	knownLeaves = []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
		"606162636465666768696a6b6c6d6e6f",
	}
	knownRoots = []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
)

func TestKnownRoots(t *testing.T) {
	var edge Edge
	var leaves []Hash
	for n, want := range knownRoots {
		root := edge.Root()
		require.Equal(t, want, hex.EncodeToString(root[:]), n)
		if n > 0 {
			require.Equal(t, root, New(leaves).Root(), n)
		}
		if n < len(knownLeaves) {
			data, err := hex.DecodeString(knownLeaves[n])
			require.NoError(t, err)
			edge.Add(data)
			leaves = append(leaves, Leaf(data))
		}
	}
}

// TestAgainstTlog compares roots and paths with another implementation.
func TestAgainstTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 700), 1, 80).Draw(t, "leaves")
		var stored []tlog.Hash
		read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			hashes := make([]tlog.Hash, len(indexes))
			for i, at := range indexes {
				hashes[i] = stored[at]
			}
			return hashes, nil
		})
		var edge Edge
		var leaves []Hash
		for i, d := range data {
			hashes, err := tlog.StoredHashes(int64(i), d, read)
			require.NoError(t, err)
			stored = append(stored, hashes...)
			edge.Add(d)
			leaves = append(leaves, Leaf(d))
		}
		size := int64(len(data))
		root, err := tlog.TreeHash(size, read)
		require.NoError(t, err)
		tree := New(leaves)
		require.EqualValues(t, root, edge.Root())
		require.EqualValues(t, root, tree.Root())
		for i := range size {
			proof, err := tlog.ProveRecord(size, i, read)
			require.NoError(t, err)
			path := tree.Path(int(i))
			require.Len(t, path, len(proof))
			for k := range path {
				require.EqualValues(t, proof[k], path[k])
			}
			got, ok := RootOf(leaves[i], uint64(i), uint64(size), path)
			require.True(t, ok)
			require.EqualValues(t, root, got)
		}
	})
}

// TestRefusedPaths: a path of another length is refused; another leaf, index, size or hash
// gives another root.
func TestRefusedPaths(t *testing.T) {
	for size := 1; size <= 33; size++ {
		var leaves []Hash
		for i := range size {
			leaves = append(leaves, Leaf(bytes.Repeat([]byte{byte(i)}, i)))
		}
		tree := New(leaves)
		for i := range size {
			path, index, n := tree.Path(i), uint64(i), uint64(size)
			_, ok := RootOf(leaves[i], index, n, append(path[:len(path):len(path)], Hash{}))
			require.False(t, ok, "a hash too many")
			_, ok = RootOf(leaves[i], n, n, path)
			require.False(t, ok, "no such index")
			if len(path) > 0 {
				_, ok = RootOf(leaves[i], index, n, path[1:])
				require.False(t, ok, "a hash too few")
			}
			for other := range n {
				root, ok := RootOf(leaves[i], other, n, path)
				require.Equal(t, other == index, ok && root == tree.Root(), "index %d", other)
			}
			for k := range path {
				path[k][0] ^= 1
				root, ok := RootOf(leaves[i], index, n, path)
				require.True(t, ok)
				require.NotEqual(t, tree.Root(), root)
				path[k][0] ^= 1
			}
			root, ok := RootOf(Hash{1}, index, n, path)
			require.True(t, ok)
			require.NotEqual(t, tree.Root(), root)
		}
	}
	_, ok := RootOf(Hash{}, 0, 0, nil)
	require.False(t, ok)
	_, ok = RootOf(Hash{}, 0, 1<<64-1, nil)
	require.False(t, ok)
}

func TestAllocations(t *testing.T) {
	data, path := make([]byte, 300), make([]Hash, 10)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		var edge Edge
		for range 9 {
			edge.Add(data)
		}
		path[0] = edge.Root()
		_, _ = RootOf(path[0], 5, 1024, path)
	}))
}
