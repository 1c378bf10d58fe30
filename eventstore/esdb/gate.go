package esdb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// errClosed: the store was closed by its owner.
var errClosed = errors.New("event store connection is closed")

// connection is a client that has found a server. It is used until the first sign
// that the server is lost; then it is retired, and closed when its last call ends.
//
// Until a call has asked the client for its connection it counts as beginning. The
// client starts another discovery, and leaks its connection, when it is asked after
// it was told of a lost server; so whoever is about to tell it waits until no call is
// beginning, and none begins on a retired connection.
//
// While calls wait on it somebody looks whether the server still answers: see watch.
type connection struct {
	client  *client.Client
	skipped atomic.Bool   // the client received a message that it does not know
	answers atomic.Uint64 // that were received
	heard   atomic.Int64  // when that was last seen to grow, in ns

	life context.Context // of its calls; ends when the server has fallen silent
	drop context.CancelFunc
	back func() // called when the server has answered

	mu        sync.Mutex
	begun     sync.Cond
	beginning int
	calls     int
	retired   bool
}

func newConnection(back func()) *connection {
	c := &connection{back: back}
	c.begun.L = &c.mu
	c.heard.Store(time.Now().UnixNano())
	c.life, c.drop = context.WithCancel(context.Background())
	return c
}

// enter begins a call. It reports false when the connection is retired.
func (c *connection) enter(ctx context.Context) (*call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.retired {
		return nil, false
	}
	c.calls++
	c.beginning++
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.life, cancel)
	return &call{Context: ctx, connection: c, end: func() { stop(); cancel() }}, true
}

// retire lets no more calls in and waits until none is beginning.
func (c *connection) retire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.retired
	c.retired = true
	for c.beginning > 0 {
		c.begun.Wait()
	}
	if first && c.calls == 0 {
		c.shut()
	}
}

// shut closes the client, which nobody uses any more.
func (c *connection) shut() {
	// Closing reports no errors of interest: nothing is in flight.
	_ = c.client.Close()
	c.drop()
}

// skipping is what the client says when it passes over a message of a subscription.
const skipping = "received unknown message, skipping"

// observe is the client's logging hook. The client logs a lost server before it acts
// on it, on the goroutine of the call that noticed; that it skips a message is known
// from nothing else.
func (c *connection) observe(level client.LogLevel, format string, args ...any) {
	if level == client.LogWarn && format == skipping {
		c.skipped.Store(true)
	}
	if level != client.LogError {
		return
	}
	for _, arg := range args {
		if err, ok := arg.(error); ok && status.Code(err) == codes.Unavailable {
			c.retire()
			return
		}
	}
}

// call is the context of one call on a connection. The client asks a context for its
// deadline after it has asked for its connection: that is how the call is known to
// have begun.
type call struct {
	context.Context
	connection *connection
	end        func() // of the context
	once       sync.Once
}

// Deadline is that of the caller.
func (c *call) Deadline() (time.Time, bool) {
	c.begin()
	return c.Context.Deadline()
}

func (c *call) begin() {
	c.once.Do(func() {
		c.connection.mu.Lock()
		defer c.connection.mu.Unlock()
		c.connection.beginning--
		c.connection.begun.Broadcast()
	})
}

// leave ends the call.
func (c *call) leave() {
	c.begin()
	c.end()
	c.connection.release()
}

// release gives up one use of the connection.
func (n *connection) release() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.calls--
	if n.retired && n.calls == 0 {
		n.shut()
	}
}

// await runs a function of the client, which may hang whatever its context says, and
// stops waiting for it when the context ends. The connection stays in use until the
// function has returned. A panic of the client becomes an error.
func await[T any](c *call, f func(*client.Client) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	n := c.connection
	n.mu.Lock()
	n.calls++
	n.mu.Unlock()
	done := make(chan result, 1)
	go func() {
		defer n.release()
		var r result
		r.value, r.err = guarded(func() (T, error) { return f(n.client) })
		done <- r
	}()
	select {
	case r := <-done:
		if r.err == nil {
			n.answered()
		}
		return r.value, r.err
	case <-c.Done():
		var none T
		return none, c.Err()
	}
}

// answered notes that the server has answered.
func (n *connection) answered() {
	n.answers.Add(1)
	n.back()
}

// guarded turns a panic of the client into an error.
func guarded[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("event store client panicked: %v", p)
		}
	}()
	return f()
}

// gate hands out the current connection and makes a new one when there is none.
type gate struct {
	config client.Configuration
	hosts  []string // host:port
	back   func()   // called when a server has answered

	life    context.Context // ends when the store is closed
	mu      sync.Mutex
	current *connection
	pending *attempt
}

// attempt is a connection in the making.
type attempt struct {
	done chan struct{}
	err  error
}

// enter begins a call on the current connection. It waits, under the context, until
// there is one.
func (g *gate) enter(ctx context.Context) (*call, error) {
	for {
		if err := g.ended(ctx); err != nil {
			return nil, err
		}
		g.mu.Lock()
		if g.current != nil {
			if c, ok := g.current.enter(g.asking(ctx)); ok {
				g.mu.Unlock()
				return c, nil
			}
			g.current = nil
		}
		if g.pending == nil {
			g.pending = &attempt{done: make(chan struct{})}
			go g.connect(g.pending)
		}
		a := g.pending
		g.mu.Unlock()
		select {
		case <-a.done:
			if a.err != nil {
				return nil, a.err
			}
		case <-ctx.Done():
			return nil, g.ended(ctx)
		}
	}
}

// asking is the context of a call for the leader, if the connection string does not name another
// preference: a node that does not lead may not know yet what was stored.
func (g *gate) asking(ctx context.Context) context.Context {
	if g.config.NodePreference != client.NodePreferenceLeader {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// ended returns why a call must not go on, if so.
func (g *gate) ended(ctx context.Context) error {
	if g.life.Err() != nil {
		return errClosed
	}
	return ctx.Err()
}

// connect makes a connection. Asking for the version makes the client discover its
// server; nobody else can use the client before that has succeeded. The client tries once:
// whoever waits for a server asks again.
func (g *gate) connect(a *attempt) {
	n := newConnection(g.back)
	config := g.config
	config.Logger = n.observe
	var err error
	if n.client, err = client.NewClient(&config); err == nil {
		var version *client.ServerVersion
		if version, err = n.client.GetServerVersion(); err == nil {
			err = g.requireVersion(version)
		}
		if err != nil {
			n.shut()
			err = g.unreached(err)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pending = nil
	switch {
	case err != nil:
		a.err = err
	case g.life.Err() != nil:
		n.retire()
	default:
		g.current = n
		go n.watch()
	}
	close(a.done)
}

// close retires the connection after the store's life has ended. It is closed when
// its last call ends.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.current != nil {
		g.current.retire()
		g.current = nil
	}
}
