package esdb

import (
	"context"
	"errors"
	"fmt"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/internal/calls"
)

// Append implements [eventstore.Store]. When the server went away before it answered
// the append is repeated: the server recognises events that it has stored.
func (s *Store) Append(
	ctx context.Context, stream string, expected eventstore.Expected, events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if err := eventstore.CheckAppend(expected, events); err != nil {
		return eventstore.Position{}, fmt.Errorf("appending to %s: %w", stream, err)
	}
	s.bulk.underway.Add(1)
	defer s.bulk.underway.Add(-1)
	at, known, err := s.bulk.append(ctx,
		calls.Append{Stream: stream, Expected: expected, Events: events})
	if !known {
		at, err = s.append(ctx, stream, expected, events)
	}
	if err != nil {
		return eventstore.Position{}, fmt.Errorf("appending to %s: %w", stream, err)
	}
	return at, nil
}

// append appends by the official client.
func (s *Store) append(
	ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed,
) (eventstore.Position, error) {
	batch := make([]client.EventData, len(events))
	for i, e := range events {
		batch[i] = client.EventData{
			EventID: e.ID, EventType: e.Type, ContentType: client.ContentTypeJson,
			Data: e.Data, Metadata: e.Meta,
		}
	}
	options := client.AppendToStreamOptions{ExpectedRevision: revision(expected)}
	var at eventstore.Position
	err := s.attempts(ctx, false, func(c *call) (bool, error) {
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
		// Servers leave out the position when they recognise events that are hidden by now, and
		// some of them also of others.
		at, err = s.positionOf(ctx, stream, uint64(int64(expected)+int64(len(events))))
	}
	return at, err
}

func revision(expected eventstore.Expected) client.ExpectedRevision {
	if expected == eventstore.NoStream {
		return client.NoStream{}
	}
	return client.Revision(uint64(expected))
}

func (s *Store) positionOf(ctx context.Context, stream string,
	revision uint64,
) (eventstore.Position, error) {
	for r, err := range s.Read(ctx, stream, eventstore.Range{From: revision, Limit: 1}) {
		switch {
		case errors.Is(err, eventstore.ErrNotFound):
			return eventstore.Unknown, nil
		case err != nil:
			return eventstore.Position{}, err
		case r.Revision == revision:
			return r.Position, nil
		}
	}
	return eventstore.Unknown, nil
}
