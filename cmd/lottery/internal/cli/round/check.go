package round

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// finding is something that would go wrong later, or is probably not meant.
type finding struct {
	Code  office.FindingCode `json:"code"`
	Pool  string             `json:"pool,omitempty"`
	Year  int                `json:"year,omitempty"`
	Count int                `json:"count,omitempty"`
	Time  domain.Time        `json:"time,omitzero"`
	Near  string             `json:"did_you_mean,omitempty"`
}

// inspected is what a check of a round has found.
type inspected struct {
	Round    string      `json:"round"`
	Phase    round.Phase `json:"phase"`
	Findings []finding   `json:"findings"`
}

// Text writes a line for each finding.
func (r inspected) Text(p *cli.Page) {
	if len(r.Findings) == 0 {
		p.Line("round.checked", r.Round)
		return
	}
	p.Line("round.findings", r.Round, len(r.Findings))
	for _, f := range r.Findings {
		f.text(p)
	}
}

func (f finding) text(p *cli.Page) {
	key := "finding." + string(f.Code)
	switch f.Code {
	case office.NoQuota, office.QuotaStrange:
		text := p.Say(key, f.Pool, f.Year)
		if f.Near != "" {
			text += p.Say("did_you_mean", f.Near)
		}
		p.Print(text)
	case office.NoticeShort:
		p.Line(key, f.Time)
	default:
		p.Line(key, f.Count)
	}
}

// Failure makes the command end with status 1 if there is a finding.
func (r inspected) Failure() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return fault.New(fault.RoundNotReady, "round %s: %s", r.Round, plural(len(r.Findings)))
}

func plural(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}

func checkCommand(a *app.App) *cobra.Command {
	var drawTime string
	c := cli.New(a, &cobra.Command{
		Use: "check ID", Short: "Say what would go wrong later in a round",
		Long: `check looks ahead in a round: for pools without a quota, quotas for pools that the rules do not
have, a missing second conductor, approved applications that no pool takes or that are valid no
longer when the window closes, and too short a notice. It changes nothing, and ends with status 1
if it finds something.`,
		Example: `  lottery round check 2026-2 --draw-time 2026-12-26T10:00:00+08:00`,
	}, func(ctx context.Context, args []string) (inspected, error) {
		at := domain.Time(0)
		if drawTime != "" {
			var err error
			if at, err = cli.ParseMoment(a, "draw-time", drawTime); err != nil {
				return inspected{}, err
			}
		}
		return inspect(ctx, a, args[0], at)
	})
	c.Flags().StringVar(
		&drawTime, "draw-time", "",
		"when the draw is planned (default: once the notice of the rules has passed)",
	)
	return cli.CompleteFirst(c, a, cli.Rounds)
}
