package tiles

import (
	"io/fs"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// Verify reads a whole ledger folder and proves that it is the tree of this size and
// root: every tile, every bundle, and nothing missing. Files that the size does not
// imply are not looked at.
//
// fn, unless nil, is called with each entry in order of its index, once the entry was
// traced to the root; the bytes are valid during the call only. An error of fn ends
// Verify, which returns it as it is. progress, unless nil, is called after each bundle
// with the number of leaves that are done. Both run on the goroutine of the caller.
//
// A fault in the folder is returned as a [fault.Error] with code and place: of the right edge
// of the tree, or else the first one in the order of leaves. Other errors are failures
// to read. Memory does not grow with the size.
func Verify(
	files fs.FS, size int64, root tlog.Hash, fn func(index int64, entry []byte) error,
	progress func(done int64),
) error {
	return VerifyFrom(files, 0, size, root, fn, progress)
}

// VerifyFrom is Verify for the entries from an index on. The bundles before theirs are not read.
func VerifyFrom(
	files fs.FS, from, size int64, root tlog.Hash, fn func(index int64, entry []byte) error,
	progress func(done int64),
) error {
	t, err := openTrusted(files, size, root)
	if err != nil {
		return err
	}
	p := startPipeline(t.folder, from, size)
	defer p.stop()
	for g := range p.queue {
		<-g.ready
		if err := g.deliver(t, from, fn); err != nil {
			return err
		}
		if progress != nil {
			progress(firstLeaf(0, g.n) + int64(g.width))
		}
		p.free <- g
	}
	return nil
}

// group is a tile of level 0 with its bundle: the unit of work.
type group struct {
	n      int64
	width  int
	ready  chan struct{} // one token once the fields below are set
	leaves []tlog.Hash
	hash   tlog.Hash // of the tile, if it is full
	bundle []byte
	errs   [2]error // of the tile, of the bundle
}

// read fills a group from the folder, and compares the bundle with the tile.
func (g *group) read(f folder) {
	g.leaves, g.errs[0] = f.tile(g.leaves[:0], 0, g.n, g.width)
	if g.errs[0] != nil {
		return
	}
	if g.width == Width {
		g.hash = subtreeHash(g.leaves)
	}
	g.bundle, g.errs[1] = f.bundle(g.bundle, g.n, g.width)
	if g.errs[1] == nil {
		g.errs[1] = checkBundle(g.bundle, g.n, g.width, g.leaves)
	}
}

// deliver traces the tile to the root, and then hands out the entries from an index on.
func (g *group) deliver(t *trusted, from int64, fn func(int64, []byte) error) error {
	if g.errs[0] != nil {
		return g.errs[0]
	}
	if err := g.trace(t); err != nil {
		return err
	}
	if g.errs[1] != nil {
		return g.errs[1]
	}
	if fn == nil {
		return nil
	}
	rest := g.bundle
	for i := range g.width {
		var entry []byte
		entry, rest = nextEntry(rest)
		index := firstLeaf(0, g.n) + int64(i)
		if index < from {
			continue
		}
		if err := fn(index, entry); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) trace(t *trusted) error {
	if g.width == Width {
		want, err := t.hash(1, g.n)
		if err != nil {
			return err
		}
		return checkTile(0, g.n, g.hash, want)
	}
	for i, want := range t.edge.levels[0] { // the file may have changed since the edge was read
		if g.leaves[i] != want {
			return at(Path(0, g.n, g.width), firstLeaf(0, g.n)+int64(i)).New(fault.TileHash,
				"tile changed while it was read")
		}
	}
	return nil
}

// pipeline reads the groups of a tree on all processors. It hands them out in
// order, each possibly before it is ready. A group goes back to free when its user
// is done with it; that there are only so many bounds the memory.
type pipeline struct {
	queue, work, free chan *group
	quit              chan struct{}
	done              sync.WaitGroup
}

func startPipeline(f folder, from, size int64) *pipeline {
	workers := runtime.GOMAXPROCS(0)
	groups := 4 * workers
	p := &pipeline{
		queue: make(chan *group, groups),
		work:  make(chan *group, groups),
		free:  make(chan *group, groups),
		quit:  make(chan struct{}),
	}
	for range groups {
		p.free <- &group{ready: make(chan struct{}, 1)}
	}
	p.done.Go(func() { p.feed(from, size) })
	for range workers {
		p.done.Go(func() {
			for g := range p.work {
				g.read(f)
				g.ready <- struct{}{}
			}
		})
	}
	return p
}

func (p *pipeline) feed(from, size int64) {
	defer close(p.queue)
	defer close(p.work)
	for n := from / Width; from < size && n*Width < size; n++ {
		select {
		case g := <-p.free:
			g.n, g.width = n, int(min(Width, size-n*Width))
			p.work <- g
			p.queue <- g
		case <-p.quit:
			return
		}
	}
}

// stop ends the reading and waits for it.
func (p *pipeline) stop() {
	close(p.quit)
	p.done.Wait()
}
