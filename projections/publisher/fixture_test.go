package publisher_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/publisher"
)

const (
	opens  domain.Time = 1_788_220_800 // 2026-09-01T00:00:00Z
	closes domain.Time = opens + 30*86400
	decide domain.Time = closes + 86400
)

// ledger is a store, and a publisher that keeps a folder up to date with it.
type ledger struct {
	*publisher.Publisher
	t      testing.TB
	store  eventstore.Store // the same, never failing
	office *office.Office
	staff  int
}

// newStore is an embedded store in memory.
func newStore(t testing.TB) eventstore.Store {
	store, err := embedded.OpenStore(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// newLedger is a ledger of its own, with a founder and rules: two leaves.
func newLedger(t testing.TB) *ledger {
	l := emptyLedger(t)
	l.found()
	return l
}

// emptyLedger is a ledger of its own, without an event.
func emptyLedger(t testing.TB) *ledger {
	skey, vkey, err := checkpoint.GenerateKey("lottery.example/test", rand.Reader)
	require.NoError(t, err)
	signer, err := checkpoint.NewSigner(skey)
	require.NoError(t, err)
	verifier, err := checkpoint.NewVerifier(vkey)
	require.NoError(t, err)
	l := &ledger{t: t, Publisher: &publisher.Publisher{
		Dir:    filepath.Join(t.TempDir(), "public"),
		Signer: signer, Verifier: verifier, VKey: vkey,
	}}
	l.use(newStore(t))
	return l
}

// use puts another store in the place of the one there is.
func (l *ledger) use(store eventstore.Store) {
	l.store, l.Store = store, store
	l.restart()
	l.office = &office.Office{
		Store: store, Key: make([]byte, office.KeySize),
		Now: func() domain.Time { return decide },
	}
}

// restart makes the publisher one of a new process, which knows nothing.
func (l *ledger) restart() { l.Publisher = l.another(l.Dir) }

// another is a publisher of the same ledger in another process, with this folder.
func (l *ledger) another(dir string) *publisher.Publisher {
	return &publisher.Publisher{
		Store: l.Store, Dir: dir, Texts: l.Texts, State: l.State, Warn: l.Warn,
		Signer: l.Signer, Verifier: l.Verifier, VKey: l.VKey,
	}
}

func chief() office.Author { return office.Author{Command: uuid.New(), Actor: "officer:chief"} }

// execute lets the chief officer carry out a command.
func (l *ledger) execute(r office.Request) {
	_, err := l.office.Execute(l.t.Context(), chief(), r)
	require.NoError(l.t, err)
}

func (l *ledger) found() {
	l.execute(office.Officer("chief", officer.Appoint{Roles: officer.Roles}))
	v := rules.Beijing2021()
	v.TwoOfficers = false
	l.execute(office.Rules(v))
}

// appoint stores so many events more.
func (l *ledger) appoint(n int) {
	for range n {
		l.staff++
		reviewer := officer.Appoint{Roles: []officer.Role{officer.Reviewer}}
		l.execute(office.Officer(fmt.Sprintf("officer%d", l.staff), reviewer))
	}
}

// event stores events of a new stream, without asking the office, which is slower.
func (l *ledger) event(stream string, events ...catalog.Event) {
	var all []eventstore.Proposed
	for _, e := range events {
		m := catalog.Meta{Command: uuid.New(), Actor: "officer:chief", At: decide}
		meta, err := m.Bytes()
		require.NoError(l.t, err)
		data, err := catalog.Encode(e)
		require.NoError(l.t, err)
		all = append(all, eventstore.Proposed{
			ID: catalog.EventID(m.Command, stream, 0), Type: e.EventType(), Meta: meta, Data: data,
		})
	}
	_, err := l.store.Append(l.t.Context(), stream, eventstore.NoStream, all...)
	require.NoError(l.t, err)
}

// hire stores so many appointments.
func (l *ledger) hire(n int) {
	for range n {
		l.staff++
		e := officer.Appointed{Roles: []officer.Role{officer.Reviewer}}
		l.event(fmt.Sprintf("officer-clerk%d", l.staff), e)
	}
}

// closed stores a round that has closed, with 20 approved applications, and publishes it.
func (l *ledger) closed() {
	ctx := l.t.Context()
	l.execute(office.Round("r1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes}))
	for n := range 20 {
		r, err := l.office.Submit(ctx, chief(), office.Submission{
			Round: "r1", Indicator: domain.Ordinary, SubmittedAt: opens,
			Persons: []identity.Number{someone(l.t, n)},
			Standing: rules.Standing{
				Applicant: domain.Individual,
				Members:   []rules.Member{{Role: rules.Main, RegisteredOn: opens}},
			},
		})
		require.NoError(l.t, err)
		l.execute(office.Application(r.Code, application.Approve{}))
	}
	l.execute(office.Round("r1", round.Close{}))
}

// person is an adult's identity number.
func someone(t testing.TB, n int) identity.Number {
	for _, check := range "0123456789X" {
		if p, err := identity.Parse(fmt.Sprintf("11010119900307%03d%c", n, check)); err == nil {
			return p
		}
	}
	require.FailNow(t, "no check digit")
	return identity.Number{}
}

// seal stores the seal of the closed round: publishing it has to write rosters.
func (l *ledger) seal() {
	at, err := l.Sync(l.t.Context())
	require.NoError(l.t, err)
	_, cmd, err := l.Ledger().Rosters("r1", at.Size)
	require.NoError(l.t, err)
	l.execute(office.Round("r1", cmd))
}

// stored counts the events of the public streams.
func (l *ledger) stored() int64 {
	n := int64(0)
	for _, err := range l.store.ReadAll(l.t.Context(), eventstore.Start, catalog.PublicStreams...) {
		require.NoError(l.t, err)
		n++
	}
	return n
}

// locks lists the sizes of all checkpoints that were signed.
func (l *ledger) locks() []uint64 {
	var sizes []uint64
	for r, err := range l.store.ReadAll(l.t.Context(), eventstore.Start, eventstore.LedgerStream) {
		require.NoError(l.t, err)
		e, err := eventstore.Decode(r.Type, r.Data)
		require.NoError(l.t, err)
		sizes = append(sizes, e.(eventstore.CheckpointSigned).Size)
	}
	return sizes
}

// proven publishes with a store that answers, and demands that everything that is stored
// is in the folder, and the folder proven.
func (l *ledger) proven(what string) {
	l.t.Helper()
	l.Store = l.store
	at, err := l.Sync(l.t.Context())
	require.NoError(l.t, err, what)
	require.Equal(l.t, l.stored(), at.Size, what)
	r := l.verify(what)
	require.Equal(l.t, at.Size, r.Leaves, what)
	require.Equal(l.t, domain.Digest(at.Root), r.Root, what)
}

func (l *ledger) verify(what string) *audit.Report {
	l.t.Helper()
	r, err := audit.VerifyFolder(os.DirFS(l.Dir), l.VKey, nil)
	require.NoError(l.t, err, what)
	return r
}

// intact demands that the folder proves what its checkpoint says. A publication that
// has not come to its end may have left files that only the next checkpoint implies.
func (l *ledger) intact() {
	l.t.Helper()
	_, err := audit.VerifyFolder(os.DirFS(l.Dir), l.VKey, nil)
	if f, ok := fault.Of(err); !ok || f.Code != fault.FileUnknown {
		require.NoError(l.t, err)
	}
}

// faulty is a store whose calls fail from one on: calls are appends, reads, and
// events read.
type faulty struct {
	eventstore.Store
	left  int  // calls that still succeed
	after bool // the append that fails is stored all the same
}

func (f *faulty) fails() bool {
	f.left--
	return f.left < 0
}

func (f *faulty) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if !f.fails() {
		return f.Store.Append(ctx, stream, expected, events...)
	}
	if f.after {
		_, err := f.Store.Append(ctx, stream, expected, events...)
		if err != nil {
			return eventstore.Position{}, err
		}
	}
	return eventstore.Position{}, os.ErrDeadlineExceeded
}

func (f *faulty) Read(ctx context.Context, stream string,
	r eventstore.Range,
) iter.Seq2[eventstore.Recorded, error] {
	return f.each(f.Store.Read(ctx, stream, r))
}

func (f *faulty) ReadAll(ctx context.Context, after eventstore.Position,
	prefixes ...string,
) iter.Seq2[eventstore.Recorded, error] {
	return f.each(f.Store.ReadAll(ctx, after, prefixes...))
}

func (f *faulty) each(events iter.Seq2[eventstore.Recorded, error]) iter.Seq2[eventstore.Recorded,
	error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		if f.fails() {
			yield(eventstore.Recorded{}, os.ErrDeadlineExceeded)
			return
		}
		for r, err := range events {
			if err == nil && f.fails() {
				yield(eventstore.Recorded{}, os.ErrDeadlineExceeded)
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
