package embedded

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"
)

// openDirectly opens a store in memory with its writer, without a server.
func openDirectly(t *testing.T) (*store, *writer) {
	s, err := openStore("store", vfs.NewMem(), zerolog.Nop(), true)
	require.NoError(t, err)
	w := startWriter(s)
	t.Cleanup(func() {
		w.stop()
		require.NoError(t, s.close())
	})
	return s, w
}

func appendTo(stream string, expected expectation, data ...[]byte) *request {
	r := &request{action: actAppend, stream: stream, expected: expected}
	for _, d := range data {
		r.events = append(r.events, newProposal(stream, uuid.New(), "thing.happened", true, nil, d))
	}
	return r
}

// TestScans reads a log of groups and runs of all sizes in every way, and compares with
// what was written.
func TestScans(t *testing.T) {
	s, w := openDirectly(t)
	rng := rand.New(rand.NewPCG(1, 1))
	var all []stored
	streams := make(map[string][]stored)
	for n := range 400 {
		stream := fmt.Sprint("s-", rng.IntN(20))
		data := make([][]byte, rng.IntN(12))
		if n%50 == 0 {
			data = make([][]byte, 300) // several runs, over several marks
		}
		for i := range data {
			data[i] = make([]byte, rng.IntN(600))
		}
		r := appendTo(stream, expectation{}, data...)
		o := w.do(t.Context(), r)
		require.NoError(t, o.err)
		for i := range data {
			e := stored{revision: uint64(int(o.revision) - len(data) + 1 + i)}
			streams[stream] = append(streams[stream], e)
			all = append(all, e)
		}
	}
	v := s.acquire()
	defer s.release(v)
	require.Greater(t, v.tail, uint64(5*markBytes))

	forwards := pages(t,
		func(from uint64) (page, error) { return scanAll(v, from, false, 1+rng.Uint64N(40)) }, 0)
	require.Len(t, forwards, len(all))
	backwards := pages(t,
		func(from uint64) (page, error) { return scanAll(v, from, true, 1+rng.Uint64N(40)) },
		v.tail)
	slices.Reverse(backwards)
	require.Equal(t, forwards, backwards)
	places := make(map[string][]uint64) // of the events of a stream
	for i, e := range forwards {
		parsed, err := parseFrame(e.frame)
		require.NoError(t, err)
		require.Equal(t, all[i].revision, parsed.revision)
		require.Equal(t, e.position, parsed.position)
		places[string(parsed.stream)] = append(places[string(parsed.stream)], e.position)
	}
	for stream, events := range streams {
		h, err := readHead(v, stream)
		require.NoError(t, err)
		require.EqualValues(t, len(events)-1, h.last)
		for range 20 {
			lower := rng.Uint64N(uint64(len(events)))
			upper := lower + 1 + rng.Uint64N(uint64(len(events))-lower)
			for _, backwards := range []bool{false, true} {
				var got []uint64
				for e, err := range v.events(stream, lower, upper, backwards) {
					require.NoError(t, err)
					got = append(got, e.position)
				}
				if backwards {
					slices.Reverse(got)
				}
				require.Equal(t, places[stream][lower:upper], got)
			}
		}
	}
}

// pages follows the pages of a scan from a position to the end.
func pages(t *testing.T, scan func(from uint64) (page, error), from uint64) (all []stored) {
	for {
		p, err := scan(from)
		require.NoError(t, err)
		all = append(all, p.events...)
		if !p.more {
			return all
		}
		from = p.next
	}
}

