package esdb

import (
	"context"
	"errors"
	"iter"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
)

var (
	errUnnamed = errors.New("subscription ended without a reason")
	errSkipped = errors.New("event store sent a message that the client does not know")
)

// Subscribe implements [eventstore.Store]. The server tells now and then how far it has
// looked, so that a subscription to rare events does not begin from far behind when it has
// to be opened again.
func (s *Store) Subscribe(
	ctx context.Context, after eventstore.Position, prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		err := s.follow(ctx, after, prefixes, true, yield)
		if ctx.Err() != nil && !errors.Is(err, errEnough) {
			err = ctx.Err()
		}
		finish(yield, "following events", err)
	}
}

// searchWindow is the number of events after which the server tells how far it is. A small
// one makes it slow.
const searchWindow = 10_000

// follow yields the events of the streams with these prefixes: for ever, or until the
// server says that nothing more is stored.
func (s *Store) follow(
	ctx context.Context, after eventstore.Position, prefixes []string, forever bool, yield yielder,
) error {
	if err := eventstore.CheckPrefixes(prefixes); err != nil {
		return err
	}
	last := after
	return s.attempts(ctx, forever, func(c *call) (bool, error) {
		options := client.SubscribeToAllOptions{
			From:               position(last),
			MaxSearchWindow:    searchWindow,
			CheckpointInterval: 1,
			Filter: &client.SubscriptionFilter{
				Type: client.StreamFilterType, Prefixes: prefixes,
			},
		}
		sub, err := await(c, func(on *client.Client) (*client.Subscription, error) {
			return on.SubscribeToAll(c, options)
		})
		if err != nil {
			return false, err
		}
		defer func() { _ = sub.Close() }() // never fails
		take := func(at eventstore.Position, r *eventstore.Recorded) error {
			if !last.Less(at) {
				return nil
			}
			last = at
			if r == nil || !wanted(r.Stream, prefixes) {
				return nil
			}
			return pass(yield, *r)
		}
		return true, receiveAll(c.connection, sub, forever, take)
	})
}

// receiveAll hands every event, and every position without one, to take. It returns nil when
// the server has nothing more, unless it is to go on for ever. Once the client has skipped a
// message it fails, because nobody knows what is missing.
func receiveAll(
	on *connection, sub *client.Subscription, forever bool,
	take func(eventstore.Position, *eventstore.Recorded) error,
) error {
	for {
		e, err := guarded(func() (*client.SubscriptionEvent, error) { return sub.Recv(), nil })
		if err == nil && on.skipped.Load() {
			err = errSkipped
		}
		if err != nil {
			return err
		}
		on.answered()
		switch {
		case e.EventAppeared != nil:
			r := recorded(e.EventAppeared)
			err = take(r.Position, &r)
		case e.CheckPointReached != nil:
			at := e.CheckPointReached
			err = take(eventstore.Position{Commit: at.Commit, Prepare: at.Prepare}, nil)
		case e.CaughtUp != nil && !forever:
			return nil
		case e.SubscriptionDropped != nil:
			err = e.SubscriptionDropped.Error
			if err == nil {
				err = errUnnamed
			}
		}
		if err != nil {
			return err
		}
	}
}
