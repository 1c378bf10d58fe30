package audit

import (
	"hash/maphash"
	"iter"
)

// table holds records by keys of a fixed size, in the order in which they were added. It is for
// keys and records without pointers: the garbage collector does not look into them then. A
// record keeps its number and its place in memory.
type table[K comparable, R any] struct {
	slots   []uint32 `snapshot:"-"` // 1 + number of a record; 0: free; a power of two of them
	entries chunks[entry[K, R]]
}

type entry[K comparable, R any] struct {
	key    K
	record R
}

// seed makes it unforeseeable which keys share a slot, so that nobody can choose them so.
var seed = maphash.MakeSeed()

func newTable[K comparable, R any]() table[K, R] { return table[K, R]{slots: make([]uint32, 16)} }

// find returns the number of a record.
func (t *table[K, R]) find(key K) (number uint32, ok bool) {
	slot := t.slot(key)
	return *slot - 1, *slot != 0
}

// findFrom is find that looks at a likely number first.
func (t *table[K, R]) findFrom(likely uint32, key K) (number uint32, ok bool) {
	if likely < t.entries.size && t.key(likely) == key {
		return likely, true
	}
	return t.find(key)
}

// slot returns that of a key, or the free one where it belongs.
func (t *table[K, R]) slot(key K) *uint32 {
	for i := maphash.Comparable(seed, key); ; i++ {
		slot := &t.slots[i%uint64(len(t.slots))]
		if *slot == 0 || t.entries.at(*slot-1).key == key {
			return slot
		}
	}
}

// at returns the record of a number.
func (t *table[K, R]) at(number uint32) *R { return &t.entries.at(number).record }

// key returns the key of a number.
func (t *table[K, R]) key(number uint32) K { return t.entries.at(number).key }

// add returns the number of a record, which it makes if there is none.
func (t *table[K, R]) add(key K) uint32 {
	slot := t.slot(key)
	if *slot != 0 {
		return *slot - 1
	}
	number := t.entries.add(entry[K, R]{key: key})
	*slot = number + 1
	if int(number) >= len(t.slots)/4*3 {
		t.index(2 * len(t.slots))
	}
	return number
}

// index finds the slot of each record anew, among so many.
func (t *table[K, R]) index(slots int) {
	t.slots = make([]uint32, slots)
	for number, e := range t.entries.all() {
		*t.slot(e.key) = number + 1
	}
}

// reindex makes the slots again of a table whose entries were read.
func (t *table[K, R]) reindex() {
	slots := 16
	for int(t.entries.size) > slots/4*3 {
		slots *= 2
	}
	t.index(slots)
}

// chunks is a list that grows without moving its elements.
type chunks[E any] struct {
	list [][]E
	size uint32
}

// perChunk is how many elements a chunk holds.
const perChunk = 1 << 13

func (c *chunks[E]) at(i uint32) *E { return &c.list[i/perChunk][i%perChunk] }

// add puts an element at the end, and returns its number.
func (c *chunks[E]) add(e E) uint32 {
	if c.size%perChunk == 0 {
		c.list = append(c.list, make([]E, 0, perChunk))
	}
	last := &c.list[c.size/perChunk]
	*last = append(*last, e)
	c.size++
	return c.size - 1
}

// all yields the elements with their numbers.
func (c *chunks[E]) all() iter.Seq2[uint32, *E] {
	return func(yield func(uint32, *E) bool) {
		for i := range c.size {
			if !yield(i, c.at(i)) {
				return
			}
		}
	}
}
