package vault

import (
	"context"
	"errors"
	"fmt"

	"lotteryledger/domain"
)

// Check opens every record and returns how many there are. The first that is torn or
// was changed is an error that names its applicant.
func (v *Vault) Check(ctx context.Context) (n int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.sameKey(ctx); err != nil {
		return 0, fmt.Errorf("checking the vault: %w", err)
	}
	var whole string
	if err := v.conn.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&whole); err != nil {
		return 0, fmt.Errorf("checking the vault: %w", err)
	}
	if whole != "ok" {
		return 0, fmt.Errorf("checking the vault: %w: %s", errAltered(), whole)
	}
	rows, err := v.conn.QueryContext(ctx,
		"SELECT applicant, commitment, sealed, wrapped FROM records LEFT JOIN keys USING "+
			"(applicant)")
	if err != nil {
		return 0, fmt.Errorf("checking the vault: %w", err)
	}
	err = scan(rows, func() error {
		var who, commitment, sealed, wrapped []byte
		if err := rows.Scan(&who, &commitment, &sealed, &wrapped); err != nil ||
			len(who) != len(applicantID{}) || len(commitment) != len(domain.Digest{}) {
			return errors.Join(err, errAltered())
		}
		key, err := unwrap(v.master, applicantID(who), wrapped)
		if err == nil {
			_, _, err = unsealRecord(key, applicantID(who), domain.Digest(commitment), sealed)
		}
		if err != nil {
			return fmt.Errorf("applicant %x: %w", who, err)
		}
		n++
		return nil
	})
	if err != nil {
		return n, fmt.Errorf("checking the vault: %w", err)
	}
	return n, nil
}
