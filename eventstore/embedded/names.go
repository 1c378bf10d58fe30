package embedded

import (
	"hash/maphash"
	"sync/atomic"
)

// names is a Bloom filter of the names of all streams, in memory. A stream that it does not
// hold does not exist, so that neither the writer nor a reader has to look for it in the index.
// A filter costs a pass over all heads, so one is made only when many new streams are written.
type names struct {
	seed  maphash.Seed // clients choose names
	lines []line
	ready atomic.Bool // all names are in it
}

// line is a part of the filter that costs one access to memory.
type line [8]uint64

const (
	lineBits = 512
	nameBits = 10 // of the filter for each name
	probes   = 6
	// leastRecord is about how many bytes of the log each stream takes at least.
	leastRecord = 256
	// moreNames is how many new streams a filter has room for.
	moreNames = 1 << 20
)

// newNames is for a store whose log has this size.
func newNames(tail uint64) *names {
	return &names{
		seed:  maphash.MakeSeed(),
		lines: make([]line, (tail/leastRecord+moreNames)*nameBits/lineBits+1),
	}
}

// find returns the line of a name, and a number of which each nine bits choose a bit of it.
func (n *names) find(name string) (*line, uint64) {
	h := maphash.String(n.seed, name)
	return &n.lines[h%uint64(len(n.lines))], h >> 10
}

func (n *names) add(name string) {
	l, bits := n.find(name)
	for range probes {
		atomic.OrUint64(&l[bits>>6&7], 1<<(bits&63))
		bits >>= 9
	}
}

// lacks reports whether there is no stream of this name, for certain.
func (n *names) lacks(name string) bool {
	if n == nil || !n.ready.Load() {
		return false
	}
	l, bits := n.find(name)
	for range probes {
		if atomic.LoadUint64(&l[bits>>6&7])&(1<<(bits&63)) == 0 {
			return true
		}
		bits >>= 9
	}
	return false
}

// manyNew is how many streams the writer looks for in vain before the filter is made.
var manyNew = 4096

// missed notes that the writer has looked for a stream in vain. With many of them it makes the
// filter, which gets the heads that are not committed yet at once, and all others by a pass
// over the index.
func (w *writer) missed() {
	if w.misses++; w.misses != manyNew {
		return
	}
	n := newNames(w.group.end())
	for _, heads := range []map[string]head{w.heads.young, w.heads.old} {
		for stream := range heads {
			n.add(stream)
		}
	}
	w.store.names.Store(n)
	w.store.learning.Go(func() { w.store.learn(n) })
}

// learn adds all streams of the index.
func (s *store) learn(n *names) {
	v := s.acquire()
	defer s.release(v)
	err := scan(v, []byte{prefixHead}, func(key, _ []byte) error {
		select {
		case <-s.closing:
			return errEnough
		default:
			n.add(string(key[1:]))
			return nil
		}
	})
	if err == nil {
		n.ready.Store(true)
	}
}
