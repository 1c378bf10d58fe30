package storetest

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Histories carries out recorded histories on a server, and compares every outcome with that of
// the recording. The file has a line of JSON for each history, packed by gzip. In it are the
// operations in order, on streams a, b and c, each with its outcome. A server remembers the ids of
// events in all streams; so a run gives every recorded id a new one, and the streams new names.
// A short test takes every tenth history.
func Histories(t *testing.T, connection, file string) {
	config, err := client.ParseConnectionString(connection)
	require.NoError(t, err)
	config.Logger = client.NoopLogging()
	on, err := client.NewClient(config)
	require.NoError(t, err)
	defer func() { require.NoError(t, on.Close()) }()
	operations, different := 0, 0
	for h := range recordedHistories(t, file) {
		if testing.Short() && h.History%10 != 0 {
			continue
		}
		r := replaying{on, fmt.Sprintf("h%s-", uuid.NewString()[:8]), map[string]uuid.UUID{}}
		for i, o := range h.Operations {
			operations++
			want := o.expected()
			if strings.Contains(want, "no answer") { // the recording server hung; nothing follows
				break
			}
			got := r.perform(t.Context(), o)
			if got == want {
				continue
			}
			different++
			t.Errorf("history %d, operation %d: %s of %s\nwant %s\n got %s", h.History, i, o.Op,
				o.Stream, want, got)
			if o.Op != "read" {
				break // all that follows would differ
			}
		}
	}
	t.Logf("%d operations, %d outcomes differ", operations, different)
	require.NotZero(t, operations)
}

type recordedHistory struct {
	History    int                 `json:"history"`
	Operations []recordedOperation `json:"operations"`
}

// recordedOperation is one operation, and what a server answered.
type recordedOperation struct {
	Op        string          `json:"op"` // append, metadata, delete, tombstone, read
	Stream    string          `json:"stream"`
	Expected  string          `json:"expected"` // any, no_stream, stream_exists or a revision
	Events    []recordedEvent `json:"events"`
	ID        string          `json:"id"`   // of metadata
	Text      string          `json:"text"` // likewise
	Direction string          `json:"direction"`
	From      string          `json:"from"` // start, end or a revision
	Count     uint64          `json:"count"`
	Resolve   bool            `json:"resolve"` // links
	Outcome   json.RawMessage `json:"outcome"`
}

type recordedEvent struct {
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	JSON        json.RawMessage `json:"json"`
	Metadata    json.RawMessage `json:"metadata"`
	Hex         string          `json:"hex"`
	MetadataHex string          `json:"metadataHex"`
	Link        *string         `json:"link"`
}

func recordedHistories(t *testing.T, file string) func(func(recordedHistory) bool) {
	return func(yield func(recordedHistory) bool) {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		z, err := gzip.NewReader(f)
		require.NoError(t, err)
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var h recordedHistory
			require.NoError(t, json.Unmarshal(lines.Bytes(), &h))
			if !yield(h) {
				return
			}
		}
		require.NoError(t, lines.Err())
	}
}

