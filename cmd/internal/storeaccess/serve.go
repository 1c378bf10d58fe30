package storeaccess

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lotteryledger/eventstore/embedded"
)

// Served is a server of the store of a folder, and its store.
type Served struct {
	*embedded.Server
	file string // that says how to reach it
}

// Serve serves a store over TLS, and leaves word for the other commands of its owner. Without
// security in the options the server has a certificate of its own and no other user.
func (f Folder) Serve(o embedded.Options) (*Served, error) {
	o.Dir = f.Dir
	var made *pair
	if o.Security == nil {
		var err error
		if made, err = f.pair(o.Listen); err != nil {
			return nil, err
		}
		o.Security = &embedded.Security{Pair: &made.Certificate}
	}
	server, err := embedded.Open(o)
	if err != nil {
		return nil, err
	}
	s := &Served{server, filepath.Join(f.Data, fileName)}
	err = made.write()
	if err == nil {
		err = write(s.file, server.Own())
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close removes the file and stops the server.
func (s *Served) Close() error {
	err := os.Remove(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("removing how to reach the server: %w", err)
	}
	return errors.Join(err, s.Server.Close())
}
