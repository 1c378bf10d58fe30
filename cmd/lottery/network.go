package main

import (
	"context"
	"errors"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/eventstore"
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
	f.StringVar(&l.at, "listen", "127.0.0.1:2113", "address of the embedded store; without --users a loopback address")
	f.StringVar(&l.security.Certificate, "tls-cert", "", "PEM file of the certificate (default: one that is made for this machine alone)")
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

// openStore opens the store of a session: the one that is named, or the embedded one.
func (s *session) openStore(ctx context.Context) (eventstore.Store, error) {
	folder := storeaccess.Folder{Data: s.data, Dir: s.path("store")}
	switch {
	case s.storeAt != "":
		client, err := esdb.Open(ctx, s.storeAt)
		if err != nil {
			return nil, err
		}
		s.address, s.remote = esdb.Redact(s.storeAt), true
		s.close = append(s.close, func() error { client.Close(); return nil })
		return client, nil
	case s.serves != nil:
		server, err := serveStore(folder, *s.serves, s.log)
		if err != nil {
			return nil, err
		}
		s.server, s.address = server, server.ConnectionString()
		s.close = append(s.close, server.Close)
		return server, nil
	}
	store, err := folder.Open(ctx, s.log)
	if err != nil {
		return nil, err
	}
	s.close, s.remote = append(s.close, store.Close), store.Remote
	return store, nil
}

// serveStore serves an embedded store. Options that cannot work are a wrong use of the
// command that gave them.
func serveStore(
	f storeaccess.Folder, o embedded.Options, log zerolog.Logger,
) (*storeaccess.Served, error) {
	o.Logger = log
	server, err := f.Serve(o)
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
