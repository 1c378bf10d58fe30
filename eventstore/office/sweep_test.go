package office_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/vault"
)

// TestSweeps: whatever happens between two sweeps, the second one, which looks up what is new
// alone, leaves nothing that a look at every record would find.
func TestSweeps(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			sweeping(t, rand.New(rand.NewPCG(seed, 1)))
		})
	}
}

func sweeping(t *testing.T, rng *rand.Rand) {
	b, dir := openBureau(t), t.TempDir()
	open := func(name string) {
		v, err := vault.Open(ctx, filepath.Join(dir, name), vault.Key{1})
		require.NoError(t, err)
		b.Vault = v
	}
	open("vault.db")
	defer func() { require.NoError(t, b.Vault.Close()) }()
	var people []int // whose application was stored
	backup := []byte(nil)
	before := opens + 1
	for step := range 25 {
		name := fmt.Sprint("step ", step)
		switch n := rng.IntN(10); {
		case n < 3:
			people = append(people, step+1)
			deposit(t, b, name, named(t, domain.Ordinary, 0, step+1))
		case n == 3: // a submission that is refused, so that no event names its record
			_, err := b.Vault.Put(ctx, opens, b.Entry(named(t, domain.Ordinary, 9, step+1)))
			require.NoError(t, err)
		case n == 4 && len(people) > 0:
			person := people[rng.IntN(len(people))]
			who := b.Entry(named(t, domain.Ordinary, 0, person)).Applicant
			if s, err := b.LoadApplicant(ctx, who); err == nil && !s.Erased {
				require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", name)), who,
					record(t, step, person)))
			}
		case n == 5 && len(people) > 0:
			who := b.Entry(named(t, domain.Ordinary, 0, people[rng.IntN(len(people))])).Applicant
			require.NoError(t, b.Office.Erase(ctx, b.author(by("wei", name)), who))
		case n == 6:
			require.NoError(t, b.Vault.Close())
			file, err := os.ReadFile(filepath.Join(dir, "vault.db"))
			require.NoError(t, err)
			if backup == nil || rng.IntN(2) == 0 {
				backup = file
			} else { // what came since is lost, the erased are back
				file = backup
			}
			require.NoError(t, os.WriteFile(filepath.Join(dir, "vault.db"), file, 0o600))
			open("vault.db")
		case n == 7:
			b.signCheckpoint(t, name)
		default:
			before += domain.Time(rng.IntN(3)) - 1 // now and then the clock goes back
			_, err := b.Sweep(ctx, before)
			require.NoError(t, err)
			left, err := b.Vault.Sweep(ctx, vault.Sweep{Before: before, Fates: b.fates(t)})
			require.NoError(t, err)
			require.Zero(t, left)
		}
	}
}

// signCheckpoint stores what the publisher stores with a checkpoint.
func (b bureau) signCheckpoint(t *testing.T, name string) {
	last, ok, err := eventstore.Last(ctx, b.store, eventstore.LedgerStream)
	require.NoError(t, err)
	expected := eventstore.NoStream
	if ok {
		expected = eventstore.Expected(last.Revision)
	}
	data, err := catalog.Encode(eventstore.CheckpointSigned{Note: name})
	require.NoError(t, err)
	_, err = b.store.Append(ctx, eventstore.LedgerStream, expected, eventstore.Proposed{
		ID: uuid.New(), Type: eventstore.CheckpointSigned{}.EventType(), Data: data,
	})
	require.NoError(t, err)
}

func (b bureau) fates(t *testing.T) func(context.Context, []string) ([]vault.Fate, error) {
	return func(_ context.Context, ids []string) (fates []vault.Fate, _ error) {
		for _, id := range ids {
			s, err := b.LoadApplicant(ctx, id)
			require.NoError(t, err)
			fates = append(fates, vault.Fate{Commitment: s.Commitment, Erased: s.Erased})
		}
		return fates, nil
	}
}

// watched counts the applicants that are read.
type watched struct {
	eventstore.Store
	mu   sync.Mutex
	read []string
}

func (w *watched) Read(
	ctx context.Context, stream string, r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	if strings.HasPrefix(stream, applicant.StreamPrefix) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.read = append(w.read, stream)
	}
	return w.Store.Read(ctx, stream, r)
}

// TestSweepLooksUpWhatIsNew: records that an earlier sweep has looked up are left alone, but when
// the mark is that of another store.
func TestSweepLooksUpWhatIsNew(t *testing.T) {
	b := newArchive(t)
	for n := range 5 {
		deposit(t, b, fmt.Sprint(n), named(t, domain.Ordinary, 0, n+1))
	}
	looked := func(at domain.Time) int {
		w := &watched{Store: b.store}
		b.Office.Store = w
		defer func() { b.Office.Store = b.store }()
		_, err := b.Sweep(ctx, at)
		require.NoError(t, err)
		return len(slices.Compact(slices.Sorted(slices.Values(w.read))))
	}
	require.Equal(t, 5, looked(opens+1))
	require.Equal(t, 5, looked(opens+1), "nothing was published, so no mark is left")
	b.signCheckpoint(t, "first")
	require.Equal(t, 5, looked(opens+1))
	require.Zero(t, looked(opens+2))
	deposit(t, b, "new", named(t, domain.Ordinary, 0, 6))
	require.Equal(t, 1, looked(opens+2))
	require.Equal(t, 1, looked(opens+3), "it was too young to be dropped before")
	require.Zero(t, looked(opens+4))
	b.store.all = slices.DeleteFunc(b.store.all, func(r eventstore.Recorded) bool {
		return r.Stream == eventstore.LedgerStream
	})
	require.Equal(t, 6, looked(opens+6))
}
