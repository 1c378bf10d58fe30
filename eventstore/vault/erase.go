package vault

import (
	"context"
	"encoding/hex"
	"fmt"

	"lotteryledger/domain"
)

// Erase destroys data keys and records of applicants for good. It may be repeated:
// what an interrupted one left is done then.
func (v *Vault) Erase(ctx context.Context, applicants ...string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	err := v.write(ctx, func(ctx context.Context) error {
		for _, a := range applicants {
			who, err := parseApplicant(a)
			if err != nil {
				return err
			}
			if err := v.bury(ctx, who); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("erasing personal records: %w", err)
	}
	return v.scrub(ctx)
}

// bury deletes everything of an applicant and remembers that it was erased.
func (v *Vault) bury(ctx context.Context, who applicantID) error {
	if err := v.exec(ctx, "DELETE FROM records WHERE applicant = ?", who[:]); err != nil {
		return err
	}
	return v.exec(ctx, "INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped = NULL",
		who[:])
}

// scrub writes the file anew and cuts its log, so that nothing is left of what was deleted.
func (v *Vault) scrub(ctx context.Context) error {
	const incomplete = "deleted, but not yet overwritten everywhere; give the command again: %w"
	if err := v.exec(ctx, "VACUUM"); err != nil {
		return fmt.Errorf(incomplete, err)
	}
	var blocked, frames, moved int
	if err := v.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&blocked, &frames,
		&moved); err != nil {
		return fmt.Errorf(incomplete, err)
	}
	if blocked != 0 {
		return fmt.Errorf(incomplete, fmt.Errorf("another process is reading the vault"))
	}
	return nil
}

// drop deletes one record that is older than before, and the data key with the last one. It
// returns how many records were deleted.
func (v *Vault) drop(ctx context.Context, o orphan, before domain.Time) (int, error) {
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

// Sweep makes the vault agree with the ledger. It drops records that were stored before this
// time and that no event names. It erases again applicants who were erased, because they come
// back with a backup. Others may write the vault while it asks for the fates.
func (v *Vault) Sweep(
	ctx context.Context, before domain.Time, fate func(applicant string) (Fate, error),
) (Swept, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	orphans, err := v.orphans(ctx, before, fate)
	if err != nil {
		return Swept{}, fmt.Errorf("looking for orphans in the vault: %w", err)
	}
	var s Swept
	err = v.write(ctx, func(ctx context.Context) (err error) {
		buried := map[applicantID]bool{}
		for _, o := range orphans {
			switch {
			case !o.erased:
				var n int
				n, err = v.drop(ctx, o, before)
				s.Dropped += n
			case !buried[o.who]:
				buried[o.who] = true
				err = v.bury(ctx, o.who)
			}
			if err != nil {
				return err
			}
		}
		s.Erased = len(buried)
		return nil
	})
	if err != nil {
		return Swept{}, fmt.Errorf("sweeping the vault: %w", err)
	}
	if s == (Swept{}) {
		return s, nil
	}
	return s, v.scrub(ctx)
}

// orphans lists the records that a sweep has to remove. It reads the vault before it asks for
// the first fate, so that it stands in nobody's way meanwhile.
func (v *Vault) orphans(
	ctx context.Context, before domain.Time, fate func(applicant string) (Fate, error),
) ([]orphan, error) {
	rows, err := v.conn.QueryContext(ctx, "SELECT applicant, commitment, stored_at FROM records")
	if err != nil {
		return nil, err
	}
	var all []orphan
	err = scan(rows, func() error {
		var who, commitment []byte
		var at domain.Time
		err := rows.Scan(&who, &commitment, &at)
		if err == nil {
			o := orphan{
				who: applicantID(who), commitment: domain.Digest(commitment),
				young: at >= before,
			}
			all = append(all, o)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	orphans := all[:0]
	for _, o := range all {
		f, err := fate(hex.EncodeToString(o.who[:]))
		if err != nil {
			return nil, err
		}
		if o.erased = f.Erased; o.erased || !o.young && o.commitment != f.Commitment {
			orphans = append(orphans, o)
		}
	}
	return orphans, nil
}

// orphan is a record that may have to go.
type orphan struct {
	who        applicantID
	commitment domain.Digest
	young      bool // not old enough to be dropped
	erased     bool // with its applicant
}
