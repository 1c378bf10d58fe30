package pool

import (
	"fmt"

	"lotteryledger/domain/round"
	"lotteryledger/projections"
)

func (b *batch) round(e projections.Event, fact round.Event) error {
	switch fact := fact.(type) {
	case round.Opened:
		return b.tx.Insert("pool_rounds", 5, []any{e.ID, fact.Rules, int64(fact.Closes), nil, nil})
	case round.Sealed:
		return b.tx.One("round", "UPDATE pool_rounds SET ledger_size = $2 WHERE id = $1", e.ID,
			fact.LedgerSize)
	case round.Announced:
		return b.seats(e.ID, fact.Pools)
	case round.AnnouncementSuperseded:
		if _, err := b.tx.Exec("DELETE FROM pool_seats WHERE round = $1", e.ID); err != nil {
			return err
		}
		return b.seats(e.ID, fact.Pools)
	case round.Drawn:
		return b.drawn(e.ID, fact)
	case round.Ranked:
		return b.ranked(e.ID, fact)
	case round.Published:
		return b.settle(e)
	case round.Voided:
		return b.over(e.ID)
	case round.Closed, round.Anchored, round.CeremonyRecorded, round.BeaconRecorded, round.Settled:
		return nil // ignored
	}
	return fmt.Errorf("event %s of a round is not known to this projection", fact.EventType())
}

func (b *batch) seats(id string, pools []round.Seats) error {
	var values []any
	for _, p := range pools {
		values = append(values, id, p.Pool, p.Seats)
	}
	return b.tx.Insert("pool_seats", 3, values)
}

// drawn corrects the seats of pools that were given more or fewer than announced.
func (b *batch) drawn(id string, fact round.Drawn) error {
	for _, r := range fact.Results {
		if r.ReserveFrom == 0 {
			continue
		}
		if err := b.tx.One("pool "+r.Pool,
			"UPDATE pool_seats SET seats = $3 WHERE round = $1 AND pool = $2", id, r.Pool,
			r.ReserveFrom-1); err != nil {
			return err
		}
	}
	return nil
}

// ranked notes the codes on the seats.
func (b *batch) ranked(id string, fact round.Ranked) error {
	var seats uint64
	if err := b.tx.Scan("SELECT seats FROM pool_seats WHERE round = $1 AND pool = $2",
		[]any{id, fact.Pool}, &seats); err != nil {
		return fmt.Errorf("looking up the seats of pool %s: %w", fact.Pool, err)
	}
	var values []any
	for i, code := range fact.Codes {
		if fact.First+uint64(i) <= seats {
			values = append(values, id, code)
		}
	}
	return b.tx.Insert("pool_seated", 2, values)
}

// settle removes the selected from the pools. Everybody else on a roster of a pool that
// counts losses has one loss more.
func (b *batch) settle(e projections.Event) error {
	if err := b.End(); err != nil {
		return err
	}
	if err := b.tx.One("round", "UPDATE pool_rounds SET published_leaf = $2 WHERE id = $1", e.ID,
		e.Leaf); err != nil {
		return err
	}
	if _, err := b.tx.Exec(`
		UPDATE pool_applications SET losses = losses + 1
		WHERE EXISTS (
			SELECT 1 FROM pool_rounds r JOIN pool_terms t ON t.rules = r.rules
			WHERE r.id = $1 AND t.counts_loss = 1
				AND t.indicator = pool_applications.indicator AND t.applicant_kind = pool_applications.applicant_kind
				AND approved_leaf < r.ledger_size AND (gone_leaf IS NULL OR r.ledger_size <= gone_leaf)
				AND (valid_until = 0 OR r.closes < coalesce((
					SELECT before FROM pool_renewals w
					WHERE w.code = pool_applications.code AND r.ledger_size <= w.leaf
					ORDER BY w.leaf LIMIT 1), valid_until))
				AND (t.by_choice = 0 OR EXISTS (SELECT 1 FROM pool_choices c WHERE c.code = pool_applications.code AND c.pool = t.pool)))
			AND NOT EXISTS (SELECT 1 FROM pool_seated s WHERE s.round = $1 AND s.code = pool_applications.code)`,
		e.ID); err != nil {
		return fmt.Errorf("counting losses: %w", err)
	}
	if _, err := b.tx.Exec(`
		UPDATE pool_applications SET gone_leaf = $2
		WHERE gone_leaf IS NULL AND code IN (SELECT code FROM pool_seated WHERE round = $1)`,
		e.ID, e.Leaf); err != nil {
		return fmt.Errorf("taking the selected out of the pools: %w", err)
	}
	return b.over(e.ID)
}

// over drops what is needed only until a round is over.
func (b *batch) over(id string) error {
	if _, err := b.tx.Exec("DELETE FROM pool_seated WHERE round = $1", id); err != nil {
		return err
	}
	_, err := b.tx.Exec("DELETE FROM pool_seats WHERE round = $1", id)
	return err
}
