package esdb

import (
	"context"
	"errors"
	"fmt"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore"
)

// Delete hides the events of a stream at this revision; they stay in the order of all
// events, and appends go on counting. It exists for tests, to see what others may do to
// a store: the ledger deletes nothing, and [eventstore.Store] does not offer it. At
// another revision it is refused with [eventstore.ErrConflict]. It is not repeated, as
// a second deletion would look like a conflict.
func (s *Store) Delete(ctx context.Context, stream string, expected eventstore.Expected) error {
	if expected < eventstore.NoStream {
		return fmt.Errorf("deleting %s: %d is no revision", stream, expected)
	}
	_, _, err := s.attempt(ctx, func(c *call) (bool, error) {
		_, err := await(c, func(on *client.Client) (*client.DeleteResult, error) {
			return on.DeleteStream(c, stream,
				client.DeleteStreamOptions{ExpectedRevision: revision(expected)})
		})
		return err == nil, err
	})
	if err == nil {
		return nil
	}
	// The client has no code for a conflict here; the status says it.
	translated := s.gate.translate(err)
	if status.Code(err) == codes.FailedPrecondition && !errors.Is(translated, errDeleted) {
		translated = fmt.Errorf("%w: %w", eventstore.ErrConflict, err)
	}
	return fmt.Errorf("deleting %s: %w", stream, translated)
}
