package results

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/projections"
)

// Results answers questions from the tables.
type Results struct{ db *projections.DB }

// Of gives access to the tables in a file that was opened with [Projection].
func Of(db *projections.DB) Results { return Results{db} }

// Round is what is known of one. A field that the round does not have yet is zero.
type Round struct {
	ID          string
	Phase       round.Phase
	Rules       string
	Opens       domain.Time // window of applications: [Opens, Closes)
	Closes      domain.Time
	LedgerSize  uint64 // leaves that the rosters follow from
	DrawTime    domain.Time
	Chain       string // hash of the beacon's chain, 64 hex digits
	BeaconRound uint64
	Signature   string // of the beacon, 96 hex digits
	Seed        string // 64 hex digits
	VoidReason  round.VoidReason
	Pools       []RoundPool // in the order of the rules, once sealed
}

// RoundPool is a pool of a round.
type RoundPool struct {
	Pool    string
	Method  draw.Method
	Count   uint64 // applications on the roster
	Weight  uint64 // their tickets, points or heads
	Seats   uint64 // zero until announced
	Reserve uint64
}

// Rank is a place in a published result.
type Rank struct {
	Round    string
	Pool     string
	Rank     uint64 // from 1
	Code     string
	Selected bool // on a seat; otherwise on the reserve list
}

// Indicator is what is known of one.
type Indicator struct {
	ID    string
	Round string
	Pool  string
	Rank  uint64
	Code  string // of the application
	Phase indicator.Phase
	UseBy domain.Time // zero until confirmed
}

// Rounds lists all rounds in the order of their windows, then ids.
func (r Results) Rounds(ctx context.Context) ([]Round, error) {
	list, err := r.rounds(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("listing rounds: %w", err)
	}
	return list, nil
}

// Round looks a round up.
func (r Results) Round(ctx context.Context, id string) (Round, bool, error) {
	if id == "" {
		return Round{}, false, nil
	}
	list, err := r.rounds(ctx, id)
	if err != nil {
		return Round{}, false, fmt.Errorf("looking up round %s: %w", id, err)
	}
	if len(list) == 0 {
		return Round{}, false, nil
	}
	return list[0], true, nil
}

// rounds reads one round with its pools, or all when the id is empty.
func (r Results) rounds(ctx context.Context, id string) (list []Round, err error) {
	rows, err := r.db.Reader().QueryContext(ctx, `
		SELECT r.id, r.phase, r.rules, r.opens, r.closes, coalesce(r.ledger_size, 0), coalesce(r.draw_time, 0),
			coalesce(r.chain, ''), coalesce(r.beacon_round, 0), coalesce(r.signature, ''), coalesce(r.seed, ''),
			coalesce(r.void_reason, ''),
			p.pool, coalesce(p.method, ''), coalesce(p.count, 0), coalesce(p.weight, 0), coalesce(p.seats, 0), coalesce(p.reserve, 0)
		FROM results_rounds r LEFT JOIN results_pools p ON p.round = r.id
		WHERE $1 = '' OR r.id = $1
		ORDER BY r.opens, r.id, p.place`, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one Round
		var pool sql.NullString
		var p RoundPool
		if err := rows.Scan(&one.ID, &one.Phase, &one.Rules, &one.Opens, &one.Closes,
			&one.LedgerSize, &one.DrawTime,
			&one.Chain, &one.BeaconRound, &one.Signature, &one.Seed, &one.VoidReason,
			&pool, &p.Method, &p.Count, &p.Weight, &p.Seats, &p.Reserve); err != nil {
			return nil, err
		}
		if n := len(list); n == 0 || list[n-1].ID != one.ID {
			list = append(list, one)
		}
		if pool.Valid {
			p.Pool = pool.String
			last := &list[len(list)-1]
			last.Pools = append(last.Pools, p)
		}
	}
	return list, rows.Err()
}

// Ranks yields the published ranking of a pool, seats and reserve list, by rank. A
// round that is not published has none. After an error nothing follows.
func (r Results) Ranks(ctx context.Context, id, pool string) iter.Seq2[Rank, error] {
	return each(ctx, r.db, scanRank, `
		SELECT k.round, k.pool, k.rank, k.code, k.selected
		FROM results_ranks k JOIN results_rounds r ON r.id = k.round
		WHERE k.round = $1 AND k.pool = $2 AND r.phase IN ($3, $4)
		ORDER BY k.rank`, id, pool, string(round.PhasePublished), string(round.PhaseSettled))
}

// Indicators yields the indicators of a round in the order of pools and ranks; an
// empty round or phase means all. After an error nothing follows.
func (r Results) Indicators(ctx context.Context, id string,
	phase indicator.Phase,
) iter.Seq2[Indicator, error] {
	return each(ctx, r.db, scanIndicator, `
		SELECT id, round, pool, rank, code, phase, coalesce(use_by, 0) FROM results_indicators
		WHERE ($1 = '' OR round = $1) AND ($2 = '' OR phase = $2)
		ORDER BY round, pool, rank`, id, string(phase))
}

// Found is everything about one application.
type Found struct {
	Ranks      []Rank // in published results, in the order of the rounds' ids
	Indicators []Indicator
}

// Find collects the results and indicators of an application by its code. Who was
// neither selected nor on a reserve list has none.
func (r Results) Find(ctx context.Context, code string) (Found, error) {
	var f Found
	for k, err := range each(ctx, r.db, scanRank, `
		SELECT k.round, k.pool, k.rank, k.code, k.selected
		FROM results_ranks k JOIN results_rounds r ON r.id = k.round
		WHERE k.code = $1 AND r.phase IN ($2, $3)
		ORDER BY k.round, k.pool`, code, string(round.PhasePublished), string(round.PhaseSettled)) {
		if err != nil {
			return Found{}, err
		}
		f.Ranks = append(f.Ranks, k)
	}
	for i, err := range each(ctx, r.db, scanIndicator, `
		SELECT id, round, pool, rank, code, phase, coalesce(use_by, 0) FROM results_indicators
		WHERE code = $1 ORDER BY round, pool, rank`, code) {
		if err != nil {
			return Found{}, err
		}
		f.Indicators = append(f.Indicators, i)
	}
	return f, nil
}

func scanRank(rows *sql.Rows) (k Rank, err error) {
	err = rows.Scan(&k.Round, &k.Pool, &k.Rank, &k.Code, &k.Selected)
	return k, err
}

func scanIndicator(rows *sql.Rows) (i Indicator, err error) {
	err = rows.Scan(&i.ID, &i.Round, &i.Pool, &i.Rank, &i.Code, &i.Phase, &i.UseBy)
	return i, err
}

// each yields the rows of a query. A connection is held until the end.
func each[T any](ctx context.Context, db *projections.DB, scan func(*sql.Rows) (T, error),
	query string, args ...any,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		fail := func(err error) { yield(none, fmt.Errorf("reading results: %w", err)) }
		rows, err := db.Reader().QueryContext(ctx, query, args...)
		if err != nil {
			fail(err)
			return
		}
		stopped := false
		for !stopped && rows.Next() {
			row, err := scan(rows)
			if err != nil {
				fail(errors.Join(err, rows.Close()))
				return
			}
			stopped = !yield(row, nil)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil && !stopped {
			fail(err)
		}
	}
}
