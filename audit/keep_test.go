package audit_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain/fault"
)

// kept writes the state of a ledger and reads it again.
func kept(t *testing.T, l *audit.Ledger) *audit.Ledger {
	var b bytes.Buffer
	require.NoError(t, l.WriteState(&b))
	got, err := audit.ReadLedger(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	require.NoError(t, err)
	return got
}

// applyUntil applies leaves up to an index or the first fault.
func applyUntil(l *audit.Ledger, leaves [][]byte, n int) error {
	for _, b := range leaves[l.Size():n] {
		d, err := audit.Decode(l.Size(), b)
		if err == nil {
			err = l.Apply(d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TestKeptState: at any leaf of a good history, a ledger that was written and read is the same,
// and goes on to the same end.
func TestKeptState(t *testing.T) {
	for name, begin := range map[string]func(require.TestingT, hooks) *history{
		"lottery": lottery, "reviewed": reviewed, "housing": housing, "noticed": noticed,
		"rationed": rationed, "parties": parties, "aftermath": aftermath,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			leaves := begin(t, hooks{keys: name == "lottery"}).leaves()
			l := audit.NewLedger(nil)
			rng := rand.New(rand.NewPCG(1, uint64(len(leaves))))
			for n := 0; n < len(leaves); n += 1 + rng.IntN(1+len(leaves)/12) {
				require.NoError(t, applyUntil(l, leaves, n))
				other := kept(t, l)
				requireSame(t, l, other)
				require.NoError(t, applyUntil(other, leaves, len(leaves)))
				whole := audit.NewLedger(nil)
				require.NoError(t, applyUntil(whole, leaves, len(leaves)))
				requireSame(t, whole, other)
			}
		})
	}
}

// requireSame demands equal states, and equal answers about what is due.
func requireSame(t *testing.T, want, got *audit.Ledger) {
	t.Helper()
	at := closes + 400*86400
	require.Equal(t, want.ToExpire(at), got.ToExpire(at))
	require.Equal(t, want.ToPromote(at), got.ToPromote(at))
	require.Equal(t, want.ToRevoke(at), got.ToRevoke(at))
	require.Equal(t, want.TextsInForce(), got.TextsInForce())
	requireEqual(t, "state", reflect.ValueOf(want.State), reflect.ValueOf(got.State))
}

// requireEqual is like reflect.DeepEqual, but for the fields that are not written.
func requireEqual(t *testing.T, at string, a, b reflect.Value) {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.Tag.Get("snapshot") != "-" {
				requireEqual(t, at+"."+f.Name, a.Field(i), b.Field(i))
			}
		}
	case reflect.Pointer, reflect.Interface:
		require.Equal(t, a.IsNil(), b.IsNil(), at)
		if !a.IsNil() {
			requireEqual(t, at, a.Elem(), b.Elem())
		}
	case reflect.Map:
		require.Equal(t, [2]any{a.Len(), a.IsNil()}, [2]any{b.Len(), b.IsNil()}, at)
		for _, k := range a.MapKeys() {
			require.True(t, b.MapIndex(k).IsValid(), "%s has no %v", at, k)
			requireEqual(t, at, a.MapIndex(k), b.MapIndex(k))
		}
	case reflect.Slice:
		require.Equal(t, [2]any{a.Len(), a.IsNil()}, [2]any{b.Len(), b.IsNil()}, at)
		for i := range a.Len() {
			requireEqual(t, at, a.Index(i), b.Index(i))
		}
	default:
		require.True(t, a.Equal(b), "%s: %v and %v", at, a, b)
	}
}

// TestKeptStateFindsCheats: a ledger that was written and read just before a cheat finds it.
func TestKeptStateFindsCheats(t *testing.T) {
	found := 0
	for _, c := range allCheats() {
		if c.ledger == nil {
			c.ledger = lottery
		}
		h := c.ledger(t, c.hooks)
		c.do(h)
		leaves := h.leaves()
		l := audit.NewLedger(nil)
		first := applyUntil(l, leaves, len(leaves))
		if first == nil {
			continue // it is in a file
		}
		found++
		l = kept(t, l) // the state before the fault
		require.Equal(t, first.Error(), applyUntil(l, leaves, len(leaves)).Error(), c.name)
		require.Equal(t, c.code, fault.CodeOf(first), c.name)
	}
	require.Greater(t, found, 400)
}

// TestStateThatCannotBeRead: bytes that are cut or go on are refused.
func TestStateThatCannotBeRead(t *testing.T) {
	l := audit.NewLedger(nil)
	leaves := noticed(t, hooks{}).leaves()
	require.NoError(t, applyUntil(l, leaves, len(leaves)))
	var b bytes.Buffer
	require.NoError(t, l.WriteState(&b))
	for _, size := range []int{0, 1, b.Len() / 2, b.Len() - 1} {
		_, err := audit.ReadLedger(bytes.NewReader(b.Bytes()), int64(size), nil)
		require.Error(t, err)
	}
	b.WriteByte(0)
	_, err := audit.ReadLedger(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	require.Error(t, err)
}
