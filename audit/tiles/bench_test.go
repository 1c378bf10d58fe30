package tiles

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// benchEntry fills a 300-byte entry that differs for each index.
func benchEntry(buf []byte, i int64) []byte {
	buf = buf[:300]
	for j := range buf {
		buf[j] = byte('a' + j%26)
	}
	binary.BigEndian.PutUint64(buf, uint64(i))
	return buf
}

// BenchmarkPublish appends 300-byte leaves, durable at a checkpoint every 10,000.
func BenchmarkPublish(b *testing.B) {
	w, err := Create(b.TempDir())
	require.NoError(b, err)
	b.ReportAllocs()
	buf := make([]byte, 300)
	for i := int64(0); b.Loop(); i++ {
		if err := w.Append(benchEntry(buf, i)); err != nil {
			b.Fatal(err)
		}
		if w.Size()%10_000 == 0 {
			if _, _, err := w.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	}
	_, _, err = w.Sync()
	require.NoError(b, err)
	b.ReportMetric(float64(w.Size())/b.Elapsed().Seconds(), "leaves/s")
}

// BenchmarkVerify reads and hashes a ledger of 1,000,000 leaves of 300 bytes.
func BenchmarkVerify(b *testing.B) {
	const size = 1_000_000
	dir := b.TempDir()
	w, err := Create(dir)
	require.NoError(b, err)
	buf := make([]byte, 300)
	for i := range int64(size) {
		require.NoError(b, w.Append(benchEntry(buf, i)))
	}
	_, root, err := w.Sync()
	require.NoError(b, err)
	b.ReportAllocs()
	var seen int64
	for b.Loop() {
		err := Verify(os.DirFS(dir), size, root, func(int64, []byte) error {
			seen++
			return nil
		}, nil)
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seen)/b.Elapsed().Seconds(), "leaves/s")
}
