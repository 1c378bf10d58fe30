package progress

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPicture(t *testing.T) {
	for _, v := range []struct {
		done, all int64
		want      string
	}{
		{0, 0, "0"},
		{1234, 0, "1234"},
		{7, -1, "7"},
		{0, 40, "0 of 40 [------------------------------] 0 %"},
		{12, 40, "12 of 40 [#########---------------------] 30 %"},
		{40, 40, "40 of 40 [##############################] 100 %"},
		{41, 40, "40 of 40 [##############################] 100 %"},
		{-3, 40, "0 of 40 [------------------------------] 0 %"},
		{
			1 << 62, 1<<63 - 1,
			"4611686018427387904 of 9223372036854775807 [###############---------------] 50 %",
		},
	} {
		require.Equal(t, v.want, picture(v.done, v.all))
	}
}

func TestALineEveryFiveSeconds(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "work")
	begin := b.next.Add(-line)
	for ms := time.Duration(0); ms < 12000; ms += 50 {
		b.set(begin.Add(ms*time.Millisecond), int64(ms), 20000)
	}
	b.Done()
	require.Equal(t, []string{
		"work 5000 of 20000 [#######-----------------------] 25 %",
		"work 10000 of 20000 [###############---------------] 50 %",
	}, strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"))
}

func TestShortWorkSaysNothing(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "work")
	b.Set(1, 1)
	b.Done()
	require.Empty(t, out.String())
}

func TestABarOnATerminal(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "work")
	b.terminal = true
	begin := time.Now()
	b.next = begin.Add(b.every())
	b.set(begin, 1, 4)
	require.Empty(t, out.String())
	b.set(begin.Add(redraw), 2, 4)
	b.set(begin.Add(redraw+time.Millisecond), 3, 4)
	require.Equal(t, "\r\x1b[Kwork 2 of 4 [###############---------------] 50 %", out.String())
	out.Reset()
	b.Done()
	require.Equal(t, "\r\x1b[K", out.String(), "the line is left empty")
}

func TestAFileIsNoTerminal(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	defer f.Close()
	require.False(t, New(f, "work").terminal)
}

func TestManyAtOnce(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "work")
	begin := time.Now()
	var all sync.WaitGroup
	for n := range int64(8) {
		all.Go(func() {
			for i := range time.Duration(200) {
				b.set(begin.Add(i*100*time.Millisecond), n, 8)
			}
		})
	}
	all.Wait()
	for l := range strings.Lines(out.String()) {
		require.Regexp(t, `^work [0-7] of 8 \[[#-]{30}\] \d+ %\n$`, l)
	}
	require.GreaterOrEqual(t, strings.Count(out.String(), "\n"), 3)
}
