package projections_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// TestEveryTypeIsKnown: each projection takes in or ignores every public type of the catalog. One
// that it does not know would stop it for ever.
func TestEveryTypeIsKnown(t *testing.T) {
	samples, err := filepath.Glob("../eventstore/testdata/events/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, samples)
	for _, p := range []projections.Projection{
		pool.Projection{},
		results.Projection{},
		timeline.Projection{},
	} {
		db, err := projections.Open(newPath(t), p)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		for _, sample := range samples {
			parts := strings.Split(filepath.Base(sample), ".")
			stream := parts[0] + "-r1.all.1"
			if !slices.Contains(catalog.PublicStreams, parts[0]+"-") {
				continue
			}
			data, err := os.ReadFile(sample)
			require.NoError(t, err)
			e := eventstore.Recorded{
				Stream: stream, Type: strings.Join(parts[:3], "."),
				Data: []byte(strings.TrimSuffix(string(data), "\n")), Position: position(0),
				Meta: []byte(`{"command":"00000000-0000-4000-8000-000000000000","actor":"officer:chief","at":"2026-01-02T00:00:00Z"}`),
			}
			if err := db.CatchUp(ctx, newMemory(e)); err != nil { // most need others before them
				require.NotContains(t, err.Error(), "is not known", sample)
				require.NotContains(t, err.Error(), "reading", sample)
			}
			require.NoError(t, db.Rebuild(ctx))
		}
	}
}

// TestUnknownType: a type that nobody knows stops the projections of its stream, and no other.
func TestUnknownType(t *testing.T) {
	for stream, stops := range map[string]bool{
		"application-1": true, "round-r1": false,
		"notice-n1": false,
	} {
		db, err := projections.Open(newPath(t), timeline.Projection{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		noun, _, _ := strings.Cut(stream, "-")
		e := eventstore.Recorded{
			Stream: stream, Type: noun + ".forgotten.v1", Data: []byte("{}"),
			Position: position(0),
		}
		err = db.CatchUp(ctx, newMemory(e))
		if stops {
			require.ErrorIs(t, err, catalog.ErrUnknownType, stream)
			continue
		}
		require.NoError(t, err, stream)
		at, err := db.Position(ctx, timeline.Name)
		require.NoError(t, err)
		require.EqualValues(t, 1, at.Leaves, "the index of a leaf counts all public events")
	}
}
