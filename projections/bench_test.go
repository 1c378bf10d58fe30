package projections_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/person"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
)

// BenchmarkRebuild fills all projections with 100,000 applications: each
// registered, with its persons, submitted; then all approved in the order of codes,
// as "review approve" does.
func BenchmarkRebuild(b *testing.B) {
	const applications = 100_000
	store := crowd(b, applications)
	path := newPath(b)
	db := open(b, path)
	for b.Loop() {
		b.StopTimer()
		require.NoError(b, db.Rebuild(ctx))
		b.StartTimer()
		require.NoError(b, db.CatchUp(ctx, store))
	}
	b.ReportMetric(float64(len(store.events)*b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(applications*b.N)/b.Elapsed().Seconds(), "applications/s")
}

// crowd is a store with n applications, of scattered codes as the office gives them.
func crowd(t testing.TB, n int) *memory {
	store := newMemory()
	meta, err := catalog.Meta{Actor: catalog.ActorOfficer + "chief", At: t0}.Bytes()
	require.NoError(t, err)
	revisions := map[string]uint64{}
	add := func(stream string, e catalog.Event) {
		data, err := catalog.Encode(e)
		require.NoError(t, err)
		revision := revisions[stream]
		revisions[stream]++
		store.events = append(store.events,
			eventstore.Recorded{
				Stream: stream, Revision: revision, Type: e.EventType(), Meta: meta,
				Data: data, Position: position(len(store.events)),
			})
	}
	add(rules.StreamPrefix+version.Name, rules.Adopted{Version: version})
	chance := rand.New(rand.NewPCG(1, 2))
	codes := map[string]bool{}
	for i := range n {
		code := string(must(identity.NewCode(chance.Uint64N(1_000_000_000_000))))
		if codes[code] {
			continue
		}
		codes[code] = true
		s, who := standing(i), fmt.Sprintf("%032x", i)
		add(applicant.StreamPrefix+who, applicant.Registered{Kind: s.Applicant})
		var persons []domain.Digest
		for m := range s.Members {
			tag := domain.Digest(digest(fmt.Append(nil, i, m)))
			persons = append(persons, tag)
			add(person.StreamPrefix+tag.String(),
				person.Claimed{Kind: domain.Ordinary, Application: code})
		}
		add(application.StreamPrefix+code, application.Submitted{
			Applicant: who, Indicator: domain.Ordinary, Round: "2026-1", SubmittedAt: t0,
			Persons: persons, Standing: s,
		})
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		add(application.StreamPrefix+code, application.Approved{})
	}
	return store
}
