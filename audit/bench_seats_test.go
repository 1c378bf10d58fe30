package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
)

// BenchmarkPromote finds 4,000 promotions of a round, makes the command of each as the clock
// does, and checks the events.
func BenchmarkPromote(b *testing.B) {
	const seats = 4_000
	h := vacated(b, seats, seats)
	before := h.decoded()
	for rank := range seats {
		h.promoted(seats+rank+1, rank+1)
	}
	events := h.decoded()[len(before):]
	for b.Loop() {
		b.StopTimer()
		l := audit.NewLedger(nil)
		applyAll(b, l, before)
		b.StartTimer()
		ids := l.ToPromote(h.now)
		require.Len(b, ids, seats)
		m := audit.Moving{State: &l.State}
		for _, id := range ids {
			require.NotZero(b, m.Reserve(id, m.Vacated(id)).Next)
		}
		applyAll(b, l, events)
	}
}

// BenchmarkSettle settles a round with 10,000 vacant seats and a reserve that has moved up and
// fallen vacant too.
func BenchmarkSettle(b *testing.B) {
	const seats, reserve = 10_000, 2_000
	h := vacated(b, seats, reserve)
	for rank := range reserve {
		h.promoted(seats+rank+1, rank+1)
		h.revoked(seats + rank + 1)
	}
	l := audit.NewLedger(nil)
	applyAll(b, l, h.decoded())
	for b.Loop() {
		pools, open := l.Settlement("r1")
		require.Empty(b, open)
		require.EqualValues(b, seats+reserve, pools[0].Revoked)
	}
}

// vacated is a published round whose seats were all awarded and revoked.
func vacated(b *testing.B, seats, reserve int) *history {
	h := newHistory(b, hooks{version: func(v *rules.Version) {
		v.PromoteFor, v.Pools = []rules.Vacancy{rules.VacantRevoked}, v.Pools[:1]
	}})
	h.open("r1")
	for n := range seats + reserve {
		h.approve(h.submit("r1", domain.Ordinary, individual(n%7)))
	}
	h.conduct("r1", uint64(seats), uint64(reserve), nil)
	h.first = h.order[h.version.Pools[0].Name]
	for rank := range seats {
		h.revoked(rank + 1)
	}
	return h
}

func (h *history) seat(rank int) string {
	return indicator.ID("r1", h.version.Pools[0].Name, uint64(rank))
}

func (h *history) revoked(rank int) {
	id := h.seat(rank)
	h.put("cora", application.StreamPrefix+h.first[rank-1], application.Awarded{Indicator: id})
	h.put("cora", indicator.StreamPrefix+id, indicator.Awarded{Application: h.first[rank-1]})
	h.put("rex", indicator.StreamPrefix+id, indicator.Revoked{Reason: indicator.NotEligible})
}

func (h *history) promoted(rank, vacated int) {
	h.put("cora", indicator.StreamPrefix+h.seat(rank), indicator.Promoted{Vacated: h.seat(vacated)})
}

func (h *history) decoded() []*audit.Decoded {
	var all []*audit.Decoded
	for i, leaf := range h.leaves() {
		d, err := audit.Decode(int64(i), leaf)
		require.NoError(h.t, err)
		all = append(all, d)
	}
	return all
}

func applyAll(b *testing.B, l *audit.Ledger, all []*audit.Decoded) {
	for _, d := range all {
		require.NoError(b, l.Apply(d))
	}
}
