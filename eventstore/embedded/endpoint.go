package embedded

import (
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

// OwnConnectionString is for clients in the same process. With security it holds the
// password of an administrator who ends with the server, so it is not to be shown. It
// asks for no proof of the certificate: that may name no address of this machine, and
// the connection does not leave it.
func (s *Server) OwnConnectionString() string {
	if s.access == nil {
		return s.ConnectionString()
	}
	near := endpointOf(s.listener.Addr())
	if net.ParseIP(near.host).IsUnspecified() {
		near.host = "127.0.0.1"
	}
	return fmt.Sprintf("esdb://%s@%s?tls=true&tlsVerifyCert=false", s.access.own, near)
}
