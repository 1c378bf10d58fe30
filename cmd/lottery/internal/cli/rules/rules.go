// Package rules holds the commands about versions of the rules.
package rules

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "rules", Short: "Versions of the rules"},
		builtinCommand(a), adoptCommand(a), listCommand(a), showCommand(a))
}

// version is a version of the rules, in the form that adopt reads.
type version struct{ rules.Version }

// Text writes the version as indented JSON.
func (v version) Text(p *cli.Page) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil { // an adopted or built-in version has no time that cannot be written
		b = fmt.Append(nil, err)
	}
	p.Print(string(b))
}

// load returns a version and whether it was adopted.
func load(ctx context.Context, a *app.App, name string) (rules.Version, bool, error) {
	store, err := a.Store(ctx)
	if err != nil {
		return rules.Version{}, false, err
	}
	l, err := eventstore.Of(catalog.Rules).Load(ctx, store, rules.StreamPrefix+name, catalog.Meta{})
	return l.State.Version, l.State.Adopted, err
}
