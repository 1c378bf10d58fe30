package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

var (
	opens  = time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	closes = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
)

// newOffice is an office over an embedded store in memory, with an officer, rules and
// an open round r1.
func newOffice(t *testing.T) *office.Office {
	server, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	store, err := esdb.Open(context.Background(), server.ConnectionString(), esdb.Options{})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	o := &office.Office{
		Store: store, Key: make([]byte, office.KeySize), Now: now,
		Vault: newVault(t),
	}
	found(t, o, domain.Time(opens.Unix()), domain.Time(closes.Unix()))
	return o
}

// newVault is an empty vault.
func newVault(t testing.TB) *vault.Vault {
	v, err := vault.Open(t.Context(), filepath.Join(t.TempDir(), "vault.db"), vault.Key{1})
	require.NoError(t, err)
	t.Cleanup(func() { _ = v.Close() }) // a test may have done so
	return v
}

// recorded demands that the vault holds the record of every commitment in the store, and nothing
// else once it is swept; it returns how many there are.
func recorded(t *testing.T, o *office.Office) int {
	t.Helper()
	_, err := o.Sweep(t.Context(), now()+1)
	require.NoError(t, err)
	n := 0
	for r, err := range o.Store.ReadAll(t.Context(), eventstore.Start, applicant.StreamPrefix) {
		require.NoError(t, err)
		id := strings.TrimPrefix(r.Stream, applicant.StreamPrefix)
		s, err := o.LoadApplicant(t.Context(), id)
		require.NoError(t, err)
		_, err = o.Vault.Get(t.Context(), id, s.Commitment)
		require.NoError(t, err)
		if r.Revision == 0 {
			n++
		}
	}
	swept, err := o.Sweep(t.Context(), now()+1)
	require.NoError(t, err)
	require.Zero(t, swept)
	return n
}

// simulated is a file of invented applications, so many of 1000 of them bad.
func simulated(t *testing.T, n int, seed uint64, bad int) ([]byte, simulate.Summary) {
	var b bytes.Buffer
	sum, err := simulate.Write(&b,
		simulate.Options{Applications: n, Seed: seed, From: opens, To: closes, BadShare: bad})
	require.NoError(t, err)
	return b.Bytes(), sum
}

// report is an import that collects what it reports.
type report struct {
	importer.Import
	problems []csvfile.Problem
}

func newImport(o *office.Office, r *importer.Receipts) *report {
	m := &report{Import: importer.Import{
		Office: o, Actor: "officer:chief", Round: "r1",
		Receipts: r,
	}}
	m.Report = func(p csvfile.Problem) error {
		m.problems = append(m.problems, p)
		return nil
	}
	return m
}

func (m *report) codes() map[int]string {
	codes := map[int]string{}
	for _, p := range m.problems {
		codes[p.Row] = p.Code
	}
	return codes
}

// run imports a file whole.
func (m *report) run(t *testing.T, file []byte) importer.Summary {
	t.Helper()
	sum, err := m.Run(t.Context(), bytes.NewReader(file))
	require.NoError(t, err)
	return sum
}

// submitted are the applications in the store, by code.
func submitted(t *testing.T, o *office.Office) map[string]application.Submitted {
	t.Helper()
	all := map[string]application.Submitted{}
	for r, err := range o.Store.ReadAll(t.Context(), eventstore.Start, application.StreamPrefix) {
		require.NoError(t, err)
		e, err := eventstore.Decode(r.Type, r.Data)
		require.NoError(t, err)
		if e, ok := e.(application.Submitted); ok {
			code := strings.TrimPrefix(r.Stream, application.StreamPrefix)
			require.NotContains(t, all, code, "submitted twice")
			all[code] = e
		}
	}
	return all
}

// stored is everything that the store holds, stream by stream.
func stored(t *testing.T, o *office.Office) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for r, err := range o.Store.ReadAll(t.Context(), eventstore.Start, "application-", "applicant-",
		"identity-") {
		require.NoError(t, err)
		all[r.Stream] = append(all[r.Stream],
			fmt.Sprintf("%d %s %s %s %s", r.Revision, r.ID, r.Type, r.Meta, r.Data))
	}
	return all
}

// read reads the good applications of a file.
func read(t *testing.T, file []byte) []csvfile.Application {
	t.Helper()
	var apps []csvfile.Application
	r := csvfile.NewReader(bytes.NewReader(file))
	for {
		app, bad, err := r.Next()
		if err != nil {
			return apps
		}
		if len(bad) == 0 {
			apps = append(apps, app)
		}
	}
}

// tags are the persons of applications, each with the kind of indicator, sorted.
func tags(o *office.Office, apps []csvfile.Application) []string {
	var all []string
	for _, a := range apps {
		for _, p := range a.Members {
			all = append(all, string(a.IndicatorKind)+" "+o.Tag(p.Identity).String())
		}
	}
	slices.Sort(all)
	return all
}

// interrupted is a store that ends a context at an append, before or after it
// is stored; delay, unless nil, comes before each.
type interrupted struct {
	eventstore.Store
	left  atomic.Int64
	after bool
	stop  context.CancelFunc
	delay func()
}

func (s *interrupted) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if s.delay != nil {
		s.delay()
	}
	if s.stop != nil && s.left.Add(-1) == 0 {
		if s.after { // stored, but nobody hears of it
			if _, err := s.Store.Append(ctx, stream, expected, events...); err != nil {
				return eventstore.Position{}, err
			}
		}
		s.stop()
		return eventstore.Position{}, context.Canceled
	}
	return s.Store.Append(ctx, stream, expected, events...)
}

func jitter() { time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond) }

func now() domain.Time { return 1_791_000_000 }

// found makes an officer with every role, Beijing's rules and an open round r1.
func found(t testing.TB, o *office.Office, opens, closes domain.Time) {
	execute(t, o, office.Officer("chief", officer.Appoint{Roles: officer.Roles}))
	execute(t, o, office.Rules(rules.Beijing2021()))
	execute(t, o, office.Round("r1",
		round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes}))
}

// execute lets the chief officer carry out a command.
func execute(t testing.TB, o *office.Office, r office.Request) {
	t.Helper()
	_, err := o.Execute(t.Context(), office.Author{Command: uuid.New(), Actor: "officer:chief"}, r)
	require.NoError(t, err)
}
