package draw

import (
	"runtime"
	"slices"
	"sync"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Ranked is an entry with its place. Rank counts from 1; Score is the hash
// that places it, under points and queue only among equals.
type Ranked struct {
	Rank   int
	Code   string
	Weight uint32
	Since  domain.Time
	Score  [32]byte
	Size   uint32 // as in [Entry]
}

// Rank draws: the first n entries of the roster in the method's order, or all
// of them where there are fewer. It checks the roster first. The scores are
// computed on all cores; the result does not depend on how many there are.
func Rank(r Roster, s Seed, n int) ([]Ranked, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	t, err := NewTop(r.Method, s.Key(r.Pool), n)
	if err != nil {
		return nil, err
	}
	for batch := range slices.Chunk(r.Entries, batchSize) {
		t.rank(batch)
	}
	return t.Ranks(), nil
}

// Top ranks entries given one by one and keeps the first n, so that a roster
// of any size is drawn in memory that depends on n alone. It trusts its caller
// to have checked the entries, as [RosterScanner] does; their order does not
// matter. Scores are computed on all cores, behind the caller.
type Top struct {
	method *method
	n      int
	batch  []Entry
	idle   chan *heap // one for each worker; their contents together hold the first n
	wg     sync.WaitGroup
}

// scorer is [Key.Score], or what a test puts in its place.
type scorer func(code string, weight uint32) [32]byte

const batchSize = 4096

// NewTop returns a ranking of at most n entries of the pool whose key is k.
func NewTop(m Method, k Key, n int) (*Top, error) {
	if err := m.find().check(); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fault.New(fault.DrawSeats, "the number of ranks is negative")
	}
	return newTop(m, n, runtime.GOMAXPROCS(0), k.Score), nil
}

func newTop(m Method, n, workers int, score scorer) *Top {
	t := &Top{method: m.find(), n: n, idle: make(chan *heap, workers)}
	for range workers {
		t.idle <- &heap{method: t.method, n: n, score: score}
	}
	return t
}

// Add considers an entry.
func (t *Top) Add(e Entry) {
	t.batch = append(t.batch, e)
	if len(t.batch) == batchSize {
		t.rank(t.batch)
		t.batch = make([]Entry, 0, batchSize)
	}
}

// rank considers a batch, which is not to be changed afterwards, as soon as a
// worker is idle.
func (t *Top) rank(batch []Entry) {
	h := <-t.idle
	t.wg.Go(func() {
		for _, e := range batch {
			h.add(e)
		}
		t.idle <- h
	})
}

// Ranks returns the first n of the entries added, in order. It may be called
// once, after the last Add.
func (t *Top) Ranks() []Ranked {
	t.rank(t.batch)
	t.wg.Wait()
	all := []Ranked{}
	for range cap(t.idle) {
		all = append(all, (<-t.idle).kept...)
	}
	slices.SortFunc(all, func(a, b Ranked) int { return t.method.compare(&a, &b) })
	all = all[:min(t.n, len(all))]
	for i := range all {
		all[i].Rank = i + 1
	}
	return all
}
