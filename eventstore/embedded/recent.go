package embedded

import "github.com/google/uuid"

// place is where an event was written.
type place struct {
	stream   string
	revision int64
	position uint64
}

// recentIDs is how many ids are remembered for writes without an exact revision.
const recentIDs = 1 << 16

// recent remembers where the latest events were written, by id. Of two events with
// the same id it remembers the first. It belongs to the writer.
type recent struct {
	places map[uuid.UUID]place
	ring   []uuid.UUID
	next   int
}

func newRecent() *recent { return &recent{places: make(map[uuid.UUID]place)} }

func (r *recent) add(id uuid.UUID, p place) {
	if _, known := r.places[id]; known {
		return
	}
	r.places[id] = p
	if len(r.ring) < recentIDs {
		r.ring = append(r.ring, id)
		return
	}
	delete(r.places, r.ring[r.next])
	r.ring[r.next] = id
	r.next = (r.next + 1) % recentIDs
}

// in returns where an event of this stream was written.
func (r *recent) in(stream string, id uuid.UUID) (place, bool) {
	p, ok := r.places[id]
	return p, ok && p.stream == stream
}