// normal is an outcome in a form that can be compared: objects have their keys in order.
func normal(v any) string {
	b, err := json.Marshal(v)
	if err == nil {
		var plain any
		if err = json.Unmarshal(b, &plain); err == nil {
			b, err = json.Marshal(plain)
		}
	}
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// expected is the recorded outcome, as far as this client can tell it. It does not tell the actual
// revision when a deletion is refused. When an append of no events leaves a stream that is not
// there, it says revision 1.
func (o recordedOperation) expected() string {
	var outcome map[string]any
	if err := json.Unmarshal(o.Outcome, &outcome); err != nil {
		return err.Error()
	}
	if o.Op == "delete" || o.Op == "tombstone" {
		delete(outcome, "actual")
	}
	if next, ok := outcome["next"].(float64); ok && len(o.Events) == 0 && o.Op == "append" {
		outcome["next"] = max(next, 1)
	}
	return normal(outcome)
}

// replaying carries out the operations of one history.
type replaying struct {
	on     *client.Client
	prefix string
	ids    map[string]uuid.UUID // by recorded id
}

func (r replaying) perform(ctx context.Context, o recordedOperation) string {
	outcome, err := r.carryOut(ctx, o)
	if err != nil {
		return normal(refusal(err))
	}
	return normal(outcome)
}

func (r replaying) carryOut(ctx context.Context, o recordedOperation) (any, error) {
	name := r.prefix + o.Stream
	if rest, ok := strings.CutPrefix(o.Stream, "$$"); ok {
		name = "$$" + r.prefix + rest
	}
	switch o.Op {
	case "append":
		events := make([]client.EventData, len(o.Events))
		for i, e := range o.Events {
			events[i] = r.event(e)
		}
		w, err := r.append(ctx, name, recordedExpectation(o.Expected), events...)
		if err == nil && len(events) == 0 {
			w.Next = max(w.Next, 1)
		}
		return w, err
	case "metadata":
		return r.append(ctx, "$$"+name, client.Any{}, client.EventData{
			EventID: r.id(o.ID), EventType: "$metadata", ContentType: client.ContentTypeJson,
			Data: rounded(o.Text),
		})
	case "delete":
		d, err := r.on.DeleteStream(ctx, name,
			client.DeleteStreamOptions{ExpectedRevision: recordedExpectation(o.Expected)})
		return map[string]any{"position": d != nil}, err
	case "tombstone":
		d, err := r.on.TombstoneStream(ctx, name,
			client.TombstoneStreamOptions{ExpectedRevision: recordedExpectation(o.Expected)})
		return map[string]any{"position": d != nil}, err
	}
	return r.read(ctx, name, o)
}

// rounded is a text of JSON as the recording client sent it: it knows no numbers but floats.
func rounded(text string) []byte {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic(err) // the recording has JSON
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// written is the outcome of an append.
type written struct {
	Next     uint64 `json:"next"`
	Position bool   `json:"position"`
}

func (r replaying) append(
	ctx context.Context, name string, expected client.ExpectedRevision, events ...client.EventData,
) (written, error) {
	w, err := r.on.AppendToStream(ctx, name,
		client.AppendToStreamOptions{ExpectedRevision: expected}, events...)
	if err != nil {
		return written{}, err
	}
	return written{w.NextExpectedVersion, w.CommitPosition != 0 || w.PreparePosition != 0}, nil
}

func recordedExpectation(s string) client.ExpectedRevision {
	switch s {
	case "any", "":
		return client.Any{}
	case "no_stream":
		return client.NoStream{}
	case "stream_exists":
		return client.StreamExists{}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(err) // the recording has numbers
	}
	return client.Revision(n)
}

func (r replaying) id(recorded string) uuid.UUID {
	if r.ids[recorded] == uuid.Nil {
		r.ids[recorded] = uuid.New()
	}
	return r.ids[recorded]
}

var linkTarget = regexp.MustCompile("@([abn])")

func (r replaying) event(e recordedEvent) client.EventData {
	d := client.EventData{
		EventID: r.id(e.ID), EventType: e.Type, ContentType: client.ContentTypeBinary,
	}
	switch {
	case e.Link != nil:
		d.Data = []byte(linkTarget.ReplaceAllString(*e.Link, "@"+r.prefix+"$1"))
	case e.JSON != nil:
		d.ContentType, d.Data, d.Metadata = client.ContentTypeJson, e.JSON, e.Metadata
	default:
		d.Data, _ = hex.DecodeString(e.Hex) // the recording has pairs of digits
		d.Metadata, _ = hex.DecodeString(e.MetadataHex)
	}
	return d
}

func (r replaying) read(ctx context.Context, name string, o recordedOperation) (any, error) {
	options := client.ReadStreamOptions{ResolveLinkTos: o.Resolve, From: client.Start{}}
	if o.Direction == "backwards" {
		options.Direction, options.From = client.Backwards, client.End{}
	}
	if n, err := strconv.ParseUint(o.From, 10, 64); err == nil {
		options.From = client.Revision(n)
	}
	read, err := r.on.ReadStream(ctx, name, options, o.Count)
	if err != nil {
		return nil, err
	}
	defer read.Close()
	events := []any{}
	for {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) {
			return map[string]any{"events": events}, nil
		}
		if err != nil {
			return nil, err
		}
		one := map[string]any{"event": r.described(e.Event)}
		if e.Link != nil {
			one["link"] = r.described(e.Link)
		}
		events = append(events, one)
	}
}

// described is an event as a recording has it.
func (r replaying) described(e *client.RecordedEvent) any {
	if e == nil {
		return nil
	}
	isJSON := e.ContentType == "application/json"
	d := map[string]any{
		"stream": strings.Replace(e.StreamID, r.prefix, "", 1), "revision": e.EventNumber,
		"type": e.EventType, "json": isJSON,
	}
	if e.EventType == "$metadata" {
		d["keys"] = keysOf(e.Data)
		return d
	}
	d["id"] = r.recorded(e.EventID)
	switch {
	case isJSON:
		d["data"] = json.RawMessage(e.Data)
	case e.EventType == "$>":
		d["data"] = strings.Replace(string(e.Data), r.prefix, "", 1)
	default:
		d["data"] = hex.EncodeToString(e.Data)
	}
	if len(e.UserMetadata) > 0 {
		d["metadata"] = hex.EncodeToString(e.UserMetadata)
		if isJSON {
			d["metadata"] = json.RawMessage(e.UserMetadata)
		}
	}
	return d
}

// keysOf lists the keys of an object, or the indices of a list, as a recording does.
func keysOf(data []byte) []string {
	keys := []string{}
	var object map[string]any
	var list []any
	if json.Unmarshal(data, &object) == nil {
		return slices.AppendSeq(keys, slices.Values(slices.Sorted(maps.Keys(object))))
	}
	if json.Unmarshal(data, &list) == nil {
		for i := range list {
			keys = append(keys, strconv.Itoa(i))
		}
	}
	return keys
}

// recorded is the recorded id of an event.
func (r replaying) recorded(id uuid.UUID) string {
	for old, fresh := range r.ids {
		if fresh == id {
			return old
		}
	}
	return id.String()
}

var actualRevision = regexp.MustCompile("got '([^']*)'")

// refusal is an error as a recording has it.
func refusal(err error) any {
	var e *client.Error
	if !errors.As(err, &e) {
		return map[string]any{"error": err.Error()}
	}
	switch e.Code() {
	case client.ErrorCodeWrongExpectedVersion:
		m := actualRevision.FindStringSubmatch(e.Error())
		if m == nil {
			return map[string]any{"error": "wrong-expected-version"}
		}
		if n, err := strconv.Atoi(m[1]); err == nil && n < 0 {
			m[1] = fmt.Sprint(uint64(math.MaxUint64))
		}
		return map[string]any{"error": "wrong-expected-version", "actual": m[1]}
	case client.ErrorCodeResourceNotFound:
		return map[string]any{"error": "stream-not-found"}
	case client.ErrorCodeStreamDeleted:
		return map[string]any{"error": "stream-deleted"}
	}
	if status.Code(err) == codes.FailedPrecondition {
		return map[string]any{"error": "wrong-expected-version"} // of a deletion
	}
	return map[string]any{"error": err.Error()}
}
