package office

import (
	"context"

	"lotteryledger/audit"
	"lotteryledger/domain/quota"
)

// CarryOver moves seats from a pool of an earlier year: that year gives them away first,
// so that they never count twice; then this year takes them. What the rounds of the earlier year
// have taken follows from the ledger. A repetition goes on where the last one stopped.
func (o *Office) CarryOver(
	ctx context.Context, by Author, l *audit.State, cmd quota.CarryOver,
) error {
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
		Reason: quota.Carried, Used: l.QuotaUsed(cmd.FromYear, cmd.FromPool),
	}
	if _, err := o.Execute(ctx, by, Quota(cmd.FromYear, give)); err != nil {
		return err
	}
	if from, err = o.LoadQuota(ctx, cmd.FromYear); err != nil {
		return err
	}
	cmd.Given = from.Given(cmd.FromPool)
	cmd.Given -= min(cmd.Given, to.Taken(cmd.FromYear, cmd.FromPool))
	_, err = o.Execute(ctx, by, Quota(cmd.Year, cmd))
	return err
}
