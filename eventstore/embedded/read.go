package embedded

import (
	"errors"
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
)

// Read answers reads and subscriptions.
func (s *service) Read(req *streams.ReadReq, call streams.Streams_ReadServer) error {
	o := req.GetOptions()
	if err := s.access.permit(call.Context(), streamOf(o)); err != nil {
		return err
	}
	if o.GetFilterOption() == nil {
		return invalid("the read has neither a filter nor says that it has none")
	}
	out := &sender{call: call, resolve: o.GetResolveLinks(), stringIDs: hasStringIDs(o)}
	if f, ok := o.GetFilterOption().(*streams.ReadReq_Options_Filter); ok {
		_, subscription := o.GetCountOption().(*streams.ReadReq_Options_Subscription)
		parsed, err := parseFilter(f.Filter, subscription)
		if err != nil {
			return err
		}
		out.filter = parsed
	}
	r := reading{
		service: s, out: out,
		backwards: o.GetReadDirection() == streams.ReadReq_Options_Backwards,
	}
	switch count := o.GetCountOption().(type) {
	case *streams.ReadReq_Options_Count:
		r.left = count.Count
		return r.read(o)
	case *streams.ReadReq_Options_Subscription:
		if r.backwards {
			return invalid("a subscription cannot go backwards")
		}
		return r.subscribe(o)
	}
	return invalid("the read has neither a count nor a subscription")
}

// streamOf is the stream that is read, or $all.
func streamOf(o *streams.ReadReq_Options) string {
	if o.GetAll() != nil {
		return allStream
	}
	return string(o.GetStream().GetStreamIdentifier().GetStreamName())
}

func hasStringIDs(o *streams.ReadReq_Options) bool {
	u := o.GetUuidOption()
	return u != nil && u.GetString_() != nil
}

// reading is one call of Read.
type reading struct {
	*service
	out       *sender
	backwards bool
	left      uint64 // events still asked for
}

func (r *reading) read(o *streams.ReadReq_Options) error {
	v := r.store.acquire()
	defer r.store.release(v)
	switch {
	case o.GetAll() != nil:
		from, err := r.positionOf(v, o.GetAll())
		if err != nil {
			return err
		}
		return r.readAll(v, from)
	case o.GetStream() != nil:
		if r.out.filter != nil {
			return invalid("only $all can be filtered")
		}
		return r.readStream(v, o.GetStream())
	}
	return invalid("the read names neither a stream nor $all")
}

// positionOf returns the position that a read or subscription names.
func (r *reading) positionOf(v *view, o *streams.ReadReq_Options_AllOptions) (uint64, error) {
	switch at := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		return 0, nil
	case *streams.ReadReq_Options_AllOptions_End:
		return v.tail, nil
	case *streams.ReadReq_Options_AllOptions_Position:
		commit, prepare := at.Position.GetCommitPosition(), at.Position.GetPreparePosition()
		if commit == math.MaxUint64 && prepare == math.MaxUint64 {
			return v.tail, nil
		}
		return commit, v.checkPosition(commit, prepare)
	}
	return 0, invalid("the read of $all has no position")
}

// checkPosition refuses a position where no record begins. 0 lies before the first.
func (v *view) checkPosition(commit, prepare uint64) error {
	if commit == 0 && prepare == 0 {
		return nil
	}
	_, ok, err := v.recordAt(commit)
	if err == nil && (!ok || commit != prepare) {
		err = invalid("invalid position: no record begins at %d/%d", commit, prepare)
	}
	return err
}

// behind returns where the record ends that begins at a position.
func (v *view) behind(commit, prepare uint64) (uint64, error) {
	if err := v.checkPosition(commit, prepare); err != nil || commit == 0 {
		return 0, err
	}
	end, _, err := v.recordAt(commit)
	return end, err
}

