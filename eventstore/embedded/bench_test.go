//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/esdb"
)

// The benchmarks run the same calls, through the official client, against the
// embedded store on the disk with every write synced, and against a server that
// stores nothing: it decodes and acknowledges appends, and answers reads with frames
// that were made beforehand. It decodes as gRPC does; appends are also measured against one that
// receives them as the embedded store does, up to where that would hand them to its writer.

const (
	benchStreams   = 2000
	benchStreamLen = 50
	benchEvents    = benchStreams * benchStreamLen
)

func BenchmarkAppend1x64(b *testing.B) {
	onThree(b, func(b *testing.B, s *esdb.Store) { benchAppend(b, s, 1, 64) })
}

func BenchmarkAppend1000x4(b *testing.B) {
	onThree(b, func(b *testing.B, s *esdb.Store) { benchAppend(b, s, 1000, 4) })
}
func BenchmarkReadAll(b *testing.B)         { onBoth(b, benchReadAll) }
func BenchmarkSubscribe(b *testing.B)       { onBoth(b, benchSubscribe) }
func BenchmarkReadStream50x16(b *testing.B) { onBoth(b, benchReadStream) }

func onBoth(b *testing.B, bench func(*testing.B, *esdb.Store)) {
	require.Len(b, benchFrames(), benchEvents)
	b.Run("embedded", func(b *testing.B) {
		s, err := Open(Options{Dir: b.TempDir()})
		require.NoError(b, err)
		defer func() { require.NoError(b, s.Close()) }()
		bench(b, dial(b, s.ConnectionString()))
	})
	b.Run("null", func(b *testing.B) { bench(b, dial(b, serveNothing(b, &nothing{}))) })
}

func onThree(b *testing.B, bench func(*testing.B, *esdb.Store)) {
	onBoth(b, bench)
	b.Run("received", func(b *testing.B) { bench(b, dial(b, serveNothing(b, &received{}))) })
}

func dial(b *testing.B, connection string) *esdb.Store {
	s, err := esdb.Open(b.Context(), connection, esdb.Options{})
	require.NoError(b, err)
	b.Cleanup(s.Close)
	return s
}

// proposals makes events of the usual size: 358 bytes of data and 38 of metadata.
func proposals(n int) []eventstore.Proposed {
	events := make([]eventstore.Proposed, n)
	for i := range events {
		events[i] = eventstore.Proposed{
			ID: uuid.New(), Type: "application.submitted.v1",
			Meta: make([]byte, 38), Data: make([]byte, 358),
		}
	}
	return events
}

