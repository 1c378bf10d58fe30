package round

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// announcingBy is one of the two commands that fix a draw.
type announcingBy struct {
	verb, short string
	do          func(context.Context, *app.App, office.Author, string, Announcement) (
		*Announced, error,
	)
}

var (
	announcing  = announcingBy{"announce", "Fix seats, draw time and beacon round", Announce}
	superseding = announcingBy{
		"supersede", "Replace the valid announcement by another one", supersede,
	}
)

type announceOptions struct {
	drawTime, chain string
	seats, reserve  []string
	ceremony        bool
}

// Announcement is what a conductor decides about a draw.
type Announcement struct {
	DrawTime       domain.Time
	Chain          draw.Chain
	Seats, Reserve map[string]uint64 // by pool
	Ceremony       bool              // the seed takes the bytes of a public ceremony, too
}

// Announced is a round whose draw is fixed.
type Announced struct {
	Round       string      `json:"round"`
	DrawTime    domain.Time `json:"draw_time"`
	Chain       string      `json:"chain"`
	BeaconRound uint64      `json:"beacon_round"`
	Superseded  uint64      `json:"superseded,omitzero"` // announcements before this one
	cli.Done
}

// Text says when the draw is, and by which round of which beacon.
func (r *Announced) Text(p *cli.Page) {
	text := p.Say("round.announced", r.Round, r.DrawTime, r.BeaconRound, r.Chain)
	if r.Superseded > 0 {
		text += p.Say("round.superseded", r.Superseded)
	}
	p.Print(text)
}

func announceCommand(a *app.App, kind announcingBy) *cobra.Command {
	var o announceOptions
	c := cli.New(a, &cobra.Command{
		Use: kind.verb + " ID --draw-time TIME --seats POOL=N…", Short: kind.short,
		Example: "  lottery --officer con round " + kind.verb +
			" 2026-2 --draw-time 2026-12-26T10:00:00+08:00 \\\n" +
			"    --seats ordinary=10000 --reserve ordinary=500 --seats new-energy-family=0",
	}, func(ctx context.Context, args []string) (*Announced, error) {
		n, err := o.read(a)
		if err != nil {
			return nil, err
		}
		_, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return kind.do(ctx, a, by, args[0], n)
	})
	f := c.Flags()
	f.StringVar(
		&o.drawTime, "draw-time", "",
		"like 2026-12-26T10:00:00+08:00, or a duration from now like +36h",
	)
	f.StringVar(&o.chain, "chain", "quicknet", "beacon; the demonstration proves nothing")
	f.StringArrayVar(&o.seats, "seats", nil, "POOL=N, once for each pool")
	f.StringArrayVar(&o.reserve, "reserve", nil, "POOL=N, ranks behind the seats")
	f.BoolVar(
		&o.ceremony, "ceremony", false, "the seed takes the bytes of a public ceremony as well",
	)
	cli.OneOf(c, "chain", chains)
	return cli.Anew(a, cli.CompleteFirst(c, a, cli.Rounds))
}

var chains = []string{"quicknet", "demonstration"}

func (o announceOptions) read(a *app.App) (n Announcement, err error) {
	n.Ceremony = o.ceremony
	if n.DrawTime, err = cli.ParseMoment(a, "draw-time", o.drawTime); err != nil {
		return n, err
	}
	var ok bool
	if n.Chain, ok = draw.ChainByName(o.chain); !ok {
		return n, app.Usage("--chain: %s, not %q", strings.Join(chains, " or "), o.chain)
	}
	if n.Seats, err = parseSeats("--seats", o.seats); err != nil {
		return n, err
	}
	n.Reserve, err = parseSeats("--reserve", o.reserve)
	return n, err
}

func parseSeats(flag string, given []string) (map[string]uint64, error) {
	m := map[string]uint64{}
	for _, g := range given {
		pool, seats, ok := cli.ParseSeats(g)
		if _, again := m[pool]; !ok || again {
			return nil, app.Usage("%s: %q is not POOL=N, or the pool is named twice", flag, g)
		}
		m[pool] = seats
	}
	return m, nil
}

