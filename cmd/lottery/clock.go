package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/clock"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// newClock returns a clock that shares the ledger of the session's publisher. It notes what was
// refused.
func (s *session) newClock() (*clock.Clock, error) {
	p, err := s.publisher()
	if err != nil {
		return nil, err
	}
	return clock.New(s.office, p.CatchUp, s.count, func(kind, id, code string) {
		s.log.Info().Str("duty", kind).Str("id", id).Str("code", code).Msg("refused")
	}), nil
}

// count is how many events were stored, or would have been.
func (s *session) count() int64 {
	if s.trial != nil {
		return int64(s.trial.Count())
	}
	return s.stored.Load()
}

// runClock passes now and then until the context ends, and publishes what it stored.
func (s *session) runClock(ctx context.Context, every time.Duration) error {
	c, err := s.newClock()
	if err != nil {
		return err
	}
	return s.repeat(ctx, every, func(ctx context.Context) error {
		stored := s.count()
		err := c.Pass(ctx)
		if err == nil && s.count() > stored {
			err = s.sync(ctx)
		}
		return err
	})
}

// repeat does some work now and then until the context ends, or until the work fails for a
// reason that trying again cannot mend.
func (s *session) repeat(
	ctx context.Context, every time.Duration, work func(context.Context) error,
) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := work(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && stops(err) {
			return err
		}
		if err != nil {
			s.log.Error().Err(err).Msg("a duty failed; it is tried again")
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
			if !once && s.trial == nil {
				return s.runClock(ctx, every)
			}
			c, err := s.newClock()
			if err != nil {
				return err
			}
			if err := c.Pass(ctx); err != nil {
				return err
			}
			said := "the clock did what was due:"
			object := map[string]any{}
			for _, kind := range clock.Kinds() {
				object[kind] = c.Issued[kind]
				said += fmt.Sprintf(" %s %d,", kind, c.Issued[kind])
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
	by, err := s.author()
	if err != nil {
		return 0, err
	}
	r, err := s.round(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := s.office.RequireAuthor(ctx, by, indicator.TypePromoted); err != nil {
		return 0, err
	}
	if r.Phase == round.PhaseSettled {
		return 0, s.sync(ctx) // nothing moves any more
	}
	if r.Phase != round.PhasePublished {
		return 0, fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	c, err := s.newClock()
	if err != nil {
		return 0, err
	}
	err = c.Promote(ctx, id, func(kind, id string) office.Author { return by.Part("%s %s", kind, id) })
	if err != nil {
		return c.Issued["promote"], err
	}
	return c.Issued["promote"], s.sync(ctx)
}
