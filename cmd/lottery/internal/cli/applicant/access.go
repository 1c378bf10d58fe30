package applicant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// AccessCommand is the group of commands about who looked at personal data.
func AccessCommand(a *app.App) *cobra.Command {
	return cli.Group(
		&cobra.Command{Use: "access", Short: "Who looked at personal data"}, logCommand(a),
	)
}

type read struct {
	At        domain.Time   `json:"at"`
	Applicant string        `json:"applicant"`
	Reason    access.Reason `json:"reason"`
	Record    access.Kind   `json:"record"`
}

type log struct {
	Officer string `json:"officer"`
	Reads   []read `json:"reads"`
}

// Text writes a line for each look.
func (l log) Text(p *cli.Page) {
	p.Line("access.officer", l.Officer)
	var rows [][]string
	for _, r := range l.Reads {
		rows = append(rows, []string{p.Time(r.At), r.Applicant, string(r.Record), string(r.Reason)})
	}
	p.Rows(rows)
	p.Line("access.looks", len(l.Reads))
}

func logCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "log OFFICER", Short: "Print at whose personal data an officer looked, and why",
		Example: `  lottery access log carl`,
	}, func(ctx context.Context, args []string) (log, error) {
		if !domain.ValidID(args[0]) {
			return log{}, fault.New(fault.InvalidID, "officer %q", args[0])
		}
		known, err := a.Names(ctx, cli.Officers)
		if err != nil {
			return log{}, err
		}
		if !slices.Contains(known, args[0]) {
			return log{}, fault.New(fault.UnknownOfficer, "officer %q was never appointed", args[0])
		}
		return readLog(ctx, a, args[0])
	})
	return cli.CompleteFirst(c, a, cli.Officers)
}

func readLog(ctx context.Context, a *app.App, officer string) (log, error) {
	l := log{Officer: officer, Reads: []read{}}
	store, err := a.Store(ctx)
	if err != nil {
		return l, err
	}
	for r, err := range store.Read(ctx, access.StreamPrefix+officer, eventstore.Range{}) {
		if errors.Is(err, eventstore.ErrNotFound) {
			break
		}
		if err != nil {
			return l, fmt.Errorf("reading the log: %w", err)
		}
		m, err := catalog.ParseMeta(r.Meta)
		if err != nil {
			return l, fmt.Errorf("reading the log at %d: %w", r.Revision, err)
		}
		e, err := eventstore.Decode(r.Type, r.Data)
		if err != nil {
			return l, fmt.Errorf("reading the log at %d: %w", r.Revision, err)
		}
		if e, ok := e.(access.RecordRead); ok {
			l.Reads = append(l.Reads, read{m.At, e.Applicant, e.Reason, e.Record})
		}
	}
	return l, nil
}
