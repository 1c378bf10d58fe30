package office

import (
	"context"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// RequireOtherAdministrator refuses to leave a ledger without administrator: nobody could become
// one again. The rules allow it, so that a replay does; a caller asks whether it is meant.
func (o *Office) RequireOtherAdministrator(ctx context.Context, id string) error {
	s, err := o.LoadOfficer(ctx, id)
	if err != nil || !s.Has(officer.Administrator) {
		return err
	}
	ids, err := eventstore.Names(ctx, o.Store, officer.StreamPrefix)
	if err != nil {
		return err
	}
	for _, other := range ids {
		if other == id {
			continue
		}
		if s, err := o.LoadOfficer(ctx, other); err != nil || s.Has(officer.Administrator) {
			return err
		}
	}
	return fault.New(fault.LastAdministrator,
		"%s is the only administrator: afterwards nobody could appoint or dismiss anybody; "+
			"appoint another one before", id)
}
