package embedded

import (
	"errors"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
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
	if _, named := o.GetAllOption().(*streams.ReadReq_Options_AllOptions_Position); named && err == nil && from > 0 {
		from, _, err = v.recordAt(from) // exclusive
	}
	r.store.release(v)
	if err != nil {
		return err
	}
	considered := uint64(0)
	return r.follow(func(v *view) (bool, error) {
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
	from := uint64(0)
	switch at := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Revision:
		from = min(at.Revision, tombstoned-1) + 1
	case *streams.ReadReq_Options_StreamOptions_Start:
	case *streams.ReadReq_Options_StreamOptions_End:
		v := r.store.acquire()
		h, err := liveHead(v, stream)
		r.store.release(v)
		if err != nil {
			return err
		}
		from = uint64(h.last + 1)
	default:
		return invalid("the subscription has no revision")
	}
	return r.follow(func(v *view) (bool, error) {
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

// follow confirms a subscription and calls next for one page after the other, on the
// latest view, waiting for a later one whenever there is no more.
func (r *reading) follow(next func(*view) (more bool, err error)) error {
	if err := r.out.call.Send(confirmation()); err != nil {
		return err
	}
	live := false
	for {
		v := r.store.acquire()
		more, err := next(v)
		superseded := v.superseded
		r.store.release(v)
		if err != nil {
			return err
		}
		if more {
			live = false
			continue
		}
		if !live {
			live = true
			if err := r.out.call.Send(caughtUp()); err != nil {
				return err
			}
		}
		select {
		case <-superseded:
		case <-r.stopping:
			return unavailable(errStopping)
		case <-r.out.call.Context().Done():
			return r.out.call.Context().Err()
		}
	}
}
