package office

import (
	"context"

	"lotteryledger/domain/quota"
)

// AdjustQuota changes the seats of a pool. It is the next change to the pool, whatever its number
// says.
func (o *Office) AdjustQuota(
	ctx context.Context, by Author, year int, l Published, cmd quota.Adjust,
) error {
	state, err := o.LoadQuota(ctx, year)
	if err != nil {
		return err
	}
	cmd.Number = state.Next(cmd.Pool)
	_, err = o.Execute(ctx, by, Quota(year, cmd).On(l))
	return err
}

// CarryOver moves seats from a pool of an earlier year: that year gives them away first,
// so that they never count twice; then this year takes them. A repetition goes on where the last
// one stopped.
func (o *Office) CarryOver(
	ctx context.Context, by Author, l Published, cmd quota.CarryOver,
) error {
	if err := Quota(cmd.Year, cmd).requireOwn(ctx, o, by); err != nil {
		return err // before the earlier year gives anything away
	}
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
	give := quota.Adjust{
		Pool: cmd.FromPool, Number: from.Next(cmd.FromPool), Amount: -int64(cmd.Amount),
		Reason: quota.Carried,
	}
	if _, err := o.Execute(ctx, by, Quota(cmd.FromYear, give).On(l)); err != nil {
		return err
	}
	_, err = o.Execute(ctx, by, Quota(cmd.Year, cmd).On(l))
	return err
}
