package storeaccess

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"google.golang.org/grpc"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// Folder is a store and where its server may have left word.
type Folder struct {
	Data string // data folder of the ledger, or the folder of the store
	Dir  string // of the store
}

// Opened is a store that a command may use until it closes it.
type Opened struct {
	eventstore.Store
	Close  func() error
	Remote bool // it is open in another process
}

// Open opens the store in this process, or becomes a client, with these options, of the server
// that has it open.
func (f Folder) Open(
	ctx context.Context, log zerolog.Logger, o esdb.Options,
) (Opened, error) {
	var local *embedded.Store
	server, err := f.choose(ctx, func() (err error) {
		local, err = embedded.OpenStore(embedded.Options{Dir: f.Dir, Logger: log})
		return err
	})
	if err != nil {
		return Opened{}, fmt.Errorf("opening the embedded store: %w", err)
	}
	if server == nil {
		return Opened{local, local.Close, false}, nil
	}
	client, err := esdb.OpenPinned(ctx, server.connectionString(), server.Certificate, o)
	if err != nil {
		return Opened{}, err
	}
	return Opened{client, func() error { client.Close(); return nil }, true}, nil
}

// Dial works with the folder. If a server has it open, it connects to the server instead.
func (f Folder) Dial(ctx context.Context, local func() error) (*grpc.ClientConn, error) {
	server, err := f.choose(ctx, local)
	if server == nil || err != nil {
		return nil, err
	}
	return esdb.DialPinned(server.connectionString(), server.Certificate)
}

// How long a command waits for a store that is in use by no server, and between two looks:
// a server may be about to begin, or another command about to end.
const (
	patience = 2 * time.Second
	pause    = 50 * time.Millisecond
)

// choose works with the folder, or returns the server that has it open.
func (f Folder) choose(ctx context.Context, local func() error) (*server, error) {
	for end := time.Now().Add(patience); ; {
		err := local()
		if !errors.Is(err, embedded.ErrInUse) {
			return nil, err
		}
		server, found := f.find(ctx)
		if server != nil {
			return server, nil
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%w: %w", err, found)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
