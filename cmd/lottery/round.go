package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/audit/beacon"
	"lotteryledger/cmd/internal/drand"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

func (o *options) roundCommand() *cobra.Command {
	return group("round", "one cycle: open, close, seal, announce, beacon, draw, publish, settle",
		o.roundOpenCommand(),
		o.roundStep("close ID", "end the taking of applications", (*session).closeRound),
		o.roundStep("seal ID", "fix the rosters from the published ledger", (*session).sealRound),
		o.roundAnnounceCommand("announce ID", "fix seats, draw time and beacon round", (*session).announceRound),
		o.roundAnnounceCommand("supersede ID", "put another announcement in the place of the valid one", (*session).supersedeRound),
		o.roundAnchorCommand(),
		o.roundCeremonyCommand(),
		o.roundBeaconCommand(),
		o.roundStep("draw ID", "compute and record the results", (*session).drawRound),
		o.roundStep("publish ID", "end the draw and publish the results", (*session).publishRound),
		o.roundStep("settle ID", "close a round of which nothing is open any more", (*session).settleRound),
		o.roundVoidCommand(),
		leaf("show ID", "print where a round stands", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error { return s.showRound(ctx, args[0]) })
		}),
	)
}

// roundStep is a command that needs nothing but the round.
func (o *options) roundStep(use, short string, step func(*session, context.Context, string) (string, error)) *cobra.Command {
	return leaf(use, short, cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			said, err := step(s, ctx, args[0])
			if err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0]}, "round %s %s", args[0], said)
		})
	})
}

func (o *options) roundOpenCommand() *cobra.Command {
	var version, opens, closes, reruns string
	c := leaf("open ID", "begin a round under a version of the rules", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		from, err := domain.ParseTime(opens)
		if err != nil {
			return usage("--opens: %v", err)
		}
		to, err := domain.ParseTime(closes)
		if err != nil {
			return usage("--closes: %v", err)
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			open := round.Open{Rules: version, Opens: from, Closes: to, Reruns: reruns}
			if err := s.execute(ctx, by, office.Round(args[0], open)); err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0]}, "round %s takes applications from %s until %s", args[0], from, to)
		})
	})
	c.Flags().StringVar(&version, "rules", "", "name of the adopted rules")
	c.Flags().StringVar(&opens, "opens", "", "start of the window, like 2026-08-01T00:00:00Z")
	c.Flags().StringVar(&closes, "closes", "", "end of the window")
	c.Flags().StringVar(&reruns, "reruns", "", "the voided round that this one stands for")
	return c
}

func (o *options) roundAnnounceCommand(use, short string, work func(*session, context.Context, string, announcement) (string, error)) *cobra.Command {
	var drawTime, chain string
	var seats, reserve []string
	var ceremony bool
	c := leaf(use, short, cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		at, err := parseDrawTime(drawTime)
		if err != nil {
			return err
		}
		beaconChain, ok := draw.ChainByName(chain)
		if !ok {
			return usage("--chain: quicknet or demonstration, not %q", chain)
		}
		n, err := parseSeats("--seats", seats)
		if err != nil {
			return err
		}
		r, err := parseSeats("--reserve", reserve)
		if err != nil {
			return err
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			said, err := work(s, ctx, args[0], announcement{at, beaconChain, n, r, ceremony})
			if err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0]}, "round %s %s", args[0], said)
		})
	})
	c.Flags().StringVar(&drawTime, "draw-time", "", "like 2026-12-26T02:00:00Z, or a duration from now like +36h")
	c.Flags().StringVar(&chain, "chain", "quicknet", "beacon: quicknet, or demonstration (proves nothing)")
	c.Flags().StringArrayVar(&seats, "seats", nil, "POOL=N, once for each pool")
	c.Flags().StringArrayVar(&reserve, "reserve", nil, "POOL=N, ranks after the seats")
	c.Flags().BoolVar(&ceremony, "ceremony", false, "the seed takes the bytes of a public ceremony as well")
	return c
}

func parseDrawTime(s string) (domain.Time, error) {
	if after, ok := strings.CutPrefix(s, "+"); ok {
		d, err := time.ParseDuration(after)
		if err != nil || d < 0 {
			return 0, usage("--draw-time: %q is no duration", s)
		}
		return now() + domain.Time((d+time.Second-1)/time.Second), nil
	}
	t, err := domain.ParseTime(s)
	if err != nil {
		return 0, usage("--draw-time: %v", err)
	}
	return t, nil
}

func parseSeats(flag string, given []string) (map[string]uint64, error) {
	m := map[string]uint64{}
	for _, g := range given {
		pool, n, ok := strings.Cut(g, "=")
		seats, err := strconv.ParseUint(n, 10, 32)
		if _, twice := m[pool]; !ok || err != nil || twice {
			return nil, usage("%s: %q is not POOL=N, or the pool is named twice", flag, g)
		}
		m[pool] = seats
	}
	return m, nil
}

func (o *options) roundBeaconCommand() *cobra.Command {
	var signature string
	var wait bool
	c := leaf("beacon ID", "record the announced round of the beacon, fetched or given", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			if signature == "" {
				raw, err := s.fetchBeacon(ctx, args[0], wait)
				if err != nil {
					return err
				}
				signature = hex.EncodeToString(raw)
			}
			said, err := s.recordBeacon(ctx, args[0], signature)
			if err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0], "signature": signature}, "round %s %s", args[0], said)
		})
	})
	c.Flags().StringVar(&signature, "signature", "", "the 48 bytes in hex, where the network is not reached")
	c.Flags().BoolVar(&wait, "wait", false, "wait until the beacon round is due")
	return c
}

