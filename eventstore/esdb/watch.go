package esdb

import (
	"context"
	"errors"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	silence = 500 * time.Millisecond // without any answer, after which the server is asked
	reply   = time.Second            // that it may take to answer
)

// asked is a stream that is read to see whether the server answers. Nothing is stored in it.
const asked = "lottery-answers"

// errGone: the connection was given up, here because the server fell silent, or by the client
// because another node leads.
var errGone = errors.New("the connection to the server was given up")

// watch gives up the calls of a connection whose server has fallen silent. A server that was
// stopped, or lost its network, keeps its connections open; gRPC itself would notice after
// twenty seconds. A server that is only slow answers the question of watch.
func (n *connection) watch() {
	tick := time.NewTicker(silence / 2)
	defer tick.Stop()
	seen, since := n.answers.Load(), time.Now()
	for {
		select {
		case <-n.life.Done():
			return
		case <-tick.C:
		}
		now := n.answers.Load()
		if now != seen || !n.used() {
			seen, since = now, time.Now()
			n.heard.Store(since.UnixNano())
		}
		if time.Since(since) < silence || n.there() {
			continue
		}
		n.drop()
		n.retire()
		return
	}
}

// used reports whether there are calls on the connection.
func (n *connection) used() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls > 0
}

// there reports whether the server answers. A connection that lets no more calls in is not
// asked any more: those that are still on it begin again on another one.
func (n *connection) there() bool {
	ctx, cancel := context.WithTimeout(n.life, reply)
	defer cancel()
	c, ok := n.enter(ctx)
	if !ok {
		return false
	}
	defer c.leave()
	_, err := await(c, func(on *client.Client) (struct{}, error) {
		read, err := on.ReadStream(c, asked,
			client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards}, 1)
		if err != nil {
			return struct{}{}, err
		}
		defer read.Close()
		_, err = read.Recv()
		return struct{}{}, err
	})
	return !canceled(err) && status.Code(err) != codes.DeadlineExceeded
}

// canceled reports whether a call ended because its context did.
func canceled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		status.Code(err) == codes.Canceled
}
