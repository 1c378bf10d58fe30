package vault

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/personal"
)

// Entry is a personal record on its way into the vault, or out of it.
type Entry struct {
	Applicant string // id, 32 hex digits
	Salt      personal.Salt
	Record    personal.Record
}

// Commitment is where the entry is found, and what an event carries.
func (e Entry) Commitment() domain.Digest { return e.Record.Commit(e.Salt) }

// chunk is how many rows a statement reads or writes at most.
const chunk = 64

// Put stores all entries or none. Entries that are there already only get the new time. It returns
// the ids of erased applicants, whose entries are left out.
func (v *Vault) Put(ctx context.Context, at domain.Time, entries ...Entry) (erased map[string]bool,
	err error,
) {
	v.mu.Lock()
	defer v.mu.Unlock()
	err = v.write(ctx, func(ctx context.Context) error {
		if err := v.sameKey(ctx); err != nil {
			return err
		}
		erased, err = v.put(ctx, at, entries)
		return err
	})
	return erased, err
}

func (v *Vault) put(ctx context.Context, at domain.Time, entries []Entry) (map[string]bool, error) {
	ids := make([]applicantID, len(entries))
	for i, e := range entries {
		var err error
		if ids[i], err = parseApplicant(e.Applicant); err != nil {
			return nil, err
		}
	}
	known, err := v.keysOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	swept, err := v.mark(ctx)
	if err != nil {
		return nil, err
	}
	at = max(at, swept.Before) // a clock that was set back hides no record from the next sweep
	erased := map[string]bool{}
	var keys, records []any
	for i, e := range entries {
		key, ok := known[ids[i]]
		switch {
		case ok && key == nil:
			erased[e.Applicant] = true
			continue
		case !ok:
			key = new([32]byte)
			*key = NewKey()
			known[ids[i]] = key
			keys = append(keys, ids[i][:], wrap(v.master, ids[i], *key))
		}
		commitment := e.Commitment()
		records = append(records, ids[i][:], commitment[:], int64(at),
			sealRecord(*key, ids[i], e, commitment))
	}
	if err := v.insert(ctx, "INSERT INTO keys VALUES ", "", 2, keys); err != nil {
		return nil, err
	}
	return erased, v.insert(ctx, "INSERT INTO records VALUES ",
		" ON CONFLICT DO UPDATE SET stored_at = excluded.stored_at", 4, records)
}

// insert writes rows of so many columns, several in a statement.
func (v *Vault) insert(ctx context.Context, before, behind string, columns int,
	values []any,
) error {
	row := "(?" + strings.Repeat(",?", columns-1) + ")"
	for len(values) > 0 {
		n := min(len(values), chunk*columns)
		if err := v.exec(ctx, before+row+strings.Repeat(","+row, n/columns-1)+behind,
			values[:n]...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// keysOf are the data keys of those applicants who have one; nil for one who was erased.
func (v *Vault) keysOf(ctx context.Context, ids []applicantID) (map[applicantID]*[32]byte, error) {
	keys := make(map[applicantID]*[32]byte, len(ids))
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		args := make([]any, n)
		for i := range n {
			args[i] = ids[i][:]
		}
		rows, err := v.conn.QueryContext(ctx,
			"SELECT applicant, wrapped, wrapped IS NULL FROM keys WHERE applicant IN (?"+
				strings.Repeat(",?", n-1)+")", args...)
		if err != nil {
			return nil, err
		}
		err = scan(rows, func() error {
			var id, wrapped []byte
			var erased bool
			if err := rows.Scan(&id, &wrapped, &erased); err != nil ||
				len(id) != len(applicantID{}) {
				return errors.Join(err, errAltered())
			}
			keys[applicantID(id)] = nil
			if erased {
				return nil
			}
			key, err := unwrap(v.master, applicantID(id), wrapped)
			keys[applicantID(id)] = &key
			return err
		})
		if err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	return keys, nil
}

// scan goes through rows and closes them.
func scan(rows *sql.Rows, each func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Get opens a record. It is refused as applicant_erased or record_unknown when there is none, as
// record_altered when it is torn or was changed, and as vault_key when the vault was rotated
// meanwhile.
func (v *Vault) Get(ctx context.Context, applicant string, commitment domain.Digest) (Entry,
	error,
) {
	v.mu.Lock()
	defer v.mu.Unlock()
	who, err := parseApplicant(applicant)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Applicant: applicant}
	ctx = context.WithoutCancel(ctx)
	err = v.exec(ctx, "BEGIN") // all of it as of one moment
	if err == nil {
		e.Salt, e.Record, err = v.get(ctx, who, commitment)
		err = errors.Join(err, v.exec(ctx, "ROLLBACK"))
	}
	if err != nil {
		return Entry{}, fmt.Errorf("reading the vault: %w", err)
	}
	return e, nil
}

func (v *Vault) get(ctx context.Context, who applicantID,
	commitment domain.Digest,
) (salt personal.Salt, r personal.Record, err error) {
	if err := v.sameKey(ctx); err != nil {
		return salt, r, err
	}
	keys, err := v.keysOf(ctx, []applicantID{who})
	if err != nil {
		return salt, r, err
	}
	if key, ok := keys[who]; ok && key == nil {
		return salt, r, fault.New(fault.ApplicantErased,
			"the personal record of the applicant was erased")
	}
	var sealed []byte
	err = v.conn.QueryRowContext(ctx,
		"SELECT sealed FROM records WHERE applicant = ? AND commitment = ?", who[:],
		commitment[:]).Scan(&sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return salt, r, fault.New(fault.RecordUnknown,
			"the vault holds no record of commitment %s", commitment)
	case err != nil:
		return salt, r, err
	case keys[who] == nil:
		return salt, r, errAltered() // a record without its key
	}
	return unsealRecord(*keys[who], who, commitment, sealed)
}
