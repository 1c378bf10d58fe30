package export

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// messages is one export of them.
type messages struct {
	office *office.Office
	by     office.Author
	page   *cli.Page

	count, mute int
	next        eventstore.Position

	batch      []message
	applicants map[string]bool // of the batch
}

type message struct {
	at                                  eventstore.Position
	event, application, applicant, text string
}

// write writes a row for each event that concerns an applicant. Applicants who are told several
// things are looked up once in a batch.
func (x *messages) write(ctx context.Context, rows *csv.Writer) error {
	if err := rows.Write(
		[]string{"position", "event", "application", "mobile", "text"},
	); err != nil {
		return err
	}
	for r, err := range x.office.Store.ReadAll(ctx, x.next, application.StreamPrefix,
		indicator.StreamPrefix) {
		if err != nil {
			return fmt.Errorf("reading what happened: %w", err)
		}
		if err := x.add(ctx, r); err != nil {
			return err
		}
		x.next = r.Position
		if len(x.applicants) == office.MaxMobiles {
			if err := x.flush(ctx, rows); err != nil {
				return err
			}
		}
	}
	return x.flush(ctx, rows)
}

func (x *messages) add(ctx context.Context, r eventstore.Recorded) error {
	e, err := eventstore.Decode(r.Type, r.Data)
	if err != nil {
		return fmt.Errorf("reading %s at revision %d: %w", r.Stream, r.Revision, err)
	}
	code, of := strings.CutPrefix(r.Stream, application.StreamPrefix)
	if !of {
		l, err := eventstore.Of(catalog.Indicators).Load(
			ctx, x.office.Store, r.Stream, catalog.Meta{},
		)
		if err != nil {
			return err
		}
		code = l.State.Application
	}
	text, tell := textOf(x.page, code, e)
	if !tell {
		return nil
	}
	a, err := x.office.LoadApplication(ctx, code)
	if err != nil {
		return err
	}
	x.batch = append(x.batch, message{r.Position, r.Type, code, a.Applicant, text})
	x.applicants[a.Applicant] = true
	return nil
}

func (x *messages) flush(ctx context.Context, rows *csv.Writer) error {
	mobiles, err := x.office.Mobiles(ctx, x.by, slices.Sorted(maps.Keys(x.applicants)))
	if err != nil {
		return err
	}
	for _, one := range x.batch {
		mobile := mobiles[one.applicant]
		if mobile == "" {
			x.mute++
		}
		x.count++
		if err := rows.Write(
			[]string{one.at.String(), one.event, one.application, mobile, one.text},
		); err != nil {
			return err
		}
	}
	x.batch = x.batch[:0]
	clear(x.applicants)
	return nil
}

// textOf is what the applicant is told of an event of their application or indicator. They are
// not told of checks, credits and wishes of their own.
func textOf(p *cli.Page, code string, e catalog.Event) (string, bool) {
	said := p.Text(
		"event." + strings.TrimSuffix(strings.TrimPrefix(e.EventType(), "application."), ".v1"),
	)
	var because string
	switch e := e.(type) {
	case application.Submitted, application.Edited, application.Approved, application.Renewed,
		application.Withdrawn, application.Expired, application.Awarded:
	case application.RecheckAnswered:
		said = words.Name(p.Words, "answer", e.Answer)
	case application.Rejected:
		because = words.Names(p.Words, "reason", e.Reasons)
	case application.Disqualified:
		because = words.Name(p.Words, "ban", e.Reason)
	case indicator.Confirmed:
		said = p.Right(indicator.PhaseConfirmed, "") + p.Say("use_by", e.UseBy)
	case indicator.Revoked:
		said, because = p.Right(indicator.PhaseRevoked, ""), words.Name(
			p.Words, "revocation", e.Reason,
		)
	case indicator.Used:
		said = p.Right(indicator.PhaseUsed, "")
	case indicator.Forfeited:
		said = p.Right(indicator.PhaseForfeited, rules.Vacancy(e.Reason))
	default:
		return "", false
	}
	text := p.Say("message.about", code, said)
	if because != "" {
		text += p.Say("message.since", because)
	}
	return text + p.Text("message.stop"), true
}
