package vault

import (
	"context"
	"errors"
	"fmt"
)

// Locked calls f while no other program writes the vault. It refuses when the vault is
// sealed under another key by now. So the files of keys change one after the other.
func (v *Vault) Locked(ctx context.Context, f func() error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var failed error // of f: the vault itself is as it was
	err := v.write(ctx, func(ctx context.Context) error {
		if err := v.sameKey(ctx); err != nil {
			return err
		}
		failed = f()
		return nil
	})
	return errors.Join(err, failed)
}

// Rotate wraps every data key under another master key, all or none. Afterwards the
// vault opens with the new key only. Records stay as they are.
func (v *Vault) Rotate(ctx context.Context, next Key) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	master := aead(next)
	err := v.write(ctx, func(ctx context.Context) error {
		if err := v.sameKey(ctx); err != nil {
			return err
		}
		for last, more := []byte{}, true; more; {
			var err error
			if last, more, err = v.rewrap(ctx, last,
				func(who applicantID, wrapped []byte) ([]byte, error) {
					key, err := unwrap(v.master, who, wrapped)
					return wrap(master, who, key), err
				}); err != nil {
				return err
			}
		}
		return v.exec(ctx, "UPDATE vault SET key_id = ?", next.id())
	})
	if err != nil {
		return fmt.Errorf("rotating the master key: %w", err)
	}
	v.master, v.keyID = master, next.id()
	return v.scrub(ctx)
}

// rewrap replaces the next rows behind last.
func (v *Vault) rewrap(ctx context.Context, last []byte,
	again func(who applicantID, wrapped []byte) ([]byte, error),
) ([]byte, bool, error) {
	rows, err := v.conn.QueryContext(ctx,
		"SELECT applicant, wrapped FROM keys WHERE applicant > ? AND wrapped IS NOT NULL ORDER "+
			"BY applicant LIMIT 1024", last)
	if err != nil {
		return nil, false, err
	}
	var values []any
	err = scan(rows, func() error {
		var who, wrapped []byte
		if err := rows.Scan(&who, &wrapped); err != nil || len(who) != len(applicantID{}) {
			return errors.Join(err, errAltered())
		}
		anew, err := again(applicantID(who), wrapped)
		values, last = append(values, who, anew), who
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return last, len(values) > 0,
		v.insert(ctx, "INSERT INTO keys VALUES ",
			" ON CONFLICT DO UPDATE SET wrapped = excluded.wrapped", 2, values)
}
