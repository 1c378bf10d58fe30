package results

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lotteryledger/domain/round"
)

// Quota is what rounds have made of a pool's quota of a year.
type Quota struct {
	Taken uint64 // seats announced by rounds with a draw time in the year, and not voided

	// Unused counts the seats that come back to the year: one for each lapse that says so, and
	// what the settled rounds of the year left unused beside those. Those that the quota has got
	// back already are among them.
	Unused uint64
}

// Quota returns what rounds have made of the quota of a year, by pool.
func (r Results) Quota(ctx context.Context, year int) (map[string]Quota, error) {
	begin := time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	end := time.Date(year+1, time.January, 1, 0, 0, 0, 0, time.UTC).Unix()
	all := map[string]Quota{}
	add := func(query string, args ...any) (err error) {
		rows, err := r.db.Reader().QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var pool string
			var more Quota
			if err := rows.Scan(&pool, &more.Taken, &more.Unused); err != nil {
				return err
			}
			q := all[pool]
			all[pool] = Quota{q.Taken + more.Taken, q.Unused + more.Unused}
		}
		return rows.Err()
	}
	err := add(`
		SELECT p.pool, coalesce(sum(CASE r.phase WHEN $3 THEN 0 ELSE p.seats END), 0),
			coalesce(sum(max(0, p.returned - (
				SELECT count(*) FROM results_indicators i
				WHERE i.round = p.round AND i.pool = p.pool AND i.returns_year IS NOT NULL))), 0)
		FROM results_rounds r JOIN results_pools p ON p.round = r.id
		WHERE r.draw_time >= $1 AND r.draw_time < $2
		GROUP BY p.pool`, begin, end, string(round.PhaseVoided))
	if err == nil {
		err = add(`
			SELECT returns_pool, 0, count(*) FROM results_indicators
			WHERE returns_year = $1 GROUP BY returns_pool`, year)
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the quota of %d: %w", year, err)
	}
	return all, nil
}
