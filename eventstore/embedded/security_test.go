package embedded_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/embedded/embeddedtest"
)

// secured is a server in memory that asks who calls.
type secured struct {
	*testing.T
	dir    string // of its certificates and users
	server *embedded.Server
	ctx    context.Context
}

func newSecured(t *testing.T) *secured {
	s := &secured{T: t, dir: t.TempDir()}
	security, err := embeddedtest.Security(s.dir, "127.0.0.1", "localhost")
	require.NoError(t, err)
	s.server, err = embedded.Open(embedded.Options{
		Dir: "store", FS: vfs.NewMem(),
		Security: security,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.server.Close()) })
	var cancel func()
	s.ctx, cancel = context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return s
}

// as connects the official client for a user.
func (s *secured) as(name, password string) *fixture {
	connection := embeddedtest.ConnectionString(s.dir, "esdb", name, password,
		s.server.Addr().String())
	return &fixture{T: s.T, server: s.server, client: dial(s.T, connection), ctx: s.ctx}
}

// anonymous connects the official client without user and password.
func (s *secured) anonymous() *fixture {
	connection := s.server.ConnectionString() + "&tlsCaFile=" +
		filepath.Join(s.dir, embeddedtest.AuthorityFile)
	return &fixture{T: s.T, server: s.server, client: dial(s.T, connection), ctx: s.ctx}
}

func (s *secured) conn() *grpc.ClientConn {
	pem, err := os.ReadFile(filepath.Join(s.dir, embeddedtest.AuthorityFile))
	require.NoError(s, err)
	pool := x509.NewCertPool()
	require.True(s, pool.AppendCertsFromPEM(pem))
	conn, err := grpc.NewClient(s.server.Addr().String(),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: pool})))
	require.NoError(s, err)
	s.Cleanup(func() { require.NoError(s, conn.Close()) })
	return conn
}

// deeds are what callers try on a stream. They return the error only.
func deeds(f *fixture, stream string) map[string]error {
	_, appended := f.append(stream, client.Any{}, some(3)...)
	_, read := f.readWith(stream, client.ReadStreamOptions{From: client.Start{}}, 10)
	metadata := some(1)[0]
	metadata.EventType = "$metadata"
	_, described := f.append("$$"+stream, client.Any{}, metadata)
	_, description := f.readWith("$$"+stream, client.ReadStreamOptions{From: client.Start{}}, 10)
	s, err := f.client.SubscribeToStream(f.ctx, stream,
		client.SubscribeToStreamOptions{From: client.Start{}})
	if err == nil {
		err = s.Close()
	}
	return map[string]error{
		"append": appended, "read": read, "subscribe": err,
		"write metadata": described, "read metadata": description,
		"delete": f.delete(stream, client.Any{}), "tombstone": f.tombstone(stream, client.Any{}),
	}
}

func deedsOnAll(f *fixture) map[string]error {
	_, read := f.allWith(client.ReadAllOptions{From: client.Start{}}, 10)
	s, err := f.client.SubscribeToAll(f.ctx, client.SubscribeToAllOptions{
		From:   client.Start{},
		Filter: &client.SubscriptionFilter{Type: client.StreamFilterType, Prefixes: []string{"a"}},
	})
	if err == nil {
		err = s.Close()
	}
	return map[string]error{"read": read, "subscribe": err}
}

