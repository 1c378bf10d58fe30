package audit

import (
	"cmp"
	"iter"
	"slices"

	"lotteryledger/domain/draw"
)

// seating is who holds the seats of a pool whose result is published.
type seating struct {
	codes    []string          // by rank
	sizes    []uint64          // seats that each rank takes; nil if each takes one
	selected int               // ranks that hold seats by the draw
	promoted []uint64          // ranks of the reserve that moved up, in that order
	reserve  reserve           // ranks that may still move up
	filled   map[uint64]uint64 // seats that the reserve took, by the rank that gave them up
}

func newSeating(ranks []draw.Ranked, selected int) *seating {
	s := &seating{
		codes: make([]string, len(ranks)), selected: selected,
		filled: map[uint64]uint64{},
	}
	parties := slices.ContainsFunc(ranks, func(k draw.Ranked) bool { return k.Size > 1 })
	for i, k := range ranks {
		s.codes[i] = k.Code
		if parties {
			s.sizes = append(s.sizes, uint64(max(1, k.Size)))
		}
	}
	for i := selected; i < len(ranks); i++ {
		rank := uint64(i) + 1
		s.reserve = s.reserve.add(s.size(rank), rank)
	}
	return s
}

// size returns how many seats a rank takes.
func (s *seating) size(rank uint64) uint64 {
	if s.sizes == nil {
		return 1
	}
	return s.sizes[rank-1]
}

// holding yields the ranks that hold seats, with their codes: the selected, then the promoted in
// the order of their promotion.
func (s *seating) holding() iter.Seq2[uint64, string] {
	return func(yield func(uint64, string) bool) {
		if s == nil {
			return
		}
		for i, code := range s.codes[:s.selected] {
			if !yield(uint64(i)+1, code) {
				return
			}
		}
		for _, rank := range s.promoted {
			if !yield(rank, s.codes[rank-1]) {
				return
			}
		}
	}
}

// holder returns the code on a rank that holds a seat, or "".
func (s *seating) holder(rank uint64) string {
	if s == nil || rank == 0 || rank > uint64(len(s.codes)) || s.reserve.has(s.size(rank), rank) {
		return ""
	}
	return s.codes[rank-1]
}

// room returns the seats of a rank that no promotion has filled, once the rank has given them up.
func (s *seating) room(rank uint64) uint64 { return s.size(rank) - s.filled[rank] }

// taken returns the seats that the draw gave away.
func (s *seating) taken() (n uint64) {
	if s == nil {
		return 0
	}
	for i := range s.selected {
		n += s.size(uint64(i) + 1)
	}
	return n
}

// promote moves a rank of the reserve up to the seat of another one.
func (s *seating) promote(rank, vacated uint64) {
	s.reserve = s.reserve.without(rank)
	s.promoted = append(s.promoted, rank)
	s.filled[vacated] += s.size(rank)
}

// reserve is the ranks behind the seats that may move up: a queue for each number of seats that a
// rank takes, by ascending number. As in the draw, a party gets all its seats or is passed over.
// The first rank that fits moves up, so a queue is left at its front only.
type reserve []queue

type queue struct {
	size  uint64
	ranks []uint64 // ascending
}

func (r reserve) find(size uint64) (i int, ok bool) {
	return slices.BinarySearchFunc(r, size,
		func(q queue, size uint64) int { return cmp.Compare(q.size, size) })
}

// add puts a rank at the end.
func (r reserve) add(size, rank uint64) reserve {
	i, ok := r.find(size)
	if !ok {
		r = slices.Insert(r, i, queue{size: size})
	}
	r[i].ranks = append(r[i].ranks, rank)
	return r
}

// has reports whether a rank of this size waits.
func (r reserve) has(size, rank uint64) bool {
	i, ok := r.find(size)
	return ok && len(r[i].ranks) > 0 && rank >= r[i].ranks[0]
}

// next returns the best rank that takes at most room seats, or 0.
func (r reserve) next(room uint64) (best uint64) {
	for _, q := range r {
		if q.size > room {
			break
		}
		if len(q.ranks) > 0 && (best == 0 || q.ranks[0] < best) {
			best = q.ranks[0]
		}
	}
	return best
}

// without returns the reserve without a rank that stands at the front of its queue. It does not
// change r.
func (r reserve) without(rank uint64) reserve {
	r = slices.Clone(r)
	for i, q := range r {
		if len(q.ranks) > 0 && q.ranks[0] == rank {
			r[i].ranks = q.ranks[1:]
		}
	}
	return r
}
