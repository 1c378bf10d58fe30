package applicant

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

type member struct {
	Role     rules.Role `json:"role"`
	Name     string     `json:"name"`
	Identity string     `json:"identity_number"`
	Mobile   string     `json:"mobile"`
	line     string
}

// shown is a record with names and numbers masked.
type shown struct {
	Applicant  string         `json:"applicant"`
	Commitment *domain.Digest `json:"commitment,omitempty"` // not in a dry run, nor the members
	Members    []member       `json:"members,omitempty"`
	*cli.Done  `json:",omitempty"`
}

// Text writes a line for each member. A dry run shows nothing.
func (r shown) Text(p *cli.Page) {
	if r.Done != nil {
		p.Line("applicant.would_show")
		return
	}
	p.Line("applicant.is", r.Applicant)
	for _, m := range r.Members {
		p.Print(m.line)
	}
}

func showCommand(a *app.App) *cobra.Command {
	var why string
	c := cli.New(a, &cobra.Command{
		Use:     "show CODE|ID --reason REASON",
		Short:   "Print who is behind an application, masked; the look is noted",
		Example: `  lottery --officer carl applicant show 1127603891625 --reason identity_check`,
	}, func(ctx context.Context, args []string) (shown, error) {
		s, e, err := look(ctx, a, args[0], why, access.Masked)
		if err != nil || a.Trial != nil {
			return shown{Applicant: s.id, Done: &cli.Done{}}, err
		}
		digest := e.Commitment()
		r := shown{Applicant: e.Applicant, Commitment: &digest}
		for _, m := range e.Record.Members() {
			r.Members = append(r.Members, member{
				m.Role, identity.MaskName(m.Name), m.Identity.Mask(), identity.MaskMobile(m.Mobile),
				m.String(),
			})
		}
		return r, nil
	})
	addReason(c, &why)
	return c
}
