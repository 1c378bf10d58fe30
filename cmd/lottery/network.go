package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// storeVariable is the environment variable that stands for --store: other users of the
// machine can read the arguments of a program, and a connection string may hold a
// password.
const storeVariable = "LOTTERY_STORE"

// listening are the flags of the commands that serve the embedded store.
type listening struct {
	at       string
	security embedded.Security
}

func (l *listening) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&l.at, "listen", "127.0.0.1:2113", "address of the embedded store; without TLS a loopback address")
	f.StringVar(&l.security.Certificate, "tls-cert", "", "PEM file of the certificate: clients use TLS and have a password")
	f.StringVar(&l.security.Key, "tls-key", "", "PEM file of its private key")
	f.StringVar(&l.security.Users, "users", "", "user file, see 'lottery store user'")
	f.StringVar(&l.security.Advertise, "advertise", "", "HOST or HOST:PORT that the certificate names and clients are told (default: the address of --listen)")
}

// secured returns what the flags say about TLS; nil when they say nothing.
func (l *listening) secured() (*embedded.Security, error) {
	if l.security == (embedded.Security{}) {
		return nil, nil
	}
	for _, needed := range []struct{ flag, value string }{
		{"--tls-cert", l.security.Certificate}, {"--tls-key", l.security.Key}, {"--users", l.security.Users},
	} {
		if needed.value == "" {
			return nil, usage("TLS needs --tls-cert, --tls-key and --users; %s is missing", needed.flag)
		}
	}
	return &l.security, nil
}

// openEmbedded opens an embedded store. Options that cannot work are a wrong use of the
// command that gave them.
func openEmbedded(o embedded.Options) (*embedded.Server, error) {
	server, err := embedded.Open(o)
	var wrong *embedded.OptionsError
	if errors.As(err, &wrong) {
		return nil, usageError{err}
	}
	return server, err
}

// redact takes the passwords of connection strings that stand in the arguments of the
// program out of a message.
func redact(message string, args []string) string {
	for _, a := range args {
		if shown := esdb.Redact(a); shown != a && strings.Contains(a, "esdb") {
			message = strings.ReplaceAll(message, a, shown)
		}
	}
	return message
}
