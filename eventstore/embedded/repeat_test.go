package embedded_test

import (
	"testing"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// TestForgottenIDs: what is remembered does not survive a restart.
func TestForgottenIDs(t *testing.T) {
	fs, e := vfs.NewMem(), some(1)
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", e...)
	f.put("a", e...)
	require.Len(t, f.read("a"), 1)
	require.NoError(t, f.server.Close())
	f = serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", e...)
	require.Len(t, f.read("a"), 2)
}

// TestStoredIDs: what is compared with the stored events does survive one.
func TestStoredIDs(t *testing.T) {
	fs, e := vfs.NewMem(), some(5)
	f := serve(t, embedded.Options{Dir: "store", FS: fs})
	f.put("a", e[:3]...)
	want := f.put("a", e[3:]...)
	require.NoError(t, f.server.Close())
	f = serve(t, embedded.Options{Dir: "store", FS: fs})
	for _, row := range []struct {
		expected client.ExpectedRevision
		events   []client.EventData
	}{{client.NoStream{}, e}, {client.Revision(1), e[2:]}, {client.Revision(2), e[3:]}} {
		w, err := f.append("a", row.expected, row.events...)
		require.NoError(t, err)
		require.Equal(t, want, w)
	}
	_, err := f.append("a", client.Revision(1), e[3])
	var refusal *client.Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, client.ErrorCodeWrongExpectedVersion, refusal.Code())
	require.Equal(t, idsOf(e), ids(f.read("a")))
}
