//go:build unix

package importer_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
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

// way opens the store of a folder for an import.
type way func(b *testing.B, data string) storeaccess.Opened

// inProcess opens the store in this process.
func inProcess(b *testing.B, data string) storeaccess.Opened {
	store, err := folder(data).Open(b.Context(), zerolog.Nop(), esdb.Options{})
	require.NoError(b, err)
	return store
}

// overWire reaches the store in another process, as commands do beside 'serve'.
func overWire(b *testing.B, data string) storeaccess.Opened {
	stop := serveElsewhere(b, data)
	store := inProcess(b, data)
	require.True(b, store.Remote)
	store.Close = both(store.Close, stop)
	return store
}

// unary reaches the store in another process with the calls of the official client alone: of
// a server that has several addresses nothing else is known.
func unary(b *testing.B, data string) storeaccess.Opened {
	stop := serveElsewhere(b, data)
	var own embedded.Own
	raw, err := os.ReadFile(filepath.Join(data, "serve.json"))
	require.NoError(b, err)
	require.NoError(b, json.Unmarshal(raw, &own))
	authority := filepath.Join(data, "authority.pem")
	require.NoError(b, os.WriteFile(authority, []byte(own.Certificate), 0o600))
	store, err := esdb.Open(b.Context(), fmt.Sprintf("esdb://%s:%s@%s,%s?tls=true&tlsCAFile=%s",
		own.User, own.Password, own.Address, own.Address, authority), esdb.Options{})
	require.NoError(b, err)
	end := func() error { store.Close(); return nil }
	return storeaccess.Opened{Store: store, Close: both(end, stop), Remote: true}
}

func both(first func() error, second func()) func() error {
	return func() error {
		err := first()
		second()
		return err
	}
}

// BenchmarkImport stores 100,000 applications with every append synced, and their people in a
// vault: in the process, through a server in another process, and through one that takes the
// appends one by one. BenchmarkImportSigned signs them, too.
func BenchmarkImport(b *testing.B) {
	b.Run("process", func(b *testing.B) { benchmarkImport(b, nil, inProcess) })
	b.Run("wire", func(b *testing.B) { benchmarkImport(b, nil, overWire) })
	b.Run("unary", func(b *testing.B) { benchmarkImport(b, nil, unary) })
}

func BenchmarkImportSigned(b *testing.B) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	benchmarkImport(b, map[string]ed25519.PrivateKey{"chief": key}, inProcess)
}

func benchmarkImport(b *testing.B, keys map[string]ed25519.PrivateKey, open way) {
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
		store := open(b, data)
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
