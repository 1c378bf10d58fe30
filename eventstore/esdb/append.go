package esdb

import (
	"context"
	"errors"
	"fmt"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
)

// Append implements [eventstore.Store]. When the server went away before it answered
// the append is repeated: the server recognises events that it has stored.
func (s *Store) Append(ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed) (eventstore.Position, error) {
	batch, err := propose(events)
	if err != nil {
		return eventstore.Position{}, fmt.Errorf("appending to %s: %w", stream, err)
	}
	last, err := revision(expected)
	if err != nil {
		return eventstore.Position{}, fmt.Errorf("appending to %s: %w", stream, err)
	}
	options := client.AppendToStreamOptions{ExpectedRevision: last}
	var at eventstore.Position
	err = s.attempts(ctx, false, func(c *call) (bool, error) {
		written, err := await(c, func(to *client.Client) (*client.WriteResult, error) {
			return to.AppendToStream(c, stream, options, batch...)
		})
		if err != nil {
			return false, err
		}
		at = eventstore.Position{Commit: written.CommitPosition, Prepare: written.PreparePosition}
		return true, nil
	})
	if err == nil && at == eventstore.Start {
		// Servers may leave out the position when they recognise the events.
		at, err = s.positionOf(ctx, stream, uint64(int64(expected)+int64(len(events))))
	}
	if err != nil {
		return eventstore.Position{}, fmt.Errorf("appending to %s: %w", stream, err)
	}
	return at, nil
}

func revision(expected eventstore.Expected) (client.ExpectedRevision, error) {
	switch {
	case expected >= 0:
		return client.Revision(uint64(expected)), nil
	case expected == eventstore.NoStream:
		return client.NoStream{}, nil
	}
	return nil, fmt.Errorf("%d is no revision", expected)
}

func propose(events []eventstore.Proposed) ([]client.EventData, error) {
	if len(events) == 0 {
		return nil, errors.New("no events given")
	}
	if len(events) > eventstore.MaxBatchEvents {
		return nil, fmt.Errorf("%w: %d events, %d allowed", eventstore.ErrTooLarge, len(events), eventstore.MaxBatchEvents)
	}
	size := 0
	batch := make([]client.EventData, len(events))
	for i, e := range events {
		size += len(e.Data) + len(e.Meta) + 2*len(e.Type)
		batch[i] = client.EventData{EventID: e.ID, EventType: e.Type, ContentType: client.ContentTypeJson, Data: e.Data, Metadata: e.Meta}
	}
	if size > eventstore.MaxBatchBytes {
		return nil, fmt.Errorf("%w: %d bytes, %d allowed", eventstore.ErrTooLarge, size, eventstore.MaxBatchBytes)
	}
	return batch, nil
}

func (s *Store) positionOf(ctx context.Context, stream string, revision uint64) (eventstore.Position, error) {
	for r, err := range s.Read(ctx, stream, revision) {
		if err != nil {
			return eventstore.Position{}, err
		}
		if r.Revision != revision {
			break
		}
		return r.Position, nil
	}
	return eventstore.Position{}, fmt.Errorf("revision %d cannot be read back", revision)
}
