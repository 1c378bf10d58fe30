package audit_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/audit"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
)

// TestAnyMutation changes one leaf of the good ledger at random, publishes everything anew,
// and expects a disproof. Some changes give another honest history; those are told apart
// here, by what they change and not by what the verifier says of it.
func TestAnyMutation(t *testing.T) {
	good := lottery(t, hooks{})
	leaves := good.leaves()
	refused := func(t *rapid.T, changed [][]byte) bool {
		folder, root := tree(changed)
		for name, b := range good.files {
			folder[name] = &fstest.MapFile{Data: b}
		}
		sign(t, folder, int64(len(changed)), root)
		_, err := audit.VerifyFolder(folder, "", nil)
		_, disproven := fault.Of(err)
		require.Equal(t, err != nil, disproven, err)
		return disproven
	}
	index := rapid.IntRange(0, len(leaves)-1)

	t.Run("byte", func(t *testing.T) {
		cases, found := 0, 0
		rapid.Check(t, func(t *rapid.T) {
			i := index.Draw(t, "leaf")
			b := slices.Clone(leaves[i])
			at := rapid.IntRange(0, len(b)-1).Draw(t, "offset")
			was := b[at]
			if b[at] = rapid.Byte().Draw(t, "byte"); was >= '0' && was <= '9' &&
				rapid.Bool().Draw(t, "digit") {
				b[at] = '0' + b[at]%10
			}
			if b[at] == was {
				return
			}
			cases++
			if refused(t, replaced(leaves, i, b)) {
				found++
				return
			}
			require.Equal(t, binding(leaves[i]), binding(b),
				"a change that binds nobody was not refused")
		})
		require.Greater(t, found, cases/2, "most bytes bind")
	})
	t.Run("dropped", rapid.MakeCheck(func(t *rapid.T) {
		i := index.Draw(t, "leaf")
		require.True(t, refused(t, slices.Delete(slices.Clone(leaves), i, i+1)))
	}))
	t.Run("repeated", rapid.MakeCheck(func(t *rapid.T) {
		i := index.Draw(t, "leaf")
		j := rapid.IntRange(i, len(leaves)-1).Draw(t, "again after")
		require.True(t, refused(t, slices.Insert(slices.Clone(leaves), j+1, leaves[i])))
	}))
	t.Run("swapped", rapid.MakeCheck(func(t *rapid.T) {
		i := index.Draw(t, "leaf")
		j := slices.IndexFunc(good.records[i+1:],
			func(r record) bool { return r.stream == good.records[i].stream })
		if j < 0 {
			t.Skip("the last of its stream")
		}
		changed := slices.Clone(leaves)
		changed[i], changed[i+1+j] = changed[i+1+j], changed[i]
		require.True(t, refused(t, changed))
	}))
	t.Run("moved", rapid.MakeCheck(func(t *rapid.T) {
		i, j := index.Draw(t, "leaf"), index.Draw(t, "stream of leaf")
		r := good.records[i]
		if r.stream == good.records[j].stream || elsewhere(r.event) &&
			kind(r.stream) == kind(good.records[j].stream) {
			t.Skip("no cheat")
		}
		r.stream = good.records[j].stream
		require.True(t, refused(t, replaced(leaves, i, r.leaf(t))))
	}))
}

// TestAnyByteOfASignedLeaf: where everything is signed and proposed, every byte binds.
func TestAnyByteOfASignedLeaf(t *testing.T) {
	good := lottery(t, twoOfficers)
	leaves := good.leaves()
	index := rapid.IntRange(0, len(leaves)-1)
	rapid.Check(t, func(t *rapid.T) {
		i := index.Draw(t, "leaf")
		b := slices.Clone(leaves[i])
		at := rapid.IntRange(0, len(b)-1).Draw(t, "offset")
		b[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		l := audit.NewLedger(nil)
		for j, leaf := range replaced(leaves, i, b)[:i+1] {
			d, err := audit.Decode(int64(j), leaf)
			if err == nil {
				err = l.Apply(d)
			}
			require.Equal(t, j == i, err != nil, "leaf %d: %v", j, err)
		}
	})
}

func replaced(leaves [][]byte, i int, b []byte) [][]byte {
	leaves = slices.Clone(leaves)
	leaves[i] = b
	return leaves
}

// elsewhere reports whether the event would be just as honest in another stream: another
// winner is revoked, another officer dismissed.
func elsewhere(e catalog.Event) bool {
	switch e.(type) {
	case indicator.Revoked, officer.Dismissed:
		return true
	}
	return false
}

func kind(stream string) string { return stream[:strings.IndexByte(stream, '-')] }

// unbound is what a single leaf may say otherwise in an equally honest ledger: when something
// was decided or brought in, what the office knows of an applicant as long as no roster
// changes by it, and the ends of a window as long as all submissions lie in it.
var unbound = regexp.MustCompile(`"(at|submitted_at|opens|closes)":"[^"]*"|"standing":\{.*\}`)

func binding(leaf []byte) string { return unbound.ReplaceAllString(string(leaf), "") }
