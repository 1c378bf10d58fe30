package office_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// hiding answers a repetition as a server does whose event was hidden meanwhile: it is one, at a
// position that nobody knows.
type hiding struct{ *memory }

func (h hiding) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if race := h.race; race != nil {
		h.race = nil
		race()
	}
	stored := len(h.all)
	p, err := h.memory.Append(ctx, stream, expected, events...)
	if err == nil && len(h.all) == stored {
		p = eventstore.Unknown
	}
	return p, err
}

// TestRepetitionWithoutAPosition: a repetition is a repetition, and no position is taken for the
// first one.
func TestRepetitionWithoutAPosition(t *testing.T) {
	b := openBureau(t)
	b.Store = hiding{b.store}
	s := submission(t, domain.Ordinary, 1)
	first, err := b.submit(by("li", "submit"), s)
	require.NoError(t, err)
	require.True(t, eventstore.Start.Less(first.Position))
	stored := len(b.store.all)
	again, err := b.submit(by("li", "submit"), s)
	require.NoError(t, err)
	require.Equal(t, first.Code, again.Code)
	require.Equal(t, eventstore.Unknown, again.Position)
	require.Len(t, b.store.all, stored)

	// two of an office at once: the second one appends at the revision that the first one found
	appoint := office.Officer("new", officer.Appoint{Roles: []officer.Role{officer.Reviewer}})
	b.store.race = func() { require.NoError(t, b.do(by("wei", "appoint"), appoint)) }
	out, err := b.Execute(ctx, b.author(by("wei", "appoint")), appoint)
	require.NoError(t, err)
	require.Equal(t, eventstore.Unknown, out.Position)
	require.Equal(t, stored+1, len(b.store.all))
}