func benchAppend(b *testing.B, s *esdb.Store, size, writers int) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	measure := start(b)
	for w := range writers {
		wg.Go(func() {
			name := fmt.Sprintf("bench-%d-%s", w, uuid.NewString())
			for n := -1; left.Add(-1) >= 0; n += size {
				if _, err := s.Append(context.Background(), name, eventstore.Expected(n),
					proposals(size)...); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	measure(size)
}

func benchStream(i int) string { return fmt.Sprintf("bench-%d", i) }

// fill stores what is read afterwards: every stream is written in five rounds.
func fill(b *testing.B, s *esdb.Store) {
	const part = benchStreamLen / 5
	for round := range 5 {
		var wg sync.WaitGroup
		for w := range 16 {
			wg.Go(func() {
				for i := w; i < benchStreams; i += 16 {
					_, err := s.Append(context.Background(), benchStream(i),
						eventstore.Expected(round*part-1), proposals(part)...)
					if err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
}

func benchReadAll(b *testing.B, s *esdb.Store) {
	fill(b, s)
	measure := start(b)
	for b.Loop() {
		n := 0
		for _, err := range s.ReadAll(context.Background(), eventstore.Start, "bench-") {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, benchEvents, n)
	}
	measure(benchEvents)
}

func benchSubscribe(b *testing.B, s *esdb.Store) {
	fill(b, s)
	measure := start(b)
	for b.Loop() {
		n := 0
		for _, err := range s.Subscribe(context.Background(), eventstore.Start, "bench-") {
			require.NoError(b, err)
			if n++; n == benchEvents {
				break
			}
		}
	}
	measure(benchEvents)
}

// benchReadStream reads 160 streams per operation, from 16 goroutines.
func benchReadStream(b *testing.B, s *esdb.Store) {
	const readers, each = 16, 10
	fill(b, s)
	var next atomic.Int64
	measure := start(b)
	for b.Loop() {
		var wg sync.WaitGroup
		for range readers {
			wg.Go(func() {
				for range each {
					n := 0
					for _, err := range s.Read(context.Background(),
						benchStream(int(next.Add(7919))%benchStreams), eventstore.Range{}) {
						if err != nil {
							b.Error(err)
							return
						}
						n++
					}
					if n != benchStreamLen {
						b.Errorf("stream has %d events", n)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	measure(readers * each * benchStreamLen)
}

// start begins to measure. The function that it returns reports the rate, and the
// processor time of client and server, which other work on the machine disturbs less.
func start(b *testing.B) (measure func(eventsPerOp int)) {
	before := processorTime(b)
	b.ResetTimer()
	return func(eventsPerOp int) {
		events := float64(b.N * eventsPerOp)
		b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/events, "cpu-ns/event")
	}
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// nothing is a Streams service that stores nothing.
type nothing struct {
	streams.UnimplementedStreamsServer
	position atomic.Uint64
}

// benchFrames are what it answers reads with. They stay in memory when the embedded store is
// measured, too: the garbage collector goes by what is alive, and client and server
// share it here.
var benchFrames = sync.OnceValue(func() []rawFrame {
	frames := make([]rawFrame, benchEvents)
	for i := range frames {
		e := proposals(1)[0]
		p := newProposal(benchStream(i/benchStreamLen), e.ID, e.Type, true, e.Meta, e.Data)
		at := uint64(firstPosition + i)
		frames[i] = appendFrame(nil, p.body, stamp{uint64(i % benchStreamLen), at, 1}.suffix(nil),
			nil, at)
	}
	return frames
})

func serveNothing(b *testing.B, s streams.StreamsServer) (connection string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	g := newGRPC()
	streams.RegisterStreamsServer(g, s)
	serverfeatures.RegisterServerFeaturesServer(g, features{})
	go func() { _ = g.Serve(l) }()
	b.Cleanup(g.Stop)
	return "esdb://" + l.Addr().String() + "?tls=false"
}

func (s *nothing) Append(call streams.Streams_AppendServer) error {
	count, revision := uint64(0), uint64(0)
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			at := s.position.Add(count)
			return call.SendAndClose(outcome{
				revision: int64(revision + count), position: at,
				hasPosition: true,
			}.response())
		}
		if err != nil {
			return err
		}
		if o := m.GetOptions(); o != nil {
			revision = o.GetRevision()
		} else {
			count++
		}
	}
}

// received is a Streams service that stores nothing of what it receives as the embedded store does.
type received struct {
	nothing
	service service
}

func (s *received) Append(call streams.Streams_AppendServer) error {
	r, err := s.service.receiveAppend(call)
	if err != nil {
		return err
	}
	revision := int64(len(r.events)) - 1
	if r.expected.kind == expectExact {
		revision += int64(r.expected.revision) + 1
	}
	at := s.position.Add(uint64(len(r.events)))
	return call.SendAndClose(outcome{
		revision: revision, position: at,
		hasPosition: true,
	}.response())
}

func (s *nothing) Read(req *streams.ReadReq, call streams.Streams_ReadServer) error {
	frames := benchFrames()
	if stream := req.GetOptions().GetStream(); stream != nil {
		var i int
		if _, err := fmt.Sscanf(string(stream.GetStreamIdentifier().GetStreamName()), "bench-%d",
			&i); err != nil {
			return err
		}
		frames = frames[i*benchStreamLen : (i+1)*benchStreamLen]
	}
	live := req.GetOptions().GetSubscription() != nil
	if live {
		if err := call.Send(confirmation()); err != nil {
			return err
		}
	}
	for i, f := range frames {
		if err := call.SendMsg(f); err != nil {
			return err
		}
		if live && i%1000 == 999 {
			if err := call.Send(checkpoint(uint64(firstPosition + i))); err != nil {
				return err
			}
		}
	}
	if !live {
		return nil
	}
	if err := call.Send(caughtUp()); err != nil {
		return err
	}
	<-call.Context().Done()
	return nil
}
