// Package timeline keeps the history of every application: one row for each event of
// its stream, with who caused it and when. The rows hold what is said to an applicant;
// the standing and the tags of the members stay in the events.
//
// # Table
//
//	timeline_events  code and revision of the event, its type, time and actor, and its
//	                 data as JSON; submissions keep round and kinds only, edits keep none
//
// # Events
//
// Those of applications.
package timeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/projections"
)

// Name of the projection.
const Name = "timeline"

const schema = `
CREATE TABLE timeline_events (
	code     TEXT    NOT NULL,
	revision INTEGER NOT NULL, -- in the stream of the application, from 0
	type     TEXT    NOT NULL,
	at       INTEGER NOT NULL, -- seconds since 1970
	actor    TEXT    NOT NULL,
	facts    TEXT    NOT NULL, -- JSON object
	PRIMARY KEY (code, revision)
) STRICT, WITHOUT ROWID;
`

// Projection is the history of all applications, for [projections.Open].
type Projection struct{}

// Name is [Name].
func (Projection) Name() string { return Name }

// Version rises with every change of the table or of what is in it.
func (Projection) Version() int { return 1 }

// Schema makes the table.
func (Projection) Schema() string { return schema }

// Streams are those that the tables follow from.
func (Projection) Streams() []string {
	return []string{application.StreamPrefix}
}

// Begin starts a transaction.
func (Projection) Begin(tx *projections.Tx) projections.Batch { return &batch{tx: tx} }

// columns of timeline_events.
const columns = 6

// batch holds the rows of a transaction back, to insert many at a time.
type batch struct {
	tx   *projections.Tx
	rows []any
}

// Apply takes in an event.
func (b *batch) Apply(e projections.Event) error {
	switch fact := e.Fact.(type) {
	case application.Event:
		return b.application(e, fact)
	}
	return fmt.Errorf("event %s is not known to this projection", e.Fact.EventType())
}

// End writes the rows that were held back.
func (b *batch) End() error { return b.tx.Insert("timeline_events", columns, b.rows) }

// submission is what is kept of a submission.
type submission struct {
	Round     string               `json:"round"`
	Indicator domain.IndicatorKind `json:"indicator"`
	Applicant domain.ApplicantKind `json:"applicant"`
}

func (b *batch) application(e projections.Event, fact application.Event) error {
	m, err := e.Meta()
	if err != nil {
		return err
	}
	var kept any = fact
	switch fact := fact.(type) {
	case application.Submitted:
		kept = submission{fact.Round, fact.Indicator, fact.Standing.Applicant}
	case application.Edited:
		kept = struct{}{}
	case application.CheckRecorded, application.Credited, application.Approved,
		application.Rejected,
		application.RecheckAsked, application.RecheckAnswered, application.Renewed,
		application.Withdrawn, application.Expired, application.Disqualified, application.Awarded:
	default:
		return fmt.Errorf("event %s of an application is not known to this projection",
			fact.EventType())
	}
	facts, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("writing the facts of %s: %w", fact.EventType(), err)
	}
	b.rows = append(b.rows, e.ID, int64(e.Revision()), fact.EventType(), int64(m.At), m.Actor,
		string(facts))
	return nil
}

// Timeline answers questions from the table.
type Timeline struct{ db *projections.DB }

// Of gives access to the table in a file that was opened with [Projection].
func Of(db *projections.DB) Timeline { return Timeline{db} }

// Event is one row.
type Event struct {
	Revision uint64          `json:"revision"`
	Type     string          `json:"type"`
	At       domain.Time     `json:"at"`
	Actor    string          `json:"actor"`
	Facts    json.RawMessage `json:"facts"`
}

// Events lists the history of an application, the oldest first; none of one that was
// never submitted.
func (t Timeline) Events(ctx context.Context, code string) (events []Event, err error) {
	rows, err := t.db.Reader().QueryContext(ctx,
		"SELECT revision, type, at, actor, facts FROM timeline_events WHERE code = $1 ORDER BY "+
			"revision", code)
	if err != nil {
		return nil, fmt.Errorf("reading the history of application %s: %w", code, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e Event
		var facts []byte
		if err := rows.Scan(&e.Revision, &e.Type, &e.At, &e.Actor, &facts); err != nil {
			return nil, fmt.Errorf("reading the history of application %s: %w", code, err)
		}
		e.Facts = facts
		events = append(events, e)
	}
	return events, rows.Err()
}
