package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
)

// maxAppendSize bounds the data, metadata and twice the types of one append.
const maxAppendSize = 1 << 20

// service implements the Streams service.
type service struct {
	streams.UnimplementedStreamsServer
	store    *store
	writer   *writer
	access   *access       // nil when everybody may do everything
	stopping chan struct{} // closed when subscriptions have to end
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
		msg, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return b.finish()
		}
		if err != nil {
			return nil, fmt.Errorf("receiving an append: %w", err)
		}
		b.add(msg)
	}
}

// requestBuilder collects the messages of one append. After the first error it only
// counts.
type requestBuilder struct {
	caller  caller
	request *request
	size    int
	err     error
}

func (b *requestBuilder) add(msg *streams.AppendReq) {
	if b.err != nil {
		return
	}
	switch content := msg.GetContent().(type) {
	case *streams.AppendReq_Options_:
		b.options(content.Options)
	case *streams.AppendReq_ProposedMessage_:
		b.event(content.ProposedMessage)
	default:
		b.err = invalid("a message of the append is empty")
	}
}

func (b *requestBuilder) options(o *streams.AppendReq_Options) {
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

func (b *requestBuilder) event(m *streams.AppendReq_ProposedMessage) {
	if b.request == nil {
		b.err = invalid("the append has an event before its options")
		return
	}
	p, err := parseProposal(b.request.stream, m)
	if err != nil {
		b.err = err
		return
	}
	b.size += len(m.GetData()) + len(m.GetCustomMetadata()) + 2*len(m.GetMetadata()[keyType])
	if b.size > maxAppendSize {
		b.err, b.request.events = appendTooLarge(), nil
		return
	}
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

func parseProposal(stream string, m *streams.AppendReq_ProposedMessage) (proposal, error) {
	id, err := parseID(m.GetId())
	if err != nil {
		return proposal{}, err
	}
	eventType, ok := m.GetMetadata()[keyType]
	if !ok {
		return proposal{}, missingProperty(keyType)
	}
	contentType, ok := m.GetMetadata()[keyContentType]
	if !ok {
		return proposal{}, missingProperty(keyContentType)
	}
	if eventType == "" || len(eventType) > maxNameLength {
		return proposal{}, invalid("an event type needs 1 to %d bytes", maxNameLength)
	}
	return newProposal(stream, id, eventType, contentType == contentJSON, m.GetCustomMetadata(), m.GetData()), nil
}

func parseID(u *shared.UUID) (uuid.UUID, error) {
	var id uuid.UUID
	switch v := u.GetValue().(type) {
	case *shared.UUID_Structured_:
		id = structuredID(v.Structured)
	case *shared.UUID_String_:
		parsed, err := uuid.Parse(v.String_)
		if err != nil {
			return id, invalid("an event id is malformed")
		}
		id = parsed
	}
	if id == uuid.Nil {
		return id, invalid("an event id is empty")
	}
	return id, nil
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
		Position: &streams.DeleteResp_Position{CommitPosition: done.position, PreparePosition: done.position},
	}}, nil
}

// Tombstone ends a stream for ever.
func (s *service) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := req.GetOptions()
	_, exact := o.GetExpectedStreamRevision().(*streams.TombstoneReq_Options_Revision)
	done, err := s.end(ctx, actTombstone, o, exact)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{
		Position: &streams.TombstoneResp_Position{CommitPosition: done.position, PreparePosition: done.position},
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
