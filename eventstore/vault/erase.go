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
	return v.exec(ctx, "INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped = NULL", who[:])
}

// scrub writes the file anew and cuts its log, so that nothing is left of what was deleted.
func (v *Vault) scrub(ctx context.Context) error {
	const incomplete = "deleted, but not yet overwritten everywhere; give the command again: %w"
	if err := v.exec(ctx, "VACUUM"); err != nil {
		return fmt.Errorf(incomplete, err)
	}
	var blocked, frames, moved int
	if err := v.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&blocked, &frames, &moved); err != nil {
		return fmt.Errorf(incomplete, err)
	}
	if blocked != 0 {
		return fmt.Errorf(incomplete, fmt.Errorf("another process is reading the vault"))
	}
	return nil
}

// drop deletes one record, and the data key with the last one.
func (v *Vault) drop(ctx context.Context, who applicantID, commitment []byte) error {
	if err := v.exec(ctx, "DELETE FROM records WHERE applicant = ? AND commitment = ?", who[:], commitment); err != nil {
		return err
	}
	return v.exec(ctx, "DELETE FROM keys WHERE applicant = ? AND wrapped IS NOT NULL AND NOT EXISTS (SELECT 1 FROM records WHERE records.applicant = keys.applicant)", who[:])
}

// Fate is what the ledger says about an applicant.
type Fate struct {
	Commitment domain.Digest // to the record that is to be kept; zero for none
	Erased     bool
}

// Swept counts what a sweep found.
type Swept struct {
	Dropped int `json:"dropped"` // records that the ledger does not name
	Erased  int `json:"erased"`  // applicants whom the ledger knows as erased, and who were there nevertheless
}

// Sweep makes the vault agree with the ledger: records that were stored before this time and
// that no event names are dropped, and applicants who were erased are erased again, as they come back with a
// backup.
func (v *Vault) Sweep(ctx context.Context, before domain.Time, fate func(applicant string) Fate) (Swept, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var s Swept
	err := v.write(ctx, func(ctx context.Context) error {
		rows, err := v.conn.QueryContext(ctx, "SELECT applicant, commitment, stored_at FROM records")
		if err != nil {
			return err
		}
		var orphans []orphan
		err = scan(rows, func() error {
			var o orphan
			var who []byte
			var at domain.Time
			if err := rows.Scan(&who, &o.commitment, &at); err != nil {
				return err
			}
			o.who = applicantID(who)
			f := fate(hex.EncodeToString(who))
			if o.erased = f.Erased; o.erased || at < before && string(o.commitment) != string(f.Commitment[:]) {
				orphans = append(orphans, o)
			}
			return nil
		})
		if err != nil {
			return err
		}
		buried := map[applicantID]bool{}
		for _, o := range orphans {
			switch {
			case !o.erased:
				s.Dropped++
				err = v.drop(ctx, o.who, o.commitment)
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

type orphan struct {
	who        applicantID
	commitment []byte
	erased     bool
}
