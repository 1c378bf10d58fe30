package vault

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"lotteryledger/domain"
)

// Fate is what the ledger says about an applicant.
type Fate struct {
	Commitment domain.Digest // to the record that is to be kept; zero for none
	Erased     bool
}

// Swept counts what a sweep found.
type Swept struct {
	Dropped int `json:"dropped"` // records that the ledger does not name
	// applicants whom the ledger knows as erased, and who were there nevertheless
	Erased int `json:"erased"`
}

// Mark is what a sweep leaves for the next one. It is part of the file, so that an old copy of
// the file has an old mark. The zero Mark is that of a vault that was never swept.
type Mark struct {
	Before domain.Time // records that were stored before this time were looked up

	// Revision and Event are the last checkpoint that the store of the ledger had. The next sweep
	// begins there to look for applicants who were changed.
	Revision uint64
	Event    [16]byte
}

// Sweep says what is to be swept.
type Sweep struct {
	Since   domain.Time // records stored from then on are looked up
	Changed []string    // ids of applicants whose records are looked up as well
	Before  domain.Time // records that no event names are dropped if they were stored before
	Mark    Mark        // for the next sweep; zero leaves the one there is

	// Fates returns what the ledger says about applicants, in their order.
	Fates func(ctx context.Context, applicants []string) ([]Fate, error)
}

// LastSweep returns the mark of the last sweep.
func (v *Vault) LastSweep(ctx context.Context) (m Mark, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if m, err = v.mark(ctx); err != nil {
		return m, fmt.Errorf("reading the vault: %w", err)
	}
	return m, nil
}

func (v *Vault) mark(ctx context.Context) (m Mark, err error) {
	var event []byte
	err = v.conn.QueryRowContext(ctx, "SELECT before, revision, event FROM sweeps").
		Scan(&m.Before, &m.Revision, &event)
	if errors.Is(err, sql.ErrNoRows) {
		return Mark{}, nil
	}
	copy(m.Event[:], event)
	return m, err
}

// Sweep makes the vault agree with the ledger. It drops records that no event names, and erases
// again applicants who were erased, because they come back with a backup. Others may write the
// vault while it asks for the fates.
func (v *Vault) Sweep(ctx context.Context, w Sweep) (Swept, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	orphans, err := v.orphans(ctx, w)
	if err != nil {
		return Swept{}, fmt.Errorf("looking for orphans in the vault: %w", err)
	}
	var s Swept
	err = v.write(ctx, func(ctx context.Context) (err error) {
		if s, err = v.remove(ctx, orphans, w.Before); err != nil || w.Mark == (Mark{}) {
			return err
		}
		return v.exec(ctx, "INSERT OR REPLACE INTO sweeps VALUES (1, ?, ?, ?)",
			int64(w.Mark.Before), int64(w.Mark.Revision), w.Mark.Event[:])
	})
	if err != nil {
		return Swept{}, fmt.Errorf("sweeping the vault: %w", err)
	}
	if s == (Swept{}) {
		return s, nil
	}
	return s, v.scrub(ctx)
}

// record is one that a sweep looks up.
type record struct {
	who        applicantID
	commitment domain.Digest
	young      bool // not old enough to be dropped
	erased     bool // with its applicant
}

// remove deletes what a sweep has found.
func (v *Vault) remove(ctx context.Context, orphans []record, before domain.Time) (Swept, error) {
	var s Swept
	buried := map[applicantID]bool{}
	for _, o := range orphans {
		switch {
		case !o.erased:
			n, err := v.drop(ctx, o, before)
			if err != nil {
				return s, err
			}
			s.Dropped += n
		case !buried[o.who]:
			buried[o.who] = true
			if err := v.bury(ctx, o.who); err != nil {
				return s, err
			}
		}
	}
	s.Erased = len(buried)
	return s, nil
}

// drop deletes one record that is older than before, and the data key with the last one. It
// returns how many records were deleted.
func (v *Vault) drop(ctx context.Context, o record, before domain.Time) (int, error) {
	done, err := v.conn.ExecContext(ctx,
		"DELETE FROM records WHERE applicant = ? AND commitment = ? AND stored_at < ?",
		o.who[:], o.commitment[:], before)
	if err != nil {
		return 0, err
	}
	n, err := done.RowsAffected()
	if err != nil {
		return 0, err
	}
	return int(n), v.exec(ctx, "DELETE FROM keys WHERE applicant = ? AND wrapped IS NOT NULL"+
		" AND NOT EXISTS (SELECT 1 FROM records WHERE records.applicant = keys.applicant)",
		o.who[:])
}

// orphans lists the records that a sweep has to remove. It reads the vault before it asks for
// the first fate, so that it stands in nobody's way meanwhile.
func (v *Vault) orphans(ctx context.Context, w Sweep) (orphans []record, err error) {
	all, err := v.lookedUp(ctx, w)
	if err != nil {
		return nil, err
	}
	const atOnce = 1024
	for len(all) > 0 {
		some := all[:min(atOnce, len(all))]
		all = all[len(some):]
		ids := make([]string, len(some))
		for i, r := range some {
			ids[i] = hex.EncodeToString(r.who[:])
		}
		fates, err := w.Fates(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, r := range some {
			r.erased = fates[i].Erased
			if r.erased || !r.young && r.commitment != fates[i].Commitment {
				orphans = append(orphans, r)
			}
		}
	}
	return orphans, nil
}

// lookedUp lists the records that a sweep looks up. Some may be there twice.
func (v *Vault) lookedUp(ctx context.Context, w Sweep) (all []record, err error) {
	add := func(where string, args ...any) error {
		rows, err := v.conn.QueryContext(ctx,
			"SELECT applicant, commitment, stored_at FROM records WHERE "+where, args...)
		if err != nil {
			return err
		}
		return scan(rows, func() error {
			var who, commitment []byte
			var at domain.Time
			err := rows.Scan(&who, &commitment, &at)
			if err == nil {
				all = append(all, record{
					who: applicantID(who), commitment: domain.Digest(commitment),
					young: at >= w.Before,
				})
			}
			return err
		})
	}
	if err := add("stored_at >= ?", int64(w.Since)); err != nil {
		return nil, err
	}
	for changed := w.Changed; len(changed) > 0; {
		n := min(len(changed), chunk)
		args := make([]any, n)
		for i, applicant := range changed[:n] {
			who, err := parseApplicant(applicant)
			if err != nil {
				return nil, err
			}
			args[i] = who[:]
		}
		if err := add("applicant IN (?"+strings.Repeat(",?", n-1)+")", args...); err != nil {
			return nil, err
		}
		changed = changed[n:]
	}
	return all, nil
}
