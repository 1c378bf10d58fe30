package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

func (o *options) messagesCommand() *cobra.Command {
	var since, lang string
	c := leaf("messages FILE.csv", "what applicants are to be told since a position, with the mobile numbers; each look is noted", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		w, ok := vocabulary[lang]
		if !ok {
			return usage("--lang: en or zh, not %q", lang)
		}
		after := eventstore.Start
		if since != "" {
			var err error
			if after, err = eventstore.ParsePosition(since); err != nil {
				return usage("--since: %v", err)
			}
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			x := &messages{session: s, words: w, next: after}
			if s.trial == nil {
				if err := s.openVault(ctx); err != nil {
					return err
				}
			}
			rows := func(w *csv.Writer) error { return x.write(ctx, w) }
			return s.exportFile(args[0], 0o600, rows, func(object map[string]any) string {
				object["messages"], object["without_mobile"], object["next"] = x.count, x.mute, x.next.String()
				return fmt.Sprintf(": %d messages, %d of them without a number; what comes next is --since %s", x.count, x.mute, x.next)
			})
		})
	})
	c.Flags().StringVar(&since, "since", "", "position that the export before has named (default: everything)")
	c.Flags().StringVar(&lang, "lang", "en", "en or zh")
	return c
}

// messages is one export of them.
type messages struct {
	*session
	words words

	count, mute int
	next        eventstore.Position

	batch      []message
	applicants map[string]bool // of the batch
}

type message struct {
	at                                  eventstore.Position
	event, application, applicant, text string
}

// write writes a row for each event that concerns an applicant. Whoever is told several
// things is looked up once in a batch.
func (x *messages) write(ctx context.Context, rows *csv.Writer) error {
	if err := rows.Write([]string{"position", "event", "application", "mobile", "text"}); err != nil {
		return err
	}
	by, err := x.author()
	if err != nil {
		return err
	}
	x.applicants = map[string]bool{}
	for r, err := range x.store.ReadAll(ctx, x.next, application.StreamPrefix, indicator.StreamPrefix) {
		if err != nil {
			return fmt.Errorf("reading what happened: %w", err)
		}
		if err := x.add(ctx, r); err != nil {
			return err
		}
		x.next = r.Position
		if len(x.applicants) == office.MaxMobiles {
			if err := x.flush(ctx, by, rows); err != nil {
				return err
			}
		}
	}
	return x.flush(ctx, by, rows)
}

func (x *messages) add(ctx context.Context, r eventstore.Recorded) error {
	e, err := eventstore.Decode(r.Type, r.Data)
	if err != nil {
		return fmt.Errorf("reading %s at revision %d: %w", r.Stream, r.Revision, err)
	}
	code, of := strings.CutPrefix(r.Stream, application.StreamPrefix)
	if !of {
		l, err := eventstore.Of(catalog.Indicators).Load(ctx, x.store, r.Stream, catalog.Meta{})
		if err != nil {
			return err
		}
		code = l.State.Application
	}
	text, tell := x.words.message(code, e)
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

func (x *messages) flush(ctx context.Context, by office.Author, rows *csv.Writer) error {
	mobiles, err := x.office.Mobiles(ctx, by, slices.Sorted(maps.Keys(x.applicants)))
	if err != nil {
		return err
	}
	for _, one := range x.batch {
		mobile := mobiles[one.applicant]
		if mobile == "" {
			x.mute++
		}
		x.count++
		if err := rows.Write([]string{one.at.String(), one.event, one.application, mobile, one.text}); err != nil {
			return err
		}
	}
	x.batch = x.batch[:0]
	clear(x.applicants)
	return nil
}

// message is what the applicant is told of an event of his application or indicator. Of
// checks, credits and wishes of his own he is not told.
func (w words) message(code string, e catalog.Event) (string, bool) {
	said := w.events[strings.TrimSuffix(strings.TrimPrefix(e.EventType(), "application."), ".v1")]
	var because []string
	switch e := e.(type) {
	case application.Submitted, application.Edited, application.Approved, application.Renewed, application.Withdrawn, application.Expired, application.Awarded:
	case application.RecheckAnswered:
		said = w.answers[e.Answer]
	case application.Rejected:
		for _, r := range e.Reasons {
			because = append(because, w.reasons[string(r)])
		}
	case application.Disqualified:
		because = []string{w.bans[string(e.Reason)]}
	case indicator.Confirmed:
		said = w.rights[indicator.PhaseConfirmed] + fmt.Sprintf(w.useBy, e.UseBy)
	case indicator.Revoked:
		said, because = w.rights[indicator.PhaseRevoked], []string{w.revocations[string(e.Reason)]}
	case indicator.Used:
		said = w.rights[indicator.PhaseUsed]
	case indicator.Forfeited:
		said, because = w.rights[indicator.PhaseForfeited], []string{w.forfeits[string(e.Reason)]}
	default:
		return "", false
	}
	text := fmt.Sprintf(w.about, code, said)
	if len(because) > 0 {
		text += fmt.Sprintf(w.since, strings.Join(because, w.comma))
	}
	return text + w.stop, true
}
