package draw

import (
	"cmp"
	"runtime"
	"slices"

	"lotteryledger/domain/fault"
)

// Mode says how the pools of one round are drawn together.
type Mode string

// The modes.
const (
	Separate Mode = "separate" // every pool for itself
	// Serial: one after the other; who is selected takes no part in the later ones
	Serial Mode = "serial"
	// one order; each in turn takes the first of its wishes that has enough seats
	Preference Mode = "preference"
)

// OrSeparate returns m, or Separate where the mode is left out.
func (m Mode) OrSeparate() Mode { return cmp.Or(m, Separate) }

// Valid reports whether m is one of the modes.
func (m Mode) Valid() bool { return m == Separate || m == Serial || m == Preference }

// everything is the order of a draw by preference; no pool has this name.
const everything = "*"

// Lot is a pool as it is drawn: its roster and what is on offer.
type Lot struct {
	Roster Roster
	// whose key ranks the roster; "" for the pool's own. Lots of one order share one ranking
	Order   string
	Seats   uint64
	Reserve uint64 // ranks after the selected
	SpillTo string // the later pool that gets the seats nobody took, or ""
}

// Outcome is the result of a lot: who is selected, in order, then the reserve, in order.
type Outcome struct {
	Ranks    []Ranked
	Selected int // of the ranks
}

// Draw draws all lots of a round, in the order given. An application is selected
// once at most, but for the mode separate, where lots know nothing of each other. An
// application of several seats gets all of them or none: while fewer are left, it is
// passed over. The reserve of a lot is its best who are selected nowhere.
func Draw(mode Mode, lots []Lot, s Seed) ([]Outcome, error) {
	return drawLots(mode, lots, func(order string) scorer { return s.Key(order).Score })
}

func drawLots(mode Mode, lots []Lot, scores func(order string) scorer) ([]Outcome, error) {
	if err := checkLots(mode, lots); err != nil {
		return nil, err
	}
	d := drawing{
		mode: mode, lots: lots, scores: scores,
		left: make([]uint64, len(lots)), picked: make([]picked, len(lots)),
	}
	for i, l := range lots {
		d.left[i] = l.Seats
	}
	if mode == Preference {
		if err := d.preference(); err != nil {
			return nil, err
		}
	} else {
		d.inTurn()
	}
	return d.outcomes(), nil
}

func checkLots(mode Mode, lots []Lot) error {
	if !mode.Valid() {
		return fault.New(fault.DrawMode, "pools are drawn separately, serially or by preference")
	}
	for i, l := range lots {
		if err := l.Roster.Check(); err != nil {
			return err
		}
		same := func(o Lot) bool { return o.Roster.Pool == l.Roster.Pool }
		target := func(o Lot) bool { return o.Roster.Pool == l.SpillTo }
		switch {
		case slices.ContainsFunc(lots[:i], same):
			return fault.New(fault.DrawLots, "pool %s is drawn twice", l.Roster.Pool)
		case l.SpillTo != "" && (mode == Preference || !slices.ContainsFunc(lots[i+1:], target)):
			return fault.New(fault.DrawSpill,
				"seats of pool %s can only go to a pool that is drawn later", l.Roster.Pool)
		case mode == Preference && (l.Order != "" || l.Roster.Method != lots[0].Roster.Method):
			return fault.New(fault.DrawMode,
				"by preference, all pools have one method and one order")
		}
	}
	return nil
}

// drawing is a round while it is drawn.
type drawing struct {
	mode   Mode
	lots   []Lot
	scores func(order string) scorer
	left   []uint64 // seats
	picked []picked
	taken  map[string]bool // codes selected in any lot; nil where lots know nothing of each other
}

// picked is a lot while it is drawn: its order, and which places of it are selected.
type picked struct {
	order    []Ranked
	selected []int
}

