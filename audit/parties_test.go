package audit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

const shared = "shared-houses"

// parties is a ledger in which whoever wins gives it back, and the reserve moves up: parties
// of one to four, of which each stands on the reserve lists of two pools.
func parties(t require.TestingT, k hooks) *history {
	k.version = func(v *rules.Version) {
		*v = rules.Housing2026()
		v.NoticeSeconds, v.PromoteFor, v.TwoOfficers = notice, rules.Vacancies, false
	}
	h := newHistory(t, k)
	h.open("r1")
	for n := range 36 {
		h.approve(h.submit("r1", domain.Dwelling, party(1+n%4, shared)))
	}
	h.conduct("r1", 4, 20, nil)
	for _, pool := range []string{shared, "everybody"} {
		for i := range h.won["r1"][pool] {
			h.awardRank(pool, uint64(i)+1)
			h.put("rex", "indicator-"+indicator.ID("r1", pool, uint64(i)+1),
				indicator.Forfeited{Reason: indicator.Refused})
		}
	}
	h.moveUp()
	return h
}

// moveUp promotes and awards, by a way to find who is next that looks at nobody's room but
// that of the seat given up.
func (h *history) moveUp() {
	for _, pool := range []string{shared, "everybody"} {
		gone := map[int]bool{}
		seats := len(h.won["r1"][pool])
		for i := range seats {
			for room := h.places(pool, i); room > 0; {
				next := seats
				for next < len(h.order[pool]) && (gone[next] || h.places(pool, next) > room) {
					next++
				}
				if next == len(h.order[pool]) {
					break
				}
				gone[next] = true
				room -= h.places(pool, next)
				h.put("clock", "indicator-"+indicator.ID("r1", pool, uint64(next)+1),
					indicator.Promoted{Vacated: indicator.ID("r1", pool, uint64(i)+1)})
				if a := h.find(h.order[pool][next]); h.index(of(a), application.Awarded{}) < 0 {
					h.awardRank(pool, uint64(next)+1)
				}
			}
		}
	}
}

// places is how many places the rank with this index takes.
func (h *history) places(pool string, i int) int {
	if pool != shared {
		return 1
	}
	return len(h.find(h.order[pool][i]).standing.Members)
}

func (h *history) awardRank(pool string, rank uint64) {
	a, id := h.find(h.order[pool][rank-1]), indicator.ID("r1", pool, rank)
	a.until = min(a.until, h.put("cora", of(a), application.Awarded{Indicator: id}))
	h.put("cora", "indicator-"+id, indicator.Awarded{Application: a.code})
}

// replayed is the ledger of what the history holds.
func (h *history) replayed() *audit.Ledger {
	l := audit.NewLedger(nil)
	for i, b := range h.leaves() {
		d, err := audit.Decode(int64(i), b)
		require.NoError(h.t, err)
		require.NoError(h.t, l.Apply(d))
	}
	return l
}

// TestReserveOfParties: who moves up fits into the room that was given up, and nobody who
// fits is passed over; what is found due is just that.
func TestReserveOfParties(t *testing.T) {
	h := parties(t, hooks{})
	h.verified(t)
	var passed int
	for i, r := range h.records {
		e, ok := r.event.(indicator.Promoted)
		if !ok {
			continue
		}
		id := r.stream[len(indicator.StreamPrefix):]
		before := *h
		before.records = h.records[:i]
		l := before.replayed()
		require.Contains(t, l.ToPromote(r.at), id)
		_, pool, rank, err := indicator.ParseID(id)
		require.NoError(t, err)
		require.Equal(t, e.Vacated, audit.Moving{State: &l.State}.Vacated(id))
		if pool == shared &&
			h.index("indicator-"+indicator.ID("r1", pool, rank-1), indicator.Promoted{}) < 0 &&
			rank-1 > uint64(len(h.won["r1"][pool])) {
			passed++
		}
	}
	require.Positive(t, passed, "a party was passed over")
}

