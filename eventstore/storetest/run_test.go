package storetest_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/storetest"
)

// TestEmbedded checks the contract and the server's behaviour on the server in the
// process.
func TestEmbedded(t *testing.T) {
	if os.Getenv("STORE") != "" {
		t.Skip("STORE names a server, and this test needs one of its own")
	}
	server, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	check(t, server.ConnectionString(), storetest.Embedded)
}

// recorded was recorded on a real server of this version.
const recorded = "testdata/histories-23.10.6.jsonl.gz"

// TestHistories: what a real server answered, the server in the process answers, too; or that
// which STORE names.
func TestHistories(t *testing.T) {
	connection := os.Getenv("STORE")
	if connection == "" {
		server, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Close()) })
		connection = server.ConnectionString()
	}
	storetest.Histories(t, connection, recorded)
}

// TestInProcess checks the contract on a store without a server.
func TestInProcess(t *testing.T) {
	store, err := embedded.OpenStore(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	storetest.Run(t, func(*testing.T) eventstore.Store { return store })
}

// TestServer checks them on the server that the variable STORE names by a connection
// string.
func TestServer(t *testing.T) {
	connection := os.Getenv("STORE")
	if connection == "" {
		t.Skip("STORE names no server")
	}
	check(t, connection, storetest.EventStoreDB)
}

func check(t *testing.T, connection string, kind storetest.Kind) {
	t.Run("Store", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) eventstore.Store { return connect(t, connection) })
	})
	t.Run("Server", func(t *testing.T) { storetest.Server(t, connection, kind) })
}

func connect(t *testing.T, connection string) eventstore.Store {
	s, err := esdb.Open(t.Context(), connection, esdb.Options{})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}
