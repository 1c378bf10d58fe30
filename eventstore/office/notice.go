package office

import (
	"context"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore"
)

// Notice issues a command on a notice; sample is an event of the type it leads to, for the role
// it needs. The texts are for the caller to check and to keep before.
func (o *Office) Notice(ctx context.Context, meta catalog.Meta, id string, sample notice.Event, cmd notice.Command) error {
	if !domain.ValidID(id) {
		return fault.New(fault.InvalidID, "notice %q", id)
	}
	if err := eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()); err != nil {
		return err
	}
	_, err := eventstore.Of(catalog.Notices).Handle(ctx, o.Store, notice.StreamPrefix+id, meta, sample, cmd)
	return err
}
