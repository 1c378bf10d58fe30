package draw_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// second runs the second implementation, where there is a Python to run it.
func second(t *testing.T, job map[string]any) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	input, err := json.Marshal(job)
	require.NoError(t, err)
	c := exec.Command(python, "testdata/second.py")
	c.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

// TestSecondImplementationRanks draws random rosters of all methods in both
// implementations and compares roots and result lines byte by byte.
func TestSecondImplementationRanks(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-"
	for i, method := range append(draw.Methods(), draw.PLD1) {
		random := rand.New(rand.NewPCG(7, uint64(i)))
		r := draw.Roster{Pool: fmt.Sprintf("pool-%d_x", i), Method: method}
		codes := map[string]bool{}
		for len(codes) < 300+i {
			code := make([]byte, 1+random.IntN(19))
			for at := range code {
				code[at] = alphabet[random.IntN(len(alphabet))]
			}
			codes[string(code)] = true
		}
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			e := draw.Entry{Code: code, Weight: 1}
			switch method.Weight() {
			case draw.WeightTickets:
				e.Weight = uint32(1 + random.IntN(30))
			case draw.WeightPoints, draw.WeightPriority:
				e.Weight = uint32(random.IntN(5))
			}
			if method.Since() != draw.SinceNever {
				e.Since = domain.Time(1_500_000_000 + random.IntN(40))
			}
			r.Entries = append(r.Entries, e)
		}
		var file bytes.Buffer
		_, err := r.WriteTo(&file)
		require.NoError(t, err)
		sealed, err := r.Seal()
		require.NoError(t, err)
		announcement := []byte(fmt.Sprintf(`{"draw":%d}`, i))
		ceremony := []byte("dice 3 4 1")[:min(i*3, 10)]
		seed := draw.NewSeed(draw.AnnouncementDigest(announcement), draw.Quicknet.Hash(), 1000,
			unhex(t, quicknet1000), ceremony)
		ranks, err := draw.Rank(r, seed, 120)
		require.NoError(t, err)

		var want bytes.Buffer
		fmt.Fprintf(&want, "roster root %x\n", sealed.Root)
		fmt.Fprintf(&want, "result root %x\n", draw.ResultRoot(r.Pool, method, ranks))
		require.NoError(t, draw.WriteResult(&want, r.Pool, method, ranks))
		require.Equal(t, second(t, map[string]any{
			"method":       method,
			"announcement": hex.EncodeToString(announcement),
			"chain":        text(draw.Quicknet.Hash()),
			"round":        1000,
			"signature":    quicknet1000,
			"ceremony":     hex.EncodeToString(ceremony),
			"roster":       hex.EncodeToString(file.Bytes()),
			"n":            120,
		}), want.String())
	}
}

// TestSecondImplementationDrawsRounds compares whole rounds: every mode, shared
// orders, spilling seats, parties and wishes.
func TestSecondImplementationDrawsRounds(t *testing.T) {
	methods := draw.Methods()
	for i := range 6 * len(methods) {
		random := rand.New(rand.NewPCG(11, uint64(i)))
		mode := []draw.Mode{draw.Separate, draw.Serial, draw.Preference}[i%3]
		method := methods[i/3%len(methods)]
		lots := make([]draw.Lot, 4)
		for k := range lots {
			lots[k] = draw.Lot{
				Roster: draw.Roster{Pool: fmt.Sprint("p", k), Method: method},
				Seats:  random.Uint64N(20), Reserve: random.Uint64N(20),
			}
			if mode != draw.Preference && random.IntN(2) == 0 {
				lots[k].Order = "list"
			}
			if mode != draw.Preference && k < 3 && random.IntN(2) == 0 {
				lots[k].SpillTo = fmt.Sprint("p", k+1+random.IntN(3-k))
			}
		}
		for code := range 80 {
			e := draw.Entry{Code: fmt.Sprintf("%03d", code), Weight: 1}
			if method.Weight() != draw.WeightAlike {
				e.Weight = uint32(1 + random.IntN(9))
			}
			if method.Since() != draw.SinceNever {
				e.Since = domain.Time(1_500_000_000 + random.IntN(40))
			}
			for choice, k := range random.Perm(4)[:random.IntN(5)] {
				if mode == draw.Preference && choice > 0 {
					e.Choice = uint32(choice + 1)
				}
				if e.Size = uint32(random.IntN(4)); e.Size == 1 || i%2 == 0 {
					e.Size = 0
				}
				lots[k].Roster.Entries = append(lots[k].Roster.Entries, e)
			}
		}
		announcement := []byte(fmt.Sprintf(`{"round":%d}`, i))
		seed := draw.NewSeed(draw.AnnouncementDigest(announcement), draw.Quicknet.Hash(), 1000,
			unhex(t, quicknet1000), nil)
		out, err := draw.Draw(mode, lots, seed)
		require.NoError(t, err)
		var want bytes.Buffer
		var job []map[string]any
		for k, l := range lots {
			fmt.Fprintln(&want, l.Roster.Pool, out[k].Selected)
			require.NoError(t, draw.WriteResult(&want, l.Roster.Pool, method, out[k].Ranks))
			var file bytes.Buffer
			_, err := l.Roster.WriteTo(&file)
			require.NoError(t, err)
			job = append(job, map[string]any{
				"pool": l.Roster.Pool, "method": method, "order": l.Order, "spill_to": l.SpillTo,
				"seats": l.Seats, "reserve": l.Reserve, "roster": hex.EncodeToString(file.Bytes()),
			})
		}
		require.Equal(t, want.String(), second(t, map[string]any{
			"method": "plan", "mode": mode, "lots": job,
			"announcement": hex.EncodeToString(announcement),
			"chain":        text(draw.Quicknet.Hash()), "round": 1000, "signature": quicknet1000,
			"ceremony": "",
		}))
	}
}

func TestSecondImplementationReplays(t *testing.T) {
	pool := strings.Fields(strings.Repeat("A B C D E F G H I A B D A ", 40))
	pool = append(pool, numbered(700)...)
	for _, seed := range []string{"000000", "374478", "999999", "161803398"} {
		winners, err := draw.ReplayBeijing2011(pool, seed, 200)
		require.NoError(t, err)
		var want strings.Builder
		for _, w := range winners {
			fmt.Fprintln(&want, w.Order, w.Code, w.BaseNumber)
		}
		require.Equal(t, second(t,
			map[string]any{"method": "beijing2011", "pool": pool, "seed": seed, "n": 200}),
			want.String())
	}

	sources := []string{"76998828", "1 8 9 14 17 20 23", "6 43 21 20 38 42"}
	picks, err := draw.ReplayRFC3797(numbered(400), sources, 300)
	require.NoError(t, err)
	var want strings.Builder
	for _, p := range picks {
		fmt.Fprintln(&want, p.Number)
	}
	require.Equal(t, second(t,
		map[string]any{"method": "rfc3797", "sources": sources, "names": 400, "n": 300}),
		want.String())
}
