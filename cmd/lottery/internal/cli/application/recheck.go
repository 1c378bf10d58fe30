package application

import (
	"context"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

func recheckCommand(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "recheck", Short: "Have a rejection looked at again"},
		askCommand(a), answerCommand(a))
}

type asked struct {
	Application string      `json:"application"`
	AnswerBy    domain.Time `json:"answer_by"`
	cli.Done
}

// Text says until when the recheck is answered.
func (r *asked) Text(p *cli.Page) { p.Line("application.recheck_asked", r.Application, r.AnswerBy) }

func askCommand(a *app.App) *cobra.Command {
	return cli.New(a, &cobra.Command{
		Use: "ask CODE", Short: "Ask to have a rejection looked at again",
		Example: `  lottery --officer reg application recheck ask 1127603891625`,
	}, func(ctx context.Context, args []string) (*asked, error) {
		s, err := issue(ctx, a, args[0], application.AskRecheck{})
		return &asked{Application: args[0], AnswerBy: s.Review().Recheck.AnswerBy}, err
	})
}

type answered struct {
	Application string             `json:"application"`
	Answer      application.Answer `json:"answer"`
	Phase       application.Phase  `json:"phase"`
	cli.Done
}

// Text says what the recheck led to.
func (r *answered) Text(p *cli.Page) {
	p.Line("application.recheck_answered", r.Application, r.Answer,
		words.Name(p.Words, "application_phase", r.Phase))
}

func answerCommand(a *app.App) *cobra.Command {
	var answer string
	c := cli.New(a, &cobra.Command{
		Use:     "answer CODE --answer ANSWER",
		Short:   "Answer a recheck, by another reviewer than the one who rejected",
		Example: `  lottery --officer rita application recheck answer 1127603891625 --answer granted`,
	}, func(ctx context.Context, args []string) (*answered, error) {
		cmd := application.AnswerRecheck{Answer: application.Answer(answer)}
		s, err := issue(ctx, a, args[0], cmd)
		return &answered{Application: args[0], Answer: cmd.Answer, Phase: s.Phase}, err
	})
	c.Flags().StringVar(&answer, "answer", "", "up for review again, or rejected still")
	cli.OneOf(c, "answer", []application.Answer{application.Granted, application.Upheld})
	return c
}
