package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// TestFirstFault: a ledger that refused a leaf answers every later one with that fault, even one
// that it would have taken before.
func TestFirstFault(t *testing.T) {
	h := small(t, 3)
	leaves := h.leaves()
	bad := h.index("application-"+h.apps[0].code, application.Approved{})
	l := audit.NewLedger(nil)
	apply := func(index int64, leaf []byte) error {
		d, err := audit.Decode(index, leaf)
		require.NoError(t, err)
		return l.Apply(d)
	}
	for i, leaf := range leaves[:bad] {
		require.NoError(t, apply(int64(i), leaf))
	}
	first := apply(int64(bad), leaves[bad-1])
	f, _ := fault.Of(first)
	require.Equal(t, fault.RevisionGap, f.Code)
	require.Same(t, first, apply(int64(bad), leaves[bad]))
	require.EqualValues(t, bad, l.Size())
}

// TestOneAnswer: where several rounds are in the way, or may still draw, the first by id is named.
func TestOneAnswer(t *testing.T) {
	h := newHistory(t, hooks{version: func(v *rules.Version) {
		v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 60 * day}}
	}})
	h.open("r1")
	h.approve(h.submit("r1", domain.Ordinary, individual(1)))
	h.approve(h.submit("r1", domain.Ordinary, individual(2)))
	for _, id := range []string{"r1", "r2", "r3"} {
		if id != "r1" {
			h.open(id)
		}
		h.conduct(id, 0, 1, nil)
	}
	for _, id := range []string{"r6", "r4", "r5"} {
		h.open(id)
	}
	l := audit.NewLedger(nil)
	for i, leaf := range h.leaves() {
		d, err := audit.Decode(int64(i), leaf)
		require.NoError(t, err)
		require.NoError(t, l.Apply(d))
	}
	for range 20 {
		_, _, err := l.Rosters("r3", 1)
		require.ErrorContains(t, err, "round r1 draws")
		require.Equal(t, "r4", l.Drawing(h.apps[0].code))
	}
}
