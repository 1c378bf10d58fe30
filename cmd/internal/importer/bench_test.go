package importer_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
)

// BenchmarkImport stores 100,000 applications through the official client in the
// embedded server, with every append synced, and their people in a vault;
// BenchmarkImportSigned signs them, too.
func BenchmarkImport(b *testing.B) { benchmarkImport(b, nil) }

func BenchmarkImportSigned(b *testing.B) {
	benchmarkImport(b, map[string]ed25519.PrivateKey{"chief": ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))})
}

func benchmarkImport(b *testing.B, keys map[string]ed25519.PrivateKey) {
	const applications = 100_000
	from, to := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 9, 0, 0, 0, 0, time.UTC)
	var file bytes.Buffer
	_, err := simulate.Write(&file, simulate.Options{Applications: applications, Seed: 7, From: from, To: to})
	require.NoError(b, err)
	for b.Loop() {
		b.StopTimer()
		server, err := embedded.Open(embedded.Options{Dir: b.TempDir()})
		require.NoError(b, err)
		store, err := esdb.Open(b.Context(), server.ConnectionString())
		require.NoError(b, err)
		o := &office.Office{Store: store, Key: make([]byte, office.KeySize), Vault: newVault(b)}
		found(b, o, domain.Time(from.Unix()), domain.Time(to.Unix()))
		if keys != nil {
			o.Store = eventstore.NewSigning(store, keys)
			meta := catalog.Meta{Command: uuid.New(), Actor: "officer:chief", At: now()}
			change := officer.ChangeKey{Key: catalog.PublicKeyOf(keys["chief"])}
			_, err := eventstore.Of(catalog.Officers).Handle(b.Context(), store, officer.StreamPrefix+"chief", meta, officer.KeyChanged{}, change)
			require.NoError(b, err)
		}
		b.StartTimer()

		im := importer.Import{Office: o, Actor: "officer:chief", Now: now, Round: "r1"}
		sum, err := im.Run(b.Context(), bytes.NewReader(file.Bytes()))
		require.NoError(b, err)

		b.StopTimer()
		require.Equal(b, applications, sum.Stored)
		store.Close()
		require.NoError(b, server.Close())
		b.StartTimer()
	}
	b.ReportMetric(applications*float64(b.N)/b.Elapsed().Seconds(), "applications/s")
}

func now() domain.Time { return 1_791_000_000 }

// found makes an officer with every role, Beijing's rules and an open round r1.
func found(t testing.TB, o *office.Office, opens, closes domain.Time) {
	ctx := context.Background()
	meta := func() catalog.Meta { return catalog.Meta{Command: uuid.New(), Actor: "officer:chief", At: now()} }
	require.NoError(t, o.AppointOfficer(ctx, meta(), "chief", officer.Roles))
	require.NoError(t, o.AdoptRules(ctx, meta(), rules.Beijing2021()))
	require.NoError(t, o.OpenRound(ctx, meta(), "r1", "beijing-2021", opens, closes))
}
