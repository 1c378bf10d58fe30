package draw_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// FuzzReadRosters: what the reader accepts is what the writer writes.
func FuzzReadRosters(f *testing.F) {
	f.Add([]byte("p\ta\t1\np\tb\t10000\nq\ta\t7\n"), byte(0))
	f.Add([]byte("p\ta\t44\t2014-11-02T00:00:00Z\n"), byte(1))
	f.Add([]byte("p\ta\t2014-11-02T00:00:00Z\n"), byte(2))
	f.Add([]byte("p\ta\t1\r\n"), byte(0))
	f.Add([]byte("p\ta\t1\t1\t2\np\tb\t1\t3\np\tc\t1\t3\t100\n"), byte(0))
	f.Fuzz(func(t *testing.T, file []byte, which byte) {
		all := append(draw.Methods(), draw.Beijing2011)
		m := all[int(which)%len(all)]
		rosters, err := draw.ReadRosters(bytes.NewReader(file), m)
		if err != nil {
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			return
		}
		var back bytes.Buffer
		for _, r := range rosters {
			_, err := r.WriteTo(&back)
			require.NoError(t, err)
			ranks, err := draw.Rank(draw.Roster{
				Pool: r.Pool, Method: m,
				Entries: r.Entries[:min(20, len(r.Entries))],
			}, draw.Seed{}, 3)
			require.NoError(t, err)
			require.NotEmpty(t, ranks)
		}
		require.Equal(t, string(file), back.String())
	})
}

// FuzzReadBeijing2011Pool: every winner owns the base number that won.
func FuzzReadBeijing2011Pool(f *testing.F) {
	f.Add([]byte("1,0001000000001\n2,0001000000002\n"), "000042", 1)
	f.Add([]byte("1,a\r\n2,a"), "2147483647", 2)
	f.Fuzz(func(t *testing.T, file []byte, seed string, seats int) {
		pool, err := draw.ReadBeijing2011Pool(bytes.NewReader(file))
		if err != nil {
			return
		}
		winners, err := draw.ReplayBeijing2011(pool, seed, seats)
		if err != nil {
			return
		}
		require.Len(t, winners, min(seats, len(pool)))
		for _, w := range winners {
			require.Equal(t, pool[w.BaseNumber-1], w.Code)
		}
	})
}

// FuzzRFC3797: whatever is read, no name is selected twice.
func FuzzRFC3797(f *testing.F) {
	f.Add("John\nMary\nBashful\n", "9319\n2 5 12 8 10\n", 2)
	f.Add("a", "007.500", 1)
	f.Fuzz(func(t *testing.T, names, sources string, n int) {
		list, err := draw.ReadRFC3797Names(strings.NewReader(names))
		if err != nil {
			return
		}
		numbers, err := draw.ReadRFC3797Sources(strings.NewReader(sources))
		if err != nil {
			return
		}
		picks, err := draw.ReplayRFC3797(list, numbers, n)
		if err != nil {
			return
		}
		require.Len(t, picks, n)
		seen := map[int]bool{}
		for _, p := range picks {
			require.False(t, seen[p.Number])
			seen[p.Number] = true
			require.Equal(t, list[p.Number-1], p.Name)
		}
	})
}

// FuzzChainByName: a chain is found by its id, its hash in the one form or the short word, and
// by its hash again.
func FuzzChainByName(f *testing.F) {
	for _, c := range []draw.Chain{draw.Quicknet, draw.Demonstration} {
		h := c.Hash()
		f.Add(c.ID)
		f.Add(hex.EncodeToString(h[:]))
		f.Add(strings.ToUpper(hex.EncodeToString(h[:])))
	}
	f.Add("demonstration")
	f.Add("")
	f.Fuzz(func(t *testing.T, name string) {
		c, ok := draw.ChainByName(name)
		if !ok {
			require.Equal(t, draw.Chain{}, c)
			return
		}
		h := c.Hash()
		hash := hex.EncodeToString(h[:])
		if c.Demonstration {
			require.Contains(t, []string{c.ID, "demonstration", hash}, name)
		} else {
			require.Contains(t, []string{c.ID, hash}, name)
		}
		again, ok := draw.ChainByName(hash)
		require.True(t, ok)
		require.Equal(t, c, again)
		again, ok = draw.ChainByHash(h)
		require.True(t, ok)
		require.Equal(t, c, again)
		h[0]++
		_, ok = draw.ChainByHash(h)
		require.False(t, ok)
	})
}
