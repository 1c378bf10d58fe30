package draw_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
)

// million3 is a pool of 3 M applications with 18 M tickets.
func million3() draw.Roster {
	r := draw.Roster{Pool: "ordinary", Method: draw.PLD1, Entries: make([]draw.Entry, 3_000_000)}
	for i := range r.Entries {
		r.Entries[i] = draw.Entry{
			Code:   fmt.Sprintf("%013d", 1_000_000_000+i*7),
			Weight: uint32(i%11 + 1),
		}
	}
	return r
}

// BenchmarkPLD1 ranks the first 40,000 of 3 M applications with 18 M tickets.
func BenchmarkPLD1(b *testing.B) {
	roster := million3()
	tickets := 0
	for _, e := range roster.Entries {
		tickets += int(e.Weight)
	}
	for b.Loop() {
		ranks, err := draw.Rank(roster, draw.Seed{1}, 40_000)
		require.NoError(b, err)
		require.Len(b, ranks, 40_000)
	}
	b.ReportMetric(float64(tickets)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mtickets/s")
}

// BenchmarkRosterStream reads, seals and draws the file of the same pool in one
// pass on one core.
func BenchmarkRosterStream(b *testing.B) {
	var file bytes.Buffer
	_, err := million3().WriteTo(&file)
	require.NoError(b, err)
	runtime.GC()
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		top, err := draw.NewTop(draw.PLD1, draw.Seed{1}.Key("ordinary"), 40_000)
		require.NoError(b, err)
		sealer := draw.NewSealer("ordinary", draw.PLD1)
		scanner := draw.NewRosterScanner(bytes.NewReader(file.Bytes()), draw.PLD1)
		for scanner.Scan() {
			sealer.Add(scanner.Entry())
			top.Add(scanner.Entry())
		}
		require.NoError(b, scanner.Err())
		require.Len(b, top.Ranks(), 40_000)
		require.Equal(b, uint64(3_000_000), sealer.Sealed().Count)
	}
}

// BenchmarkScore is one application with six tickets.
func BenchmarkScore(b *testing.B) {
	k := draw.Seed{1}.Key("ordinary")
	b.ReportAllocs()
	for b.Loop() {
		k.Score("0001000000002", 6)
	}
}
