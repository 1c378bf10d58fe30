package officer

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
)

// shown is an officer.
type shown struct {
	Officer     string            `json:"officer"`
	Roles       []officer.Role    `json:"roles"` // none after a dismissal
	Departments []string          `json:"departments,omitempty"`
	Key         officer.PublicKey `json:"public_key,omitempty"`
}

func shownOf(id string, s officer.State) shown {
	return shown{id, append([]officer.Role{}, s.Roles...), s.Departments, s.Key}
}

// roles is what the officer may do, in words.
func (r shown) roles(p *cli.Page) string {
	if len(r.Roles) == 0 {
		return p.Text("officer.no_roles")
	}
	return words.Names(p.Words, "role", r.Roles)
}

// Text writes the officer.
func (r shown) Text(p *cli.Page) {
	text := p.Say("officer.roles", r.Officer, r.roles(p))
	if len(r.Departments) > 0 {
		text += p.Say("officer.departments", strings.Join(r.Departments, p.Text("comma")))
	}
	if r.Key != "" {
		text += p.Say("officer.key", r.Key)
	}
	p.Print(text)
}

func showCommand(a *app.App) *cobra.Command {
	c := cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Print the roles and the key of an officer",
		Example: `  lottery officer show rex`,
	}, func(ctx context.Context, args []string) (shown, error) {
		s, ok, err := load(ctx, a, args[0])
		if err == nil && !ok {
			err = fault.New(fault.UnknownOfficer, "officer %q was never appointed", args[0])
		}
		return shownOf(args[0], s), err
	})
	return cli.CompleteFirst(c, a, cli.Officers)
}