// TestSecuredCallers: who may do what.
func TestSecuredCallers(t *testing.T) {
	s := newSecured(t)
	own := &fixture{T: t, server: s.server, client: dialOwn(t, s.server), ctx: s.ctx}
	own.put("a", some(2)...)
	own.put("$a", some(2)...)
	own.setMetadata("a", `{"x":1}`)
	own.setMetadata("$a", `{"x":1}`)

	const fine = client.ErrorCode(-1)
	for _, caller := range []struct {
		name                 string
		f                    *fixture
		ordinary, system, on client.ErrorCode // streams, streams that begin with $, $all
	}{
		{"this process", own, fine, fine, fine},
		{"administrator", s.as(embeddedtest.Admin, embeddedtest.AdminPassword), fine, fine, fine},
		{
			"user", s.as(embeddedtest.User, embeddedtest.UserPassword), fine,
			client.ErrorCodeAccessDenied, client.ErrorCodeAccessDenied,
		},
		{
			"wrong password", s.as(embeddedtest.Admin, embeddedtest.UserPassword),
			client.ErrorCodeUnauthenticated, client.ErrorCodeUnauthenticated,
			client.ErrorCodeUnauthenticated,
		},
		{
			"unknown user", s.as("nobody", embeddedtest.AdminPassword),
			client.ErrorCodeUnauthenticated, client.ErrorCodeUnauthenticated,
			client.ErrorCodeUnauthenticated,
		},
		{
			"anonymous", s.anonymous(), client.ErrorCodeUnauthenticated,
			client.ErrorCodeUnauthenticated, client.ErrorCodeUnauthenticated,
		},
	} {
		check := func(want client.ErrorCode, got map[string]error) {
			for deed, err := range got {
				t.Run(caller.name+"/"+deed, func(t *testing.T) {
					if want == fine {
						require.NoError(t, err)
						return
					}
					require.Equal(t, want, code(t, err), "%v", err)
					require.NotContains(t, err.Error(), "a,b")
				})
			}
		}
		// Whoever may do everything does it to streams of his own, the others try to
		// do it to those that are there.
		stream := map[bool]string{true: "a-" + caller.name, false: "a"}
		check(caller.ordinary, deeds(caller.f, stream[caller.ordinary == fine]))
		check(caller.system, deeds(caller.f, "$"+stream[caller.system == fine]))
		check(caller.on, deedsOnAll(caller.f))
	}
	require.Len(t, own.read("a"), 2, "nobody who may not has changed anything")
	require.Len(t, own.read("$a"), 2)
	require.Len(t, own.read("$$$a"), 1)
}

// TestSecuredTrailer: access that is denied says so in the form of the protocol.
func TestSecuredTrailer(t *testing.T) {
	s := newSecured(t)
	raw := streams.NewStreamsClient(s.conn())
	read := &streams.ReadReq{Options: &streams.ReadReq_Options{
		StreamOption: &streams.ReadReq_Options_All{
			All: &streams.ReadReq_Options_AllOptions{
				AllOption: &streams.ReadReq_Options_AllOptions_Start{},
			},
		},
		CountOption: &streams.ReadReq_Options_Count{Count: 1},
	}}
	call, err := raw.Read(metadata.AppendToOutgoingContext(s.ctx, "authorization",
		basic(embeddedtest.User, embeddedtest.UserPassword)), read)
	require.NoError(t, err)
	_, err = call.Recv()
	require.Equal(t, codes.PermissionDenied, status.Code(err))
	require.Equal(t, []string{"access-denied"}, call.Trailer().Get("exception"))
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// dialOwn connects as the owner of the server.
func dialOwn(t *testing.T, server *embedded.Server) *client.Client {
	own := server.Own()
	file := filepath.Join(t.TempDir(), "certificate.pem")
	require.NoError(t, os.WriteFile(file, []byte(own.Certificate), 0o600))
	return dial(t, fmt.Sprintf("esdb://%s@%s?tls=true&tlsCaFile=%s",
		url.UserPassword(own.User, own.Password), own.Address, file))
}

// TestOperationsAreForAdministrators: a backup holds every event.
func TestOperationsAreForAdministrators(t *testing.T) {
	s := newSecured(t)
	own := &fixture{T: t, server: s.server, client: dialOwn(t, s.server), ctx: s.ctx}
	own.put("a", some(3)...)
	remote, fs := embedded.Remote{Conn: s.conn()}, vfs.NewMem()
	for who, v := range map[string]struct {
		authorization string
		want          codes.Code
	}{
		"administrator": {basic(embeddedtest.Admin, embeddedtest.AdminPassword), codes.OK},
		"ordinary user": {
			basic(embeddedtest.User, embeddedtest.UserPassword),
			codes.PermissionDenied,
		},
		"wrong password": {basic(embeddedtest.Admin, "x"), codes.Unauthenticated},
		"nobody":         {"", codes.Unauthenticated},
	} {
		ctx := s.ctx
		if v.authorization != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", v.authorization)
		}
		st, err := remote.Status(ctx)
		require.Equal(t, v.want, status.Code(err), "status, %s", who)
		b, err := remote.Backup(ctx, fs, who, func(_, _ int64) {})
		require.Equal(t, v.want, status.Code(errors.Unwrap(err)), "backup, %s: %v", who, err)
		if v.want == codes.OK {
			require.EqualValues(t, 3, st.Events)
			require.EqualValues(t, 3, b.Events)
		}
	}
}

