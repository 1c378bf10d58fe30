package round

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

// shown is a round. What has not happened yet is left out.
type shown struct {
	Round       string             `json:"round"`
	Phase       round.Phase        `json:"phase"`
	Rules       string             `json:"rules"`
	Opens       domain.Time        `json:"opens"`
	Closes      domain.Time        `json:"closes"`
	Pools       []shownPool        `json:"pools,omitempty"`
	DrawTime    domain.Time        `json:"draw_time,omitzero"`
	Chain       *domain.Digest     `json:"chain,omitempty"`
	BeaconRound uint64             `json:"beacon_round,omitzero"`
	Reruns      string             `json:"reruns,omitempty"`
	Superseded  uint64             `json:"superseded,omitzero"`
	Anchors     []round.Anchored   `json:"anchors,omitempty"`
	Ceremony    string             `json:"ceremony,omitempty"`
	Settled     []round.Settlement `json:"settled,omitempty"`
	Signature   string             `json:"signature,omitempty"`
	Void        round.VoidReason   `json:"void,omitempty"`

	withCeremony bool
}

type shownPool struct {
	Pool         string  `json:"pool"`
	Applications uint64  `json:"applications"`
	Weight       uint64  `json:"weight"`
	Seats        *uint64 `json:"seats,omitempty"`
	Reserve      *uint64 `json:"reserve,omitempty"`
}

func shownOf(id string, s round.State) shown {
	r := shown{
		Round: id, Phase: s.Phase, Rules: s.Opened.Rules, Opens: s.Opened.Opens,
		Closes: s.Opened.Closes,
		Reruns: s.Opened.Reruns, Superseded: s.Superseded, Anchors: s.Anchors, Ceremony: s.Ceremony,
		Settled: s.Settled.Pools, Signature: s.Signature, Void: s.Void,
		withCeremony: s.Announced.Ceremony,
	}
	for _, p := range s.Sealed.Rosters {
		pool := shownPool{Pool: p.Pool, Applications: p.Count, Weight: p.Weight}
		if seats, ok := s.Seats(p.Pool); ok {
			pool.Seats, pool.Reserve = &seats.Seats, &seats.Reserve
		}
		r.Pools = append(r.Pools, pool)
	}
	if s.Announced.BeaconRound != 0 {
		r.DrawTime, r.Chain, r.BeaconRound = s.Announced.DrawTime, &s.Announced.Chain,
			s.Announced.BeaconRound
	}
	return r
}

// Text writes where the round stands.
func (r shown) Text(p *cli.Page) {
	p.Line(
		"round.is", r.Round, words.Name(p.Words, "round_phase", r.Phase), r.Rules, r.Opens,
		r.Closes,
	)
	for _, q := range r.Pools {
		text := p.Say("round.pool", q.Pool, q.Applications, q.Weight)
		if q.Seats != nil {
			text += p.Say("round.seats", *q.Seats, *q.Reserve)
		}
		p.Print(text)
	}
	if r.Chain != nil {
		r.draw(p)
	}
	if r.Reruns != "" {
		p.Line("round.reruns", r.Reruns)
	}
	if r.Void != "" {
		p.Line("round.void", r.Void)
	}
	for _, q := range r.Settled {
		p.Line(
			"round.settled_pool", q.Pool, q.Awarded, q.Promoted, q.Confirmed, q.Used, q.Forfeited,
			q.Revoked, q.Returned,
		)
	}
}

// draw writes how the draw is fixed.
func (r shown) draw(p *cli.Page) {
	chain, _ := draw.ChainByHash(*r.Chain)
	text := p.Say("round.draw", r.DrawTime, r.BeaconRound, chain.ID)
	if r.Superseded > 0 {
		text += p.Say("round.superseded", r.Superseded)
	}
	if len(r.Anchors) > 0 {
		text += p.Say("round.anchors", len(r.Anchors))
	}
	switch {
	case r.Ceremony != "":
		text += p.Text("round.ceremony_recorded")
	case r.withCeremony:
		text += p.Text("round.ceremony_awaited")
	}
	p.Print(text)
}

func showCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Print where a round stands",
		Example: `  lottery round show 2026-2 --timezone Asia/Shanghai`,
	}, func(ctx context.Context, args []string) (shown, error) {
		s, err := a.Round(ctx, args[0])
		return shownOf(args[0], s), err
	})
	return cli.CompleteFirst(c, a, cli.Rounds)
}
