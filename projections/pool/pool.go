package pool

import (
	"encoding/json"
	"fmt"

	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/reservation"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/projections"
)

// Name of the projection.
const Name = "pool"

const schema = `
CREATE TABLE pool_applications (
	code           TEXT    NOT NULL PRIMARY KEY,
	indicator      TEXT    NOT NULL,
	applicant_kind TEXT    NOT NULL,
	phase          TEXT    NOT NULL,
	applicant      TEXT    NOT NULL,
	round          TEXT    NOT NULL,            -- in whose window it was submitted
	submitted_at   INTEGER NOT NULL,            -- seconds since 1970
	standing       TEXT    NOT NULL,            -- JSON as in the event
	approved_leaf  INTEGER,
	gone_leaf      INTEGER,
	losses         INTEGER NOT NULL,
	won            TEXT    NOT NULL             -- id of the indicator, or empty
) STRICT;

CREATE TABLE pool_terms (
	rules          TEXT NOT NULL,
	indicator      TEXT NOT NULL,
	applicant_kind TEXT NOT NULL,
	pool           TEXT NOT NULL,
	method         TEXT NOT NULL,
	PRIMARY KEY (rules, indicator, applicant_kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_rounds (
	id             TEXT NOT NULL PRIMARY KEY,
	rules          TEXT NOT NULL,
	ledger_size    INTEGER,
	published_leaf INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_seats (
	round TEXT    NOT NULL,
	pool  TEXT    NOT NULL,
	seats INTEGER NOT NULL,
	PRIMARY KEY (round, pool)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_seated (
	round TEXT NOT NULL,
	code  TEXT NOT NULL,
	PRIMARY KEY (round, code)
) STRICT, WITHOUT ROWID;
`

// Projection is the current pool, for [projections.Open].
type Projection struct{}

// Name is [Name].
func (Projection) Name() string { return Name }

// Version rises with every change of the tables or of what is in them.
func (Projection) Version() int { return 2 }

// Schema makes the tables.
func (Projection) Schema() string { return schema }

// Begin starts a transaction.
func (Projection) Begin(tx *projections.Tx) projections.Batch {
	return &batch{tx: tx, submitted: map[string]*row{}}
}

// batch holds back the applications that are submitted in this transaction, so that
// what happens to them in it costs no statement of its own.
type batch struct {
	tx        *projections.Tx
	submitted map[string]*row
	order     []*row
}

// row is a line of pool_applications that is not written yet.
type row struct {
	code, phase, standing, won string
	submission                 application.Submitted
	approved, gone             *int64
}

// Apply takes in an event.
func (b *batch) Apply(e projections.Event) error {
	switch fact := e.Fact.(type) {
	case application.Event:
		return b.application(e, fact)
	case round.Event:
		return b.round(e, fact)
	case rules.Event:
		return b.rules(fact)
	case officer.Event, applicant.Event, reservation.Event, indicator.Event:
		return nil // ignored
	}
	return fmt.Errorf("event %s is not known to this projection", e.Fact.EventType())
}

// End writes the applications that were held back.
func (b *batch) End() error {
	const columns = 12
	values := make([]any, 0, columns*len(b.order))
	for _, r := range b.order {
		s := r.submission
		values = append(values, r.code, string(s.Indicator), string(s.Standing.Applicant), r.phase, s.Applicant, s.Round,
			int64(s.SubmittedAt), r.standing, orNull(r.approved), orNull(r.gone), int64(0), r.won)
	}
	b.submitted, b.order = map[string]*row{}, nil
	return b.tx.Insert("pool_applications", columns, values)
}

func orNull(leaf *int64) any {
	if leaf == nil {
		return nil
	}
	return *leaf
}

func (b *batch) application(e projections.Event, fact application.Event) error {
	r := b.submitted[e.ID]
	switch fact := fact.(type) {
	case application.Submitted:
		if r != nil {
			return fmt.Errorf("application %s was submitted before", e.ID)
		}
		standing, err := json.Marshal(fact.Standing)
		if err != nil {
			return fmt.Errorf("writing the standing: %w", err)
		}
		r = &row{code: e.ID, phase: string(application.PhaseSubmitted), standing: string(standing), submission: fact}
		b.submitted[e.ID] = r
		b.order = append(b.order, r)
		return nil
	case application.Edited:
		standing, err := json.Marshal(fact.Standing)
		if err != nil {
			return fmt.Errorf("writing the standing: %w", err)
		}
		if r != nil {
			r.phase, r.standing = string(application.PhaseSubmitted), string(standing)
			return nil
		}
		return b.update(e.ID, "phase = $2, standing = $3", string(application.PhaseSubmitted), string(standing))
	case application.Approved:
		if r != nil {
			r.phase, r.approved = string(application.PhaseApproved), &e.Leaf
			return nil
		}
		return b.update(e.ID, "phase = $2, approved_leaf = $3", string(application.PhaseApproved), e.Leaf)
	case application.Rejected:
		if r != nil {
			r.phase = string(application.PhaseRejected)
			return nil
		}
		return b.update(e.ID, "phase = $2", string(application.PhaseRejected))
	case application.Withdrawn:
		if r != nil {
			r.phase, r.gone = string(application.PhaseWithdrawn), &e.Leaf
			return nil
		}
		return b.update(e.ID, "phase = $2, gone_leaf = coalesce(gone_leaf, $3)", string(application.PhaseWithdrawn), e.Leaf)
	case application.Awarded:
		if r != nil {
			r.phase, r.won, r.gone = string(application.PhaseAwarded), fact.Indicator, &e.Leaf
			return nil
		}
		return b.update(e.ID, "phase = $2, won = $3, gone_leaf = coalesce(gone_leaf, $4)", string(application.PhaseAwarded), fact.Indicator, e.Leaf)
	}
	return fmt.Errorf("event %s of an application is not known to this projection", fact.EventType())
}

func (b *batch) update(code, set string, values ...any) error {
	return b.tx.One("application", "UPDATE pool_applications SET "+set+" WHERE code = $1", append([]any{code}, values...)...)
}

func (b *batch) rules(fact rules.Event) error {
	switch fact := fact.(type) {
	case rules.Adopted:
		var values []any
		for _, p := range fact.Pools {
			for _, kind := range p.Applicants {
				values = append(values, fact.Name, string(p.Indicator), string(kind), p.Name, string(p.Method))
			}
		}
		return b.tx.Insert("pool_terms", 5, values)
	}
	return fmt.Errorf("event %s of rules is not known to this projection", fact.EventType())
}
