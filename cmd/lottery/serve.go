package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/clock"
	"lotteryledger/cmd/internal/storeaccess"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/projections/publisher"
)

func (o *options) storeCommand() *cobra.Command {
	var l listening
	serve := leaf("serve", "run the embedded event store alone", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true}, "dry run: the store in %s would be served", o.data)
		}
		if _, err := os.Stat(o.path("private", "identity.key")); err == nil {
			return usage("%s is the data folder of a ledger; its store is --data %s", o.data, o.path("store"))
		}
		security, err := l.secured()
		if err != nil {
			return err
		}
		log := zerolog.New(o.stderr).With().Timestamp().Logger()
		folder := storeaccess.Folder{Data: o.data, Dir: o.data}
		server, err := serveStore(folder, embedded.Options{Listen: l.at, Security: security}, log)
		if err != nil {
			return err
		}
		if err := o.print(map[string]any{"store": server.ConnectionString()}, "serving the store in %s at %s", o.data, server.ConnectionString()); err != nil {
			return errors.Join(err, server.Close())
		}
		select {
		case <-ctx.Done():
		case <-server.Failed():
			err = server.Err()
		}
		return errors.Join(err, server.Close())
	})
	l.flags(serve)
	return group("store", "the embedded event store", serve, o.storeUserCommand(),
		o.storeStatusCommand(), o.storeCheckCommand(), o.storeBackupCommand(), o.storeRestoreCommand())
}

func (o *options) serveCommand() *cobra.Command {
	var every time.Duration
	var l listening
	var clock bool
	c := leaf("serve", "run store, read models and publisher until stopped", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true}, "dry run: %s would be served", o.data)
		}
		security, err := l.secured()
		if err != nil {
			return err
		}
		if security != nil && o.storeAt != "" {
			return usage("--tls-cert is for the embedded store, and --store names another one")
		}
		o.serves = &embedded.Options{Listen: l.at, Security: security}
		err = o.with(ctx, func(ctx context.Context, s *session) error { return s.serve(ctx, every, clock) })
		if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
			return err
		}
		return nil // stopped while it began
	})
	l.flags(c)
	c.Flags().DurationVar(&every, "publish-every", 10*time.Second, "time between two checkpoints of the public ledger")
	c.Flags().BoolVar(&clock, "clock", false, "also issue the commands that fall due, as 'lottery clock run' does")
	return c
}

func (s *session) serve(ctx context.Context, every time.Duration, clock bool) error {
	db, err := s.readModels(ctx)
	if err != nil {
		return err
	}
	histories, err := s.timelines(ctx)
	if err != nil {
		return err
	}
	if err := s.print(map[string]any{"store": s.address, "public": s.path("public"), "pid": os.Getpid()},
		"serving the store at %s\npublishing to %s every %s", s.address, s.path("public"), every); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return db.Follow(ctx, s.store) })
	g.Go(func() error { return histories.Follow(ctx, s.store) })
	var publishing error // others may end first, with the context
	g.Go(func() error {
		publishing = s.publishForever(ctx, every, clock)
		return publishing
	})
	if s.server != nil {
		g.Go(func() error {
			select {
			case <-ctx.Done():
				return nil
			case <-s.server.Failed():
				return s.server.Err()
			}
		})
	}
	err = g.Wait()
	if err == nil || errors.Is(err, context.Canceled) {
		err = publishing
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(s.stderr, "stopped")
	return nil
}

// publishForever publishes now and then; the lock in the store makes it harmless that commands
// publish too. With a clock it first does what is due. Both share one ledger. An event that the
// rules forbid ends both, and nothing else.
func (s *session) publishForever(ctx context.Context, every time.Duration, withClock bool) error {
	var c *clock.Clock
	if withClock {
		var err error
		if c, err = s.newClock(); err != nil {
			return err
		}
	}
	err := s.repeat(ctx, every, func(ctx context.Context) error {
		var failed error
		if c != nil {
			failed = c.Pass(ctx)
		}
		if errors.Is(failed, publisher.ErrForbidden) { // which sync says too
			failed = nil
		}
		return errors.Join(failed, s.sync(ctx))
	})
	if !errors.Is(err, publisher.ErrForbidden) {
		return err
	}
	s.log.Error().Err(err).Msg("the publication has stopped")
	fmt.Fprintf(s.stderr, "lottery: the publication has stopped: %v\n", err)
	<-ctx.Done()
	return err
}
