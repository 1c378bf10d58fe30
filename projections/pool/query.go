package pool

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/projections"
)

// Pool answers questions from the tables.
type Pool struct{ db *projections.DB }

// Of gives access to the tables in a file that was opened with [Projection].
func Of(db *projections.DB) Pool { return Pool{db} }

// Application is what is known of one.
type Application struct {
	Code        string
	Indicator   domain.IndicatorKind
	Phase       application.Phase
	Applicant   string // id
	Round       string // in whose window it was submitted
	SubmittedAt domain.Time
	Standing    rules.Standing // as submitted or edited; losses are not counted in
	// takes part in the next round, if its window closes before ValidUntil
	InPools    bool
	Losses     int         // draws of the ledger's own rounds it took part in without a win
	Won        string      // id of the indicator, once awarded
	ValidUntil domain.Time // 0: without end, or not approved yet
}

// Find looks an application up by its code.
func (p Pool) Find(ctx context.Context, code string) (Application, bool, error) {
	var a Application
	var standing []byte
	err := p.db.Reader().QueryRowContext(ctx, `
		SELECT code, indicator, phase, applicant, round, submitted_at, standing,
			approved_leaf IS NOT NULL AND gone_leaf IS NULL, losses, won, valid_until
		FROM pool_applications WHERE code = $1`, code).
		Scan(&a.Code, &a.Indicator, &a.Phase, &a.Applicant, &a.Round, &a.SubmittedAt, &standing,
			&a.InPools, &a.Losses, &a.Won, &a.ValidUntil)
	if errors.Is(err, sql.ErrNoRows) {
		return Application{}, false, nil
	}
	if err == nil {
		err = json.Unmarshal(standing, &a.Standing)
	}
	if err != nil {
		return Application{}, false, fmt.Errorf("looking up application %s: %w", code, err)
	}
	return a, true, nil
}

// Filter chooses applications. A zero field chooses all.
type Filter struct {
	Phase         application.Phase
	Round         string
	Indicator     domain.IndicatorKind
	ApplicantKind domain.ApplicantKind
	After         string // only codes behind this one
	Limit         int    // at most so many
}

// page is how many codes are read at a time.
const page = 1000

// Codes yields the codes of the chosen applications in ascending order, each once.
// No connection is held meanwhile, so the caller may take time and cause events:
// an application that changes before its code comes up is judged as it is then.
// After an error nothing follows.
func (p Pool) Codes(ctx context.Context, f Filter) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		left := f.Limit
		if left <= 0 {
			left = math.MaxInt
		}
		for last := f.After; left > 0; {
			codes, err := p.codesAfter(ctx, f, last, min(left, page))
			if err != nil {
				yield("", fmt.Errorf("listing applications: %w", err))
				return
			}
			for _, code := range codes {
				if !yield(code, nil) {
					return
				}
			}
			if len(codes) < page {
				return
			}
			left -= len(codes)
			last = codes[len(codes)-1]
		}
	}
}

func (p Pool) codesAfter(ctx context.Context, f Filter, last string, limit int) (codes []string,
	err error,
) {
	rows, err := p.db.Reader().QueryContext(ctx, `
		SELECT code FROM pool_applications
		WHERE code > $1 AND ($2 = '' OR phase = $2) AND ($3 = '' OR round = $3)
			AND ($4 = '' OR indicator = $4) AND ($5 = '' OR applicant_kind = $5)
		ORDER BY code LIMIT $6`,
		last, string(f.Phase), f.Round, string(f.Indicator), string(f.ApplicantKind), limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var code string
		if err := rows.Scan(&code); err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, rows.Err()
}

// Count says how many applications are alike.
type Count struct {
	Indicator     domain.IndicatorKind
	ApplicantKind domain.ApplicantKind
	Phase         application.Phase
	Applications  int64
	InPools       int64 // of these, how many take part in the next round while they are valid
}

// Counts counts all applications by kinds, which make the pool, and phase, in the
// order of these.
func (p Pool) Counts(ctx context.Context) (counts []Count, err error) {
	rows, err := p.db.Reader().QueryContext(ctx, `
		SELECT indicator, applicant_kind, phase, count(*),
			count(*) FILTER (WHERE approved_leaf IS NOT NULL AND gone_leaf IS NULL)
		FROM pool_applications
		GROUP BY indicator, applicant_kind, phase ORDER BY indicator, applicant_kind, phase`)
	if err != nil {
		return nil, fmt.Errorf("counting applications: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c Count
		if err := rows.Scan(&c.Indicator, &c.ApplicantKind, &c.Phase, &c.Applications,
			&c.InPools); err != nil {
			return nil, fmt.Errorf("counting applications: %w", err)
		}
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// Candidates yields who takes part in a round that is sealed with the first n
// leaves, in no order; [round.Rosters] makes the rosters of it. The n leaves have to
// be applied, and no result may be published among the leaves after them,
// because losses are known as of the last leaf only. After an error nothing follows.
func (p Pool) Candidates(ctx context.Context, n int64) iter.Seq2[round.Candidate, error] {
	return func(yield func(round.Candidate, error) bool) {
		stopped := false
		err := p.candidates(ctx, n, func(c round.Candidate) bool {
			stopped = !yield(c, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(round.Candidate{}, fmt.Errorf("listing the candidates of %d leaves: %w", n, err))
		}
	}
}

func (p Pool) candidates(ctx context.Context, n int64,
	yield func(round.Candidate) bool,
) (err error) {
	tx, err := p.db.Reader().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	if err := answerable(ctx, tx, n); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT code, indicator, standing, losses, CASE valid_until WHEN 0 THEN 0 ELSE coalesce((
			SELECT before FROM pool_renewals w
			WHERE w.code = pool_applications.code AND $1 <= w.leaf
			ORDER BY w.leaf LIMIT 1), valid_until) END
		FROM pool_applications
		WHERE approved_leaf < $1 AND (gone_leaf IS NULL OR $1 <= gone_leaf)`, n)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c round.Candidate
		var standing []byte
		if err := rows.Scan(&c.Code, &c.Indicator, &standing, &c.Losses,
			&c.ValidUntil); err != nil {
			return err
		}
		if err := json.Unmarshal(standing, &c.Standing); err != nil {
			return fmt.Errorf("standing of %s: %w", c.Code, err)
		}
		if !yield(c) {
			return nil
		}
	}
	return rows.Err()
}

// answerable refuses a number of leaves that the tables say nothing of.
func answerable(ctx context.Context, tx *sql.Tx, n int64) error {
	at, err := projections.PositionIn(ctx, tx, Name)
	if err != nil {
		return err
	}
	if n < 0 || n > at.Leaves {
		return fmt.Errorf("%d leaves are applied", at.Leaves)
	}
	var published sql.NullInt64
	if err := tx.QueryRowContext(ctx,
		"SELECT max(published_leaf) FROM pool_rounds").Scan(&published); err != nil {
		return err
	}
	if published.Valid && published.Int64 >= n {
		return fmt.Errorf("a result was published with leaf %d", published.Int64)
	}
	return nil
}