func (r *reading) readAll(v *view, from uint64) error {
	for r.left > 0 {
		limit := r.left
		if r.out.filter != nil {
			limit = math.MaxUint64
		}
		p, err := scanAll(v, from, r.backwards, limit)
		if err != nil {
			return err
		}
		for _, e := range p.events {
			sent, err := r.out.event(v, e)
			if err != nil {
				return err
			}
			if sent {
				r.left--
			}
			if r.left == 0 {
				return nil
			}
		}
		if !p.more {
			return nil
		}
		from = p.next
	}
	return nil
}

func (r *reading) readStream(v *view, o *streams.ReadReq_Options_StreamOptions) error {
	stream := string(o.GetStreamIdentifier().GetStreamName())
	w, err := v.window(stream)
	if err != nil {
		return err
	}
	if w == nil {
		return r.out.call.Send(streamNotFound(stream))
	}
	from := uint64(0)
	switch at := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Revision:
		from = at.Revision
	case *streams.ReadReq_Options_StreamOptions_Start:
	case *streams.ReadReq_Options_StreamOptions_End:
		from = math.MaxUint64
	default:
		return invalid("the read has no revision")
	}
	return w.each(v, from, r.backwards, r.left, func(e stored) error {
		_, err := r.out.event(v, e)
		return err
	})
}

// liveHead returns the head of a stream that is not tombstoned.
func liveHead(v *view, stream string) (head, error) {
	h, err := v.head(stream)
	if err != nil {
		return h, err
	}
	dead := h.tombstoned
	if original, ok := originalOf(stream); ok && !dead {
		o, err := v.head(original)
		if err != nil {
			return h, err
		}
		dead = o.tombstoned
	}
	if dead {
		return h, streamDeleted(stream)
	}
	return h, nil
}

// sender sends events in the form that the reader asked for.
type sender struct {
	call      streams.Streams_ReadServer
	filter    *filter // nil without one
	resolve   bool
	stringIDs bool
}

// event sends an event unless the filter drops it.
func (s *sender) event(v *view, e stored) (sent bool, err error) {
	if s.filter != nil {
		if wanted, err := s.filter.selects(e.frame); err != nil || !wanted {
			return false, unreadable(e, err)
		}
	}
	if !s.resolve && !s.stringIDs {
		return true, s.send(e.frame)
	}
	parsed, err := parseFrame(e.frame)
	if err != nil {
		return false, unreadable(e, err)
	}
	if s.resolve && string(parsed.eventType) == typeLink {
		if l, ok := parseLink(parsed.data); ok {
			target, err := l.follow(v)
			if err != nil {
				return false, err
			}
			return true, s.send(appendFrame(nil, s.encoded(target), nil, s.encoded(&parsed),
				e.position))
		}
	}
	if s.stringIDs {
		return true, s.send(appendFrame(nil, s.encoded(&parsed), nil, nil, e.position))
	}
	return true, s.send(e.frame)
}

func unreadable(e stored, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("reading the event at %d: %w", e.position, err)
}

func (s *sender) send(frame []byte) error { return s.call.SendMsg(rawFrame(frame)) }

// encoded returns an encoded RecordedEvent, nothing for no event.
func (s *sender) encoded(e *event) []byte {
	switch {
	case e == nil:
		return nil
	case s.stringIDs:
		return e.stringID()
	default:
		return e.recorded
	}
}

// follow returns the event that a link names, or nothing when it cannot be seen.
func (l link) follow(v *view) (*event, error) {
	if l.stream == "" {
		return nil, nil
	}
	h, err := liveHead(v, l.stream)
	var f *fault
	if errors.As(err, &f) && f.code == codes.FailedPrecondition {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	revision := uint64(l.revision)
	if l.revision == lastEvent {
		revision = uint64(h.last)
	}
	w := newWindow(l.stream, h)
	p, err := w.scanStream(v, revision, false, 1)
	if err != nil || len(p.events) == 0 || p.events[0].revision != revision {
		return nil, err
	}
	e, err := parseFrame(p.events[0].frame)
	if err != nil {
		return nil, fmt.Errorf("following a link: %w", err)
	}
	return &e, nil
}
