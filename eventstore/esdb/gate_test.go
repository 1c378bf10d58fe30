package esdb

import (
	"context"
	"errors"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func newTestConnection(t *testing.T) *connection {
	config, err := client.ParseConnectionString(
		"esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1")
	require.NoError(t, err)
	n := newConnection(func() {})
	config.Logger = n.observe
	n.client, err = client.NewClient(config)
	require.NoError(t, err)
	return n
}

func (n *connection) isShut() bool {
	_, err := n.client.GetServerVersion()
	var e *client.Error
	return errors.As(err, &e) && e.Code() == client.ErrorCodeConnectionClosed
}

// TestRetire: retiring waits for calls that have not begun, lets no new ones in, and
// the client is closed when the last call has ended, not before.
func TestRetire(t *testing.T) {
	n := newTestConnection(t)
	first, ok := n.enter(t.Context())
	require.True(t, ok)
	second, ok := n.enter(t.Context())
	require.True(t, ok)

	retired := make(chan struct{})
	go func() {
		defer close(retired)
		n.observe(client.LogError, "unexpected exception: %v",
			status.Error(codes.Unavailable, "gone"))
	}()
	first.Deadline() // the client asks for it when it has its connection
	select {
	case <-retired:
		t.Fatal("retired while a call was beginning")
	case <-time.After(50 * time.Millisecond):
	}
	_, ok = n.enter(t.Context())
	require.False(t, ok)
	second.leave()
	<-retired
	require.Equal(t, 1, n.uses())
	first.leave()
	require.True(t, n.isShut())
}

// TestObserve: only a lost server retires a connection.
func TestObserve(t *testing.T) {
	n := newTestConnection(t)
	n.observe(client.LogWarn, "%v", status.Error(codes.Unavailable, "gone"))
	n.observe(client.LogError, "%v", status.Error(codes.InvalidArgument, "bad"))
	n.observe(client.LogError, "%v", "text", 3)
	c, ok := n.enter(t.Context())
	require.True(t, ok)
	c.leave()
	n.observe(client.LogError, "%v", status.Error(codes.Unavailable, "gone"))
	_, ok = n.enter(t.Context())
	require.False(t, ok)
	require.True(t, n.isShut())
}

// TestAwait: a function of the client that hangs is waited for under the context only,
// keeps the connection open, and may panic.
func TestAwait(t *testing.T) {
	n := newTestConnection(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	c, ok := n.enter(ctx)
	require.True(t, ok)
	hang := make(chan struct{})
	_, err := await(c, func(*client.Client) (int, error) { <-hang; return 1, nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	c.leave()
	n.retire()
	require.Equal(t, 1, n.uses(), "the hanging function still uses it")
	close(hang)
	require.Eventually(t, func() bool { return n.uses() == 0 && n.isShut() }, 5*time.Second,
		time.Millisecond)

	n = newTestConnection(t)
	c, ok = n.enter(t.Context())
	require.True(t, ok)
	_, err = await(c, func(*client.Client) (int, error) { panic("unreachable code") })
	require.ErrorContains(t, err, "unreachable code")
	v, err := await(c, func(*client.Client) (int, error) { return 7, nil })
	require.NoError(t, err)
	require.Equal(t, 7, v)
}

func (n *connection) uses() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}
