package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
)

// A duty is a kind of command that falls due by itself. What is due is read from the
// ledger by the code that will check it; a new kind is a line here, and one in
// [lotteryledger/domain/officer.ClockMay].
type duty struct {
	kind  string
	find  func(l *audit.Ledger, at domain.Time) []string // ids
	issue func(ctx context.Context, c *clock, m eventstore.Meta, id string) error

	// inOrder says that each id rests on those before it: what comes after a refusal was
	// found in a ledger that is not true any more.
	inOrder bool
}

var duties = []duty{
	{kind: "close", find: (*audit.Ledger).ToClose, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
		return c.s.office.Round(ctx, m, id, round.Closed{}, round.Close{At: m.At})
	}},
	{kind: "revoke", find: (*audit.Ledger).ToRevoke, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
		return c.s.office.Indicator(ctx, m, id, indicator.Revoked{}, indicator.Revoke{At: m.At, Reason: indicator.NotConfirmed})
	}},
	{kind: "lapse", find: (*audit.Ledger).ToLapse, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
		return c.s.office.Lapse(ctx, m, id)
	}},
	promotion, promotedAward,
	{kind: "expire", find: (*audit.Ledger).ToExpire, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
		return c.s.office.Expire(ctx, m, id, c.ledger.Drawing(id))
	}},
	{kind: "settle", find: (*audit.Ledger).ToSettle, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
		return c.s.office.Round(ctx, m, id, round.Settled{}, c.ledger.SettleCommand(id))
	}},
}

var promotion = duty{kind: "promote", find: (*audit.Ledger).ToPromote, inOrder: true, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
	return c.s.office.Promote(ctx, m, id, c.ledger.Promotion(id))
}}

var promotedAward = duty{kind: "award", find: (*audit.Ledger).ToAward, issue: func(ctx context.Context, c *clock, m eventstore.Meta, id string) error {
	return c.s.office.Award(ctx, m, id, c.ledger.Selected(id))
}}

// clock finds what is due and issues it. It keeps the ledger in memory as far as the store
// has got, and remembers nothing else: what a stop made it miss is still due when it comes back.
type clock struct {
	s      *session
	ledger *audit.Ledger
	at     eventstore.Position
	issued map[string]int // commands that led to events, by kind
}

func newClock(s *session) *clock {
	return &clock{s: s, ledger: audit.NewLedger(nil), issued: map[string]int{}}
}

// catchUp takes in what the store has gained. An event that the rules forbid ends the
// clock: nothing more is added to such a ledger.
func (c *clock) catchUp(ctx context.Context) error {
	for r, err := range c.s.store.ReadAll(ctx, c.at, eventstore.PublicStreams...) {
		if err != nil {
			return fmt.Errorf("looking for what is due: %w", err)
		}
		leaf, err := audit.LeafOf(r).Bytes()
		if err != nil {
			return err
		}
		d, err := audit.Decode(c.ledger.Size(), leaf)
		if err != nil {
			return err
		}
		if err := c.ledger.Apply(d); err != nil {
			return err
		}
		c.at = r.Position
	}
	return nil
}

// work issues what is due of these kinds until nothing is left that can be. meta gives
// each command its author. A refusal is somebody else's success or a later pass's work.
func (c *clock) work(ctx context.Context, list []duty, meta func(kind, id string) eventstore.Meta) error {
	for {
		if err := c.catchUp(ctx); err != nil {
			return err
		}
		stored := c.s.stored.Load()
		for _, d := range list {
			for _, id := range d.find(c.ledger, meta(d.kind, "").At) {
				before := c.count()
				err := d.issue(ctx, c, meta(d.kind, id), id)
				if err != nil && domain.CodeOf(err) == "" {
					return fmt.Errorf("%s %s: %w", d.kind, id, err)
				}
				if err != nil {
					c.s.log.Info().Str("duty", d.kind).Str("id", id).Str("code", domain.CodeOf(err)).Msg("refused")
					if d.inOrder {
						break
					}
				}
				if c.count() > before {
					c.issued[d.kind]++
				}
			}
		}
		if c.s.trial != nil || c.s.stored.Load() == stored {
			return nil
		}
	}
}

// count is how many events were stored, or would have been.
func (c *clock) count() int64 {
	if c.s.trial != nil {
		return int64(c.s.trial.Count())
	}
	return c.s.stored.Load()
}

// pass does everything that is due now, in the name of the clock. The id of a command follows
// from what it is about, so that two clocks ask for the same command.
func (c *clock) pass(ctx context.Context) error {
	at := now()
	return c.work(ctx, duties, func(kind, id string) eventstore.Meta {
		return eventstore.Meta{Command: c.s.office.CommandID("clock", []byte(kind+" "+id)), Actor: eventstore.ActorClock, At: at}
	})
}

// run passes now and then until the context ends.
func (c *clock) run(ctx context.Context, every time.Duration) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		stored := c.s.stored.Load()
		err := c.pass(ctx)
		if err == nil && c.s.stored.Load() > stored {
			err = c.s.sync(ctx)
		}
		if ctx.Err() != nil {
			return nil
		}
		if _, disproven := audit.Fault(err); disproven || stops(err) {
			return err
		}
		if err != nil {
			c.s.log.Error().Err(err).Msg("a duty failed; it is tried again")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (o *options) clockCommand() *cobra.Command {
	var once bool
	var every time.Duration
	run := leaf("run", "issue the commands that fall due: close, revoke, lapse, promote, award the promoted, expire, settle", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			c := newClock(s)
			if !once && s.trial == nil {
				return c.run(ctx, every)
			}
			if err := c.pass(ctx); err != nil {
				return err
			}
			said := "the clock did what was due:"
			object := map[string]any{}
			for _, d := range duties {
				object[d.kind] = c.issued[d.kind]
				said += fmt.Sprintf(" %s %d,", d.kind, c.issued[d.kind])
			}
			if err := s.sync(ctx); err != nil {
				return err
			}
			return s.done(object, "%s", said[:len(said)-1])
		})
	})
	run.Flags().BoolVar(&once, "once", false, "do what is due now, and end")
	run.Flags().DurationVar(&every, "every", 10*time.Second, "time between two looks at what is due")
	return group("clock", "what falls due by itself", run)
}

// promoteRound moves the reserve of a round up in the name of an officer, and awards those
// who moved.
func (s *session) promoteRound(ctx context.Context, id string) (promoted int, err error) {
	m, err := s.meta()
	if err != nil {
		return 0, err
	}
	r, err := s.round(ctx, id)
	if err != nil {
		return 0, err
	}
	if r.Phase != round.PhasePublished {
		return 0, domain.Reject("round_phase", "round %q is not published", id)
	}
	if err := eventstore.RequireRole(ctx, s.store, m, (indicator.Promoted{}).EventType()); err != nil {
		return 0, err
	}
	c := newClock(s)
	err = c.work(ctx, []duty{ofRound(promotion, id), ofRound(promotedAward, id)}, func(kind, id string) eventstore.Meta {
		return step(m, "%s %s", kind, id)
	})
	if err != nil {
		return c.issued["promote"], err
	}
	return c.issued["promote"], s.sync(ctx)
}

// ofRound is a duty about indicators, for one round.
func ofRound(d duty, id string) duty {
	all := d.find
	d.find = func(l *audit.Ledger, at domain.Time) []string {
		var own []string
		for _, one := range all(l, at) {
			if name, _, _, err := indicator.ParseID(one); err == nil && name == id {
				own = append(own, one)
			}
		}
		return own
	}
	return d
}
