package office

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Message is an event that an applicant is told of.
type Message struct {
	Position    eventstore.Position
	Event       catalog.Event
	Application string
	Applicant   string
	Mobile      string // of the main applicant; "" if the office has none
}

// IsTold reports whether applicants are told of such an event of their application or indicator.
// They are not told of checks, credits and wishes of their own, nor of what another event says:
// the application says that it is awarded.
func IsTold(e catalog.Event) bool {
	switch e.(type) {
	case application.Submitted, application.Edited, application.Approved, application.Rejected,
		application.RecheckAnswered, application.Renewed, application.Withdrawn,
		application.Expired, application.Disqualified, application.Awarded,
		indicator.Confirmed, indicator.Revoked, indicator.Used, indicator.Forfeited:
		return true
	}
	return false
}

// Messages tells what applicants are to be told of the events after a position. It returns the
// position up to which everything was told, at which the next call begins, also beside an error.
// The looks at mobile numbers are stored as those of [Office.Mobiles] are.
func (o *Office) Messages(
	ctx context.Context, by Author, since eventstore.Position, tell func(Message) error,
) (eventstore.Position, error) {
	if err := o.RequireAuthor(ctx, by, access.TypeRecordRead); err != nil {
		return since, err
	}
	x := messages{o, by, tell, nil, map[string]bool{}}
	told := since
	streams := []string{application.StreamPrefix, indicator.StreamPrefix}
	for r, err := range o.Store.ReadAll(ctx, since, streams...) {
		if err != nil {
			return told, fmt.Errorf("reading what happened: %w", err)
		}
		if err := x.add(ctx, r); err != nil {
			return told, err
		}
		since = r.Position
		if len(x.applicants) == MaxMobiles {
			if err := x.flush(ctx); err != nil {
				return told, err
			}
			told = since
		}
	}
	if err := x.flush(ctx); err != nil {
		return told, err
	}
	return since, nil
}

// messages are collected, so that applicants who are told several things are looked up once.
type messages struct {
	office     *Office
	by         Author
	tell       func(Message) error
	batch      []Message
	applicants map[string]bool // of the batch
}

func (x *messages) add(ctx context.Context, r eventstore.Recorded) error {
	e, err := eventstore.Decode(r.Type, r.Data)
	if err != nil {
		return fmt.Errorf("reading %s at revision %d: %w", r.Stream, r.Revision, err)
	}
	if !IsTold(e) {
		return nil
	}
	code, of := strings.CutPrefix(r.Stream, application.StreamPrefix)
	if !of {
		i, err := load(ctx, x.office, eventstore.Of(catalog.Indicators), r.Stream)
		if err != nil {
			return err
		}
		code = i.Application
	}
	a, err := x.office.LoadApplication(ctx, code)
	if err != nil {
		return err
	}
	x.batch = append(x.batch, Message{
		Position: r.Position, Event: e, Application: code, Applicant: a.Applicant,
	})
	x.applicants[a.Applicant] = true
	return nil
}

func (x *messages) flush(ctx context.Context) error {
	mobiles, err := x.office.Mobiles(ctx, x.by, slices.Sorted(maps.Keys(x.applicants)))
	if err != nil {
		return err
	}
	for _, m := range x.batch {
		m.Mobile = mobiles[m.Applicant]
		if err := x.tell(m); err != nil {
			return err
		}
	}
	x.batch = x.batch[:0]
	clear(x.applicants)
	return nil
}
