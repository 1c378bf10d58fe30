package embedded

import (
	"encoding/pem"
	"fmt"
	"net"
	"strconv"
)

// endpoint is where clients reach a server.
type endpoint struct {
	host string
	port int
}

func endpointOf(a net.Addr) endpoint {
	tcp := a.(*net.TCPAddr)
	return endpoint{tcp.IP.String(), tcp.Port}
}

func (e endpoint) String() string { return net.JoinHostPort(e.host, strconv.Itoa(e.port)) }

// reachedAt is the address that a server on this listener advertises.
func (a *access) reachedAt(l net.Listener) endpoint {
	actual := endpointOf(l.Addr())
	if a == nil {
		return actual
	}
	public := a.public
	if public.port == 0 {
		public.port = actual.port
	}
	return public
}

// ConnectionString is what an EventStoreDB client needs to connect, but for user and
// password and the file of the authority that signed the certificate.
func (s *Server) ConnectionString() string {
	return fmt.Sprintf("esdb://%s?tls=%t", s.public, s.access != nil)
}

// Own is how other processes of the owner of a server reach it: as an administrator, with a
// password that ends with the server and is not to be shown.
type Own struct {
	Address     string `json:"address"` // HOST:PORT that the certificate names
	User        string `json:"user"`
	Password    string `json:"password"`
	Certificate string `json:"certificate"` // of the server, PEM
}

// Own tells it of a server with security.
func (s *Server) Own() Own {
	at := endpointOf(s.listener.Addr())
	if net.ParseIP(at.host).IsUnspecified() {
		at.host = "127.0.0.1"
	}
	if s.access.leaf().VerifyHostname(at.host) != nil {
		at = s.public
	}
	shown := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.access.leaf().Raw})
	return Own{at.String(), s.access.name, s.access.password, string(shown)}
}
