package embedded

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"lotteryledger/eventstore/embedded/users"
)

// Security lets a server speak TLS and ask every caller for user and password. It is
// read once, by [Open].
type Security struct {
	Certificate string // file of the certificate and its intermediates, PEM
	Key         string // file of its private key, PEM
	Users       string // user file, see package users; "": the only user is that of [Server.Own]

	Pair *tls.Certificate // certificate and key, instead of the two files

	// Advertise is the host, or host:port, by which clients reach the server; default
	// the address on which it listens. The certificate has to name the host.
	Advertise string
}

// OptionsError says why options cannot work, whatever disk and network do.
type OptionsError struct{ error }

func (e *OptionsError) Unwrap() error { return e.error }

func optionsError(format string, args ...any) error {
	return &OptionsError{fmt.Errorf(format, args...)}
}

// access is how a server with security deals with its callers.
type access struct {
	users          *users.Users
	tls            *tls.Config
	public         endpoint // the port is 0 when it is that of the listener
	name, password string   // of the user of [Server.Own]
}

// leaf is the certificate that clients see.
func (a *access) leaf() *x509.Certificate { return a.tls.Certificates[0].Leaf }

// transport is how connections are encrypted.
func (a *access) transport() []grpc.ServerOption {
	if a == nil {
		return nil
	}
	return []grpc.ServerOption{grpc.Creds(credentials.NewTLS(a.tls))}
}

// open reads the files. A server without security has no access control.
func (s *Security) open(listen *net.TCPAddr) (*access, error) {
	if s == nil {
		return nil, nil
	}
	certificate, err := s.pair()
	if err != nil {
		return nil, err
	}
	public, err := s.public(listen)
	if err != nil {
		return nil, err
	}
	if err := certificate.Leaf.VerifyHostname(public.host); err != nil {
		return nil, optionsError(
			"clients will not accept the certificate %s at the address to advertise: %w",
			s.Certificate, err)
	}
	u, err := s.readUsers()
	if err != nil {
		return nil, err
	}
	a := &access{
		users: u,
		tls: &tls.Config{
			Certificates: []tls.Certificate{certificate},
			MinVersion:   tls.VersionTLS12,
		},
		public: public,
	}
	a.name, a.password = u.Own()
	return a, nil
}

func (s *Security) pair() (tls.Certificate, error) {
	if s.Pair != nil {
		return *s.Pair, nil
	}
	pair, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
	if err != nil {
		return pair, fileError("certificate and key", err)
	}
	return pair, nil
}

func (s *Security) readUsers() (*users.Users, error) {
	if s.Users == "" {
		return users.New(), nil
	}
	file, err := os.ReadFile(s.Users)
	if err != nil {
		return nil, fileError("user file", err)
	}
	u, err := users.Parse(file)
	if err != nil {
		return nil, optionsError("reading the user file %s: %w", s.Users, err)
	}
	return u, nil
}

// fileError tells a file that cannot be read from one that makes no sense.
func fileError(what string, err error) error {
	err = fmt.Errorf("reading the %s of the event store: %w", what, err)
	var path *fs.PathError
	if errors.As(err, &path) {
		return err
	}
	return &OptionsError{err}
}

func (s *Security) public(listen *net.TCPAddr) (endpoint, error) {
	if s.Advertise == "" {
		if listen.IP == nil || listen.IP.IsUnspecified() {
			return endpoint{}, optionsError(
				"a server that listens on all addresses has to advertise one of them or a name")
		}
		return endpointOf(listen), nil
	}
	host, port, err := net.SplitHostPort(s.Advertise)
	if err != nil { // a host alone
		host, port = s.Advertise, strconv.Itoa(listen.Port)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || host == "" {
		return endpoint{}, optionsError("the address to advertise is host or host:port, not %q",
			s.Advertise)
	}
	return endpoint{host, int(n)}, nil
}
