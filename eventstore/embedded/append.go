package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// maxAppendSize bounds the data, metadata and twice the types of one append.
const maxAppendSize = 1 << 20

// service implements the Streams service.
type service struct {
	streams.UnimplementedStreamsServer
	*Store
	access *access // nil when everybody may do everything
}

// Append writes events. It reads the whole request before it answers, because
// clients take an earlier answer for a broken connection.
func (s *service) Append(call streams.Streams_AppendServer) error {
	r, err := s.receiveAppend(call)
	if err != nil {
		return err
	}
	o := s.writer.do(call.Context(), r)
	var wrong *wrongVersion
	if errors.As(o.err, &wrong) {
		return call.SendAndClose(wrong.response())
	}
	if o.err != nil {
		return o.err
	}
	return call.SendAndClose(o.response())
}

func (s *service) receiveAppend(call streams.Streams_AppendServer) (*request, error) {
	b := requestBuilder{}
	b.caller, b.err = s.access.identify(call.Context())
	for {
		err := call.RecvMsg(&b)
		if errors.Is(err, io.EOF) {
			return b.finish()
		}
		if err != nil {
			return nil, fmt.Errorf("receiving an append: %w", err)
		}
	}
}

// requestBuilder collects the messages of one append, as its codec decodes them. After the
// first error nothing is collected any more.
type requestBuilder struct {
	caller  caller
	request *request
	size    int
	bodies  []byte // the last one, with room behind it
	err     error
}

func (b *requestBuilder) add(msg *streams.AppendReq) {
	switch content := msg.GetContent().(type) {
	case *streams.AppendReq_Options_:
		b.options(content.Options)
	case *streams.AppendReq_ProposedMessage_:
		e, err := proposedIn(content.ProposedMessage)
		b.refuse(err)
		b.event(e)
	default:
		b.refuse(invalid("a message of the append is empty"))
	}
}

// refuse keeps the first error.
func (b *requestBuilder) refuse(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *requestBuilder) options(o *streams.AppendReq_Options) {
	if b.err != nil {
		return
	}
	if b.request != nil {
		b.err = invalid("the append has options twice")
		return
	}
	if b.err = b.caller.permit(string(o.GetStreamIdentifier().GetStreamName())); b.err != nil {
		return
	}
	_, exact := o.GetExpectedStreamRevision().(*streams.AppendReq_Options_Revision)
	stream, expected, err := target(o, exact)
	if err != nil {
		b.err = err
		return
	}
	b.request = &request{action: actAppend, stream: stream, expected: expected}
}

func (b *requestBuilder) event(e proposed) {
	switch {
	case b.err != nil:
		return
	case b.request == nil:
		b.err = invalid("the append has an event before its options")
		return
	}
	if b.err = e.check(); b.err != nil {
		return
	}
	b.size += len(e.data) + len(e.custom) + 2*len(e.eventType)
	if b.size > maxAppendSize {
		b.err, b.request.events = appendTooLarge(), nil
		return
	}
	p := appendProposal(b.bodies, len(b.request.events), b.request.stream, e)
	b.bodies = p.body
	b.request.events = append(b.request.events, p)
}

func (b *requestBuilder) finish() (*request, error) {
	switch {
	case b.err != nil:
		return nil, b.err
	case b.request == nil:
		return nil, invalid("the append has no options")
	}
	return b.request, nil
}

// Delete marks a stream as deleted. It can be written again.
func (s *service) Delete(ctx context.Context, req *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := req.GetOptions()
	_, exact := o.GetExpectedStreamRevision().(*streams.DeleteReq_Options_Revision)
	done, err := s.end(ctx, actDelete, o, exact)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{
		Position: &streams.DeleteResp_Position{
			CommitPosition:  done.position,
			PreparePosition: done.position,
		},
	}}, nil
}

// Tombstone ends a stream for ever.
func (s *service) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp,
	error,
) {
	o := req.GetOptions()
	_, exact := o.GetExpectedStreamRevision().(*streams.TombstoneReq_Options_Revision)
	done, err := s.end(ctx, actTombstone, o, exact)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{
			CommitPosition:  done.position,
			PreparePosition: done.position,
		},
	}}, nil
}

func (s *service) end(ctx context.Context, act action, o expected, exact bool) (outcome, error) {
	if err := s.access.permit(ctx, string(o.GetStreamIdentifier().GetStreamName())); err != nil {
		return outcome{}, err
	}
	stream, expected, err := target(o, exact)
	if err != nil {
		return outcome{}, err
	}
	done := s.writer.do(ctx, &request{action: act, stream: stream, expected: expected})
	return done, done.err
}
