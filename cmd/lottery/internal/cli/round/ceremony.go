package round

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

type ceremonied struct {
	Round    string `json:"round"`
	Ceremony string `json:"ceremony"` // the bytes in hex
	cli.Done
}

// Text says how many bytes were recorded.
func (r *ceremonied) Text(p *cli.Page) { p.Line("round.ceremony", r.Round, len(r.Ceremony)/2) }

func ceremonyCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use:     "ceremony ID FILE",
		Short:   "Record the bytes of the announced ceremony, exactly as the file holds them",
		Example: `  lottery --officer con round ceremony 2026-2 balls.txt`,
	}, func(ctx context.Context, args []string) (*ceremonied, error) {
		return ceremony(ctx, a, args[0], args[1])
	})
	return cli.CompleteFirst(c, a, cli.Rounds)
}

func ceremony(ctx context.Context, a *app.App, id, file string) (*ceremonied, error) {
	raw, err := a.ReadFile(ctx, file, round.MaxCeremony)
	if err != nil {
		return nil, fmt.Errorf("reading the ceremony: %w", err)
	}
	cmd := round.RecordCeremony{Bytes: hex.EncodeToString(raw)}
	return &ceremonied{Round: id, Ceremony: cmd.Bytes}, a.Execute(ctx, office.Round(id, cmd))
}