// TestEveryMethodAsks calls each method of the Streams service without credentials and with
// broken ones. None answers, whatever it is sent.
func TestEveryMethodAsks(t *testing.T) {
	s := newSecured(t)
	conn := s.conn()
	methods := streams.Streams_ServiceDesc.Methods
	all := map[string]grpc.StreamDesc{}
	for _, m := range methods {
		all[m.MethodName] = grpc.StreamDesc{StreamName: m.MethodName}
	}
	for _, m := range streams.Streams_ServiceDesc.Streams {
		all[m.StreamName] = m
	}
	require.GreaterOrEqual(t, len(all), 5)
	good := basic(embeddedtest.Admin, embeddedtest.AdminPassword)
	for name, desc := range all {
		for i, authorization := range [][]string{
			nil,
			{""},
			{"Basic"},
			{"Basic "},
			{"Basic !"},
			{strings.Replace(good, "Basic", "Bearer", 1)},
			{basic(embeddedtest.Admin, "")},
			{"Basic " + base64.StdEncoding.EncodeToString([]byte(embeddedtest.Admin))},
			{good, good},
		} {
			ctx := s.ctx
			for _, a := range authorization {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", a)
			}
			call, err := conn.NewStream(ctx, &desc,
				"/"+streams.Streams_ServiceDesc.ServiceName+"/"+name)
			require.NoError(t, err)
			if err := call.SendMsg(&shared.Empty{}); !errors.Is(err, io.EOF) { // answered already
				require.NoError(t, err)
			}
			require.NoError(t, call.CloseSend())
			got := status.Code(call.RecvMsg(&shared.Empty{}))
			if name == "BatchAppend" {
				require.Equal(t, codes.Unimplemented, got)
				continue
			}
			require.Equal(t, codes.Unauthenticated, got, "%s %d", name, i)
		}
	}

	// What clients ask before they say who they are is answered.
	_, err := gossip.NewGossipClient(conn).Read(s.ctx, &shared.Empty{})
	require.NoError(t, err)
	_, err = serverfeatures.NewServerFeaturesClient(conn).GetSupportedMethods(s.ctx,
		&shared.Empty{})
	require.NoError(t, err)
}

// TestLargeAppendOfStranger: the answer arrives although the request is refused long
// before its end.
func TestLargeAppendOfStranger(t *testing.T) {
	s := newSecured(t)
	large := some(2000)
	for i := range large {
		large[i].Data = []byte(fmt.Sprintf("%q", strings.Repeat("x", 400)))
	}
	for range 10 {
		_, err := s.anonymous().append("a", client.Any{}, large...)
		require.Equal(t, client.ErrorCodeUnauthenticated, code(t, err))
	}
}

// TestOtherTransport: neither side talks to one that encrypts when it does not itself, and a
// certificate of another authority or for another name is not accepted.
func TestOtherTransport(t *testing.T) {
	s, plain := newSecured(t), newFixture(t)
	other := newSecured(t)
	port := s.server.Addr().(*net.TCPAddr).Port
	for name, connection := range map[string]string{
		"plain client": "esdb://" + s.server.Addr().String() + "?tls=false",
		"plain server": embeddedtest.ConnectionString(s.dir, "esdb", embeddedtest.Admin,
			embeddedtest.AdminPassword, plain.server.Addr().String()),
		"other authority": embeddedtest.ConnectionString(other.dir, "esdb", embeddedtest.Admin,
			embeddedtest.AdminPassword, s.server.Addr().String()),
		"other name": embeddedtest.ConnectionString(s.dir, "esdb", embeddedtest.Admin,
			embeddedtest.AdminPassword, fmt.Sprintf("127.0.0.2:%d", port)),
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, connection+"&maxDiscoverAttempts=1")
			_, err := c.AppendToStream(s.ctx, "a",
				client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, some(1)...)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "a,b")
		})
	}
	own := &fixture{T: t, client: dialOwn(t, s.server), ctx: s.ctx}
	require.Empty(t, own.all())
}

