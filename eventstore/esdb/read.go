package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
)

// errEnough: the consumer wants no more.
var errEnough = errors.New("consumer has stopped")

// errNoPrefix: no stream was asked for, which can only be a mistake.
var errNoPrefix = errors.New("no stream prefix given")

// yielder is what an iterator hands its items to.
type yielder = func(eventstore.Recorded, error) bool

// Read implements [eventstore.Store].
func (s *Store) Read(ctx context.Context, stream string, from uint64) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		next := from
		err := s.attempts(ctx, false, func(c *call) (bool, error) {
			return receive(c, func(on *client.Client) (*client.ReadStream, error) {
				return on.ReadStream(c, stream, client.ReadStreamOptions{From: client.Revision(next)}, math.MaxUint64)
			}, func(r eventstore.Recorded) error {
				next = r.Revision + 1
				return pass(yield, r)
			})
		})
		finish(yield, fmt.Sprintf("reading %s", stream), err)
	}
}

// ReadAll implements [eventstore.Store]. The client can filter subscriptions only, so
// the prefixes are compared here.
func (s *Store) ReadAll(ctx context.Context, after eventstore.Position, prefixes ...string) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		if len(prefixes) == 0 {
			finish(yield, "reading all events", errNoPrefix)
			return
		}
		last := after
		err := s.attempts(ctx, false, func(c *call) (bool, error) {
			return receive(c, func(on *client.Client) (*client.ReadStream, error) {
				return on.ReadAll(c, client.ReadAllOptions{From: position(last)}, math.MaxUint64)
			}, func(r eventstore.Recorded) error {
				if !last.Less(r.Position) {
					return nil // the server begins with the event at the position
				}
				last = r.Position
				if !wanted(r.Stream, prefixes) {
					return nil
				}
				return pass(yield, r)
			})
		})
		finish(yield, "reading all events", err)
	}
}

// receive opens a read and hands its events to take until it ends.
func receive(c *call, open func(*client.Client) (*client.ReadStream, error), take func(eventstore.Recorded) error) (progress bool, err error) {
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
	}
}
