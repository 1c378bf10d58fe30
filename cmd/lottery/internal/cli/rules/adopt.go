package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

type adopted struct {
	Rules     string      `json:"rules"`
	ValidFrom domain.Time `json:"valid_from"`
	cli.Done
}

// Text says from when the rules are in force.
func (r *adopted) Text(p *cli.Page) { p.Line("rules.adopted", r.Rules, r.ValidFrom) }

func adoptCommand(a *app.App) *cobra.Command {
	return cli.Anew(a, cli.New(a, &cobra.Command{
		Use: "adopt FILE.json", Short: "Put a version of the rules into force",
		Example: `  lottery rules builtin > rules.json
  lottery --officer chief rules adopt rules.json`,
	}, func(ctx context.Context, args []string) (*adopted, error) {
		return adopt(ctx, a, args[0])
	}))
}

// maxRules is more bytes than any version of the rules has.
const maxRules = 1 << 20

func adopt(ctx context.Context, a *app.App, file string) (*adopted, error) {
	raw, err := a.ReadFile(ctx, file, maxRules)
	if err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	v, err := parse(raw)
	if err != nil {
		return nil, app.Usage("%s does not hold rules: %v", file, err)
	}
	return &adopted{Rules: v.Name, ValidFrom: v.ValidFrom}, a.Execute(ctx, office.Rules(v))
}

// parse reads a version as it is printed.
func parse(raw []byte) (v rules.Version, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, errors.New("something follows behind them")
	}
	return v, nil
}
