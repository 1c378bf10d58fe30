package eventstore_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// memory is a Store of one stream, whose appends a test can get in the way of.
type memory struct {
	eventstore.Store // the rest of the contract is not part of these tests

	events  []eventstore.Recorded
	appends int
	disturb func(appends int, store func() error) error // called for each append; nil stores it
	fail    error                                       // what reading ends with
}

func (m *memory) Read(_ context.Context, stream string, read eventstore.Range) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		if len(m.events) == 0 && m.fail == nil {
			yield(eventstore.Recorded{}, fmt.Errorf("reading %s: %w", stream, eventstore.ErrNotFound))
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

func (m *memory) Append(_ context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed) (eventstore.Position, error) {
	m.appends++
	store := func() error {
		if int(expected) != len(m.events)-1 {
			return fmt.Errorf("appending to %s: %w", stream, eventstore.ErrConflict)
		}
		for _, e := range events {
			n := uint64(len(m.events))
			m.events = append(m.events, eventstore.Recorded{Stream: stream, Revision: n, ID: e.ID, Type: e.Type, Meta: e.Meta, Data: e.Data})
		}
		return nil
	}
	var err error
	if m.disturb != nil {
		err = m.disturb(m.appends, store)
	} else {
		err = store()
	}
	if err != nil {
		return eventstore.Start, err
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
	return catalog.Meta{Command: uuid.NewSHA1(uuid.Nil, []byte(name)), Actor: "officer:wei", At: 1767225600}
}

func requireCode(t testing.TB, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, fault.CodeOf(err), err)
}

func handle(m *memory, meta catalog.Meta, cmd officer.Command) (eventstore.Outcome[officer.Event], error) {
	return eventstore.Of(catalog.Officers).Handle(ctx, m, stream, meta, sampleOf(cmd), cmd)
}

// sampleOf is an event of the type that a command leads to.
func sampleOf(cmd officer.Command) officer.Event {
	switch cmd.(type) {
	case officer.Appoint:
		return officer.Appointed{}
	case officer.ChangeRoles:
		return officer.RolesChanged{}
	case officer.ChangeKey:
		return officer.KeyChanged{}
	case officer.Dismiss:
		return officer.Dismissed{}
	}
	panic(cmd)
}

// other is another writer who comes first.
func other(t *testing.T, m *memory, name string, cmd officer.Command) {
	t.Helper()
	disturb := m.disturb
	m.disturb = nil
	out, err := handle(m, command(name), cmd)
	require.NoError(t, err)
	require.Len(t, out.Events, 1)
	m.disturb = disturb
}

func TestHandle(t *testing.T) {
	m := &memory{}
	out, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	require.Equal(t, eventstore.Outcome[officer.Event]{
		Events: []officer.Event{officer.Appointed{Roles: reviewer}}, Position: eventstore.Position{Commit: 1, Prepare: 1},
	}, out)
	require.Len(t, m.events, 1)
	require.Equal(t, eventstore.Recorded{
		Stream: stream, ID: catalog.EventID(command("a").Command, stream, 0), Type: "officer.appointed.v1",
		Meta: []byte(`{"command":"` + command("a").Command.String() + `","actor":"officer:wei","at":"2026-01-01T00:00:00Z"}`),
		Data: []byte(`{"roles":["reviewer"]}`),
	}, m.events[0])

	for _, name := range []string{"a", "b"} { // the same command, the same wish
		out, err = handle(m, command(name), appoint)
		require.NoError(t, err)
		require.Zero(t, out)
	}
	require.Equal(t, 1, m.appends)

	_, err = handle(m, command("c"), officer.Appoint{Roles: officer.Roles})
	requireCode(t, "officer_exists", err)
	require.Equal(t, 1, m.appends)
}

// TestRepetitionIsRecognisedLater: by its event in the stream, whatever happened
// since.
func TestRepetitionIsRecognisedLater(t *testing.T) {
	m := &memory{}
	for _, v := range []struct {
		name string
		cmd  officer.Command
	}{{"a", appoint}, {"b", officer.Dismiss{}}} {
		_, err := handle(m, command(v.name), v.cmd)
		require.NoError(t, err)
	}
	out, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	require.Zero(t, out, "an officer who was dismissed since is not appointed again by an old command")
	require.Len(t, m.events, 2)
	_, err = handle(m, command("c"), appoint)
	require.NoError(t, err)
	require.Len(t, m.events, 3)
}

// TestCommandReused: an id that has led to an event of another type is not that of this command.
func TestCommandReused(t *testing.T) {
	m := &memory{}
	_, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	_, err = handle(m, command("b"), officer.ChangeRoles{Roles: officer.Roles})
	require.NoError(t, err)
	for _, cmd := range []officer.Command{officer.Dismiss{}, officer.ChangeKey{Key: officer.PublicKey(strings.Repeat("a", 64))}} {
		for _, name := range []string{"a", "b"} {
			_, err = handle(m, command(name), cmd)
			requireCode(t, "command_reused", err)
		}
	}
	out, err := handle(m, command("b"), officer.ChangeRoles{Roles: officer.Roles})
	require.NoError(t, err)
	require.Zero(t, out)
	require.Len(t, m.events, 2)
}

func TestLostRace(t *testing.T) {
	m := &memory{}
	m.disturb = func(n int, store func() error) error {
		if n == 1 {
			other(t, m, "first", officer.Appoint{Roles: officer.Roles})
			other(t, m, "second", officer.Dismiss{})
		}
		return store()
	}
	out, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	require.Equal(t, []officer.Event{officer.Appointed{Roles: reviewer}}, out.Events)
	require.Len(t, m.events, 3)
}

func TestLostRaceDecidesAnew(t *testing.T) {
	for code, first := range map[string]officer.Appoint{"": appoint, "officer_exists": {Roles: officer.Roles}} {
		m := &memory{}
		m.disturb = func(_ int, store func() error) error {
			m.disturb = nil
			other(t, m, "first", first)
			return store()
		}
		out, err := handle(m, command("a"), appoint)
		if code == "" {
			require.NoError(t, err)
		} else {
			requireCode(t, code, err)
		}
		require.Empty(t, out.Events)
		require.Len(t, m.events, 1)
	}
}

func TestThreeConflictsInARow(t *testing.T) {
	m := &memory{}
	m.disturb = func(n int, store func() error) error {
		other(t, m, fmt.Sprint(n), officer.Appoint{Roles: officer.Roles})
		other(t, m, fmt.Sprint(n, " dismissed"), officer.Dismiss{})
		return store()
	}
	_, err := handle(m, command("a"), appoint)
	require.ErrorIs(t, err, eventstore.ErrConflict)
	require.ErrorContains(t, err, stream)
	require.Len(t, m.events, 3*2, "three times at most")
	for _, r := range m.events {
		require.NotEqual(t, catalog.EventID(command("a").Command, stream, 0), r.ID)
	}
}

func TestLostReply(t *testing.T) {
	m := &memory{disturb: func(_ int, store func() error) error {
		return errors.Join(store(), errDown)
	}}
	_, err := handle(m, command("a"), appoint)
	require.ErrorIs(t, err, errDown)
	require.Equal(t, 1, m.appends, "an append whose outcome is not known is not tried again unasked")
	require.Len(t, m.events, 1)

	m.disturb = nil
	out, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	require.Zero(t, out)
	require.Len(t, m.events, 1)
}

func TestFailedAppend(t *testing.T) {
	m := &memory{disturb: func(int, func() error) error { return errDown }}
	_, err := handle(m, command("a"), appoint)
	require.ErrorIs(t, err, errDown)
	require.Equal(t, 1, m.appends)
	m.disturb = nil
	out, err := handle(m, command("a"), appoint)
	require.NoError(t, err)
	require.Len(t, out.Events, 1)
}

// TestReadErrorIsNotTheEnd: whoever took a broken read for the end of a stream would
// decide on half of it.
func TestReadErrorIsNotTheEnd(t *testing.T) {
	m := &memory{}
	other(t, m, "first", appoint)
	m.fail = errDown
	_, err := handle(m, command("a"), officer.Dismiss{})
	require.ErrorIs(t, err, errDown)
	require.ErrorContains(t, err, stream)
	require.Equal(t, 1, m.appends)
}

func TestLoadRefusesWhatDoesNotBelong(t *testing.T) {
	for want, bend := range map[string]func(*eventstore.Recorded){
		"does not belong": func(r *eventstore.Recorded) { r.Type, r.Data = "round.closed.v1", []byte(`{}`) },
		"unknown event":   func(r *eventstore.Recorded) { r.Type = "officer.appointed.v9" },
		"canonical":       func(r *eventstore.Recorded) { r.Data = append(r.Data, ' ') },
	} {
		m := &memory{}
		other(t, m, "first", appoint)
		bend(&m.events[0])
		_, err := handle(m, command("a"), officer.Dismiss{})
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
	other(t, m, "a", appoint)
	other(t, m, "b", officer.Dismiss{})
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

func TestRequireRole(t *testing.T) {
	m := &memory{} // whatever stream is asked for, it is that of this officer
	requireCode(t, "not_allowed", eventstore.RequireRole(ctx, m, command("a"), "application.approved.v1"))
	other(t, m, "first", appoint)
	require.NoError(t, eventstore.RequireRole(ctx, m, command("a"), "application.approved.v1"))
	requireCode(t, "not_allowed", eventstore.RequireRole(ctx, m, command("a"), "application.submitted.v1"))
	requireCode(t, "not_allowed", eventstore.RequireRole(ctx, m, command("a"), "ledger.checkpoint_signed.v1"))
	requireCode(t, "unknown_actor", eventstore.RequireRole(ctx, m, catalog.Meta{Actor: "wei"}, "application.approved.v1"))
	other(t, m, "second", officer.Dismiss{})
	requireCode(t, "not_allowed", eventstore.RequireRole(ctx, m, command("a"), "application.approved.v1"))
	m.fail = errDown
	require.ErrorIs(t, eventstore.RequireRole(ctx, m, command("a"), "application.approved.v1"), errDown)
}

func TestParsePosition(t *testing.T) {
	for _, p := range []eventstore.Position{{}, {Commit: 7, Prepare: 7}, {Commit: 1 << 63, Prepare: 1}} {
		got, err := eventstore.ParsePosition(p.String())
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
	for _, bad := range []string{"", "7", "7/", "/7", "7/7/7", "07/7", "-1/7", "+1/1", " 1/1", "18446744073709551616/0"} {
		_, err := eventstore.ParsePosition(bad)
		require.ErrorContains(t, err, "no position", bad)
	}
}
