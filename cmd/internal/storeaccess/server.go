package storeaccess

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lotteryledger/audit/durable"
	"lotteryledger/eventstore/embedded"
)

// fileName is where a server says how to reach it.
const fileName = "serve.json"

// server is what the file says.
type server struct{ embedded.Own }

func (s server) connectionString() string {
	user := url.UserPassword(s.User, s.Password)
	return fmt.Sprintf("esdb://%s@%s?tls=true", user, s.Address)
}

// find returns the server that the folder has word of, if it answers.
func (f Folder) find(ctx context.Context) (found *server, err error) {
	err = errors.New("another command works on it; give the command again when that has ended")
	for _, folder := range slices.Compact([]string{filepath.Clean(f.Data), filepath.Clean(f.Dir)}) {
		name := filepath.Join(folder, fileName)
		s, failed := read(name)
		if errors.Is(failed, fs.ErrNotExist) {
			continue
		}
		if failed == nil {
			failed = s.probe(ctx, name)
		}
		if failed == nil {
			return &s, nil
		}
		err = failed
	}
	return nil, err
}

// Names reports whether the folder has word of a server at one of these hosts. It asks nobody.
func (f Folder) Names(hosts []string) bool {
	for _, folder := range []string{f.Data, f.Dir} {
		s, err := read(filepath.Join(folder, fileName))
		if err == nil && slices.Contains(hosts, s.Address) {
			return true
		}
	}
	return false
}

// read reads a file of a server.
func read(name string) (s server, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return s, fmt.Errorf("reading how to reach its server: %w", err)
	}
	err = json.Unmarshal(b, &s.Own)
	if err != nil || slices.Contains([]string{s.Address, s.User, s.Password, s.Certificate}, "") {
		return s, fmt.Errorf("%s does not tell how to reach its server; %s", name, beginAgain)
	}
	return s, nil
}

// beginAgain is what helps when the file is of no use.
const beginAgain = "stop what has the store open, remove the file, and start the server again"

// probePatience is how long a server may take to answer.
const probePatience = 5 * time.Second

// probe finds out whether the server is there that the file names. Nothing secret is sent.
func (s server) probe(ctx context.Context, name string) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(s.Certificate))
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	d := tls.Dialer{Config: &tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"},
	}}
	conn, err := d.DialContext(ctx, "tcp", s.Address)
	if err == nil {
		return conn.Close()
	}
	var unreached *net.OpError
	if errors.As(err, &unreached) && unreached.Op == "dial" {
		return fmt.Errorf("nobody listens at %s, which %s names: the server was killed, and "+
			"another command works on the store now; "+
			"give the command again when that has ended: %w",
			s.Address, name, err)
	}
	return fmt.Errorf("who listens at %s is not the server that %s names, which was killed; %s: %w",
		s.Address, name, beginAgain, err)
}

// write puts the file in its place, whole and for its owner alone.
func write(name string, own embedded.Own) error {
	b, err := json.MarshalIndent(own, "", "\t")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return durable.Replace(name, 0o600, durable.Bytes(append(b, '\n')))
}
