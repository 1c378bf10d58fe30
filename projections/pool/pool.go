package pool

import (
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
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
	won            TEXT    NOT NULL,            -- id of the indicator, or empty
	valid_until    INTEGER NOT NULL             -- seconds since 1970, or 0: without end, or not approved
) STRICT;

CREATE TABLE pool_renewals (
	code   TEXT    NOT NULL,
	leaf   INTEGER NOT NULL,
	before INTEGER NOT NULL,                    -- valid until, without this renewal
	PRIMARY KEY (code, leaf)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_terms (
	rules          TEXT NOT NULL,
	indicator      TEXT NOT NULL,
	applicant_kind TEXT NOT NULL,
	pool           TEXT NOT NULL,
	counts_loss    INTEGER NOT NULL, -- 1: a draw counts as lost for whoever is not selected
	by_choice      INTEGER NOT NULL, -- 1: only who chooses the pool is in it
	PRIMARY KEY (rules, indicator, applicant_kind, pool)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_choices (
	code TEXT NOT NULL,
	pool TEXT NOT NULL,
	PRIMARY KEY (code, pool)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_rounds (
	id             TEXT NOT NULL PRIMARY KEY,
	rules          TEXT NOT NULL,
	closes         INTEGER NOT NULL,            -- seconds since 1970
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
func (Projection) Version() int { return 4 }

// Schema makes the tables.
func (Projection) Schema() string { return schema }

// Streams are those that the tables follow from.
func (Projection) Streams() []string {
	return []string{rules.StreamPrefix, application.StreamPrefix, round.StreamPrefix}
}

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
	validUntil                 domain.Time
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
	}
	return fmt.Errorf("event %s is not known to this projection", e.Fact.EventType())
}

// End writes the applications that were held back.
func (b *batch) End() error {
	const columns = 13
	values := make([]any, 0, columns*len(b.order))
	for _, r := range b.order {
		s := r.submission
		values = append(values, r.code, string(s.Indicator), string(s.Standing.Applicant), r.phase,
			s.Applicant, s.Round,
			int64(s.SubmittedAt), r.standing, orNull(r.approved), orNull(r.gone), int64(0), r.won,
			int64(r.validUntil))
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

func (b *batch) rules(fact rules.Event) error {
	switch fact := fact.(type) {
	case rules.Adopted:
		var values []any
		for _, p := range fact.Pools {
			for _, kind := range p.Applicants {
				values = append(values, fact.Name, string(p.Indicator), string(kind), p.Name,
					p.Method.CountsLoss(), p.Entrance == rules.ByChoice)
			}
		}
		return b.tx.Insert("pool_terms", 6, values)
	}
	return fmt.Errorf("event %s of rules is not known to this projection", fact.EventType())
}
