package esdb

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lotteryledger/eventstore"
	"lotteryledger/eventstore/internal/calls"
)

// bulk appends to an embedded store in a call of its own, in which all appends that are under
// way share messages. It is used while there are many. It may fail at any time: then the
// append is made by the official client, and the server recognises what it has stored.
type bulk struct {
	own      *own
	life     context.Context // ends when the store is closed
	few      int64           // appends under way that the official client makes
	underway atomic.Int64

	mu      sync.Mutex
	current *bulkCall
	opening bool
	next    time.Time // when a call may be opened again
}

const (
	fewAppends   = 8
	bulkPause    = time.Second
	bulkPatience = 10 * time.Second // for an answer
	bulkMessage  = 256 << 10        // bytes of a message, from which on nothing is added
	bulkQueue    = 1024
)

// append appends, and reports whether the outcome is known.
func (b *bulk) append(
	ctx context.Context, a calls.Append,
) (at eventstore.Position, known bool, err error) {
	if b.underway.Load() <= b.few || ctx.Err() != nil {
		return at, false, nil
	}
	c := b.open()
	if c == nil {
		return at, false, nil
	}
	answer, ok := c.append(ctx, a)
	switch {
	case !ok && ctx.Err() != nil:
		return at, true, ctx.Err()
	case ok && answer.Outcome == calls.Stored:
		return eventstore.Position{Commit: answer.Position, Prepare: answer.Position}, true, nil
	case ok && answer.Outcome == calls.Conflict:
		return at, true, fmt.Errorf("%w: %s", eventstore.ErrConflict, answer.Reason)
	}
	return at, false, nil // the official client will say what is wrong
}

// open returns the call, or nothing while there is none; then it opens one in the background.
func (b *bulk) open() *bulkCall {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current == nil && !b.opening && b.own.there() && time.Now().After(b.next) {
		b.opening = true
		go b.connect()
	}
	return b.current
}

func (b *bulk) connect() {
	c, err := b.call()
	b.mu.Lock()
	b.opening = false
	b.current = c
	if err != nil {
		b.next = time.Now().Add(bulkPause)
	}
	b.mu.Unlock()
	if err != nil {
		return
	}
	go c.send()
	err = c.receive()
	c.end()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current, b.next = nil, time.Now().Add(bulkPause)
	b.own.learn(err)
}

func (b *bulk) call() (*bulkCall, error) {
	ctx, cancel := context.WithCancel(b.life)
	c := &bulkCall{
		queue: make(chan *bulkAppend, bulkQueue), ended: make(chan struct{}),
		pending: map[uint64]*bulkAppend{},
	}
	c.end = sync.OnceFunc(func() {
		close(c.ended)
		cancel()
	})
	var err error
	if c.stream, err = b.own.stream(ctx, calls.Appends); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// bulkCall is one call, until it ends.
type bulkCall struct {
	stream grpc.ClientStream
	queue  chan *bulkAppend
	end    func()
	ended  chan struct{}
	sent   atomic.Uint64 // appends; also the number of the last

	mu      sync.Mutex
	pending map[uint64]*bulkAppend // sent and not answered, by number
}

type bulkAppend struct {
	calls.Append
	answer chan calls.Answer // has room for it
}

// append waits for the answer to an append; without one it is not known what became of it.
func (c *bulkCall) append(ctx context.Context, a calls.Append) (answer calls.Answer, ok bool) {
	waiting := &bulkAppend{a, make(chan calls.Answer, 1)}
	late := time.NewTimer(bulkPatience)
	defer late.Stop()
	select {
	case c.queue <- waiting:
	case <-c.ended:
		return answer, false
	case <-ctx.Done():
		return answer, false
	}
	select {
	case answer = <-waiting.answer:
		return answer, true
	case <-late.C:
		c.end()
	case <-c.ended:
	case <-ctx.Done():
	}
	return answer, false
}

// send sends what is in the queue, as many appends in a message as there are.
func (c *bulkCall) send() {
	for {
		var message []byte
		add := func(a *bulkAppend) {
			a.Number = c.sent.Add(1)
			c.mu.Lock()
			c.pending[a.Number] = a
			c.mu.Unlock()
			message = a.Encode(message)
		}
		select {
		case a := <-c.queue:
			add(a)
		case <-c.ended:
			return
		}
		for len(c.queue) > 0 && len(message) < bulkMessage {
			add(<-c.queue)
		}
		if err := c.stream.SendMsg(wrapperspb.Bytes(message)); err != nil {
			return // receiving tells why
		}
	}
}

// receive hands out answers until the call fails.
func (c *bulkCall) receive() error {
	for {
		var m wrapperspb.BytesValue
		if err := c.stream.RecvMsg(&m); err != nil {
			return err
		}
		for rest := m.GetValue(); len(rest) > 0; {
			var answer calls.Answer
			var err error
			if rest, err = answer.Decode(rest); err != nil {
				return err
			}
			c.mu.Lock()
			a := c.pending[answer.Number]
			delete(c.pending, answer.Number)
			c.mu.Unlock()
			if a == nil {
				return fmt.Errorf("%w: an answer to no append", calls.ErrMalformed)
			}
			a.answer <- answer
		}
	}
}
