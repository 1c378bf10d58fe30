package office

import (
	"context"
	"strconv"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/quota"
	"lotteryledger/eventstore"
)

// Quota issues a command on a year's quota; sample is an event of the type it leads
// to, for the role it needs.
func (o *Office) Quota(ctx context.Context, meta catalog.Meta, year int, sample quota.Event, cmd quota.Command) error {
	if _, err := quota.ParseYear(strconv.Itoa(year)); err != nil {
		return err
	}
	if err := eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()); err != nil {
		return err
	}
	_, err := eventstore.Of(catalog.Quotas).Handle(ctx, o.Store, quota.StreamPrefix+strconv.Itoa(year), meta, sample, cmd)
	return err
}

// LoadQuota folds a year's quota.
func (o *Office) LoadQuota(ctx context.Context, year int) (quota.State, error) {
	l, err := eventstore.Of(catalog.Quotas).Load(ctx, o.Store, quota.StreamPrefix+strconv.Itoa(year), catalog.Meta{})
	return l.State, err
}

// CarryOver moves seats from a pool of an earlier year: that year gives them away first,
// so that they never count twice; then this year takes them. used is what the rounds of
// the earlier year have taken. A repetition goes on where the last one stopped.
func (o *Office) CarryOver(ctx context.Context, meta catalog.Meta, cmd quota.CarryOver, used uint64) error {
	to, err := o.LoadQuota(ctx, cmd.Year)
	if err != nil {
		return err
	}
	cmd.Number = to.Next(cmd.Pool)
	willing := cmd
	willing.Given = cmd.Amount
	if _, err := quota.Decide(to, willing); err != nil {
		return err // before anything is written
	}
	from, err := o.LoadQuota(ctx, cmd.FromYear)
	if err != nil {
		return err
	}
	give := quota.Adjust{Pool: cmd.FromPool, Number: from.Next(cmd.FromPool), Amount: -int64(cmd.Amount), Reason: quota.Carried, Used: used}
	if err := o.Quota(ctx, meta, cmd.FromYear, quota.Adjusted{}, give); err != nil {
		return err
	}
	if from, err = o.LoadQuota(ctx, cmd.FromYear); err != nil {
		return err
	}
	cmd.Given = from.Given(cmd.FromPool)
	cmd.Given -= min(cmd.Given, to.Taken(cmd.FromYear, cmd.FromPool))
	return o.Quota(ctx, meta, cmd.Year, quota.CarriedOver{}, cmd)
}
