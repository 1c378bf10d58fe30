package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/embedded"
)

// TestForbiddenEventStopsThePublication: somebody wrote an event past the office. Every command
// that publishes says which one, and what came before it stays published.
func TestForbiddenEventStopsThePublication(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	lottery := func(ctx context.Context, out, said io.Writer, args ...string) int {
		return run(ctx, append(args, "--data", data, "--officer", "chief"), out, said)
	}
	var out, said bytes.Buffer
	for _, args := range []string{
		"ledger init --origin lottery.example/plates",
		"officer appoint chief --role administrator",
		"officer appoint rita --role registrar",
	} {
		require.Zero(t, lottery(t.Context(), &out, &said, strings.Fields(args)...), said.String())
	}
	storeForbidden(t, filepath.Join(data, "store"))
	again := strings.Fields("officer appoint rex --role reviewer")
	require.Zero(t, lottery(t.Context(), &out, &said, again...), said.String())

	for range 2 {
		said.Reset()
		require.Equal(t, cli.Refused, lottery(t.Context(), &out, &said, "ledger", "publish"))
		require.Contains(t, said.String(), "not_allowed: leaf 2, officer-intruder revision 0")
		require.Contains(t, said.String(), "ledger status")
	}
	out.Reset()
	require.Zero(t, lottery(t.Context(), &out, &said, "ledger", "status", "--json"))
	var status struct {
		Leaves, Waiting int64
		Stopped         fault.Report
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &status))
	require.EqualValues(t, 2, status.Leaves)
	require.EqualValues(t, 2, status.Waiting)
	require.Equal(t, fault.NotAllowed, status.Stopped.Code)

	ctx, stop := context.WithCancel(t.Context())
	stderr := &watched{word: "has stopped", seen: stop}
	require.Equal(t, cli.Refused, lottery(ctx, &out, stderr, "serve"))
	require.Contains(t, stderr.String(), "not_allowed: leaf 2, officer-intruder revision 0")
}

// storeForbidden appoints an officer in the name of one who may not.
func storeForbidden(t *testing.T, dir string) {
	store, err := embedded.OpenStore(embedded.Options{Dir: dir})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	e := officer.Appointed{Roles: []officer.Role{officer.Administrator}}
	stream := officer.StreamPrefix + "intruder"
	m := catalog.Meta{Command: uuid.New(), Actor: "officer:rita", At: app.Now()}
	meta, err := m.Bytes()
	require.NoError(t, err)
	raw, err := catalog.Encode(e)
	require.NoError(t, err)
	_, err = store.Append(t.Context(), stream, eventstore.NoStream, eventstore.Proposed{
		ID: catalog.EventID(m.Command, stream, 0), Type: e.EventType(), Meta: meta, Data: raw,
	})
	require.NoError(t, err)
}

// watched notes what is written, and tells when a word was.
type watched struct {
	mu   sync.Mutex
	all  bytes.Buffer
	word string
	seen func()
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(string(b), w.word) {
		time.AfterFunc(50*time.Millisecond, w.seen) // serve goes on until it is stopped
	}
	return w.all.Write(b)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}
