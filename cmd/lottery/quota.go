package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/quota"
	"lotteryledger/eventstore/office"
)

func (o *options) quotaCommand() *cobra.Command {
	return group("quota", "how many seats the pools have in a year", o.quotaSetCommand(), o.quotaAdjustCommand(), o.quotaCarryOverCommand(),
		leaf("show YEAR", "print what a year has, and what its rounds have taken", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			year, err := parseYear(args[0])
			if err != nil {
				return err
			}
			return o.with(ctx, func(ctx context.Context, s *session) error { return s.showQuota(ctx, year) })
		}))
}

func parseYear(text string) (int, error) {
	year, err := quota.ParseYear(text)
	if err != nil {
		return 0, usage("%q is no year", text)
	}
	return year, nil
}

// withLedger is for commands that rest on what the rounds have taken.
func (o *options) withLedger(ctx context.Context, work func(context.Context, *session, office.Author, *audit.Ledger) error) error {
	return o.with(ctx, func(ctx context.Context, s *session) error {
		by, err := s.author()
		if err != nil {
			return err
		}
		l, _, err := s.replay(ctx)
		if err != nil {
			return err
		}
		return work(ctx, s, by, l)
	})
}

func (o *options) quotaSetCommand() *cobra.Command {
	return leaf("set YEAR POOL SEATS", "say how many seats a pool has in a year", cobra.ExactArgs(3), func(ctx context.Context, args []string) error {
		year, err := parseYear(args[0])
		if err != nil {
			return err
		}
		seats, err := strconv.ParseUint(args[2], 10, 32)
		if err != nil {
			return usage("%q is no number of seats", args[2])
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if err := s.execute(ctx, by, office.Quota(year, quota.SetSeats{Pool: args[1], Seats: seats})); err != nil {
				return err
			}
			return s.done(map[string]any{"year": year, "pool": args[1], "seats": seats}, "pool %s has %d seats in %d", args[1], seats, year)
		})
	})
}

func (o *options) quotaAdjustCommand() *cobra.Command {
	var reason string
	var amount int64
	c := leaf("adjust YEAR POOL --by N --reason R", "add seats to a year, or take them away", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		year, err := parseYear(args[0])
		if err != nil {
			return err
		}
		return o.withLedger(ctx, func(ctx context.Context, s *session, by office.Author, l *audit.Ledger) error {
			now, err := s.office.LoadQuota(ctx, year)
			if err != nil {
				return err
			}
			cmd := quota.Adjust{Pool: args[1], Number: now.Next(args[1]), Amount: amount, Reason: quota.Reason(reason), Used: l.QuotaUsed(year, args[1]), Unused: l.QuotaUnused(year, args[1])}
			if err := s.execute(ctx, by, office.Quota(year, cmd)); err != nil {
				return err
			}
			return s.done(map[string]any{"year": year, "pool": args[1], "amount": amount}, "the seats of pool %s in %d change by %+d: %s", args[1], year, amount, reason)
		})
	})
	c.Flags().Int64Var(&amount, "by", 0, "seats more, or with a minus fewer")
	c.Flags().StringVar(&reason, "reason", "", fmt.Sprintf("one of %v", quota.Reasons))
	return c
}

func (o *options) quotaCarryOverCommand() *cobra.Command {
	var from string
	var amount uint64
	c := leaf("carry-over YEAR POOL --from YEAR:POOL --seats N", "give a year seats that an earlier one has left", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		year, err := parseYear(args[0])
		if err != nil {
			return err
		}
		before, pool, _ := strings.Cut(from, ":")
		fromYear, err := parseYear(before)
		if err != nil || pool == "" {
			return usage("--from: %q is not YEAR:POOL", from)
		}
		return o.withLedger(ctx, func(ctx context.Context, s *session, by office.Author, l *audit.Ledger) error {
			cmd := quota.CarryOver{Year: year, Pool: args[1], Amount: amount, FromYear: fromYear, FromPool: pool}
			if err := s.office.CarryOver(ctx, by, cmd, l.QuotaUsed(fromYear, pool)); err != nil {
				return err
			}
			return s.done(map[string]any{"year": year, "pool": args[1], "seats": amount}, "%d seats of pool %s in %d are carried over to pool %s in %d", amount, pool, fromYear, args[1], year)
		})
	})
	c.Flags().StringVar(&from, "from", "", "YEAR:POOL that gives them")
	c.Flags().Uint64Var(&amount, "seats", 0, "how many")
	return c
}

// showQuota prints a year's quota and what its rounds have taken, as the store has it now.
func (s *session) showQuota(ctx context.Context, year int) error {
	p, err := s.publisher()
	if err != nil {
		return err
	}
	l, err := p.CatchUp(ctx)
	if err != nil {
		return err
	}
	state := l.Quota(year)
	if len(state.Pools) == 0 {
		return fault.New(fault.UnknownQuota, "no quota is set for %d", year)
	}
	text, list := fmt.Sprintf("quota of %d", year), []map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(state.Pools)) {
		p, taken, unused := state.Pools[name], l.QuotaUsed(year, name), l.QuotaUnused(year, name)
		text += fmt.Sprintf("\n  pool %s: %d seats, %d taken by rounds, %d changes", name, p.Seats, taken, len(p.Changes))
		if unused > 0 {
			text += fmt.Sprintf("; %d come back (quota adjust --reason returned)", unused)
		}
		list = append(list, map[string]any{"pool": name, "seats": p.Seats, "taken": taken, "changes": len(p.Changes), "unused": unused})
	}
	return s.print(map[string]any{"year": year, "pools": list}, "%s", text)
}
