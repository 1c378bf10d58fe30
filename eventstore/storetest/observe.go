package storetest

import (
	"errors"
	"io"
	"math"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Collect receives a read to its end.
func Collect(r *client.ReadStream, err error) ([]*client.ResolvedEvent, error) {
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var got []*client.ResolvedEvent
	for {
		e, err := r.Recv()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return got, err
		}
		got = append(got, e)
	}
}

func (p *peer) readWith(stream string, o client.ReadStreamOptions,
	count uint64,
) ([]*client.ResolvedEvent, error) {
	return Collect(p.client.ReadStream(p.ctx, stream, o, count))
}

func (p *peer) read(stream string) []*client.ResolvedEvent {
	p.Helper()
	got, err := p.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, math.MaxUint64)
	require.NoError(p, err)
	return got
}

// notFound requires that a stream cannot be found.
func (p *peer) notFound(stream string) {
	p.Helper()
	_, err := p.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, 1)
	p.refused(client.ErrorCodeResourceNotFound, err)
}

// deleted requires that a stream is gone for ever.
func (p *peer) deleted(stream string) {
	p.Helper()
	_, err := p.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, 1)
	p.refused(client.ErrorCodeStreamDeleted, err)
}

// mine reports whether an event stands in a stream of this test, or describes one.
func (p *peer) mine(e *client.ResolvedEvent) bool {
	return e.OriginalEvent() != nil &&
		strings.HasPrefix(strings.TrimPrefix(e.OriginalEvent().StreamID, "$$"), p.prefix)
}

// mark sets where in $all the events of this test begin; what all returns begins
// there.
func (p *peer) mark() {
	p.Helper()
	w := p.put(p.stream(), Happened(1)...)
	p.begin = client.Position{Commit: w.CommitPosition, Prepare: w.PreparePosition}
}

// allWith returns the events of this test out of a read of $all.
func (p *peer) allWith(o client.ReadAllOptions, count uint64) ([]*client.ResolvedEvent, error) {
	got, err := Collect(p.client.ReadAll(p.ctx, o, count))
	var mine []*client.ResolvedEvent
	for _, e := range got {
		if p.mine(e) {
			mine = append(mine, e)
		}
	}
	return mine, err
}

// all returns the events of this test after the mark.
func (p *peer) all() []*client.ResolvedEvent {
	p.Helper()
	got, err := p.allWith(client.ReadAllOptions{From: p.begin}, math.MaxUint64)
	require.NoError(p, err)
	require.NotEmpty(p, got, "there is no mark")
	return got[1:]
}

func revisions(events []*client.ResolvedEvent) []int {
	got := []int{}
	for _, e := range events {
		got = append(got, int(e.OriginalEvent().EventNumber))
	}
	return got
}

// IDs are those of events that were read; of a link, its own.
func IDs(events []*client.ResolvedEvent) []uuid.UUID {
	var got []uuid.UUID
	for _, e := range events {
		got = append(got, e.OriginalEvent().EventID)
	}
	return got
}

// IDsOf are those of events to be written.
func IDsOf(events []client.EventData) []uuid.UUID {
	var got []uuid.UUID
	for _, e := range events {
		got = append(got, e.EventID)
	}
	return got
}
