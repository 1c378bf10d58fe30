package esdb_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"lotteryledger/eventstore/esdb"
	"lotteryledger/eventstore/esdb/clustertest"
)

// versioned is a server of a version.
type versioned struct {
	serverfeatures.UnimplementedServerFeaturesServer
	version string
}

func (v versioned) GetSupportedMethods(
	context.Context, *shared.Empty,
) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: v.version}, nil
}

// serveRPC serves what is registered, and returns the address.
func serveRPC(
	t *testing.T, register func(*grpc.Server), options ...grpc.ServerOption,
) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := grpc.NewServer(options...)
	register(g)
	done := make(chan error)
	go func() { done <- g.Serve(l) }()
	t.Cleanup(func() {
		g.Stop()
		require.NoError(t, <-done)
	})
	return l.Addr().String()
}

func serveVersion(t *testing.T, version string, options ...grpc.ServerOption) (address string) {
	return serveRPC(t, func(g *grpc.Server) {
		serverfeatures.RegisterServerFeaturesServer(g, versioned{version: version})
	}, options...)
}

// certified returns a certificate for 127.0.0.1 that is good between the two times, and a file
// with it.
func certified(t *testing.T, from, to time.Time) (pair tls.Certificate, file string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "ca.crt")
	require.NoError(t, os.WriteFile(file,
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// TestServersThatCannotBeUsed: what will not pass by waiting ends the wait at once, with what
// is wrong and what to do. It takes less than the wait, which nobody would wait for here.
func TestServersThatCannotBeUsed(t *testing.T) {
	now := time.Now()
	pair, authority := certified(t, now.Add(-time.Hour), now.Add(time.Hour))
	_, another := certified(t, now.Add(-time.Hour), now.Add(time.Hour))
	old, expired := certified(t, now.Add(-2*time.Hour), now.Add(-time.Hour))
	secure := func(p tls.Certificate) string {
		return serveVersion(t, "23.10.6", grpc.Creds(credentials.NewServerTLSFromCert(&p)))
	}
	proven := secure(pair)
	plain := serveVersion(t, "23.10.6")
	web, secureWeb := httptest.NewServer(nil), httptest.NewUnstartedServer(nil)
	secureWeb.Config.ErrorLog = log.New(io.Discard, "", 0)
	secureWeb.StartTLS()
	t.Cleanup(web.Close)
	t.Cleanup(secureWeb.Close)
	for name, c := range map[string]struct{ connection, says string }{
		"another authority": {
			"esdb://" + proven + "?tlsCaFile=" + another, "an authority that this machine does not",
		},
		"another name": {
			"esdb://localhost:" + port(proven) + "?tlsCaFile=" + authority, "is for another name",
		},
		"expired": {"esdb://" + secure(old) + "?tlsCaFile=" + expired, "is not valid now"},
		"no TLS":  {"esdb://" + plain, "does not speak TLS"},
		"TLS only": {
			"esdb://" + proven + "?tls=false", "speaks TLS only",
		},
		"HTTP/1": {
			"esdb://" + web.Listener.Addr().String() + "?tls=false", "speaks HTTP/1 only",
		},
		"HTTP/1 over TLS": {
			"esdb://" + secureWeb.Listener.Addr().String() + "?tlsVerifyCert=false",
			"does not speak HTTP/2 over TLS",
		},
		"too old": {
			"esdb://" + serveVersion(t, "21.10.9") + "?tls=false", "is EventStoreDB 21.10",
		},
		"no store": {
			"esdb://" + serveRPC(t, func(*grpc.Server) {}) + "?tls=false", "no EventStoreDB",
		},
		"of several": {
			"esdb://" + proven + "," + proven + "?tlsCaFile=" + another, "an authority that this",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := esdb.Open(t.Context(), c.connection, esdb.Options{Wait: 20 * time.Second})
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "Code")
		})
	}
	s, err := esdb.Open(t.Context(), "esdb://"+proven+"?tlsCaFile="+authority, esdb.Options{})
	require.NoError(t, err)
	s.Close()
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// TestWaits: what may pass is waited for. People are told once that calls wait, and why, and once
// that they go on; the error in the end says what was tried.
func TestWaits(t *testing.T) {
	for name, c := range map[string]struct {
		fault  clustertest.Fault
		reason esdb.Reason
	}{
		"no leader": {clustertest.Fault{Kind: clustertest.Lose}, esdb.Leadless},
		"not ready": {clustertest.Fault{Kind: clustertest.Refuse}, esdb.Unready},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			cluster := clustertest.Start(t, 3, h.listen)
			var told []esdb.Notice
			patient := cluster.ConnectionString() + "&gossipTimeout=20" // also of a busy machine
			s, err := esdb.Open(t.Context(), patient, esdb.Options{
				Wait:   2500 * time.Millisecond,
				Notice: func(n esdb.Notice) { told = append(told, n) },
			})
			require.NoError(t, err)
			t.Cleanup(s.Close)

			c.fault.Elected = time.Hour
			cluster.Fail(c.fault)
			_, err = s.Append(t.Context(), "a", -1, some(1)...)
			require.ErrorContains(t, err, "gave no answer for 2.5s: "+string(c.reason))
			require.Len(t, told, 1)
			require.True(t, told[0].Waits)
			require.Equal(t, c.reason, told[0].Reason)

			cluster.Recover()
			_, err = s.Append(t.Context(), "a", -1, some(1)...)
			require.NoError(t, err)
			require.Len(t, told, 2)
			require.False(t, told[1].Waits)
		})
	}
}
