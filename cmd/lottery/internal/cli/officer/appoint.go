package officer

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/officer"
)

type appointOptions struct {
	assignment
	key string
}

// inOffice is an officer with another office than before.
type inOffice struct {
	Officer     string         `json:"officer"`
	Roles       []officer.Role `json:"roles"`
	Departments []string       `json:"departments,omitempty"`
	cli.Done
}

// Text says what the officer is now.
func (r *inOffice) Text(p *cli.Page) {
	text := p.Say("officer.is", r.Officer, words.Names(p.Words, "role", r.Roles))
	if len(r.Departments) > 0 {
		text += p.Say("officer.departments", strings.Join(r.Departments, p.Text("comma")))
	}
	p.Print(text)
}

func appointCommand(a *app.App) *cobra.Command {
	var o appointOptions
	c := cli.New(a, &cobra.Command{
		Use:   "appoint ID",
		Short: "Give an officer roles",
		Long: "appoint gives an officer roles. The first officer appoints themselves, as " +
			"administrator.",
		Example: `  lottery --officer chief officer appoint chief --role administrator,registrar
  lottery --officer chief officer appoint rex --role reviewer --department tax --key 3d40…660c`,
	}, func(ctx context.Context, args []string) (*inOffice, error) {
		return appoint(ctx, a, args[0], o)
	})
	o.flags(c)
	c.Flags().StringVar(&o.key, "key", "",
		"public key that the officer's events are signed with, 64 hex digits (see 'lottery "+
			"officer key')")
	return cli.Anew(a, c)
}

func appoint(ctx context.Context, a *app.App, id string, o appointOptions) (*inOffice, error) {
	if len(o.roles) == 0 {
		return nil, app.Usage("officer appoint needs --role ROLE")
	}
	r := &inOffice{Officer: id, Roles: o.inOrder(), Departments: o.sorted()}
	cmd := officer.Appoint{
		Roles: r.Roles, Departments: r.Departments, Key: officer.PublicKey(o.key),
	}
	return r, issue(ctx, a, id, cmd)
}