// ranking returns the first n entries in order.
func (d *drawing) ranking(m Method, order string, entries []Entry, n uint64) []Ranked {
	t := newTop(m, int(min(n, uint64(len(entries)))), runtime.GOMAXPROCS(0), d.scores(order))
	for batch := range slices.Chunk(entries, batchSize) {
		t.rank(batch)
	}
	return t.Ranks()
}

// inTurn draws lot by lot: separately or serially.
func (d *drawing) inTurn() {
	if d.mode == Serial {
		d.taken = map[string]bool{}
	}
	for i, l := range d.lots {
		entries := l.Roster.Entries
		n := d.left[i] + l.Reserve
		if d.mode == Serial ||
			slices.ContainsFunc(entries, func(e Entry) bool { return e.Size > 1 }) {
			n = uint64(len(entries)) // some will be passed over
		}
		p := &d.picked[i]
		p.order = d.ranking(l.Roster.Method, cmp.Or(l.Order, l.Roster.Pool), entries, n)
		for at := range p.order {
			d.take(i, at)
		}
		for j, o := range d.lots {
			if l.SpillTo != "" && o.Roster.Pool == l.SpillTo {
				d.left[j] += d.left[i]
			}
		}
	}
}

// take selects the application at this place of a lot's order, unless it has a seat already
// or needs more seats than are left. It reports whether it selected the application.
func (d *drawing) take(lot, at int) bool {
	p := &d.picked[lot]
	r := p.order[at]
	need := uint64(max(1, r.Size))
	if d.taken[r.Code] || need > d.left[lot] {
		return false
	}
	d.left[lot] -= need
	p.selected = append(p.selected, at)
	if d.taken != nil {
		d.taken[r.Code] = true
	}
	return true
}

// wish is one line of an application in one of the rosters.
type wish struct {
	choice uint32
	lot    int
	size   uint32
}

// preference puts all applications into one order and lets each choose.
func (d *drawing) preference() error {
	d.taken = map[string]bool{}
	wishes := map[string][]wish{}
	first := map[string]Entry{}
	var entries []Entry
	for i, l := range d.lots {
		for _, e := range l.Roster.Entries {
			f, known := first[e.Code]
			if !known {
				first[e.Code] = e
				entries = append(entries, e)
			} else if e.Weight != f.Weight || e.Since != f.Since {
				return fault.New(fault.DrawChoice,
					"an application has different weights or times in two pools")
			}
			wishes[e.Code] = append(wishes[e.Code], wish{choice: e.Choice, lot: i, size: e.Size})
		}
	}
	for _, w := range wishes {
		slices.SortFunc(w, func(a, b wish) int { return cmp.Compare(a.choice, b.choice) })
		for k := 1; k < len(w); k++ {
			if w[k].choice == w[k-1].choice {
				return fault.New(fault.DrawChoice,
					"an application makes the same choice in two pools")
			}
		}
	}
	if len(d.lots) == 0 {
		return nil
	}
	for _, r := range d.ranking(d.lots[0].Roster.Method, everything, entries,
		uint64(len(entries))) {
		for _, w := range wishes[r.Code] {
			p := &d.picked[w.lot]
			r.Size = w.size
			p.order = append(p.order, r)
			d.take(w.lot, len(p.order)-1) // does nothing once the application has a seat
		}
	}
	return nil
}

// outcomes puts the reserve behind the selected.
func (d *drawing) outcomes() []Outcome {
	out := make([]Outcome, len(d.lots))
	for i, p := range d.picked {
		ranks := []Ranked{}
		for _, at := range p.selected {
			ranks = append(ranks, p.order[at])
		}
		out[i].Selected = len(ranks)
		seated := p.selected
		for at, r := range p.order {
			if len(seated) > 0 && seated[0] == at {
				seated = seated[1:]
				continue
			}
			if uint64(len(ranks)-out[i].Selected) < d.lots[i].Reserve && !d.taken[r.Code] {
				ranks = append(ranks, r)
			}
		}
		for k := range ranks {
			ranks[k].Rank = k + 1
		}
		out[i].Ranks = ranks
	}
	return out
}
