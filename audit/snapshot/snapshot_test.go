package snapshot_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/audit/snapshot"
)

type word string

type event interface{ event() }

type (
	born struct{ At int64 }
	said struct{ Words []word }
)

func (born) event() {}
func (said) event() {}

type point struct {
	x, y int32
	up   bool
	tag  [5]byte
}

type record[S any] struct {
	next  uint64
	State S
}

type life struct {
	name   word
	events []event
	scores map[string]*record[float64]
	points []point
	texts  [2]string
	nobody *life
	best   event
	empty  struct{}
	Free   chan int `snapshot:"-"`
}

type world struct {
	record[map[word]bool]
	lives   []*life
	byPoint map[point][]string
	size    int
}

func worlds(t *rapid.T) *world {
	text := rapid.StringN(0, 6, 60)
	points := rapid.Custom(func(t *rapid.T) point {
		p := point{x: rapid.Int32().Draw(t, "x"), y: -1, up: rapid.Bool().Draw(t, "up")}
		copy(p.tag[:], text.Draw(t, "tag"))
		return p
	})
	events := rapid.Custom(func(t *rapid.T) event {
		switch rapid.IntRange(0, 2).Draw(t, "event") {
		case 0:
			return nil
		case 1:
			return born{rapid.Int64().Draw(t, "at")}
		}
		return said{rapid.SliceOfN(rapid.Just(word("w")), 0, 3).Draw(t, "words")}
	})
	var lives *rapid.Generator[*life]
	lives = rapid.Custom(func(t *rapid.T) *life {
		l := &life{
			name: word(text.Draw(t, "name")), points: rapid.SliceOf(points).Draw(t, "points"),
			texts: [2]string{text.Draw(t, "text")},
			best:  events.Draw(t, "best"), empty: struct{}{},
		}
		if rapid.Bool().Draw(t, "events") {
			l.events = rapid.SliceOf(events).Draw(t, "events")
		}
		if rapid.Bool().Draw(t, "scores") {
			l.scores = map[string]*record[float64]{
				text.Draw(t, "key"): nil,
				"one":               {next: 1, State: 0.5},
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "another") == 0 {
			l.nobody = lives.Draw(t, "life")
		}
		return l
	})
	w := &world{
		size:  rapid.Int().Draw(t, "size"),
		lives: rapid.SliceOfN(lives, 0, 4).Draw(t, "lives"),
	}
	w.next = rapid.Uint64().Draw(t, "next")
	words := rapid.Custom(func(t *rapid.T) word { return word(text.Draw(t, "word")) })
	w.State = rapid.MapOf(words, rapid.Bool()).Draw(t, "state")
	w.byPoint = rapid.MapOf(points, rapid.SliceOf(text)).Draw(t, "by point")
	return w
}

func newCodec(t require.TestingT) *snapshot.Codec[world] {
	c, err := snapshot.New[world](born{}, said{})
	require.NoError(t, err)
	return c
}

// TestRoundTrip: what is read is what was written, nil and empty told apart.
func TestRoundTrip(t *testing.T) {
	c := newCodec(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t)
		var b bytes.Buffer
		require.NoError(t, c.Write(&b, w))
		var got world
		require.NoError(t, c.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), &got))
		require.True(t, reflect.DeepEqual(*w, got), "%+v\n%+v", *w, got)
	})
}

// TestDamage: damaged bytes are an error or another value, and nothing worse.
func TestDamage(t *testing.T) {
	c := newCodec(t)
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		require.NoError(t, c.Write(&b, worlds(t)))
		raw := b.Bytes()
		var got world
		cut := rapid.IntRange(0, len(raw)-1).Draw(t, "cut")
		require.Error(t, c.Read(bytes.NewReader(raw[:cut]), int64(cut), &got))
		require.Error(t, c.Read(bytes.NewReader(raw[:cut]), int64(len(raw)), &got))
		longer := append(bytes.Clone(raw), 0)
		require.Error(t, c.Read(bytes.NewReader(longer), int64(len(longer)), &got))
		for range 8 {
			i := rapid.IntRange(0, len(raw)-1).Draw(t, "flipped")
			raw[i] ^= 1 << (i % 8)
			_ = c.Read(bytes.NewReader(raw), int64(len(raw)), &got)
			raw[i] ^= 1 << (i % 8)
		}
	})
}

// TestLayout: another field, type, order or list of concrete types is another layout.
func TestLayout(t *testing.T) {
	type a struct{ X, Y int32 }
	type b struct{ Y, X int32 }
	type c struct{ X, Y uint32 }
	type inner struct{ A []*a }
	type other struct{ A []*b }
	seen := map[[32]byte]string{}
	add := func(what string, layout [32]byte, err error) {
		t.Helper()
		require.NoError(t, err)
		require.NotContains(t, seen, layout, what)
		seen[layout] = what
	}
	addLayout[a](add)
	addLayout[b](add)
	addLayout[c](add)
	addLayout[inner](add)
	addLayout[struct {
		A []*a `snapshot:"-"`
	}](add)
	addLayout[other](add)
	addLayout[map[string]a](add)
	addLayout[map[string]b](add)
	addLayout[event](add, born{}, said{})
	addLayout[event](add, said{}, born{})
	again, err := snapshot.New[inner]()
	require.NoError(t, err)
	require.Contains(t, seen, again.Layout(), "the same each time")
}

func addLayout[T any](add func(string, [32]byte, error), concrete ...any) {
	c, err := snapshot.New[T](concrete...)
	add(fmt.Sprint(reflect.TypeFor[T](), concrete), c.Layout(), err)
}

// TestWhatCannotBeKept is refused when the codec is made, or when it is met.
func TestWhatCannotBeKept(t *testing.T) {
	_, err := snapshot.New[struct{ C map[string][]chan int }]()
	require.ErrorContains(t, err, "chan int cannot be kept")
	_, err = snapshot.New[struct{ F func() }]()
	require.ErrorContains(t, err, ".F: a func()")
	c, err := snapshot.New[[]event](born{})
	require.NoError(t, err)
	require.ErrorContains(t, c.Write(io.Discard, &[]event{said{}}), "not among the known types")
	full := errors.New("full")
	require.ErrorIs(t, c.Write(failing{full}, &[]event{born{1}}), full)
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }
