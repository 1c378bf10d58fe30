package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// memory is a Store of one stream.
type memory struct {
	eventstore.Store // the rest of the contract is not part of these tests

	events []eventstore.Recorded
	fail   error // what reading ends with
}

func (m *memory) Read(_ context.Context, stream string,
	read eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		if len(m.events) == 0 && m.fail == nil {
			yield(eventstore.Recorded{},
				fmt.Errorf("reading %s: %w", stream, eventstore.ErrNotFound))
			return
		}
		for i := range read.Revisions(uint64(len(m.events))) {
			if !yield(m.events[i], nil) {
				return
			}
		}
		if m.fail != nil {
			yield(eventstore.Recorded{}, m.fail)
		}
	}
}

func (m *memory) Append(_ context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if int(expected) != len(m.events)-1 {
		return eventstore.Start, fmt.Errorf("appending to %s: %w", stream, eventstore.ErrConflict)
	}
	for _, e := range events {
		n := uint64(len(m.events))
		m.events = append(m.events,
			eventstore.Recorded{
				Stream: stream, Revision: n, ID: e.ID, Type: e.Type, Meta: e.Meta,
				Data: e.Data,
			})
	}
	return eventstore.Position{Commit: uint64(len(m.events)), Prepare: uint64(len(m.events))}, nil
}

const stream = officer.StreamPrefix + "li"

var (
	ctx      = context.Background()
	reviewer = []officer.Role{officer.Reviewer}
	appoint  = officer.Appoint{Roles: reviewer}
	errDown  = errors.New("store does not answer")
)

// command is the metadata of a command; equal names are the same command.
func command(name string) catalog.Meta {
	return catalog.Meta{
		Command: uuid.NewSHA1(uuid.Nil, []byte(name)), Actor: "officer:wei",
		At: 1767225600,
	}
}

func requireCode(t testing.TB, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, fault.CodeOf(err), err)
}

// put stores the events that a command leads to, as one command of this name.
func put(t testing.TB, m *memory, name string, cmd officer.Command) {
	t.Helper()
	l, err := eventstore.Of(catalog.Officers).Load(ctx, m, stream, catalog.Meta{})
	require.NoError(t, err)
	events, err := officer.Decide(l.State, cmd)
	require.NoError(t, err)
	require.Len(t, events, 1)
	proposed, err := eventstore.Propose(command(name), stream, events)
	require.NoError(t, err)
	_, err = m.Append(ctx, stream, l.Last, proposed...)
	require.NoError(t, err)
}

func TestPropose(t *testing.T) {
	events := []officer.Event{officer.Appointed{Roles: reviewer}, officer.Dismissed{}}
	proposed, err := eventstore.Propose(command("a"), stream, events)
	require.NoError(t, err)
	meta := `{"command":"` + command("a").Command.String() +
		`","actor":"officer:wei","at":"2026-01-01T00:00:00Z"}`
	require.Equal(t, []eventstore.Proposed{
		{
			catalog.EventID(command("a").Command, stream, 0), "officer.appointed.v1", []byte(meta),
			[]byte(`{"roles":["reviewer"]}`),
		},
		{
			catalog.EventID(command("a").Command, stream, 1), "officer.dismissed.v1", []byte(meta),
			[]byte(`{}`),
		},
	}, proposed)
}

// TestReadErrorIsNotTheEnd: whoever took a broken read for the end of a stream would decide on
// half of it.
func TestReadErrorIsNotTheEnd(t *testing.T) {
	m := &memory{}
	put(t, m, "first", appoint)
	m.fail = errDown
	_, err := eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("a"))
	require.ErrorIs(t, err, errDown)
	require.ErrorContains(t, err, stream)
}

func TestLoadRefusesWhatDoesNotBelong(t *testing.T) {
	for want, bend := range map[string]func(*eventstore.Recorded){
		"does not belong": func(r *eventstore.Recorded) {
			r.Type, r.Data = "round.closed.v1",
				[]byte(`{}`)
		},
		"unknown event": func(r *eventstore.Recorded) { r.Type = "officer.appointed.v9" },
		"canonical":     func(r *eventstore.Recorded) { r.Data = append(r.Data, ' ') },
	} {
		m := &memory{}
		put(t, m, "first", appoint)
		bend(&m.events[0])
		_, err := eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("a"))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "revision 0")
		require.Len(t, m.events, 1)
	}
}

func TestLoad(t *testing.T) {
	m := &memory{}
	l, err := eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("a"))
	require.NoError(t, err)
	require.Equal(t, eventstore.New[officer.State](), l)
	put(t, m, "a", appoint)
	put(t, m, "b", officer.Dismiss{})
	l, err = eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("a"))
	require.NoError(t, err)
	require.Equal(t, officer.State{Known: true}, l.State)
	require.EqualValues(t, 1, l.Last)
	require.True(t, l.Repeated)
	require.Equal(t, m.events, []eventstore.Recorded{l.First, l.Newest})
	l, err = eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("c"))
	require.NoError(t, err)
	require.False(t, l.Repeated)
}

// TestAgain: an id that has led to an event of another type is that of another command.
func TestAgain(t *testing.T) {
	m := &memory{}
	put(t, m, "a", appoint)
	put(t, m, "b", officer.Dismiss{})
	l, err := eventstore.Of(catalog.Officers).Load(ctx, m, stream, command("a"))
	require.NoError(t, err)
	require.NoError(t, l.Again(officer.TypeAppointed))
	requireCode(t, "command_reused", l.Again(officer.TypeDismissed))
}

// TestAdd: what a stream has gained is folded on top of what was loaded.
func TestAdd(t *testing.T) {
	m := &memory{}
	officers := eventstore.Of(catalog.Officers)
	l := eventstore.New[officer.State]()
	for n, cmd := range []officer.Command{
		appoint,
		officer.ChangeRoles{Roles: officer.Roles},
		officer.Dismiss{},
	} {
		require.NoError(t, officers.Add(ctx, m, stream, catalog.Meta{}, &l), "nothing is new")
		put(t, m, fmt.Sprint(n), cmd)
		require.NoError(t, officers.Add(ctx, m, stream, catalog.Meta{}, &l))
		whole, err := officers.Load(ctx, m, stream, catalog.Meta{})
		require.NoError(t, err)
		require.Equal(t, whole, l)
	}
}

func TestParsePosition(t *testing.T) {
	for _, p := range []eventstore.Position{
		{},
		{Commit: 7, Prepare: 7},
		{Commit: 1 << 63, Prepare: 1},
	} {
		got, err := eventstore.ParsePosition(p.String())
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
	for _, bad := range []string{
		"", "7", "7/", "/7", "7/7/7", "07/7", "-1/7", "+1/1", " 1/1",
		"18446744073709551616/0",
	} {
		_, err := eventstore.ParsePosition(bad)
		require.ErrorContains(t, err, "no position", bad)
	}
}
