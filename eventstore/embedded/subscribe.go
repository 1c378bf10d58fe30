package embedded

import (
	"context"
	"errors"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
)

var errStopping = errors.New("the server is stopping")

func (r *reading) subscribe(o *streams.ReadReq_Options) error {
	switch {
	case o.GetAll() != nil:
		return r.subscribeAll(o.GetAll())
	case o.GetStream() != nil:
		if r.out.filter != nil {
			return invalid("only $all can be filtered")
		}
		return r.subscribeStream(o.GetStream())
	}
	return invalid("the subscription names neither a stream nor $all")
}

func (r *reading) subscribeAll(o *streams.ReadReq_Options_AllOptions) error {
	v := r.store.acquire()
	from, err := r.positionOf(v, o)
	_, named := o.GetAllOption().(*streams.ReadReq_Options_AllOptions_Position)
	if named && err == nil {
		from, err = v.behind(from, from)
	}
	r.store.release(v)
	if err != nil {
		return err
	}
	considered := uint64(0)
	return r.followed(func(v *view) (bool, error) {
		p, err := scanAll(v, from, false, math.MaxUint64)
		if err != nil {
			return false, err
		}
		for _, e := range p.events {
			if _, err := r.out.event(v, e); err != nil {
				return false, err
			}
			if considered++; r.out.filter != nil && considered%r.out.filter.interval == 0 {
				if err := r.out.call.Send(checkpoint(e.position)); err != nil {
					return false, err
				}
			}
		}
		from = p.next
		return p.more, nil
	})
}

func (r *reading) subscribeStream(o *streams.ReadReq_Options_StreamOptions) error {
	stream := string(o.GetStreamIdentifier().GetStreamName())
	if err := checkStream(stream); err != nil {
		return err
	}
	from, ended := uint64(0), false
	switch at := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Revision:
		from = min(at.Revision, tombstoned-1) + 1
	case *streams.ReadReq_Options_StreamOptions_Start:
	case *streams.ReadReq_Options_StreamOptions_End:
		v := r.store.acquire()
		h, err := liveHead(v, stream)
		r.store.release(v)
		var f *fault
		ended = errors.As(err, &f) && f.code == codes.FailedPrecondition
		if err != nil && !ended {
			return err
		}
		from = uint64(h.last + 1)
	default:
		return invalid("the subscription has no revision")
	}
	return r.followed(func(v *view) (bool, error) {
		if ended { // nothing comes behind the end
			return false, nil
		}
		h, err := liveHead(v, stream)
		if err != nil {
			return false, err
		}
		w := newWindow(stream, h)
		p, err := w.scanStream(v, from, false, math.MaxUint64)
		if err != nil {
			return false, err
		}
		for _, e := range p.events {
			if _, err := r.out.event(v, e); err != nil {
				return false, err
			}
		}
		from = p.next
		return p.more, nil
	})
}

// followed confirms a subscription and follows the store.
func (r *reading) followed(next func(*view) (more bool, err error)) error {
	if err := r.out.call.Send(confirmation()); err != nil {
		return err
	}
	return r.follow(r.out.call.Context(), next, func() error { return r.out.call.Send(caughtUp()) })
}

// follow calls next for one page after the other, on the latest view, and waits for a later
// one whenever there is no more. Each time that it has come to the end it calls live.
func (s *Store) follow(
	ctx context.Context, next func(*view) (more bool, err error), live func() error,
) error {
	behind := true
	for {
		v := s.store.acquire()
		more, err := next(v)
		superseded := v.superseded
		s.store.release(v)
		if err != nil {
			return err
		}
		if more {
			behind = true
			continue
		}
		if behind {
			behind = false
			if err := live(); err != nil {
				return err
			}
		}
		select {
		case <-superseded:
		case <-s.stopping:
			return unavailable(errStopping)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
