package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
)

// errEnough: the consumer wants no more.
var errEnough = errors.New("consumer has stopped")

// yielder is what an iterator hands its items to.
type yielder = func(eventstore.Recorded, error) bool

// Read implements [eventstore.Store].
func (s *Store) Read(
	ctx context.Context, stream string, r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		rest := r
		err := s.attempts(ctx, false, func(c *call) (bool, error) {
			options, count := readOptions(rest)
			return receive(c, func(on *client.Client) (*client.ReadStream, error) {
				return on.ReadStream(c, stream, options, count)
			}, func(got eventstore.Recorded) error {
				if err := pass(yield, got); err != nil {
					return err
				}
				return skip(&rest, got.Revision)
			})
		})
		finish(yield, fmt.Sprintf("reading %s", stream), err)
	}
}

// readOptions asks for a range.
func readOptions(r eventstore.Range) (client.ReadStreamOptions, uint64) {
	o, count := client.ReadStreamOptions{From: client.Revision(r.From)}, uint64(math.MaxUint64)
	if r.Backwards {
		o.Direction = client.Backwards
	}
	if r.Backwards && r.From > math.MaxInt64 { // the protocol knows no such revision
		o.From = client.End{}
	}
	if r.Limit > 0 {
		count = r.Limit
	}
	return o, count
}

// skip takes an event off the range that has to be read, with all before it. It returns
// errEnough when nothing is left.
func skip(r *eventstore.Range, revision uint64) error {
	if r.Limit == 1 || r.Backwards && revision == 0 {
		return errEnough
	}
	if r.Limit > 0 {
		r.Limit--
	}
	r.From = revision + 1
	if r.Backwards {
		r.From = revision - 1
	}
	return nil
}

// ReadAll implements [eventstore.Store]. The client filters subscriptions alone on the
// server, so this is one that ends where it has caught up.
func (s *Store) ReadAll(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		err := s.follow(ctx, after, prefixes, false, yield)
		finish(yield, "reading all events", err)
	}
}

// Streams implements [eventstore.Store]. An embedded store lists its streams. The protocol of
// other servers does not, so their events are read.
func (s *Store) Streams(ctx context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		names, known := s.own.streams(ctx, prefix)
		var err error
		if !known {
			names, err = s.seen(ctx, prefix)
		}
		if err != nil {
			yield("", fmt.Errorf("listing the streams %s: %w", prefix, err))
			return
		}
		for _, name := range names {
			if err := ctx.Err(); err != nil {
				yield("", err)
				return
			}
			if !yield(name, nil) {
				return
			}
		}
	}
}

// seen lists the streams with a prefix by their events.
func (s *Store) seen(ctx context.Context, prefix string) ([]string, error) {
	names := map[string]bool{}
	err := s.follow(ctx, eventstore.Start, []string{prefix}, false,
		func(r eventstore.Recorded, _ error) bool {
			names[r.Stream] = true
			return true
		})
	return slices.Sorted(maps.Keys(names)), err
}

// receive opens a read and hands its events to take until it ends.
func receive(c *call, open func(*client.Client) (*client.ReadStream, error),
	take func(eventstore.Recorded) error,
) (progress bool, err error) {
	events, err := await(c, open)
	if err != nil {
		return false, err
	}
	defer events.Close()
	for {
		e, err := guarded(events.Recv)
		if errors.Is(err, io.EOF) {
			return progress, nil
		}
		if err != nil {
			return progress, err
		}
		progress = true
		c.connection.answered()
		if err := take(recorded(e)); err != nil {
			return progress, err
		}
	}
}

func pass(yield yielder, r eventstore.Recorded) error {
	if !yield(r, nil) {
		return errEnough
	}
	return nil
}

// finish yields the error that ended an iteration, if it has to be known.
func finish(yield yielder, doing string, err error) {
	if err != nil && !errors.Is(err, errEnough) {
		yield(eventstore.Recorded{}, fmt.Errorf("%s: %w", doing, err))
	}
}

func wanted(stream string, prefixes []string) bool {
	if strings.HasPrefix(stream, "$") {
		return false
	}
	for _, p := range prefixes {
		if strings.HasPrefix(stream, p) {
			return true
		}
	}
	return false
}

func position(p eventstore.Position) client.AllPosition {
	if p == eventstore.Start {
		return client.Start{}
	}
	return client.Position{Commit: p.Commit, Prepare: p.Prepare}
}

func recorded(e *client.ResolvedEvent) eventstore.Recorded {
	o := e.OriginalEvent()
	return eventstore.Recorded{
		Stream:   o.StreamID,
		Revision: o.EventNumber,
		ID:       o.EventID,
		Type:     o.EventType,
		Meta:     o.UserMetadata,
		Data:     o.Data,
		Position: eventstore.Position{Commit: o.Position.Commit, Prepare: o.Position.Prepare},
		Stored:   o.CreatedDate,
	}
}
