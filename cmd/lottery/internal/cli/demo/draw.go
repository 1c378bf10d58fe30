package demo

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"lotteryledger/cmd/internal/drand"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli/indicator"
	cmd "lotteryledger/cmd/lottery/internal/cli/round"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

func (d *demo) seal(ctx context.Context) error {
	if _, err := cmd.Close(ctx, d.App, d.as("conductor", "close"), d.id); err != nil {
		return err
	}
	sealed, err := both(d, "seal", func(by office.Author) (*cmd.Sealed, error) {
		return cmd.Seal(ctx, d.App, by, d.id)
	})
	if err != nil {
		return err
	}
	return d.tell(sealed)
}

// announce fixes the draw, by the real beacon if the network reaches it. Two officers have to
// agree on the draw time, and each replays the ledger before: if that takes so long that the
// notice is too short, they agree on a later time.
func (d *demo) announce(ctx context.Context) error {
	r, err := d.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	if r.Phase != round.PhaseSealed {
		d.chain, _ = draw.ChainByHash(r.Announced.Chain)
		return nil
	}
	d.chain = draw.Demonstration
	if !d.offline && reachable(ctx) {
		d.chain = draw.Quicknet
	}
	seats, reserve := map[string]uint64{}, map[string]uint64{}
	for _, p := range r.Sealed.Rosters {
		seats[p.Pool] = max(p.Count/15, min(p.Count, 1))
		reserve[p.Pool] = seats[p.Pool] / 4
	}
	for patience := domain.Time(3); ; patience *= 2 {
		n := cmd.Announcement{
			DrawTime: app.Now() + notice + patience, Chain: d.chain, Seats: seats, Reserve: reserve,
		}
		announced, err := both(d, "announce "+n.DrawTime.String(),
			func(by office.Author) (*cmd.Announced, error) {
				return cmd.Announce(ctx, d.App, by, d.id, n)
			})
		if tooLate(err) {
			d.say(
				"the officers needed more than %d s to agree on the draw; they choose a later time",
				patience,
			)
			continue
		}
		if err != nil {
			return err
		}
		if d.chain.Demonstration {
			d.say("no network: this is a DEMONSTRATION beacon, whose key everybody knows; it " +
				"proves nothing")
		}
		return d.tell(announced)
	}
}

// reachable reports whether a past round of quicknet can be fetched.
func reachable(ctx context.Context) bool {
	past, err := draw.Quicknet.RoundAt(int64(app.Now()) - 60)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err = drand.Client{Timeout: 2 * time.Second}.Fetch(ctx, draw.Quicknet, past)
	return err == nil
}

func (d *demo) draw(ctx context.Context) error {
	r, err := d.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	if r.Phase == round.PhaseAnnounced {
		raw, err := cmd.FetchBeacon(ctx, d.App, d.id, true)
		if err != nil {
			return err
		}
		by := d.as("conductor", "beacon")
		if _, err := cmd.RecordBeacon(ctx, d.App, by, d.id, hex.EncodeToString(raw)); err != nil {
			return err
		}
	}
	drawn, err := both(d, "draw", func(by office.Author) (*cmd.Drawn, error) {
		return cmd.Draw(ctx, d.App, by, d.id)
	})
	if err != nil {
		return err
	}
	if err := d.tell(drawn); err != nil {
		return err
	}
	if _, err := both(
		d, "publish",
		func(by office.Author) (any, error) { return cmd.Publish(ctx, d.App, by, d.id) },
	); err != nil {
		return fmt.Errorf("publishing the results: %w", err)
	}
	d.say("the results are published")
	return nil
}

func (d *demo) award(ctx context.Context) error {
	r, err := indicator.Award(ctx, d.App, d.as("conductor", "award"), d.id)
	if err != nil {
		return err
	}
	d.awarded = r.Awarded
	return d.tell(r)
}
