package results

import (
	"fmt"

	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/projections"
)

// Name of the projection.
const Name = "results"

const schema = `
CREATE TABLE results_rules (
	rules  TEXT    NOT NULL,
	pool   TEXT    NOT NULL,
	place  INTEGER NOT NULL, -- in the rules, from 1
	method TEXT    NOT NULL,
	PRIMARY KEY (rules, pool)
) STRICT, WITHOUT ROWID;

CREATE TABLE results_rounds (
	id           TEXT    NOT NULL PRIMARY KEY,
	phase        TEXT    NOT NULL,
	rules        TEXT    NOT NULL,
	opens        INTEGER NOT NULL, -- seconds since 1970
	closes       INTEGER NOT NULL,
	ledger_size  INTEGER,
	draw_time    INTEGER,
	chain        TEXT,             -- 64 hex digits
	beacon_round INTEGER,
	signature    TEXT,             -- 96 hex digits
	seed         TEXT,             -- 64 hex digits
	void_reason  TEXT,
	superseded   INTEGER NOT NULL, -- announcements before the valid one
	reruns       TEXT    NOT NULL  -- the voided round that it stands for, or empty
) STRICT, WITHOUT ROWID;

CREATE TABLE results_pools (
	round   TEXT    NOT NULL,
	pool    TEXT    NOT NULL,
	place   INTEGER NOT NULL, -- in the rules, from 1
	method  TEXT    NOT NULL,
	count   INTEGER NOT NULL, -- applications on the roster
	weight  INTEGER NOT NULL, -- their tickets, points or heads
	seats   INTEGER,
	reserve INTEGER,
	selected INTEGER,         -- ranks that have a seat, or will: the seats until the draw says otherwise
	returned INTEGER,         -- seats that nobody used, once settled
	PRIMARY KEY (round, pool)
) STRICT, WITHOUT ROWID;

CREATE TABLE results_ranks (
	round    TEXT    NOT NULL,
	pool     TEXT    NOT NULL,
	rank     INTEGER NOT NULL,
	code     TEXT    NOT NULL,
	selected INTEGER NOT NULL, -- 1 on a seat, 0 on the reserve list
	PRIMARY KEY (round, pool, rank)
) STRICT, WITHOUT ROWID;

CREATE INDEX results_ranks_code ON results_ranks (code);

CREATE TABLE results_indicators (
	id     TEXT    NOT NULL PRIMARY KEY,
	round  TEXT    NOT NULL,
	pool   TEXT    NOT NULL,
	rank   INTEGER NOT NULL,
	code   TEXT    NOT NULL,
	phase  TEXT    NOT NULL,
	use_by INTEGER,            -- seconds since 1970, once confirmed
	returns_year INTEGER,      -- quota that it goes back to, if a lapse says so
	returns_pool TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX results_indicators_code ON results_indicators (code);
CREATE INDEX results_indicators_rank ON results_indicators (round, pool, rank);
CREATE INDEX results_indicators_returns ON results_indicators (returns_year, returns_pool)
	WHERE returns_year IS NOT NULL;
CREATE INDEX results_indicators_stated ON results_indicators (round, pool)
	WHERE returns_year IS NOT NULL;
CREATE INDEX results_rounds_draw_time ON results_rounds (draw_time);
`

// Projection is the results of all rounds, for [projections.Open].
type Projection struct{}

// Name is [Name].
func (Projection) Name() string { return Name }

// Version rises with every change of the tables or of what is in them.
func (Projection) Version() int { return 4 }

// Schema makes the tables.
func (Projection) Schema() string { return schema }

// Streams are those that the tables follow from.
func (Projection) Streams() []string {
	return []string{rules.StreamPrefix, round.StreamPrefix, indicator.StreamPrefix}
}

// Begin starts a transaction.
func (Projection) Begin(tx *projections.Tx) projections.Batch { return batch{tx} }

// batch writes every event at once; nothing is held back.
type batch struct{ tx *projections.Tx }

// Apply takes in an event.
func (b batch) Apply(e projections.Event) error {
	switch fact := e.Fact.(type) {
	case round.Event:
		return b.round(e.ID, fact)
	case indicator.Event:
		return b.indicator(e.ID, fact)
	case rules.Event:
		return b.rules(fact)
	}
	return fmt.Errorf("event %s is not known to this projection", e.Fact.EventType())
}

// End has nothing to write.
func (b batch) End() error { return nil }

func (b batch) rules(fact rules.Event) error {
	switch fact := fact.(type) {
	case rules.Adopted:
		var values []any
		for i, p := range fact.Pools {
			values = append(values, fact.Name, p.Name, i+1, string(p.Method))
		}
		return b.tx.Insert("results_rules", 4, values)
	}
	return fmt.Errorf("event %s of rules is not known to this projection", fact.EventType())
}

