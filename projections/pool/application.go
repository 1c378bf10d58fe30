package pool

import (
	"encoding/json"
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
	"lotteryledger/projections"
)

func (b *batch) application(e projections.Event, fact application.Event) error {
	r := b.submitted[e.ID]
	switch fact := fact.(type) {
	case application.Submitted:
		if r != nil {
			return fmt.Errorf("application %s was submitted before", e.ID)
		}
		standing, err := json.Marshal(fact.Standing)
		if err != nil {
			return fmt.Errorf("writing the standing: %w", err)
		}
		r = &row{
			code: e.ID, phase: string(application.PhaseSubmitted), standing: string(standing),
			submission: fact,
		}
		b.submitted[e.ID] = r
		b.order = append(b.order, r)
		return b.choices(e.ID, fact.Standing)
	case application.Edited:
		standing, err := json.Marshal(fact.Standing)
		if err != nil {
			return fmt.Errorf("writing the standing: %w", err)
		}
		if _, err := b.tx.Exec("DELETE FROM pool_choices WHERE code = $1", e.ID); err != nil {
			return err
		}
		if err := b.choices(e.ID, fact.Standing); err != nil {
			return err
		}
		if r != nil {
			r.phase, r.standing = string(application.PhaseSubmitted), string(standing)
			return nil
		}
		return b.update(e.ID, "phase = $2, standing = $3", string(application.PhaseSubmitted),
			string(standing))
	case application.Approved:
		if r != nil {
			r.phase, r.approved, r.validUntil = string(application.PhaseApproved), &e.Leaf,
				fact.ValidUntil
			return nil
		}
		return b.update(e.ID, "phase = $2, approved_leaf = $3, valid_until = $4",
			string(application.PhaseApproved), e.Leaf, int64(fact.ValidUntil))
	case application.Rejected:
		return b.phase(e.ID, r, application.PhaseRejected)
	case application.RecheckAnswered:
		if fact.Answer == application.Granted {
			return b.phase(e.ID, r, application.PhaseSubmitted)
		}
		return nil
	case application.Withdrawn:
		return b.gone(e, r, application.PhaseWithdrawn)
	case application.Expired:
		return b.gone(e, r, application.PhaseExpired)
	case application.Disqualified:
		return b.gone(e, r, application.PhaseDisqualified)
	case application.Renewed:
		return b.renewed(e, r, fact)
	case application.Credited:
		return b.credited(e.ID, r, fact)
	case application.CheckRecorded, application.RecheckAsked:
		return nil // ignored
	case application.Awarded:
		if r != nil {
			r.phase, r.won, r.gone = string(application.PhaseAwarded), fact.Indicator, &e.Leaf
			return nil
		}
		return b.update(e.ID, "phase = $2, won = $3, gone_leaf = coalesce(gone_leaf, $4)",
			string(application.PhaseAwarded), fact.Indicator, e.Leaf)
	}
	return fmt.Errorf("event %s of an application is not known to this projection",
		fact.EventType())
}

// choices notes the pools that an application asks for by name.
func (b *batch) choices(code string, s rules.Standing) error {
	var values []any
	for _, pool := range s.Choices {
		values = append(values, code, pool)
	}
	return b.tx.Insert("pool_choices", 2, values)
}

// phase sets the phase of an application.
func (b *batch) phase(code string, r *row, p application.Phase) error {
	if r != nil {
		r.phase = string(p)
		return nil
	}
	return b.update(code, "phase = $2", string(p))
}

// gone ends an application that was not selected.
func (b *batch) gone(e projections.Event, r *row, p application.Phase) error {
	if r != nil {
		r.phase, r.gone = string(p), &e.Leaf
		return nil
	}
	return b.update(e.ID, "phase = $2, gone_leaf = coalesce(gone_leaf, $3)", string(p), e.Leaf)
}

// renewed keeps what was valid before, for a seal that names fewer leaves.
func (b *batch) renewed(e projections.Event, r *row, fact application.Renewed) error {
	var before domain.Time
	if r != nil {
		before, r.validUntil = r.validUntil, fact.ValidUntil
	} else {
		if err := b.tx.Scan("SELECT valid_until FROM pool_applications WHERE code = $1",
			[]any{e.ID}, &before); err != nil {
			return fmt.Errorf("looking up the validity of %s: %w", e.ID, err)
		}
		if err := b.update(e.ID, "valid_until = $2", int64(fact.ValidUntil)); err != nil {
			return err
		}
	}
	return b.tx.Insert("pool_renewals", 3, []any{e.ID, e.Leaf, int64(before)})
}

func (b *batch) credited(code string, r *row, fact application.Credited) error {
	var stored string
	if r != nil {
		stored = r.standing
	} else if err := b.tx.Scan("SELECT standing FROM pool_applications WHERE code = $1",
		[]any{code}, &stored); err != nil {
		return fmt.Errorf("looking up the standing of %s: %w", code, err)
	}
	var standing rules.Standing
	if err := json.Unmarshal([]byte(stored), &standing); err != nil {
		return fmt.Errorf("reading the standing of %s: %w", code, err)
	}
	if fact.Member < 1 || fact.Member > len(standing.Members) {
		return fmt.Errorf("application %s has no member %d", code, fact.Member)
	}
	after, err := json.Marshal(fact.Apply(standing))
	if err != nil {
		return fmt.Errorf("writing the standing: %w", err)
	}
	if r != nil {
		r.standing = string(after)
		return nil
	}
	return b.update(code, "standing = $2", string(after))
}

func (b *batch) update(code, set string, values ...any) error {
	return b.tx.One("application", "UPDATE pool_applications SET "+set+" WHERE code = $1",
		append([]any{code}, values...)...)
}
