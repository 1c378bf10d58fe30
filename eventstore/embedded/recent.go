package embedded

import (
	"hash/maphash"

	"github.com/google/uuid"
)

// place is where an event was written.
type place struct {
	stream   string
	revision int64
	position uint64
}

// recentIDs is how many ids are remembered for writes without an exact revision.
const recentIDs = 1 << 16

// recent remembers where the latest events were written, by id. Of two events with
// the same id it remembers the first. It belongs to the writer, which adds every event:
// so it is a hash table of its own, which costs a third of a map from which the oldest
// entry is deleted each time.
type recent struct {
	ring  []remembered
	next  int
	slots []slot       // with linear probing, half of them empty
	seed  maphash.Seed // clients choose ids
}

type remembered struct {
	id uuid.UUID
	place
}

// slot is empty, or the hash of an id and one more than its place in the ring.
type slot struct{ hash, ring uint32 }

func newRecent() *recent {
	return &recent{
		slots: make([]slot, 2*recentIDs),
		seed:  maphash.MakeSeed(),
	}
}

func (r *recent) hash(id uuid.UUID) uint32 { return uint32(maphash.Bytes(r.seed, id[:])) }

func (r *recent) after(i uint32) uint32 { return (i + 1) % uint32(len(r.slots)) }

// find returns the slot of an id, or the empty one that it would take.
func (r *recent) find(id uuid.UUID) (i uint32, known bool) {
	hash := r.hash(id)
	for i = hash % uint32(len(r.slots)); r.slots[i].ring != 0; i = r.after(i) {
		if r.slots[i].hash == hash && r.ring[r.slots[i].ring-1].id == id {
			return i, true
		}
	}
	return i, false
}

func (r *recent) add(id uuid.UUID, p place) {
	i, known := r.find(id)
	if known {
		return
	}
	if len(r.ring) < recentIDs {
		r.ring = append(r.ring, remembered{})
	} else {
		r.remove(r.ring[r.next].id)
		i, _ = r.find(id)
	}
	r.ring[r.next] = remembered{id, p}
	r.slots[i] = slot{r.hash(id), uint32(r.next) + 1}
	r.next = (r.next + 1) % recentIDs
}

// remove empties the slot of an id and moves up those that would not be found behind it.
func (r *recent) remove(id uuid.UUID) {
	size := uint32(len(r.slots))
	gap, _ := r.find(id)
	for i := r.after(gap); r.slots[i].ring != 0; i = r.after(i) {
		if home := r.slots[i].hash % size; (i-home)%size >= (i-gap)%size {
			r.slots[gap] = r.slots[i]
			gap = i
		}
	}
	r.slots[gap] = slot{}
}

// in returns where an event of this stream was written.
func (r *recent) in(stream string, id uuid.UUID) (place, bool) {
	i, known := r.find(id)
	if !known {
		return place{}, false
	}
	p := r.ring[r.slots[i].ring-1].place
	return p, p.stream == stream
}
