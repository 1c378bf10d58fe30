package esdb

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// unreachedError is that no connection was made, for a reason that may pass.
type unreachedError struct {
	reason Reason
	cause  error
}

func (e *unreachedError) Error() string { return string(e.reason) }

func (e *unreachedError) Unwrap() error { return e.cause }

// Versions before 22.10 are not spoken to.
const oldestMajor, oldestMinor = 22, 10

// requireVersion refuses a server that is too old.
func (g *gate) requireVersion(v *client.ServerVersion) error {
	if v.Major > oldestMajor || v.Major == oldestMajor && v.Minor >= oldestMinor {
		return nil
	}
	what := fmt.Sprintf("EventStoreDB %d.%d", v.Major, v.Minor)
	if v.Major == 0 {
		what = "no EventStoreDB, or an old one that does not tell its version"
	}
	return fmt.Errorf("the server at %s is %s; the ledger needs EventStoreDB %d.%d or later",
		g, what, oldestMajor, oldestMinor)
}

// unreached returns why no connection was made. It looks at the hosts itself, because the client
// does not tell a server that is down from one that cannot be spoken to. What will not pass by
// waiting ends the wait, if no host is better than that.
func (g *gate) unreached(err error) error {
	var e *client.Error
	if !errors.As(err, &e) { // of requireVersion, or about the configuration
		return err
	}
	reason := Silent
	if status.Code(err) == codes.Unknown { // nodes answered, and none of them can be used
		return &unreachedError{Leadless, err}
	}
	var wrong error
	for _, host := range g.hosts {
		failed := g.look(host)
		var passing *unreachedError
		switch {
		case failed == nil:
			return &unreachedError{g.reached(err), err}
		case errors.As(failed, &passing):
			reason = passing.reason
		default:
			wrong = failed
		}
	}
	if wrong != nil {
		return wrong
	}
	return &unreachedError{reason, err}
}

// reached is why a server cannot be used that can be connected to.
func (g *gate) reached(err error) Reason {
	switch {
	case len(g.hosts) > 1 || g.config.DnsDiscover:
		return Leadless
	case status.Code(err) == codes.Unavailable:
		return Unready
	}
	return Silent
}

// look connects to a host as the client does, and says what is wrong with it.
func (g *gate) look(host string) error {
	ctx, cancel := context.WithTimeout(g.life, reply)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return unreachable(err)
	}
	defer func() { _ = conn.Close() }()         // nothing was sent that matters
	_ = conn.SetDeadline(time.Now().Add(reply)) // fails on a closed connection only
	if g.config.DisableTLS {
		return speaksHTTP2(ctx, host, conn)
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return err
	}
	secure := tls.Client(conn, &tls.Config{
		ServerName: name, RootCAs: g.config.RootCAs, MinVersion: tls.VersionTLS12,
		NextProtos:         []string{"h2"},
		InsecureSkipVerify: g.config.SkipCertificateVerification,
	})
	return unproven(host, secure.HandshakeContext(ctx))
}

// unreachable is why a host cannot be connected to.
func unreachable(err error) error {
	var name *net.DNSError
	switch {
	case errors.As(err, &name):
		return &unreachedError{Unnamed, err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &unreachedError{Deaf, err}
	}
	return &unreachedError{Silent, err}
}

// unproven is what an error of a TLS handshake means.
func unproven(host string, err error) error {
	var (
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		other     x509.HostnameError
		plain     tls.RecordHeaderError
		alert     *net.OpError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &authority):
		return fmt.Errorf("the certificate of the server at %s is of an authority that this "+
			"machine does not know; give it as tlsCaFile=FILE in the address of the store", host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate of the server at %s is not valid now: it is from %s to "+
			"%s; renew it, or correct the clock of this machine", host,
			invalid.Cert.NotBefore.UTC().Format(time.RFC3339),
			invalid.Cert.NotAfter.UTC().Format(time.RFC3339))
	case errors.As(err, &invalid):
		return fmt.Errorf("the certificate of the server at %s cannot be used: %w", host, err)
	case errors.As(err, &other):
		return fmt.Errorf("the certificate of the server at %s is for another name; use a name "+
			"that it holds in the address of the store: %w", host, err)
	case errors.As(err, &plain):
		return fmt.Errorf("the server at %s does not speak TLS; correct the port, or add "+
			"tls=false to the address of a store that has no users", host)
	case errors.As(err, &alert) && alert.Op == "remote error": // an alert
		return fmt.Errorf("the server at %s does not speak HTTP/2 over TLS, as an event store "+
			"does; correct host and port", host)
	}
	return &unreachedError{Silent, err}
}

// hello is how a client of HTTP/2 begins: the preface of RFC 9113 3.4 and empty settings.
const hello = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

// speaksHTTP2 refuses a server that is not one of HTTP/2 without TLS.
func speaksHTTP2(ctx context.Context, host string, conn net.Conn) error {
	_, err := conn.Write([]byte(hello))
	var first []byte
	if err == nil {
		first, err = bufio.NewReader(conn).Peek(5)
	}
	switch {
	case string(first) == "HTTP/":
		return fmt.Errorf("the server at %s speaks HTTP/1 only; an event store speaks HTTP/2: "+
			"correct the port", host)
	case len(first) == 0 && speaksTLS(ctx, host):
		return fmt.Errorf("the server at %s speaks TLS only; take tls=false out of the address "+
			"of the store", host)
	case len(first) == 0:
		return &unreachedError{Silent, err}
	}
	return nil
}

// speaksTLS reports whether a server does. Nothing is sent to it, so it needs no proof.
func speaksTLS(ctx context.Context, host string) bool {
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
	conn, err := d.DialContext(ctx, "tcp", host)
	if err == nil {
		_ = conn.Close() // nothing was sent
	}
	return err == nil
}
