package esdb_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/embedded/embeddedtest"
	"lotteryledger/eventstore/esdb"
)

// secured is a server with TLS and users, advertised by name; dir holds its certificate.
func secured(t *testing.T) (server *embedded.Server, dir, address string) {
	dir = t.TempDir()
	security, err := embeddedtest.Security(dir, "localhost")
	require.NoError(t, err)
	security.Advertise = "localhost"
	server, err = embedded.Open(embedded.Options{
		Dir: "store", FS: vfs.NewMem(),
		Security: security,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server, dir, fmt.Sprintf("localhost:%d", server.Addr().(*net.TCPAddr).Port)
}

// vacant is an address at which nobody listens.
func vacant(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// TestSecuredServer: every kind of connection string, with a password that holds
// whatever divides such strings, reaches a server that asks for it. Of several hosts
// the client takes any first, so each is opened often enough to meet the one that is
// down.
func TestSecuredServer(t *testing.T) {
	_, dir, address := secured(t)
	down := vacant(t)
	written := 0
	for _, c := range []struct {
		scheme, hosts string
		times         int
	}{
		{"esdb", address, 1},
		{"esdb", down + "," + address, 10},
		{"esdb+discover", address, 1},
		{"esdb+discover", down + "," + address, 10},
	} {
		for range c.times {
			s := open(t, embeddedtest.ConnectionString(dir, c.scheme, embeddedtest.Admin,
				embeddedtest.AdminPassword, c.hosts))
			_, err := s.Append(t.Context(), "a", eventstore.Expected(written-1), some(1)...)
			require.NoError(t, err, c)
			written++
		}
	}
	s := open(t, embeddedtest.ConnectionString(dir, "esdb", embeddedtest.Admin,
		embeddedtest.AdminPassword, address))
	read, followed := 0, 0
	for _, err := range s.ReadAll(t.Context(), eventstore.Start, "a") {
		require.NoError(t, err)
		read++
	}
	for _, err := range s.Subscribe(t.Context(), eventstore.Start, "a") {
		require.NoError(t, err)
		if followed++; followed == written {
			break
		}
	}
	require.Equal(t, written, read)
}

// TestSecuredServerRefuses: a refusal is final, says why, and shows no password.
func TestSecuredServerRefuses(t *testing.T) {
	server, dir, address := secured(t)
	self := server.Own()
	user := url.UserPassword(self.User, self.Password)
	own, err := esdb.OpenPinned(t.Context(), fmt.Sprintf("esdb://%s@%s", user, self.Address),
		self.Certificate, esdb.Options{})
	require.NoError(t, err)
	defer own.Close()
	_, err = own.Append(t.Context(), "a", eventstore.NoStream, some(1)...)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, c := range []struct {
		name, connection, streams, all string
	}{
		{"user", embeddedtest.ConnectionString(dir, "esdb", embeddedtest.User,
			embeddedtest.UserPassword, address), "", "access denied"},
		{"wrong password", embeddedtest.ConnectionString(dir, "esdb", embeddedtest.User, "secret",
			address), "wrong user or password", "wrong user or password"},
		{
			"wrong password, discovered",
			embeddedtest.ConnectionString(dir, "esdb+discover", embeddedtest.User, "secret",
				address), "wrong user or password", "wrong user or password",
		},
		{
			"unknown user", embeddedtest.ConnectionString(dir, "esdb", "nobody", "secret", address),
			"wrong user or password", "wrong user or password",
		},
		{
			"anonymous", "esdb://" + address + "?tlsVerifyCert=false",
			"user and password are needed",
			"user and password are needed",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, c.connection)
			check := func(want string, err error) {
				if want == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, want)
				require.NotContains(t, err.Error(), "secret")
			}
			_, err := s.Append(ctx, c.name, eventstore.NoStream, some(900)...)
			check(c.streams, err)
			for _, err := range s.Read(ctx, "a", eventstore.Range{}) {
				check(c.streams, err)
			}
			for _, err := range s.ReadAll(ctx, eventstore.Start, "") {
				check(c.all, err)
			}
			for _, err := range s.Subscribe(ctx, eventstore.Start, "") {
				check(c.all, err)
			}
		})
	}
}

// TestInsecureString: a client without TLS does not get through to a server with TLS, nor the
// other way round; neither tells the password.
func TestInsecureString(t *testing.T) {
	server, dir, address := secured(t)
	plain := newHost(t)
	for _, connection := range []string{
		"esdb://u:secret@" + server.Addr().String() + "?tls=false",
		embeddedtest.ConnectionString(dir, "esdb", "u", "secret", plain.listen),
		// a certificate that no authority of this machine knows
		"esdb://u:secret@" + address + "?tls=true",
	} {
		_, err := esdb.Open(t.Context(), connection, esdb.Options{Wait: time.Second})
		require.ErrorContains(t, err, "connecting to the event store")
		require.NotContains(t, err.Error(), "secret")
	}
}

// TestDial: the calls that the client has not go to the same host as the same user, whose password
// never leaves without encryption.
func TestDial(t *testing.T) {
	_, dir, address := secured(t)
	conn, err := esdb.Dial(embeddedtest.ConnectionString(dir, "esdb", embeddedtest.Admin,
		embeddedtest.AdminPassword, address))
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	st, err := embedded.Remote{Conn: conn}.Status(t.Context())
	require.NoError(t, err)
	require.True(t, st.Served)

	var sent metadata.MD
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	plain := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, call grpc.ServerStream) error {
		sent, _ = metadata.FromIncomingContext(call.Context())
		return status.Error(codes.Unimplemented, "nothing here")
	}))
	done := make(chan error)
	go func() { done <- plain.Serve(l) }()
	bare, err := esdb.Dial("esdb://u:secret@" + l.Addr().String() + "?tls=false")
	require.NoError(t, err)
	_, err = embedded.Remote{Conn: bare}.Status(t.Context())
	require.ErrorContains(t, err, "is no embedded store of this program")
	require.NoError(t, bare.Close())
	plain.Stop()
	require.NoError(t, <-done)
	require.NotEmpty(t, sent)
	require.Empty(t, sent.Get("authorization"))
}
