package esdb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"lotteryledger/eventstore"
)

// Store is an [eventstore.Store] on a server. It is safe for concurrent use.
type Store struct {
	gate   gate
	own    *own
	bulk   bulk
	cancel context.CancelFunc
}

var _ eventstore.Store = (*Store)(nil)

// Open connects to the server that a connection string of the form
// esdb://user:password@host:port,… or esdb+discover://host names. It fails when no
// server answers; that a server does not accept the password shows at the first call.
func Open(ctx context.Context, connectionString string) (*Store, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	return open(ctx, config)
}

// OpenPinned is [Open] of a server that proves itself by this certificate alone, in PEM.
func OpenPinned(ctx context.Context, connectionString, certificate string) (*Store, error) {
	config, err := parsePinned(connectionString, certificate)
	if err != nil {
		return nil, err
	}
	return open(ctx, config)
}

func open(ctx context.Context, config *client.Configuration) (*Store, error) {
	own, err := newOwn(config)
	if err != nil {
		return nil, err
	}
	s := &Store{gate: gate{config: *config}, own: own}
	s.gate.life, s.cancel = context.WithCancel(context.Background())
	s.bulk.own, s.bulk.life, s.bulk.few = own, s.gate.life, fewAppends
	c, err := s.gate.enter(ctx)
	if err != nil {
		s.Close()
		if ctx.Err() == nil {
			err = s.failure(err)
		}
		return nil, err
	}
	c.leave()
	return s, nil
}

// Close ends all calls and the connection.
func (s *Store) Close() {
	s.cancel()
	s.own.close()
	s.gate.close()
}

const (
	patience   = 10 * time.Second // how long a call goes on without any answer
	firstPause = 20 * time.Millisecond
	lastPause  = time.Second
)

// attempts runs try until it succeeds, fails for another reason than a lost server,
// or the context ends. It loses patience when the server stays away, unless it is for
// ever. Try reports whether it got any answer.
func (s *Store) attempts(ctx context.Context, forever bool,
	try func(*call) (progress bool, err error),
) error {
	bound, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.gate.life, cancel)()
	pause, since := firstPause, time.Now()
	for {
		progress, err := s.attempt(bound, try)
		if err == nil {
			return nil
		}
		if errors.Is(err, errEnough) {
			return err // also when the context ended meanwhile: nothing may be yielded any more
		}
		if ended := s.gate.ended(ctx); ended != nil {
			return ended
		}
		if !lost(err) {
			return s.translate(err)
		}
		if progress {
			pause, since = firstPause, time.Now()
		}
		if !forever && time.Since(since) > patience {
			return fmt.Errorf("no answer for %s: %w", patience, s.failure(err))
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-bound.Done():
		}
		pause = min(2*pause, lastPause)
	}
}

func (s *Store) failure(err error) error { return failure{serverOf(&s.gate.config), err} }

func (s *Store) attempt(ctx context.Context, try func(*call) (bool, error)) (bool, error) {
	c, err := s.gate.enter(ctx)
	if err != nil {
		return false, err
	}
	defer c.leave()
	progress, err := try(c)
	if err != nil && lost(err) {
		c.begin()
		c.connection.retire()
	}
	return progress, err
}
