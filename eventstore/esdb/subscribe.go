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

// Subscribe implements [eventstore.Store]. The server filters by stream prefix and
// tells now and then how far it has looked, so that a subscription to rare events does
// not begin from far behind when it has to be opened again.
func (s *Store) Subscribe(ctx context.Context, after eventstore.Position, prefixes ...string) iter.Seq2[eventstore.Recorded, error] {
	return func(yield yielder) {
		if len(prefixes) == 0 {
			finish(yield, "following events", errNoPrefix)
			return
		}
		last := after
		err := s.attempts(ctx, true, func(c *call) (bool, error) {
			options := client.SubscribeToAllOptions{
				From:               position(last),
				Filter:             &client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: prefixes},
				MaxSearchWindow:    searchWindow,
				CheckpointInterval: 1,
			}
			sub, err := await(c, func(on *client.Client) (*client.Subscription, error) { return on.SubscribeToAll(c, options) })
			if err != nil {
				return false, err
			}
			defer func() { _ = sub.Close() }() // never fails
			return true, follow(c.connection, sub, func(at eventstore.Position, r *eventstore.Recorded) error {
				if !last.Less(at) {
					return nil
				}
				last = at
				if r == nil || !wanted(r.Stream, prefixes) {
					return nil
				}
				return pass(yield, *r)
			})
		})
		if ctx.Err() != nil && !errors.Is(err, errEnough) {
			err = ctx.Err()
		}
		finish(yield, "following events", err)
	}
}

// searchWindow is the number of events after which the server tells how far it is.
const searchWindow = 1000

// follow hands every event, and every position without one, to take. Once the client has
// skipped a message it hands on nothing more, as nobody knows what is missing.
func follow(on *connection, sub *client.Subscription, take func(eventstore.Position, *eventstore.Recorded) error) error {
	for {
		e, err := guarded(func() (*client.SubscriptionEvent, error) { return sub.Recv(), nil })
		if err == nil && on.skipped.Load() {
			err = errSkipped
		}
		if err != nil {
			return err
		}
		switch {
		case e.EventAppeared != nil:
			r := recorded(e.EventAppeared)
			err = take(r.Position, &r)
		case e.CheckPointReached != nil:
			err = take(eventstore.Position{Commit: e.CheckPointReached.Commit, Prepare: e.CheckPointReached.Prepare}, nil)
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
