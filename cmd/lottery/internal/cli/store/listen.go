package store

import (
	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/eventstore/embedded"
)

// listening are the flags of the commands that serve the embedded store.
type listening struct {
	at       string
	security embedded.Security
}

func (l *listening) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(
		&l.at, "listen", "127.0.0.1:2113",
		"address of the embedded store; without --users a loopback address",
	)
	f.StringVar(
		&l.security.Certificate, "tls-cert", "",
		"PEM file of the certificate (default: one that is made for this machine alone)",
	)
	f.StringVar(&l.security.Key, "tls-key", "", "PEM file of its private key")
	f.StringVar(&l.security.Users, "users", "", "user file, see 'lottery store user'")
	f.StringVar(&l.security.Advertise, "advertise", "",
		"HOST or HOST:PORT that the certificate names and clients are told (default: the address "+
			"of --listen)")
}

// secured returns what the flags say about TLS, or nil if they say nothing.
func (l *listening) secured() (*embedded.Security, error) {
	if l.security == (embedded.Security{}) {
		return nil, nil
	}
	for _, needed := range []struct{ flag, value string }{
		{"--tls-cert", l.security.Certificate},
		{"--tls-key", l.security.Key},
		{"--users", l.security.Users},
	} {
		if needed.value == "" {
			return nil, app.Usage(
				"TLS needs --tls-cert, --tls-key and --users; %s is missing", needed.flag,
			)
		}
	}
	return &l.security, nil
}
