package round

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/audit/beacon"
	"lotteryledger/cmd/internal/drand"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/office"
)

type beaconOptions struct {
	signature string
	wait      bool
}

// Seeded is a round whose seed is fixed.
type Seeded struct {
	Round     string `json:"round"`
	Signature string `json:"signature"`
	cli.Done
}

// Text says that the round has its seed.
func (r *Seeded) Text(p *cli.Page) { p.Line("round.seeded", r.Round) }

func beaconCommand(a *app.App) *cobra.Command {
	var o beaconOptions
	c := cli.New(a, &cobra.Command{
		Use: "beacon ID", Short: "Record the announced round of the beacon, fetched or given",
		Example: `  lottery --officer con round beacon 2026-2 --wait
  lottery --officer con round beacon 2026-2 --signature b55e…af4b`,
	}, func(ctx context.Context, args []string) (*Seeded, error) {
		signature := o.signature
		if signature == "" {
			raw, err := FetchBeacon(ctx, a, args[0], o.wait)
			if err != nil {
				return nil, err
			}
			signature = hex.EncodeToString(raw)
		}
		_, by, err := a.Command(ctx)
		if err != nil {
			return nil, err
		}
		return RecordBeacon(ctx, a, by, args[0], signature)
	})
	c.Flags().StringVar(
		&o.signature, "signature", "", "the 48 bytes in hex, where the network is not reached",
	)
	c.Flags().BoolVar(&o.wait, "wait", false, "wait until the beacon round is due")
	return cli.CompleteFirst(c, a, cli.Rounds)
}

// RecordBeacon verifies the signature of the announced beacon round and records it.
func RecordBeacon(
	ctx context.Context, a *app.App, by office.Author, id, signature string,
) (*Seeded, error) {
	l, _, err := a.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	if err := o.RecordBeacon(ctx, by, id, &l.State, signature); err != nil {
		return nil, err
	}
	return &Seeded{Round: id, Signature: signature}, a.Publish(ctx)
}

// FetchBeacon returns the signature of the announced beacon round: from the relays or, for the
// demonstration chain, by computing it.
func FetchBeacon(ctx context.Context, a *app.App, id string, wait bool) ([]byte, error) {
	r, err := a.Round(ctx, id)
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
			return nil, fault.New(fault.BeaconTooEarly, "round %d of %s is due at %s",
				r.Announced.BeaconRound, chain.ID, domain.Time(due))
		}
		fmt.Fprintf(
			a.Err, "waiting %s for round %d of %s\n", left.Round(time.Second),
			r.Announced.BeaconRound, chain.ID,
		)
		if err := sleep(ctx, left); err != nil {
			return nil, err
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
		fmt.Fprintln(a.Err, "the beacon round is not to be had yet; asking again in 3 s")
		if err := sleep(ctx, 3*time.Second); err != nil {
			return nil, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
