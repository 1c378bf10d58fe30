package vault

import (
	"context"
	"fmt"
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
	// the copy may be larger than the memory
	const anew = "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY"
	if err := v.exec(ctx, anew); err != nil {
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
