package embedded

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lotteryledger/eventstore/internal/calls"
)

// mostUnanswered bounds the appends of one call that wait for the writer.
const mostUnanswered = 1024

// appending is a call of [calls.Appends]: many appends, each answered when it is durable.
type appending struct {
	*Store
	caller   caller
	call     grpc.ServerStream
	room     chan struct{} // holds a token for each append without an answer
	answered chan answered // has room for all of them
}

func serveAppends(srv any, call grpc.ServerStream) error {
	o := srv.(*operations)
	who, err := o.access.identify(call.Context())
	if err != nil {
		return err
	}
	a := &appending{
		Store: o.Store, caller: who, call: call,
		room: make(chan struct{}, mostUnanswered), answered: make(chan answered, mostUnanswered),
	}
	received := make(chan error, 1)
	go func() { received <- a.receive() }()
	return a.answer(received)
}

// receive hands appends to the writer until the call ends.
func (a *appending) receive() error {
	for {
		var m wrapperspb.BytesValue
		if err := a.call.RecvMsg(&m); err != nil {
			return err
		}
		for rest := m.GetValue(); len(rest) > 0; {
			var next calls.Append
			var err error
			if rest, err = next.Decode(rest); err != nil {
				return invalid("%v", err)
			}
			if err := a.begin(a.call.Context(), next); err != nil {
				return err
			}
		}
	}
}

// begin hands one append to the writer, or its refusal to the answers.
func (a *appending) begin(ctx context.Context, next calls.Append) error {
	select {
	case a.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	r, err := newRequest(next.Stream, next.Expected, next.Events)
	if err == nil {
		err = a.caller.permit(next.Stream)
	}
	if err != nil {
		a.answered <- answered{&request{number: next.Number}, outcome{err: err}}
		return nil
	}
	r.number, r.done = next.Number, a.answered
	if err := a.enter(ctx); err != nil { // the writer may end while this call does
		return err
	}
	defer a.calls.Done()
	select {
	case a.writer.queue <- r:
		return nil
	case <-a.store.failed:
		return unavailable(a.store.cause)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer sends the answers until the client wants no more and has them all. Those that are
// ready at the same time go in one message.
func (a *appending) answer(received <-chan error) error {
	for {
		select {
		case done := <-a.answered:
			if err := a.send(done); err != nil {
				return err
			}
		case err := <-received:
			if !errors.Is(err, io.EOF) {
				return err
			}
			for len(a.room) > 0 {
				select {
				case done := <-a.answered:
					if err := a.send(done); err != nil {
						return err
					}
				case <-a.store.failed:
					return unavailable(a.store.cause)
				}
			}
			return nil
		case <-a.stopping:
			return unavailable(errStopping)
		case <-a.store.failed:
			return unavailable(a.store.cause)
		}
	}
}

func (a *appending) send(done answered) error {
	message := answerOf(done).Encode(nil)
	<-a.room
	for len(a.answered) > 0 {
		message = answerOf(<-a.answered).Encode(message)
		<-a.room
	}
	return a.call.SendMsg(wrapperspb.Bytes(message))
}

func answerOf(a answered) calls.Answer {
	answer := calls.Answer{Number: a.number, Position: a.position}
	var wrong *wrongVersion
	switch {
	case errors.As(a.err, &wrong):
		answer.Outcome, answer.Reason = calls.Conflict, a.err.Error()
	case a.err != nil:
		answer.Outcome, answer.Reason = calls.Refused, a.err.Error()
	case !a.hasPosition: // the client asks again with the protocol's own call, which can say so
		answer.Outcome, answer.Reason = calls.Refused, "the position cannot be read any more"
	}
	return answer
}

// namesMessage is how many bytes of names go in one message, about.
const namesMessage = 64 << 10

// serveStreams lists the streams with a prefix, for those who may read $all.
func serveStreams(srv any, call grpc.ServerStream) error {
	o := srv.(*operations)
	var prefix wrapperspb.BytesValue
	if err := call.RecvMsg(&prefix); err != nil {
		return err
	}
	if err := o.access.permit(call.Context(), allStream); err != nil {
		return err
	}
	var message []byte
	for name, err := range o.Store.Streams(call.Context(), string(prefix.GetValue())) {
		if err != nil {
			return err
		}
		if message = calls.EncodeName(message, name); len(message) < namesMessage {
			continue
		}
		if err := call.SendMsg(wrapperspb.Bytes(message)); err != nil {
			return err
		}
		message = nil
	}
	return call.SendMsg(wrapperspb.Bytes(message))
}
