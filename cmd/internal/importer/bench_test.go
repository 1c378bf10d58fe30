//go:build unix

package importer_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/office"
)

// folderVariable names the folder that this program serves instead of running tests.
const folderVariable = "IMPORTER_SERVES"

func TestMain(m *testing.M) {
	if data := os.Getenv(folderVariable); data != "" {
		if err := serveFolder(data); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveFolder serves a store until its standard input ends.
func serveFolder(data string) error {
	s, err := folder(data).Serve(embedded.Options{Listen: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, s.Close())
}

func folder(data string) storeaccess.Folder {
	return storeaccess.Folder{Data: data, Dir: filepath.Join(data, "store")}
}

// serveElsewhere serves a store in another process.
func serveElsewhere(b *testing.B, data string) (stop func()) {
	program, err := os.Executable()
	require.NoError(b, err)
	c := exec.Command(program)
	c.Env = append(os.Environ(), folderVariable+"="+data)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	require.NoError(b, err)
	require.NoError(b, c.Start())
	for { // until it has the folder, so that this process does not open it
		if _, err := os.Stat(filepath.Join(data, "serve.json")); err == nil {
			break
		}
		require.Nil(b, c.ProcessState)
		time.Sleep(10 * time.Millisecond)
	}
	return func() {
		require.NoError(b, in.Close())
		require.NoError(b, c.Wait())
	}
}

// BenchmarkImport stores 100,000 applications with every append synced, and their people in a
// vault: in the process, and through a server in another process. BenchmarkImportSigned signs
// them, too.
func BenchmarkImport(b *testing.B) {
	b.Run("process", func(b *testing.B) {
		benchmarkImport(b, nil, func(*testing.B, string) func() { return func() {} })
	})
	b.Run("wire", func(b *testing.B) { benchmarkImport(b, nil, serveElsewhere) })
}

func BenchmarkImportSigned(b *testing.B) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	keys := map[string]ed25519.PrivateKey{"chief": key}
	benchmarkImport(b, keys, func(*testing.B, string) func() { return func() {} })
}

func benchmarkImport(
	b *testing.B, keys map[string]ed25519.PrivateKey, serve func(*testing.B, string) (stop func()),
) {
	const applications = 100_000
	from := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	to := time.Date(2026, 10, 9, 0, 0, 0, 0, time.UTC)
	var file bytes.Buffer
	_, err := simulate.Write(&file,
		simulate.Options{Applications: applications, Seed: 7, From: from, To: to})
	require.NoError(b, err)
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		data := b.TempDir()
		stop := serve(b, data)
		store, err := folder(data).Open(b.Context(), zerolog.Nop(), esdb.Options{})
		require.NoError(b, err)
		o := &office.Office{
			Store: store, Key: make([]byte, office.KeySize), Now: now,
			Vault: newVault(b), Remote: store.Remote,
		}
		found(b, o, domain.Time(from.Unix()), domain.Time(to.Unix()))
		if keys != nil {
			change := officer.ChangeKey{Key: catalog.PublicKeyOf(keys["chief"])}
			execute(b, o, office.Officer("chief", change))
			o.Signers = eventstore.NewSigners(keys)
		}
		before := processorTime(b)
		b.StartTimer()

		im := importer.Import{Office: o, Actor: "officer:chief", Round: "r1"}
		sum, err := im.Run(b.Context(), bytes.NewReader(file.Bytes()))
		require.NoError(b, err)

		b.StopTimer()
		used += processorTime(b) - before
		require.Equal(b, applications, sum.Stored)
		require.NoError(b, store.Close())
		stop()
		b.StartTimer()
	}
	all := applications * float64(b.N)
	b.ReportMetric(all/b.Elapsed().Seconds(), "applications/s")
	b.ReportMetric(float64(used.Microseconds())/all, "cpu-us/application")
}

// processorTime is that of this process, which other work on the machine disturbs less.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