// TestOneIndicator: who stands on two reserve lists moves up on both and holds one indicator;
// the other seat goes to the next, and in the end every place is accounted for.
func TestOneIndicator(t *testing.T) {
	h := parties(t, hooks{})
	l := h.replayed()
	var twice []string
	for _, r := range h.records {
		if _, ok := r.event.(indicator.Promoted); !ok {
			continue
		}
		id := r.stream[len(indicator.StreamPrefix):]
		a := h.find(l.Selected(id))
		if e := h.records[h.index(of(a),
			application.Awarded{})].event.(application.Awarded); e.Indicator != id {
			twice = append(twice, id)
			require.NotContains(t, l.ToAward(h.now), id)
			awarded := application.State{Phase: application.PhaseAwarded, Won: e.Indicator}
			_, err := application.Decide(awarded,
				application.Award{Code: a.code, Indicator: id, Selected: a.code})
			require.Equal(t, "application_awarded", fault.CodeOf(err))
		}
	}
	require.NotEmpty(t, twice)
	for due := l.ToPromote(h.now); len(due) > 0; due = l.ToPromote(h.now) {
		vacated := audit.Moving{State: &l.State}.Vacated(due[0])
		require.NotEmpty(t, vacated)
		h.put("clock", "indicator-"+due[0], indicator.Promoted{Vacated: vacated})
		if a := h.find(h.replayed().Selected(due[0])); h.index(of(a), application.Awarded{}) < 0 {
			_, pool, rank, _ := indicator.ParseID(due[0])
			h.awardRank(pool, rank)
		}
		l = h.replayed()
	}
	_, open := l.Settlement("r1")
	require.NotEmpty(t, open)
	used := 0
	holders := map[string]bool{}
	for _, r := range slices.Clone(h.records) {
		e, ok := r.event.(indicator.Awarded)
		if !ok {
			continue
		}
		require.False(t, holders[e.Application], "one indicator for one application")
		holders[e.Application] = true
		id := r.stream[len(indicator.StreamPrefix):]
		if h.index(r.stream, indicator.Forfeited{}) >= 0 {
			continue
		}
		h.confirm(id)
		h.put("rex", r.stream, indicator.Used{})
		_, pool, rank, _ := indicator.ParseID(id)
		used += h.places(pool, int(rank)-1)
	}
	pools, open := h.replayed().Settlement("r1")
	require.Empty(t, open)
	var seats, returned uint64
	for _, p := range pools {
		seats, returned = seats+4, returned+p.Returned
	}
	require.EqualValues(t, used, seats-returned,
		"nobody asked for the first two lists, and their flats went on to everybody")
	require.Zero(t, pools[0].Returned)
	h.put("clock", "round-r1", round.Settled{Pools: pools})
	h.verified(t)
}

// partyCheats bend the order of the reserve for those who are more than one.
func partyCheats() []cheat {
	// instead lets another rank move up to the first seat that was given up.
	instead := func(suits func(h *history, i, room int) bool) func(*history) string {
		return func(h *history) string {
			for place, r := range h.records {
				e, is := r.event.(indicator.Promoted)
				if !is {
					continue
				}
				_, pool, seat, err := indicator.ParseID(e.Vacated)
				require.NoError(h.t, err)
				for i := len(h.order[pool]) - 1; pool == shared &&
					i >= len(h.won["r1"][pool]); i-- {
					stream := "indicator-" + indicator.ID("r1", pool, uint64(i)+1)
					if h.index(stream, e) < 0 && suits(h, i, h.places(pool, int(seat)-1)) {
						return h.insert(place, "cora", stream, e).place()
					}
				}
			}
			require.Fail(h.t, "nobody suits")
			return ""
		}
	}
	list := []cheat{
		{
			name: "party_promoted_without_room", code: "not_next_in_reserve",
			do: instead(func(h *history, i, room int) bool { return h.places(shared, i) > room }),
		},
		{
			name: "promoted_past_a_party_that_fits", code: "not_next_in_reserve",
			do: instead(func(h *history, i, room int) bool { return h.places(shared, i) <= room }),
		},
		{name: "awarded_on_two_lists", code: "application_awarded", do: func(h *history) string {
			for _, r := range h.records {
				if _, is := r.event.(indicator.Promoted); is {
					id := r.stream[len(indicator.StreamPrefix):]
					_, pool, rank, _ := indicator.ParseID(id)
					a := h.find(h.order[pool][rank-1])
					if e := h.records[h.index(of(a),
						application.Awarded{})].event.(application.Awarded); e.Indicator != id {
						return h.records[h.put("cora", of(a),
							application.Awarded{Indicator: id})].place()
					}
				}
			}
			require.Fail(h.t, "nobody was promoted twice")
			return ""
		}},
	}
	for i := range list {
		list[i].ledger = parties
	}
	return list
}
