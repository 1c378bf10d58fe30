package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/catalog/catalogtest"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/vault"
)

// keepFolders, in the environment, names a folder in which the ledgers of benchmarks are kept,
// so that the next run need not make them again.
const keepFolders = "LOTTERY_BENCH_FOLDER"

// largeFolder returns a data folder with about so many events, published, with read models and a
// vault that has the record of every applicant. What is kept of it is copied, and stays as it is.
func largeFolder(b *testing.B, events int) string {
	data := filepath.Join(b.TempDir(), "data")
	keep := os.Getenv(keepFolders)
	if keep == "" {
		makeFolder(b, data, events)
		return data
	}
	kept := filepath.Join(keep, "data-"+strconv.Itoa(events))
	if _, err := os.Stat(kept); err != nil {
		require.NoError(b, os.RemoveAll(kept+".part"))
		makeFolder(b, kept+".part", events)
		require.NoError(b, os.Rename(kept+".part", kept))
	}
	require.NoError(b, os.CopyFS(data, os.DirFS(kept)))
	return data
}

func makeFolder(b *testing.B, data string, events int) {
	lottery(b, data, "ledger", "init", "--origin", "lottery.example/plates")
	key, err := os.ReadFile(filepath.Join(data, "private", "vault.key"))
	require.NoError(b, err)
	fillFolder(b, data, string(bytes.TrimSpace(key)), events/catalogtest.PerApplication)

	lottery(b, data, "quota", "set", "2026", "ordinary", "40000")
	lottery(b, data, "officer", "appoint", "rex", "--role", "reviewer")
	text := filepath.Join(b.TempDir(), "text.md")
	require.NoError(b, os.WriteFile(text, []byte("# 通告\n"), 0o600))
	for _, id := range []string{"policy", "questions", "works"} {
		lottery(b, data, "notice", "publish", id, "--zh", text)
	}
	serveFolder(b, data)() // makes the read models
	lottery(b, data, "ledger", "publish")
	lottery(b, data, "vault", "sweep")
}

// fillFolder stores a ledger, many applications at once, and the records of its applicants.
func fillFolder(b *testing.B, data, key string, applications int) {
	master, err := vault.ParseKey(key)
	require.NoError(b, err)
	v, err := vault.Open(b.Context(), filepath.Join(data, "vault.db"), master)
	require.NoError(b, err)
	s, err := embedded.OpenStore(embedded.Options{Dir: filepath.Join(data, "store")})
	require.NoError(b, err)
	record := someRecord(b)
	entry := func(who string) vault.Entry {
		return vault.Entry{Applicant: who, Salt: sha256.Sum256([]byte(who)), Record: record}
	}

	g, ctx := errgroup.WithContext(b.Context())
	g.SetLimit(1024)
	ledger := catalogtest.Ledger{
		Applications: applications,
		Commitment:   func(who string) domain.Digest { return entry(who).Commitment() },
	}
	n := 0
	var together []catalog.Leaf // the founding, or one application
	for leaf, err := range ledger.Leaves() {
		require.NoError(b, err)
		together = append(together, leaf)
		if n++; n == 3 || n > 3 && len(together) == catalogtest.PerApplication {
			leaves := together
			together = nil
			appendAll := func() error { return appendInTurn(ctx, s, leaves) }
			if n == 3 {
				require.NoError(b, appendAll())
			} else {
				g.Go(appendAll)
			}
		}
	}
	require.NoError(b, g.Wait())
	require.NoError(b, s.Close())

	const batch = 4096
	stored := domain.Time(time.Now().Add(-24 * time.Hour).Unix())
	for from := 0; from < applications; from += batch {
		var entries []vault.Entry
		for i := from; i < min(from+batch, applications); i++ {
			entries = append(entries, entry(catalogtest.Applicant(i)))
		}
		_, err := v.Put(b.Context(), stored, entries...)
		require.NoError(b, err)
	}
	require.NoError(b, v.Close())
}

func appendInTurn(ctx context.Context, s eventstore.Store, leaves []catalog.Leaf) error {
	for _, l := range leaves {
		e := eventstore.Proposed{ID: l.ID, Type: l.Type, Meta: l.Meta, Data: l.Data}
		if _, err := s.Append(ctx, l.Stream, eventstore.Expected(l.Revision)-1, e); err != nil {
			return err
		}
	}
	return nil
}

// someRecord is the record of one person.
func someRecord(b *testing.B) personal.Record {
	for _, check := range "0123456789X" {
		n, err := identity.Parse(fmt.Sprintf("11010119900307001%c", check))
		if err != nil {
			continue
		}
		r, err := personal.New([]personal.Member{{Role: rules.Main, Name: "张三", Identity: n}})
		require.NoError(b, err)
		return r
	}
	require.FailNow(b, "no check digit")
	return personal.Record{}
}

// lottery runs a command of the chief officer's, which has to succeed.
func lottery(b *testing.B, data string, args ...string) {
	var stdout, stderr bytes.Buffer
	args = append(args, "--data", data, "--officer", "chief")
	require.Equal(b, cli.Succeeded, run(b.Context(), args, &stdout, &stderr), "%v %s", args,
		&stderr)
}

// serveFolder serves a folder until stop is called. It returns when the server is ready.
func serveFolder(b *testing.B, data string) (stop func()) {
	ctx, cancel := context.WithCancel(b.Context())
	ready, ended := make(chan struct{}), make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0"},
			&announcer{said: ready}, &stderr)
	}()
	select {
	case <-ready:
	case status := <-ended:
		require.FailNow(b, "the server has ended", "%d %s", status, &stderr)
	}
	return func() {
		cancel()
		require.Equal(b, cli.Succeeded, <-ended, "%s", &stderr)
	}
}

// announcer tells that something was written.
type announcer struct {
	said chan struct{}
	once bool
}

func (a *announcer) Write(p []byte) (int, error) {
	if !a.once {
		a.once = true
		close(a.said)
	}
	return len(p), nil
}
