package esdb

import (
	"cmp"
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
	wait   time.Duration // how long a call goes on without any answer
	outage outage
	own    *own
	bulk   bulk
	cancel context.CancelFunc
}

var _ eventstore.Store = (*Store)(nil)

// Open connects to the server that a connection string of the form
// esdb://user:password@host:port,… or esdb+discover://host names. It waits for a server as
// calls do; that a server does not accept the password shows at the first call.
func Open(ctx context.Context, connectionString string, o Options) (*Store, error) {
	config, err := parse(connectionString)
	if err != nil {
		return nil, err
	}
	return open(ctx, config, o)
}

// OpenPinned is [Open] of a server that proves itself by this certificate alone, in PEM.
func OpenPinned(
	ctx context.Context, connectionString, certificate string, o Options,
) (*Store, error) {
	config, err := parsePinned(connectionString, certificate)
	if err != nil {
		return nil, err
	}
	return open(ctx, config, o)
}

func open(ctx context.Context, config *client.Configuration, o Options) (*Store, error) {
	own, err := newOwn(config)
	if err != nil {
		return nil, err
	}
	s := &Store{
		gate: gate{config: *config}, own: own,
		wait: cmp.Or(o.Wait, DefaultWait), outage: outage{tell: o.Notice},
	}
	s.gate.hosts, s.gate.back = hosts(config), s.outage.ends
	s.gate.life, s.cancel = context.WithCancel(context.Background())
	s.bulk.own, s.bulk.life, s.bulk.few = own, s.gate.life, fewAppends
	err = s.attempts(ctx, false, func(*call) (bool, error) { return true, nil })
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("connecting to the event store: %w", err)
	}
	return s, nil
}

// Close ends all calls and the connection.
func (s *Store) Close() {
	s.cancel()
	s.own.close()
	s.gate.close()
}

// Pauses between two attempts.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = 500 * time.Millisecond
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
		heard, progress, err := s.attempt(bound, try)
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
			return s.gate.translate(err)
		}
		if progress {
			pause, since = firstPause, time.Now()
		}
		if heard.Before(since) {
			heard = since
		}
		s.outage.begins(heard, reasonOf(err))
		if !forever && time.Since(since) > s.wait {
			return s.gate.away(s.wait, err)
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)):
		case <-bound.Done():
		}
		pause = min(2*pause, lastPause)
	}
}

// attempt returns also when the server was last heard, if a connection to it was there.
func (s *Store) attempt(
	ctx context.Context, try func(*call) (bool, error),
) (heard time.Time, progress bool, err error) {
	c, err := s.gate.enter(ctx)
	if err != nil {
		return heard, false, err
	}
	defer c.leave()
	progress, err = try(c)
	if canceled(err) && ctx.Err() == nil {
		err = errGone
	}
	if progress || err == nil || !lost(err) {
		s.outage.ends()
	}
	if err != nil && lost(err) {
		c.begin()
		c.connection.retire()
	}
	return time.Unix(0, c.connection.heard.Load()), progress, err
}