func (b batch) round(id string, fact round.Event) error {
	switch fact := fact.(type) {
	case round.Opened:
		return b.tx.Insert("results_rounds", 14, []any{
			id, string(round.PhaseOpened), fact.Rules, int64(fact.Opens), int64(fact.Closes),
			nil, nil, nil, nil, nil, nil, nil, 0, fact.Reruns,
		})
	case round.Closed:
		return b.update(id, round.PhaseClosed, "")
	case round.Sealed:
		return b.sealed(id, fact)
	case round.Announced:
		return b.announced(id, fact.Pools, "", int64(fact.DrawTime), fact.Chain.String(),
			fact.BeaconRound)
	case round.AnnouncementSuperseded:
		return b.announced(id, fact.Pools, ", superseded = superseded + 1", int64(fact.DrawTime),
			fact.Chain.String(), fact.BeaconRound)
	case round.Anchored, round.CeremonyRecorded:
		return nil // evidence and input of the draw; the public ledger shows them
	case round.BeaconRecorded:
		return b.update(id, round.PhaseSeeded, ", signature = $3", fact.Signature)
	case round.Drawn:
		for _, r := range fact.Results {
			if r.ReserveFrom == 0 {
				continue
			}
			if err := b.tx.One("pool "+r.Pool,
				"UPDATE results_pools SET selected = $3 WHERE round = $1 AND pool = $2", id, r.Pool,
				r.ReserveFrom-1); err != nil {
				return err
			}
		}
		return b.update(id, round.PhaseDrawn, ", seed = $3", fact.Seed.String())
	case round.Ranked:
		return b.ranked(id, fact)
	case round.Published:
		return b.update(id, round.PhasePublished, "")
	case round.Settled:
		return b.settled(id, fact)
	case round.Voided:
		if _, err := b.tx.Exec("DELETE FROM results_ranks WHERE round = $1", id); err != nil {
			return err
		}
		return b.update(id, round.PhaseVoided, ", void_reason = $3", string(fact.Reason))
	}
	return fmt.Errorf("event %s of a round is not known to this projection", fact.EventType())
}

func (b batch) announced(id string, pools []round.Seats, set string, values ...any) error {
	for _, p := range pools {
		if err := b.tx.One("pool "+p.Pool,
			"UPDATE results_pools SET seats = $3, reserve = $4, selected = $3 WHERE round = $1 "+
				"AND pool = $2",
			id, p.Pool, p.Seats, p.Reserve); err != nil {
			return err
		}
	}
	return b.update(id, round.PhaseAnnounced, ", draw_time = $3, chain = $4, beacon_round = $5"+set,
		values...)
}

func (b batch) settled(id string, fact round.Settled) error {
	for _, p := range fact.Pools {
		if err := b.tx.One("pool "+p.Pool,
			"UPDATE results_pools SET returned = $3 WHERE round = $1 AND pool = $2",
			id, p.Pool, p.Returned); err != nil {
			return err
		}
	}
	return b.update(id, round.PhaseSettled, "")
}

func (b batch) update(id string, phase round.Phase, set string, values ...any) error {
	return b.tx.One("round", "UPDATE results_rounds SET phase = $2"+set+" WHERE id = $1",
		append([]any{id, string(phase)}, values...)...)
}

func (b batch) sealed(id string, fact round.Sealed) error {
	for _, r := range fact.Rosters {
		if err := b.tx.One("pool "+r.Pool, `
			INSERT INTO results_pools (round, pool, place, method, count, weight)
			SELECT r.id, p.pool, p.place, p.method, $3, $4
			FROM results_rounds r JOIN results_rules p ON p.rules = r.rules
			WHERE r.id = $1 AND p.pool = $2`, id, r.Pool, r.Count, r.Weight); err != nil {
			return err
		}
	}
	return b.update(id, round.PhaseSealed, ", ledger_size = $3", fact.LedgerSize)
}

func (b batch) ranked(id string, fact round.Ranked) error {
	var selected uint64
	if err := b.tx.Scan("SELECT selected FROM results_pools WHERE round = $1 AND pool = $2",
		[]any{id, fact.Pool}, &selected); err != nil {
		return fmt.Errorf("looking up the selected of pool %s: %w", fact.Pool, err)
	}
	const columns = 5
	values := make([]any, 0, columns*len(fact.Codes))
	for i, code := range fact.Codes {
		rank := fact.First + uint64(i)
		values = append(values, id, fact.Pool, rank, code, rank <= selected)
	}
	return b.tx.Insert("results_ranks", columns, values)
}

func (b batch) indicator(id string, fact indicator.Event) error {
	phase := func(p indicator.Phase, set string, values ...any) error {
		return b.tx.One("indicator",
			"UPDATE results_indicators SET phase = $2"+set+" WHERE id = $1",
			append([]any{id, string(p)}, values...)...)
	}
	roundID, pool, rank, err := indicator.ParseID(id)
	if err != nil {
		return err
	}
	switch fact := fact.(type) {
	case indicator.Promoted:
		return b.tx.One("rank", `
			INSERT INTO results_indicators (id, round, pool, rank, code, phase, use_by)
			SELECT $1, round, pool, rank, code, $2, NULL FROM results_ranks WHERE round = $3 AND pool = $4 AND rank = $5`,
			id, string(indicator.PhasePromoted), roundID, pool, rank)
	case indicator.Awarded:
		return b.tx.One("indicator", `
			INSERT INTO results_indicators (id, round, pool, rank, code, phase, use_by) VALUES ($1, $2, $3, $4, $5, $6, NULL)
			ON CONFLICT (id) DO UPDATE SET phase = excluded.phase`,
			id, roundID, pool, rank, fact.Application, string(indicator.PhaseAwarded))
	case indicator.Confirmed:
		return phase(indicator.PhaseConfirmed, ", use_by = $3", int64(fact.UseBy))
	case indicator.Revoked:
		return phase(indicator.PhaseRevoked, "")
	case indicator.Used:
		return phase(indicator.PhaseUsed, "")
	case indicator.Forfeited:
		if to := fact.ReturnsTo; to.Year != 0 {
			return phase(indicator.PhaseForfeited, ", returns_year = $3, returns_pool = $4",
				to.Year, to.Pool)
		}
		return phase(indicator.PhaseForfeited, "")
	}
	return fmt.Errorf("event %s of an indicator is not known to this projection", fact.EventType())
}
