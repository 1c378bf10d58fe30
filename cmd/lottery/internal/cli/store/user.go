package store

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/eventstore/embedded/users"
)

type user struct {
	File     string `json:"file,omitempty"`
	User     string `json:"user,omitempty"`
	Admin    *bool  `json:"admin,omitempty"`
	Replaced *bool  `json:"replaced,omitempty"`
	DryRun   bool   `json:"dry_run,omitempty"`
}

// Text says who may use the store now.
func (r user) Text(p *cli.Page) {
	if r.DryRun {
		p.Line("store.user_tried", r.User, r.File)
		return
	}
	role, done := p.Text("store.ordinary_user"), p.Text("store.user_added")
	if *r.Admin {
		role = p.Text("store.administrator")
	}
	if *r.Replaced {
		done = p.Text("store.user_replaced")
	}
	p.Line("store.user", r.User, role, done, r.File)
}

func userCommand(a *app.App) *cobra.Command {
	var admin bool
	c := cli.New(a, &cobra.Command{
		Use: "user FILE NAME", Short: "Give a user of the store a password",
		Long: `user adds a user to the user file of a store, or replaces them, and makes the file if there is
none. It asks for the password twice; without a terminal it reads one line from standard input.
A password needs 8 characters and nothing else.`,
		Example: `  lottery store user users chief --admin`,
	}, func(ctx context.Context, args []string) (user, error) {
		return putUser(ctx, a, args[0], args[1], admin)
	})
	c.Flags().BoolVar(&admin, "admin", false,
		"may read $all and streams that begin with $, as the programs of the ledger do")
	return c
}

func putUser(ctx context.Context, a *app.App, file, name string, admin bool) (user, error) {
	if err := users.CheckName(name); err != nil {
		return user{}, app.UsageError{Err: err}
	}
	if a.DryRun {
		return user{User: name, File: file, DryRun: true}, nil
	}
	password, err := newPassword(ctx, a)
	if err != nil {
		return user{}, err
	}
	replaced, err := users.Put(file, name, password, admin)
	var unusable *users.Error
	if errors.As(err, &unusable) {
		return user{}, app.UsageError{Err: err}
	}
	return user{File: file, User: name, Admin: &admin, Replaced: &replaced}, err
}
