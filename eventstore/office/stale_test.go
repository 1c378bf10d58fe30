package office_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// slow takes so many seconds for each of the next reads of a stream.
type slow struct {
	*memory
	stream  string
	reads   int
	seconds int64
	b       *bureau
}

func (s *slow) Read(ctx context.Context, stream string, r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	if stream == s.stream && s.reads > 0 {
		s.reads--
		s.b.now.Add(s.seconds)
	}
	return s.memory.Read(ctx, stream, r)
}

// TestStaleEvidence: what was read too long ago is read again, and a store that is always that slow
// is an error.
func TestStaleEvidence(t *testing.T) {
	for name, c := range map[string]struct {
		reads   int
		seconds int64
		stored  bool
	}{
		"in time":    {1, 150, true},
		"once":       {1, 151, true},
		"every time": {1000, 151, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBureau(t)
			s := &slow{b.store, "officer-wei", c.reads, c.seconds, &b}
			b.Store = s
			before := len(b.store.all)
			err := b.do(by("wei", "appoint"), office.Officer("new",
				officer.Appoint{Roles: []officer.Role{officer.Reviewer}}))
			if !c.stored {
				require.ErrorContains(t, err, "took more than 150 s")
				require.Len(t, b.store.all, before)
				return
			}
			require.NoError(t, err)
			require.Len(t, b.store.all, before+1)
		})
	}
}
