package tiles

import (
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// edge reads the right edge of the tree with this size and proves it against the root.
func (f folder) edge(size int64, root tlog.Hash) (edge, error) {
	if err := checkSize(size); err != nil {
		return edge{}, err
	}
	e := edge{size: size}
	for level := 0; hashCount(size, level) > 0; level++ {
		hashes := make([]tlog.Hash, 0, Width)
		if width := partialWidth(size, level); width > 0 {
			var err error
			if hashes, err = f.tile(hashes, level, hashCount(size, level+1), width); err != nil {
				return edge{}, err
			}
		}
		e.levels = append(e.levels, hashes)
	}
	if got := e.root(); got != root {
		return edge{}, f.blame(e,
			fault.Site{File: CheckpointFile}.New(fault.RootMismatch,
				"the files of size %d have root %v, not %v", size, got, root))
	}
	return e, nil
}

// blame finds the tile at fault when an edge does not have the wanted root: the first
// hash of it that is not that of the entry or tile below. If there is none, the
// fault is that of the root.
func (f folder) blame(e edge, mismatch error) error {
	for level, hashes := range e.levels {
		if len(hashes) == 0 {
			continue
		}
		n := hashCount(e.size, level+1)
		if err := f.checkBelow(level, n, hashes); err != nil {
			return err
		}
	}
	return mismatch
}

// checkBelow compares the hashes of a tile with what they are the hashes of.
func (f folder) checkBelow(level int, n int64, hashes []tlog.Hash) error {
	name, width := Path(level, n, len(hashes)), len(hashes)
	if level == 0 {
		data, err := f.bundle(nil, n, width)
		if err == nil {
			err = checkBundle(data, n, width, hashes)
		}
		if e, ok := fault.Of(err); ok && e.Code == fault.EntryHash {
			return fault.Site{File: name, Leaf: e.Site.Leaf}.New(fault.TileHash,
				"leaf hash is not that of the entry in %s", EntriesPath(n, width))
		}
		return err
	}
	for i, h := range hashes {
		child := n*Width + int64(i)
		below, err := f.tile(nil, level-1, child, Width)
		if err != nil {
			return err
		}
		if subtreeHash(below) != h {
			return at(name, firstLeaf(level-1, child)).New(fault.TileHash,
				"hash %d is not that of %s", i, Path(level-1, child, Width))
		}
	}
	return nil
}

// trusted gives hashes of a tree that were traced to its root. It keeps one tile for each
// level, so walking from left to right reads each tile once.
type trusted struct {
	folder folder
	edge   edge
	tiles  []cachedTile // by level
}

type cachedTile struct {
	n      int64 // -1 for none
	hashes []tlog.Hash
}

// openTrusted reads the right edge of the tree and proves it.
func openTrusted(files fs.FS, size int64, root tlog.Hash) (*trusted, error) {
	f := folder{files}
	e, err := f.edge(size, root)
	if err != nil {
		return nil, err
	}
	t := &trusted{folder: f, edge: e, tiles: make([]cachedTile, len(e.levels))}
	for level := range t.tiles {
		t.tiles[level].n = -1
	}
	return t, nil
}

// hash returns hash i of a level.
func (t *trusted) hash(level int, i int64) (tlog.Hash, error) {
	hashes, err := t.tile(level, i/Width)
	if err != nil {
		return tlog.Hash{}, err
	}
	return hashes[i%Width], nil
}

// tile returns the hashes of tile n at a level, valid until the next call.
func (t *trusted) tile(level int, n int64) ([]tlog.Hash, error) {
	if n == hashCount(t.edge.size, level+1) {
		return t.edge.levels[level], nil
	}
	cached := &t.tiles[level]
	if cached.n == n {
		return cached.hashes, nil
	}
	cached.n = -1
	hashes, err := t.folder.tile(cached.hashes[:0], level, n, Width)
	if err != nil {
		return nil, err
	}
	if err := t.check(level, n, hashes); err != nil {
		return nil, err
	}
	*cached = cachedTile{n, hashes}
	return hashes, nil
}

// ReadHashes returns hashes by their stored hash index, for the proofs of x/mod.
func (t *trusted) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	result := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		level, n := tlog.SplitStoredHashIndex(x)
		inTile := level % height // so the hash is that of 2^inTile hashes of a tile
		first := n << inTile
		hashes, err := t.tile(level/height, first/Width)
		if err != nil {
			return nil, err
		}
		start := int(first % Width)
		result[i] = subtreeHash(hashes[start : start+1<<inTile])
	}
	return result, nil
}

// check compares a full tile with its hash in the level above.
func (t *trusted) check(level int, n int64, hashes []tlog.Hash) error {
	want, err := t.hash(level+1, n)
	if err != nil {
		return err
	}
	return checkTile(level, n, subtreeHash(hashes), want)
}

func checkTile(level int, n int64, got, want tlog.Hash) error {
	if got == want {
		return nil
	}
	return at(Path(level, n, Width), firstLeaf(level, n)).New(fault.TileHash,
		"tile has hash %v, the tree above it demands %v", got, want)
}