// Announce fixes seats, draw time and beacon round.
func Announce(
	ctx context.Context, a *app.App, by office.Author, id string, n Announcement,
) (*Announced, error) {
	l, cmd, err := command(ctx, a, id, n)
	if err != nil {
		return nil, err
	}
	return announce(ctx, a, by, l, id, n, cmd)
}

// supersede replaces the valid announcement.
func supersede(
	ctx context.Context, a *app.App, by office.Author, id string, n Announcement,
) (*Announced, error) {
	l, cmd, err := command(ctx, a, id, n)
	if err != nil {
		return nil, err
	}
	return announce(ctx, a, by, l, id, n, round.SupersedeAnnouncement{Announce: cmd})
}

// command makes the command for an announcement, and returns the published ledger.
func command(
	ctx context.Context, a *app.App, id string, n Announcement,
) (*audit.Ledger, round.Announce, error) {
	var none round.Announce
	if _, err := a.Round(ctx, id); err != nil {
		return nil, none, err
	}
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, none, err
	}
	state, _ := l.Round(id)
	pools, err := n.pools(id, state)
	if err != nil {
		return nil, none, err
	}
	return l, round.Announce{
		DrawTime: n.DrawTime, Chain: n.Chain.Hash(), Pools: pools, Ceremony: n.Ceremony,
	}, nil
}

// announce carries out the command and says what came of it.
func announce(
	ctx context.Context, a *app.App, by office.Author, l *audit.Ledger, id string, n Announcement,
	cmd round.Command,
) (*Announced, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.ExecuteAs(ctx, by, office.Round(id, cmd).On(l)); err != nil {
		return nil, left(l, n, err)
	}
	after, err := o.LoadRound(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Announced{
		Round: id, DrawTime: n.DrawTime, Chain: n.Chain.ID,
		BeaconRound: after.Announced.BeaconRound, Superseded: after.Superseded,
	}, a.Publish(ctx)
}

// pools gives every pool of the round its seats. A round that is not sealed has no pools yet.
func (n Announcement) pools(id string, state round.State) (pools []round.Seats, err error) {
	var names []string
	for _, p := range state.Sealed.Rosters {
		names = append(names, p.Pool)
	}
	for flag, given := range map[string]map[string]uint64{
		"--seats":   n.Seats,
		"--reserve": n.Reserve,
	} {
		for _, pool := range slices.Sorted(maps.Keys(given)) {
			if len(names) > 0 && !slices.Contains(names, pool) {
				return nil, unknownPool(flag, id, pool, names)
			}
		}
	}
	for _, p := range state.Sealed.Rosters {
		seats, ok := n.Seats[p.Pool]
		if !ok && p.Count > 0 {
			return nil, app.Usage(
				"--seats: pool %s has none; say %s=0 if that is meant", p.Pool, p.Pool,
			)
		}
		pools = append(pools, round.Seats{Pool: p.Pool, Seats: seats, Reserve: n.Reserve[p.Pool]})
	}
	return pools, nil
}

func unknownPool(flag, id, pool string, names []string) error {
	message := flag + ": round " + id + " has no pool " + strconv.Quote(pool)
	if near := suggest.Nearest(names, pool); near != "" {
		return app.Usage("%s; did you mean %s?", message, near)
	}
	return app.Usage("%s; it has %s", message, strings.Join(names, ", "))
}

// left adds to a refusal for want of seats how many each pool of the year has left.
func left(l *audit.Ledger, n Announcement, err error) error {
	if fault.CodeOf(err) != fault.QuotaExceeded {
		return err
	}
	year := n.DrawTime.Year()
	quota := l.Quota(year)
	var lines []string
	for _, pool := range slices.Sorted(maps.Keys(n.Seats)) {
		if q, ok := quota.Pools[pool]; ok {
			used := l.QuotaUsed(year, pool)
			lines = append(lines, fmt.Sprintf(
				"quota of %d, pool %s: %d of %d seats are left", year, pool, q.Seats-int64(used),
				q.Seats,
			))
		}
	}
	return cli.Advise(err, lines...)
}
