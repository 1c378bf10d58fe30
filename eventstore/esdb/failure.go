package esdb

import (
	"errors"
	"fmt"
	"strings"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// failure is an error of a server in words for people: which server, what it answered, and what to
// look at. The error of the client stays behind it.
type failure struct {
	server string
	err    error
}

func (f failure) Unwrap() error { return f.err }

func (f failure) Error() string {
	return fmt.Sprintf("event store %s %s", f.server, f.told())
}

func (f failure) told() string {
	code, said := answer(f.err)
	switch {
	case strings.Contains(said, "x509:") || strings.Contains(said, "tls:"):
		return fmt.Sprintf("has no certificate that is accepted (%s); "+
			"look at tls, tlsVerifyCert and tlsCaFile of the connection string", said)
	case code == codes.Unauthenticated:
		return fmt.Sprintf("does not accept the user (%s); "+
			"look at user and password of the connection string", said)
	case code == codes.PermissionDenied:
		return fmt.Sprintf("does not allow this (%s); "+
			"look at the rights of the user of the connection string", said)
	case lost(f.err) || code == codes.Unavailable || code == codes.DeadlineExceeded:
		return fmt.Sprintf("does not answer (%s); look whether it runs at this address, and "+
			"whether it takes the tls of the connection string", said)
	}
	return fmt.Sprintf("refuses the request (%s); look at its log", said)
}

// answer returns the code of an error, and what is said in it without the frame that client and
// protocol put around it.
func answer(err error) (codes.Code, string) {
	code := codes.Unknown
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch e.Code() {
		case client.ErrorCodeUnauthenticated:
			code = codes.Unauthenticated
		case client.ErrorCodeAccessDenied:
			code = codes.PermissionDenied
		}
	}
	var answered interface{ GRPCStatus() *status.Status }
	said := innermost(err).Error()
	if errors.As(err, &answered) {
		s := answered.GRPCStatus()
		said = s.Message()
		if code == codes.Unknown {
			code = s.Code()
		}
	}
	for _, frame := range []string{"Error while dialing: ", `desc = "transport: `, `desc = "`} {
		if _, rest, ok := strings.Cut(said, frame); ok {
			said = rest
		}
	}
	return code, strings.TrimSuffix(said, `"`)
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// serverOf names the hosts of a configuration.
func serverOf(c *client.Configuration) string {
	if len(c.GossipSeeds) == 0 {
		return c.Address
	}
	var hosts []string
	for _, s := range c.GossipSeeds {
		hosts = append(hosts, s.String())
	}
	return strings.Join(hosts, ",")
}
