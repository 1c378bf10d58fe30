package tiles

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPath(t *testing.T) {
	for want, got := range map[string]string{
		"tile/0/000":                     Path(0, 0, 256),
		"tile/0/999.p/1":                 Path(0, 999, 1),
		"tile/0/x001/000":                Path(0, 1000, 256),
		"tile/3/x001/x234/067.p/255":     Path(3, 1234067, 255),
		"tile/0/x001/x000/x000/000":      Path(0, 1_000_000_000, 256),
		"tile/entries/000.p/8":           EntriesPath(0, 8),
		"tile/entries/x001/x234/067":     EntriesPath(1234067, 256),
		"tile/entries/x039/062.p/128":    EntriesPath(10_000_000/256, 10_000_000%256),
		"tile/5/255.p/255":               Path(5, MaxSize>>48+255, 255),
		"tile/0/x001/x099/x511/x627/775": Path(0, MaxSize>>8, 256),
	} {
		require.Equal(t, want, got)
	}
}

// The files of a tree of 70,000 leaves, counted by hand in the specification.
func TestFilesOf70000(t *testing.T) {
	dir, _ := build(t, 70_000)
	want := map[string]int{
		"tile/0/273.p/112": 112 * 32,
		"tile/1/000":       8192,
		"tile/1/001.p/17":  17 * 32,
		"tile/2/000.p/1":   32,
	}
	for n := range int64(273) {
		want[Path(0, n, Width)] = 8192
	}
	got := map[string]int{}
	bundles := 0
	for name, f := range load(t, dir) {
		if isBundle(name) {
			bundles++
			continue
		}
		got[name] = len(f.Data)
	}
	require.Equal(t, want, got)
	require.Equal(t, 274, bundles)
}

func TestFilesOf256(t *testing.T) {
	dir, _ := build(t, 256)
	files := load(t, dir)
	require.Len(t, files, 3)
	require.Contains(t, files, "tile/0/000")
	require.Contains(t, files, "tile/1/000.p/1")
	require.Contains(t, files, "tile/entries/000")
}
