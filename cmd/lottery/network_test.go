package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// first ends a context with the first thing that is written.
type first struct {
	bytes.Buffer
	end context.CancelFunc
}

func (f *first) Write(b []byte) (int, error) {
	defer f.end()
	return f.Buffer.Write(b)
}

// TestServeShowsNoPassword: the program that uses another store says which, but not with
// what password.
func TestServeShowsNoPassword(t *testing.T) {
	server, err := embedded.Open(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	data := filepath.Join(t.TempDir(), "data")
	var ignored bytes.Buffer
	require.Zero(t, run(t.Context(),
		[]string{"ledger", "init", "--data", data, "--origin", "lottery.example/plates"}, &ignored,
		&ignored))

	address := server.Addr().String()
	for _, extra := range []string{"--json", "--json=false"} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stdout, stderr := first{end: cancel}, bytes.Buffer{}
		status := run(ctx, []string{
			"serve", "--data", data, "--store",
			"esdb://ops:secret@" + address + "?tls=false", extra,
		}, &stdout, &stderr)
		require.Zero(t, status, stderr.String())
		require.Contains(t, stdout.String(), "esdb://ops:xxxxx@"+address+"?tls=false")
		require.NotContains(t, stdout.String()+stderr.String(), "secret")
	}
}
