package embedded_test

import (
	"fmt"
	"strings"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore/embedded"
)

// TestRevisionMatrix checks every pair of expectation and stream state with events
// that were never written before.
func TestRevisionMatrix(t *testing.T) {
	f := newFixture(t)
	const last = 2
	states := []struct {
		name string
		make func(stream string)
	}{
		{"no stream", func(string) {}},
		{"metadata only", func(s string) { f.setMetadata(s, `{"$maxCount":100}`) }},
		{"exists", func(s string) { f.put(s, some(last+1)...) }},
		{"soft-deleted", func(s string) { f.put(s, some(last+1)...); require.NoError(t, f.delete(s, client.Any{})) }},
		{"tombstoned", func(s string) { f.put(s, some(last+1)...); require.NoError(t, f.tombstone(s, client.Any{})) }},
	}
	const wrong, deleted = -1, -2
	rows := []struct {
		name     string
		expected client.ExpectedRevision
		want     [5]int // revision written, or the refusal
	}{
		{"any", client.Any{}, [5]int{0, 0, last + 1, last + 1, deleted}},
		{"no stream", client.NoStream{}, [5]int{0, 0, wrong, last + 1, deleted}},
		{"stream exists", client.StreamExists{}, [5]int{wrong, 0, last + 1, deleted, deleted}},
		{"before the last", client.Revision(1), [5]int{wrong, wrong, wrong, wrong, deleted}},
		{"the last", client.Revision(last), [5]int{wrong, wrong, last + 1, last + 1, deleted}},
		{"after the last", client.Revision(last + 1), [5]int{wrong, wrong, wrong, wrong, deleted}},
		{"beyond all", client.Revision(1 << 63), [5]int{wrong, wrong, wrong, wrong, deleted}},
	}
	for _, row := range rows {
		for i, state := range states {
			t.Run(row.name+"/"+state.name, func(t *testing.T) {
				stream := uuid.NewString()
				state.make(stream)
				before := len(f.all())
				w, err := f.append(stream, row.expected, some(1)...)
				switch want := row.want[i]; want {
				case wrong:
					require.Equal(t, client.ErrorCodeWrongExpectedVersion, code(t, err))
					require.Len(t, f.all(), before, "something was written")
				case deleted:
					require.Equal(t, client.ErrorCodeStreamDeleted, code(t, err))
					require.Len(t, f.all(), before, "something was written")
				default:
					require.NoError(t, err)
					require.EqualValues(t, want, w.NextExpectedVersion)
					got := f.read(stream)
					e := got[len(got)-1].Event
					require.EqualValues(t, want, e.EventNumber)
					require.Equal(t, client.Position{Commit: w.CommitPosition, Prepare: w.PreparePosition}, e.Position)
				}
			})
		}
	}
}

// TestRememberedIDs checks the idempotency of appends without exact revision.
func TestRememberedIDs(t *testing.T) {
	for _, expected := range []client.ExpectedRevision{client.Any{}, client.StreamExists{}} {
		t.Run(fmt.Sprintf("%T", expected), func(t *testing.T) {
			f := newFixture(t)
			e := some(3)
			first, second := f.put("a", e[0]), f.put("a", e[1])

			t.Run("all known in another order", func(t *testing.T) {
				w, err := f.append("a", expected, e[1], e[0])
				require.NoError(t, err)
				require.Equal(t, first, w, "the answer is about the last id listed")
				w, err = f.append("a", expected, e[0], e[1])
				require.NoError(t, err)
				require.Equal(t, second, w)
				require.Len(t, f.read("a"), 2)
			})
			t.Run("first known, a later one not", func(t *testing.T) {
				_, err := f.append("a", expected, e[0], e[2])
				require.Equal(t, client.ErrorCodeWrongExpectedVersion, code(t, err))
				require.Len(t, f.read("a"), 2)
			})
			t.Run("first unknown, a later one known", func(t *testing.T) {
				w, err := f.append("a", expected, e[2], e[1])
				require.NoError(t, err)
				require.EqualValues(t, 3, w.NextExpectedVersion)
				require.Equal(t, []uuid.UUID{e[0].EventID, e[1].EventID, e[2].EventID, e[1].EventID}, ids(f.read("a")))
			})
			t.Run("known under another stream", func(t *testing.T) {
				f.put("b", some(1)...)
				for range 2 { // the first record wins, so a repetition is not recognised either
					_, err := f.append("b", expected, e[0])
					require.NoError(t, err)
				}
				require.Len(t, f.read("b"), 3)
			})
		})
	}
}

// TestForgottenIDs: what is remembered does not survive a restart.
func TestForgottenIDs(t *testing.T) {
	fs, e := vfs.NewMem(), some(1)
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", e...)
	f.put("a", e...)
	require.Len(t, f.read("a"), 1)
	require.NoError(t, f.server.Close())
	f = serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", e...)
	require.Len(t, f.read("a"), 2)
}