// TestAdvertise: clients that discover are sent to the advertised name, which is the one
// that the certificate proves.
func TestAdvertise(t *testing.T) {
	dir := t.TempDir()
	security, err := embeddedtest.Security(dir, "localhost")
	require.NoError(t, err)
	security.Advertise = "localhost"
	server, err := embedded.Open(embedded.Options{
		Dir: "store", FS: vfs.NewMem(),
		Listen: "0.0.0.0:0", Security: security,
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	port := server.Addr().(*net.TCPAddr).Port
	require.Equal(t, fmt.Sprintf("esdb://localhost:%d?tls=true", port), server.ConnectionString())
	for _, scheme := range []string{"esdb", "esdb+discover"} {
		c := dial(t, embeddedtest.ConnectionString(dir, scheme, embeddedtest.User,
			embeddedtest.UserPassword, fmt.Sprintf("localhost:%d", port)))
		_, err = c.AppendToStream(t.Context(), "a",
			client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, some(1)...)
		require.NoError(t, err)
	}
	own := dialOwn(t, server)
	got, err := collect(own.ReadAll(t.Context(), client.ReadAllOptions{From: client.Start{}},
		math.MaxUint64))
	require.NoError(t, err)
	require.Len(t, got, 2)
}

func TestOpenRefusesSecurity(t *testing.T) {
	dir := t.TempDir()
	good, err := embeddedtest.Security(dir, "127.0.0.1", "localhost")
	require.NoError(t, err)
	other := t.TempDir()
	require.NoError(t, embeddedtest.Certificate(other, "127.0.0.1"))
	write := func(text string) string {
		f, err := os.CreateTemp(dir, "users")
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		return f.Name()
	}
	line := embeddedtest.Line("a", "", "password")
	for _, c := range []struct {
		change  func(*embedded.Options, *embedded.Security)
		reason  string
		options bool
	}{
		{change: func(o *embedded.Options,
			_ *embedded.Security,
		) {
			o.Security = nil
			o.Listen = "0.0.0.0:0"
		}, reason: "without users", options: true},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Certificate = "none" },
			reason: "none: no such file",
		},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Key = "none" },
			reason: "none: no such file",
		},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Users = "none" },
			reason: "none: no such file",
		},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Certificate = s.Users },
			reason: "certificate and key", options: true,
		},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Key = s.Users },
			reason: "certificate and key", options: true,
		},
		{change: func(_ *embedded.Options,
			s *embedded.Security,
		) {
			s.Key = filepath.Join(other, embeddedtest.KeyFile)
		}, reason: "private key does not match", options: true},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Users = write("") },
			reason: "holds no user", options: true,
		},
		{change: func(_ *embedded.Options,
			s *embedded.Security,
		) {
			s.Users = write("# x\n" + line + "a:b\n")
		}, reason: "line 3: ", options: true},
		{
			change: func(_ *embedded.Options,
				s *embedded.Security,
			) {
				s.Users = write(line + line)
			},
			reason: "line 2: the user a stands in line 1", options: true,
		},
		{
			change: func(o *embedded.Options, _ *embedded.Security) { o.Listen = ":0" },
			reason: "has to advertise", options: true,
		},
		{
			change: func(o *embedded.Options, _ *embedded.Security) { o.Listen = "[::]:0" },
			reason: "has to advertise", options: true,
		},
		{
			change: func(o *embedded.Options, _ *embedded.Security) { o.Listen = "127.0.0.2:0" },
			reason: "clients will not accept", options: true,
		},
		{
			change: func(_ *embedded.Options,
				s *embedded.Security,
			) {
				s.Advertise = "store.example"
			},
			reason: "not store.example", options: true,
		},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Advertise = "localhost:x" },
			reason: "host or host:port", options: true,
		},
		{change: func(_ *embedded.Options,
			s *embedded.Security,
		) {
			s.Advertise = "localhost:65536"
		}, reason: "host or host:port", options: true},
		{
			change: func(_ *embedded.Options, s *embedded.Security) { s.Advertise = ":2113" },
			reason: "host or host:port", options: true,
		},
	} {
		security := *good
		o := embedded.Options{
			Dir: "store", FS: vfs.NewMem(), Listen: "127.0.0.1:0",
			Security: &security,
		}
		c.change(&o, &security)
		_, err := embedded.Open(o)
		require.ErrorContains(t, err, c.reason)
		var wrong *embedded.OptionsError
		require.Equal(t, c.options, errors.As(err, &wrong), "%v", err)
	}
}

// code is that of an error of the client.
func code(t *testing.T, err error) client.ErrorCode {
	t.Helper()
	var e *client.Error
	require.ErrorAs(t, err, &e)
	return e.Code()
}