// fetchBeacon gets the announced beacon round: from the relays, or, for the
// demonstration chain, by computing it.
func (s *session) fetchBeacon(ctx context.Context, id string, wait bool) ([]byte, error) {
	r, err := s.round(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Announced.BeaconRound == 0 {
		return nil, fault.New(fault.RoundPhase, "round %s is not announced", id)
	}
	chain, _ := draw.ChainByHash(r.Announced.Chain)
	due, err := chain.TimeOf(r.Announced.BeaconRound)
	if err != nil {
		return nil, err
	}
	if left := time.Until(time.Unix(due, 0)); left > 0 {
		if !wait {
			return nil, fault.New(fault.BeaconTooEarly, "round %d of %s is due at %s", r.Announced.BeaconRound, chain.ID, domain.Time(due))
		}
		fmt.Fprintf(s.stderr, "waiting %s for round %d of %s\n", left.Round(time.Second), r.Announced.BeaconRound, chain.ID)
		select {
		case <-time.After(left):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if chain.Demonstration {
		return beacon.DemonstrationSignature(r.Announced.BeaconRound)
	}
	for {
		raw, err := drand.Client{}.Fetch(ctx, chain, r.Announced.BeaconRound)
		if err == nil || !wait || ctx.Err() != nil {
			return raw, err
		}
		fmt.Fprintf(s.stderr, "the beacon round is not to be had yet; asking again in 3 s\n")
		select {
		case <-time.After(3 * time.Second):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (o *options) roundVoidCommand() *cobra.Command {
	var reason string
	c := leaf("void ID", "end a round without effect", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if err := s.execute(ctx, by, office.Round(args[0], round.Void{Reason: round.VoidReason(reason)})); err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0]}, "round %s is voided: %s", args[0], reason)
		})
	})
	c.Flags().StringVar(&reason, "reason", "", fmt.Sprintf("one of %v", round.VoidReasons))
	return c
}

func (s *session) showRound(ctx context.Context, id string) error {
	r, err := s.round(ctx, id)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "round %s: %s, rules %s, window %s to %s", id, r.Phase, r.Opened.Rules, r.Opened.Opens, r.Opened.Closes)
	for _, p := range r.Sealed.Rosters {
		fmt.Fprintf(&b, "\n  pool %s: %d applications, weight %d", p.Pool, p.Count, p.Weight)
		if seats, ok := r.Seats(p.Pool); ok {
			fmt.Fprintf(&b, ", %d seats, %d in reserve", seats.Seats, seats.Reserve)
		}
	}
	if r.Announced.BeaconRound != 0 {
		chain, _ := draw.ChainByHash(r.Announced.Chain)
		fmt.Fprintf(&b, "\n  draw at %s with round %d of %s", r.Announced.DrawTime, r.Announced.BeaconRound, chain.ID)
		if r.Superseded > 0 {
			fmt.Fprintf(&b, "; announcements before: %d", r.Superseded)
		}
		if len(r.Anchors) > 0 {
			fmt.Fprintf(&b, "; anchors: %d", len(r.Anchors))
		}
		if r.Announced.Ceremony {
			fmt.Fprintf(&b, "; with a ceremony, recorded: %t", r.Ceremony != "")
		}
	}
	if r.Opened.Reruns != "" {
		fmt.Fprintf(&b, "\n  stands for the voided round %s", r.Opened.Reruns)
	}
	if r.Void != "" {
		fmt.Fprintf(&b, "\n  voided: %s", r.Void)
	}
	for _, p := range r.Settled.Pools {
		fmt.Fprintf(&b, "\n  settled, pool %s: %d awarded, %d promoted, %d confirmed, %d used, %d forfeited, %d revoked, %d seats unused",
			p.Pool, p.Awarded, p.Promoted, p.Confirmed, p.Used, p.Forfeited, p.Revoked, p.Returned)
	}
	return s.print(roundObject(id, r), "%s", b.String())
}

// roundObject is a round for programs; what has not happened yet is left out.
func roundObject(id string, r round.State) map[string]any {
	m := map[string]any{"round": id, "phase": r.Phase, "rules": r.Opened.Rules, "opens": r.Opened.Opens, "closes": r.Opened.Closes}
	var pools []map[string]any
	for _, p := range r.Sealed.Rosters {
		q := map[string]any{"pool": p.Pool, "applications": p.Count, "weight": p.Weight}
		if seats, ok := r.Seats(p.Pool); ok {
			q["seats"], q["reserve"] = seats.Seats, seats.Reserve
		}
		pools = append(pools, q)
	}
	if pools != nil {
		m["pools"] = pools
	}
	if r.Announced.BeaconRound != 0 {
		m["draw_time"], m["chain"], m["beacon_round"] = r.Announced.DrawTime, r.Announced.Chain, r.Announced.BeaconRound
	}
	if r.Opened.Reruns != "" {
		m["reruns"] = r.Opened.Reruns
	}
	if r.Superseded > 0 {
		m["superseded"] = r.Superseded
	}
	if r.Anchors != nil {
		m["anchors"] = r.Anchors
	}
	if r.Ceremony != "" {
		m["ceremony"] = r.Ceremony
	}
	if r.Settled.Pools != nil {
		m["settled"] = r.Settled.Pools
	}
	if r.Signature != "" {
		m["signature"] = r.Signature
	}
	if r.Void != "" {
		m["void"] = r.Void
	}
	return m
}

// round is an opened round.
func (s *session) round(ctx context.Context, id string) (round.State, error) {
	r, err := s.office.LoadRound(ctx, id)
	if err == nil && r.Phase == "" {
		err = fault.New(fault.UnknownRound, "no round %q was opened", id)
	}
	return r, err
}