// TestStoredIDs checks the idempotency of appends with exact revision, before and
// after a restart.
func TestStoredIDs(t *testing.T) {
	fs, e, other := vfs.NewMem(), some(5), some(3)
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("before", other...)
	results := make([]*client.WriteResult, len(e))
	for i := range e {
		results[i] = f.put("a", e[i])
	}
	check := func(t *testing.T) {
		for _, row := range []struct {
			name     string
			expected client.ExpectedRevision
			events   []client.EventData
			want     *client.WriteResult // nil: refused
		}{
			{"no stream, all equal", client.NoStream{}, e[:3], results[2]},
			{"no stream, whole stream", client.NoStream{}, e, results[4]},
			{"revision, all equal", client.Revision(1), e[2:4], results[3]},
			{"revision, up to the last", client.Revision(0), e[1:], results[4]},
			{"first differs", client.Revision(1), other[:1], nil},
			{"later differs", client.Revision(1), []client.EventData{e[2], other[0]}, nil},
			{"another order", client.Revision(1), []client.EventData{e[3], e[2]}, nil},
			{"runs past the last", client.Revision(2), []client.EventData{e[3], e[4], other[0]}, nil},
			{"no events", client.Revision(1), nil, nil},
			{"no stream, no events", client.NoStream{}, nil, nil},
		} {
			t.Run(row.name, func(t *testing.T) {
				w, err := f.append("a", row.expected, row.events...)
				if row.want == nil {
					require.Equal(t, client.ErrorCodeWrongExpectedVersion, code(t, err))
				} else {
					require.NoError(t, err)
					require.Equal(t, row.want, w)
				}
				require.Equal(t, idsOf(e), ids(f.read("a")))
			})
		}
	}
	t.Run("before a restart", check)
	require.NoError(t, f.server.Close())
	f = serve(t, embedded.Options{Dir: "store", FS: fs})
	t.Run("after a restart", check)
	t.Run("at the last revision nothing is compared", func(t *testing.T) {
		w, err := f.append("a", client.Revision(4), e[0])
		require.NoError(t, err)
		require.EqualValues(t, 5, w.NextExpectedVersion)
	})
}

func TestAppendWithoutEvents(t *testing.T) {
	f := newFixture(t)
	e := some(2)
	before := f.put("a", e[0])
	w := f.put("a")
	require.EqualValues(t, 0, w.NextExpectedVersion)
	require.Greater(t, w.CommitPosition, before.CommitPosition)
	after := f.put("a", e[1])
	require.Greater(t, after.CommitPosition, w.CommitPosition)
	require.Equal(t, idsOf(e), ids(f.all()), "it must not be seen")

	got, err := f.allWith(client.ReadAllOptions{From: client.Position{Commit: w.CommitPosition, Prepare: w.PreparePosition}}, 10)
	require.NoError(t, err)
	require.Equal(t, idsOf(e[1:]), ids(got), "its position is a boundary")

	_, err = f.append("missing", client.NoStream{})
	require.NoError(t, err)
	_, err = f.readWith("missing", client.ReadStreamOptions{From: client.Start{}}, 1)
	require.Equal(t, client.ErrorCodeResourceNotFound, code(t, err))
}

func TestContentType(t *testing.T) {
	f := newFixture(t)
	e := some(2)
	e[1].ContentType = client.ContentTypeBinary
	f.put("a", e...)
	got := f.read("a")
	require.Equal(t, "application/json", got[0].Event.ContentType)
	require.Equal(t, "application/octet-stream", got[1].Event.ContentType)
}

// rawAppend sends messages as they are and returns what came back.
func (f *fixture) rawAppend(msgs ...*streams.AppendReq) (*streams.AppendResp, metadata.MD, error) {
	f.Helper()
	var trailer metadata.MD
	call, err := f.raw.Append(f.ctx, grpc.Trailer(&trailer))
	require.NoError(f, err)
	for _, m := range msgs {
		require.NoError(f, call.Send(m), "the server answered before it had read everything")
	}
	resp, err := call.CloseAndRecv()
	return resp, trailer, err
}

func options(stream string) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
		StreamIdentifier: identifier(stream), ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
	}}}
}

func message(change func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq {
	m := &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Metadata: map[string]string{"type": "happened", "content-type": "application/json", "extra": "dropped"},
		Data:     []byte("{}"),
	}
	change(m)
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: m}}
}

func keep(*streams.AppendReq_ProposedMessage) {}

