package store

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// moved is a ledger that lives elsewhere now.
type moved struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Events int64  `json:"events"`
	DryRun bool   `json:"dry_run,omitempty"`
}

// Text says where the ledger lives.
func (r moved) Text(p *cli.Page) {
	key := "store.moved"
	if r.DryRun {
		key = "store.could_move"
	}
	p.Line(key, r.Events, r.From, r.To)
}

func moveCommand(a *app.App) *cobra.Command {
	var to string
	c := cli.New(a, &cobra.Command{
		Use:   "move --to PLACE",
		Short: "Let the folder work with a copy of its event store elsewhere",
		Long: "move compares every event of the ledger at the place where it lives with the copy " +
			"at the other place: stream, revision, id, type, bytes and position. If both are the " +
			"same, the folder notes the other place, and every command works there. It copies " +
			"nothing: restore a backup at the other place before, while nothing writes.",
		Example: `  lottery store move --to esdb://SERVICE:PASSWORD@store.example:2113
  lottery store move --store esdb://SERVICE:PASSWORD@old.example:2113 --to embedded`,
	}, func(ctx context.Context, _ []string) (moved, error) { return move(ctx, a, to) })
	c.Flags().StringVar(&to, "to", "", "connection string of the other place, or embedded")
	return c
}

func move(ctx context.Context, a *app.App, to string) (r moved, err error) {
	if to == "" {
		return r, app.Usage("move needs --to PLACE")
	}
	place, err := app.PlaceOf(to)
	if err != nil {
		return r, err
	}
	from, err := app.PlaceOf(a.Flags.Store)
	if err != nil {
		return r, err
	}
	if from.String() == place.String() {
		return r, app.Usage("the ledger in %s lives at %s already", a.Data, place)
	}
	free, err := a.Alone(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, free()) }()
	here, err := a.Store(ctx)
	if err != nil {
		return r, err
	}
	there, err := a.OpenPlace(ctx, to)
	if err != nil {
		return r, err
	}
	if _, err := a.RequireSame(ctx, there, place); err != nil {
		return r, err
	}
	r = moved{From: from.String(), To: place.String(), DryRun: a.DryRun}
	bar := progress.New(a.Err, "comparing (events)")
	defer bar.Done()
	if r.Events, err = compare(ctx, here, there, bar.Set); err != nil || a.DryRun {
		return r, err
	}
	return r, a.NotePlace(place)
}

// compare refuses two stores that do not hold the same events of a ledger at the same positions.
func compare(
	ctx context.Context, here, there eventstore.Store, progress func(done, all int64),
) (events int64, err error) {
	streams := slices.Concat(catalog.PublicStreams, eventstore.Private.Streams())
	next, stop := iter.Pull2(there.ReadAll(ctx, eventstore.Start, streams...))
	defer stop()
	for want, err := range here.ReadAll(ctx, eventstore.Start, streams...) {
		if err != nil {
			return events, err
		}
		got, err, more := next()
		switch {
		case err != nil:
			return events, err
		case !more:
			return events, fault.New(fault.StoresDiffer,
				"the other place lacks %s revision %d, and what follows", want.Stream,
				want.Revision)
		case !equal(want, got):
			return events, fault.New(fault.StoresDiffer,
				"event %d is %s revision %d at %s, and %s revision %d at %s at the other place",
				events+1, want.Stream, want.Revision, want.Position, got.Stream, got.Revision,
				got.Position)
		}
		events++
		progress(events, 0)
	}
	got, err, more := next()
	if err == nil && more {
		err = fault.New(fault.StoresDiffer, "the other place has %s revision %d besides",
			got.Stream, got.Revision)
	}
	return events, err
}

func equal(a, b eventstore.Recorded) bool {
	return a.Stream == b.Stream && a.Revision == b.Revision && a.ID == b.ID && a.Type == b.Type &&
		a.Position == b.Position && bytes.Equal(a.Meta, b.Meta) && bytes.Equal(a.Data, b.Data)
}
