// Package application holds the commands about applications, one by one.
package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "application", Short: "Applications one by one"},
		submitCommand(a), listCommand(a), showCommand(a), queryCommand(a), findCommand(a),
		editCommand(a), withdrawCommand(a), recheckCommand(a), renewCommand(a), creditCommand(a),
		disqualifyCommand(a), expireCommand(a))
}

// issue carries out a command on an application and returns the application as it leaves it.
func issue(
	ctx context.Context, a *app.App, code string, cmd application.Command,
) (application.State, error) {
	o, by, err := a.Command(ctx)
	if err != nil {
		return application.State{}, err
	}
	if err := a.ExecuteAs(ctx, by, office.Application(code, cmd)); err != nil {
		return application.State{}, cli.Mistyped(code, err)
	}
	return o.LoadApplication(ctx, code)
}

// changed is an application that a command has changed.
type changed struct {
	Application string `json:"application"`
	cli.Done
	key string
}

// Text says what became of the application.
func (r *changed) Text(p *cli.Page) { p.Line("application."+r.key, r.Application) }