func TestMalformedAppends(t *testing.T) {
	f := newFixture(t)
	for _, row := range []struct {
		name      string
		msgs      []*streams.AppendReq
		code      codes.Code
		exception string
	}{
		{"no messages", nil, codes.InvalidArgument, ""},
		{"no options", []*streams.AppendReq{message(keep)}, codes.InvalidArgument, ""},
		{"options twice", []*streams.AppendReq{options("a"), options("a")}, codes.InvalidArgument, ""},
		{"empty message", []*streams.AppendReq{options("a"), {}}, codes.InvalidArgument, ""},
		{"empty stream name", []*streams.AppendReq{options(""), message(keep)}, codes.InvalidArgument, ""},
		{"long stream name", []*streams.AppendReq{options(strings.Repeat("x", 5000)), message(keep)}, codes.InvalidArgument, ""},
		{"metastream of nothing", []*streams.AppendReq{options("$$"), message(keep)}, codes.InvalidArgument, ""},
		{"$all", []*streams.AppendReq{options("$all"), message(keep)}, codes.PermissionDenied, "access-denied"},
		{"no id", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) { m.Id = nil })}, codes.InvalidArgument, ""},
		{"empty id", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) {
			m.Id = &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{}}}
		})}, codes.InvalidArgument, ""},
		{"malformed id", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) {
			m.Id = &shared.UUID{Value: &shared.UUID_String_{String_: "x"}}
		})}, codes.InvalidArgument, ""},
		{"no type", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "type") })}, codes.InvalidArgument, "missing-required-metadata-property"},
		{"no content type", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "content-type") })}, codes.InvalidArgument, "missing-required-metadata-property"},
		{"empty type", []*streams.AppendReq{options("a"), message(func(m *streams.AppendReq_ProposedMessage) { m.Metadata["type"] = "" })}, codes.InvalidArgument, ""},
		{"second event is bad", []*streams.AppendReq{options("a"), message(keep), message(func(m *streams.AppendReq_ProposedMessage) { m.Id = nil }), message(keep)}, codes.InvalidArgument, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, trailer, err := f.rawAppend(row.msgs...)
			require.Equal(t, row.code, status.Code(err), "%v", err)
			if row.exception != "" {
				require.Equal(t, []string{row.exception}, trailer.Get("exception"))
			}
			require.Empty(t, f.all())
		})
	}
	resp, _, err := f.rawAppend(options("a"), message(keep))
	require.NoError(t, err)
	require.NotNil(t, resp.GetSuccess())
	require.NotContains(t, f.all()[0].Event.SystemMetadata, "extra")
}

// TestAppendSize checks the limit: data, metadata and twice the type, of all events.
func TestAppendSize(t *testing.T) {
	f := newFixture(t)
	const limit = 1 << 20
	batch := func(total int) []*streams.AppendReq {
		msgs := []*streams.AppendReq{options("a")}
		for part := 64 << 10; total > 0; total -= part {
			size := min(part, total) - 2*len("happened") - 10
			msgs = append(msgs, message(func(m *streams.AppendReq_ProposedMessage) {
				m.Data, m.CustomMetadata = make([]byte, size), make([]byte, 10)
			}))
		}
		return msgs
	}
	_, _, err := f.rawAppend(batch(limit)...)
	require.NoError(t, err)
	require.Len(t, f.all(), 16)

	_, trailer, err := f.rawAppend(append(batch(limit), message(func(m *streams.AppendReq_ProposedMessage) { m.Data = nil }))...)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	require.Equal(t, []string{"maximum-append-size-exceeded"}, trailer.Get("exception"))
	require.Equal(t, []string{"1048576"}, trailer.Get("maximum-append-size"))
	require.Len(t, f.all(), 16)

	// Whoever sends far too much gets the reason, too, and not a broken call.
	for range 20 {
		big := some(30)
		for i := range big {
			big[i].Data = make([]byte, 100<<10)
		}
		_, err = f.append("a", client.Any{}, big...)
		require.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
	}
}

func TestWrongVersionBody(t *testing.T) {
	f := newFixture(t)
	with := func(o *streams.AppendReq_Options) *streams.AppendResp_WrongExpectedVersion {
		resp, _, err := f.rawAppend(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: o}}, message(keep))
		require.NoError(t, err)
		require.NotNil(t, resp.GetWrongExpectedVersion())
		return resp.GetWrongExpectedVersion()
	}
	w := with(&streams.AppendReq_Options{StreamIdentifier: identifier("a"), ExpectedStreamRevision: &streams.AppendReq_Options_Revision{Revision: 7}})
	require.NotNil(t, w.GetCurrentNoStream())
	require.NotNil(t, w.GetNoStream_20_6_0())
	require.EqualValues(t, 7, w.GetExpectedRevision())
	require.EqualValues(t, 7, w.GetExpectedRevision_20_6_0())

	w = with(&streams.AppendReq_Options{StreamIdentifier: identifier("a"), ExpectedStreamRevision: &streams.AppendReq_Options_StreamExists{StreamExists: &shared.Empty{}}})
	require.NotNil(t, w.GetExpectedStreamExists())

	f.put("a", some(3)...)
	w = with(&streams.AppendReq_Options{StreamIdentifier: identifier("a"), ExpectedStreamRevision: &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}}})
	require.EqualValues(t, 2, w.GetCurrentRevision())
	require.EqualValues(t, 2, w.GetCurrentRevision_20_6_0())
	require.NotNil(t, w.GetExpectedNoStream())
}