// TestForgedRecords: who writes chooses bytes of the log, and can know where they will
// stand. A position within an event is none, whatever it looks like.
func TestForgedRecords(t *testing.T) {
	s, w := openDirectly(t)
	id := uuid.New()
	forge := func(at uint64) []byte {
		event := newProposal("forged", id, "thing.happened", true, nil, []byte("{}"))
		record := appendFrame([]byte{0, 0, 0, 0, kindEvent}, event.body,
			stamp{0, at + groupHeader, 1}.suffix(nil), nil, at+groupHeader)
		seal(record)
		group := append(make([]byte, groupHeader), record...)
		sealGroup(group, at)
		return group
	}
	r := appendTo("a", expectation{}, make([]byte, len(forge(1000))))
	data := r.events[0].content()
	// In front of the data lie the headers of group and record, two fields that hold the
	// event, each with a tag and a length of two bytes, and the rest of the event.
	at := uint64(firstPosition + groupHeader + recordHeader + 6 + len(r.events[0].body) - len(data))
	copy(data, forge(at))
	require.NoError(t, w.do(t.Context(), r).err)
	require.NoError(t, w.do(t.Context(), appendTo("a", expectation{}, []byte("{}"))).err)

	in := logReader{log: s.log, at: at, end: s.log.size}
	_, err := in.group()
	require.NoError(t, err, "it is well forged")
	e, err := in.event()
	require.NoError(t, err)
	require.NotNil(t, e.frame)

	v := s.acquire()
	defer s.release(v)
	begins := map[uint64]bool{v.tail: true}
	for reader := v.reader(firstPosition); reader.at < v.tail; {
		begins[reader.at] = true
		_, err := reader.record()
		require.NoError(t, err)
	}
	for at := range v.tail + 2 {
		_, ok, err := v.recordAt(at)
		require.NoError(t, err)
		require.Equal(t, begins[at], ok, at)
	}
}

// TestRepeatedAtOnce: the same append from many sides at once is written once, also when
// the first one is not durable yet.
func TestRepeatedAtOnce(t *testing.T) {
	s, w := openDirectly(t)
	for n := range 100 {
		first := appendTo(fmt.Sprint("s-", n), expectation{kind: expectNoStream}, []byte("1"),
			[]byte("2"))
		outcomes := make([]outcome, 16)
		var wg sync.WaitGroup
		for i := range outcomes {
			wg.Go(func() {
				again := *first
				outcomes[i] = w.do(context.Background(), &again)
			})
		}
		wg.Wait()
		for _, o := range outcomes {
			require.Equal(t, outcomes[0], o)
			require.NoError(t, o.err)
		}
	}
	v := s.acquire()
	defer s.release(v)
	p, err := scanAll(v, 0, false, math.MaxUint64)
	require.NoError(t, err)
	require.Len(t, p.events, 200)
}

// TestForgedTail: an event that looks like the beginning of a group, in a write that was cut off,
// does not keep the store from being opened.
func TestForgedTail(t *testing.T) {
	for _, forged := range []bool{false, true} {
		for _, cut := range []int{2000, 3000, groupHeader} {
			require.NoError(t, openTorn(t, forged, cut), "forged %t, cut at %d", forged, cut)
		}
	}
}

// openTorn opens a store whose last group, an append of 4,000 bytes, was cut off.
func openTorn(t *testing.T, forged bool, cut int) error {
	fs := vfs.NewMem()
	s, err := openStore("store", fs, zerolog.Nop(), true)
	require.NoError(t, err)
	w := startWriter(s)
	require.NoError(t, w.do(t.Context(), appendTo("a", expectation{}, []byte("{}"))).err)
	v := s.acquire()
	tail := v.tail
	s.release(v)
	w.stop()
	require.NoError(t, s.close())

	// the group that the writer would have written next
	ev := newProposal("b", uuid.New(), "thing.happened", true, nil, make([]byte, 4000))
	data := ev.content()
	at := tail + uint64(groupHeader+recordHeader+6+len(ev.body)-len(data))
	if forged {
		h := make([]byte, groupHeader)
		sealGroup(h, at)
		copy(data, h)
	}
	rec := appendFrame([]byte{0, 0, 0, 0, kindEvent}, ev.body,
		stamp{0, tail + groupHeader, 1}.suffix(nil), nil, tail+groupHeader)
	seal(rec)
	g := append(make([]byte, groupHeader), rec...)
	sealGroup(g, tail)
	f, err := fs.OpenReadWrite("store/events", vfs.WriteCategoryUnspecified)
	require.NoError(t, err)
	_, err = f.WriteAt(g[:cut], int64(tail))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	s, err = openStore("store", fs, zerolog.Nop(), true)
	if err == nil {
		require.NoError(t, s.close())
	}
	return err
}
