package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

// clause is one sentence of the contract.
type clause struct {
	name  string
	check func(*subject)
}

// Run checks every clause on the stores that open returns. Open is called once for
// each clause and closes what it opened when the clause has been checked.
func Run(t *testing.T, open func(t *testing.T) eventstore.Store) {
	for _, group := range []struct {
		name    string
		clauses []clause
	}{
		{"Read", readClauses},
		{"Append", appendClauses},
		{"ReadAll", readAllClauses},
		{"Streams", streamsClauses},
		{"Subscribe", subscribeClauses},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.clauses {
				t.Run(c.name, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
					defer cancel()
					c.check(&subject{
						T: t, Store: open(t), ctx: ctx,
						prefix: "t" + uuid.NewString()[:13],
					})
				})
			}
		})
	}
}

// subject is the store under test with the names that this test may use.
type subject struct {
	*testing.T
	eventstore.Store
	ctx    context.Context
	prefix string
	count  int
}

// stream returns the name of a stream that does not exist.
func (s *subject) stream() string {
	s.count++
	return fmt.Sprintf("%s-%d", s.prefix, s.count)
}

// some makes events that differ from all others.
func some(n int) []eventstore.Proposed {
	events := make([]eventstore.Proposed, n)
	for i := range events {
		id := uuid.New()
		events[i] = eventstore.Proposed{
			ID: id, Type: "thing.happened.v1", Meta: fmt.Appendf(nil, `{"n":%d}`, i),
			Data: fmt.Appendf(nil, `{"id":%q}`, id),
		}
	}
	return events
}

// put appends and returns the position.
func (s *subject) put(stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) eventstore.Position {
	s.Helper()
	at, err := s.Append(s.ctx, stream, expected, events...)
	require.NoError(s, err)
	return at
}

// read returns a stream from a revision on.
func (s *subject) read(stream string, from uint64) []eventstore.Recorded {
	s.Helper()
	return s.part(stream, eventstore.Range{From: from})
}

// part returns a part of a stream.
func (s *subject) part(stream string, r eventstore.Range) []eventstore.Recorded {
	s.Helper()
	var got []eventstore.Recorded
	for r, err := range s.Read(s.ctx, stream, r) {
		require.NoError(s, err)
		got = append(got, r)
	}
	return got
}

// all returns the events of all streams of this test after a position.
func (s *subject) all(after eventstore.Position, prefixes ...string) []eventstore.Recorded {
	s.Helper()
	if len(prefixes) == 0 {
		prefixes = []string{s.prefix}
	}
	var got []eventstore.Recorded
	for r, err := range s.ReadAll(s.ctx, after, prefixes...) {
		require.NoError(s, err)
		got = append(got, r)
	}
	return got
}

// same requires that these events were recorded in this stream from a revision on.
func (s *subject) same(stream string, from uint64, want []eventstore.Proposed,
	got []eventstore.Recorded,
) {
	s.Helper()
	require.Len(s, got, len(want))
	for i, w := range want {
		g := got[i]
		require.Equal(s, stream, g.Stream)
		require.Equal(s, from+uint64(i), g.Revision)
		require.Equal(s, w.ID, g.ID)
		require.Equal(s, w.Type, g.Type)
		require.Equal(s, string(w.Meta), string(g.Meta))
		require.Equal(s, string(w.Data), string(g.Data))
		if i > 0 {
			require.True(s, got[i-1].Position.Less(g.Position), "positions must rise")
		}
	}
}
