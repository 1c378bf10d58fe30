package office

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/vault"
)

// Sweep makes the vault agree with the ledger, for what was stored before this time. It looks up
// the records that came since the last sweep, and applicants who were changed since. If nothing
// is known of a last sweep, it looks up every record.
func (o *Office) Sweep(ctx context.Context, before domain.Time) (vault.Swept, error) {
	last, err := o.Vault.LastSweep(ctx)
	if err != nil {
		return vault.Swept{}, err
	}
	w := vault.Sweep{Before: before, Fates: o.fates}
	// the mark comes first: what is stored meanwhile is for the next sweep
	newest, ok, err := eventstore.Last(ctx, o.Store, eventstore.LedgerStream)
	if err != nil {
		return vault.Swept{}, err
	}
	if ok {
		w.Mark = vault.Mark{Before: before, Revision: newest.Revision, Event: newest.ID}
	}
	after, known, err := o.checkpoint(ctx, last)
	if err != nil {
		return vault.Swept{}, err
	}
	if known {
		w.Since, w.Mark.Before = last.Before, max(before, last.Before)
		if w.Changed, err = o.changed(ctx, after); err != nil {
			return vault.Swept{}, err
		}
	}
	return o.Vault.Sweep(ctx, w)
}

// checkpoint returns where the checkpoint of a mark is in the store, if it is there.
func (o *Office) checkpoint(
	ctx context.Context, m vault.Mark,
) (at eventstore.Position, known bool, err error) {
	if m == (vault.Mark{}) {
		return at, false, nil
	}
	one := eventstore.Range{From: m.Revision, Limit: 1}
	for r, err := range o.Store.Read(ctx, eventstore.LedgerStream, one) {
		if errors.Is(err, eventstore.ErrNotFound) {
			break
		}
		if err != nil {
			return at, false, fmt.Errorf("looking for the checkpoint of the last sweep: %w", err)
		}
		return r.Position, r.ID == m.Event, nil
	}
	return at, false, nil
}

// changed lists the applicants whose record was replaced or erased behind a position.
func (o *Office) changed(
	ctx context.Context, after eventstore.Position,
) (ids []string, err error) {
	for r, err := range o.Store.ReadAll(ctx, after, applicant.StreamPrefix) {
		if err != nil {
			return nil, fmt.Errorf("looking for changed applicants: %w", err)
		}
		if r.Type != applicant.TypeRegistered {
			ids = append(ids, strings.TrimPrefix(r.Stream, applicant.StreamPrefix))
		}
	}
	return ids, nil
}

// fates returns what the ledger says about applicants.
func (o *Office) fates(ctx context.Context, ids []string) ([]vault.Fate, error) {
	fates := make([]vault.Fate, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i, id := range ids {
		g.Go(func() error {
			a, err := o.LoadApplicant(ctx, id)
			fates[i] = vault.Fate{Commitment: a.Commitment, Erased: a.Erased}
			return err
		})
	}
	return fates, g.Wait()
}
