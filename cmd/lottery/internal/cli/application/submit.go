package application

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/cmd/internal/dryrun"
	"lotteryledger/cmd/internal/importer"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/office"
)

type submitted struct {
	Application string `json:"application"`
	Round       string `json:"round"`
	cli.Done
}

// Text gives the code that the applicant keeps.
func (r *submitted) Text(p *cli.Page) {
	if r.Application == "" {
		p.Line("application.would_submit", r.Round)
		return
	}
	p.Line("application.submitted", r.Application, r.Round)
}

func submitCommand(a *app.App) *cobra.Command {
	var round string
	c := cli.New(a, &cobra.Command{
		Use:   "submit FILE.json --round ID",
		Short: "Store the application of somebody who comes in person",
		Long: `submit stores one application and prints its code. The file holds one object with the columns of
the office's file (docs/import.md) as keys; those of a person stand in the list "members", the
main applicant first. With - in place of the file it is read from the input. Without
"submitted_at" the application is submitted now. The same file given again for the round stores
nothing; who applies anew in the same round gets another "application_no".`,
		Example: `  lottery --officer reg application submit walk-in.json --round 2026-2

  {"applicant_kind": "individual", "indicator_kind": "ordinary", "members": [{"name": "王小明",
   "identity_number": "11010519491231002X", "mobile": "13800000001", "draws_until_2020": 16,
   "draws_since_2021": 10, "registered_on": "2018-05-02"}]}`,
	}, func(ctx context.Context, args []string) (*submitted, error) {
		if round == "" {
			return nil, app.Usage("application submit needs --round ID")
		}
		return submit(ctx, a, args[0], round)
	})
	c.Flags().StringVar(&round, "round", "", "round in whose window it is submitted")
	cli.CompleteFlag(c, a, "round", cli.Rounds)
	return c
}

// submit brings one application in the way of an import, so that the same is checked. It is
// tried out before: what is refused, or was stored before, changes nothing.
func submit(ctx context.Context, a *app.App, file, round string) (*submitted, error) {
	f, err := readForm(ctx, a, file)
	if err != nil {
		return nil, err
	}
	if len(f.Members) == 0 {
		return nil, refusal([]csvfile.Problem{csvfile.NoMembers()})
	}
	untimed := f.SubmittedAt == ""
	if untimed {
		f.SubmittedAt = app.Now().String()
	}
	o, by, err := a.Command(ctx)
	if err != nil {
		return nil, err
	}
	trial := dryrun.New(o.Store)
	code, err := bring(
		ctx,
		&office.Office{Store: trial, Key: o.Key, Now: o.Now, Signers: o.Signers, Remote: o.Remote},
		by.Actor, round, f, untimed,
	)
	switch {
	case err != nil:
		return nil, err
	case trial.Count() == 0:
		return &submitted{Application: code, Round: round}, nil
	case a.DryRun:
		_, err := bring(ctx, o, by.Actor, round, f, untimed)
		return &submitted{Round: round}, err // a code is the applicant's once it is stored
	}
	if err := a.Vault(ctx); err != nil {
		return nil, err
	}
	code, err = bring(ctx, o, by.Actor, round, f, untimed)
	return &submitted{Application: code, Round: round}, err
}

// bring imports the application and returns its code. One whose file has no time is the same
// whenever it is brought.
func bring(
	ctx context.Context, o *office.Office, actor, round string, f form, untimed bool,
) (code string, err error) {
	var problems []csvfile.Problem
	im := importer.Import{
		Office: o, Actor: actor, Round: round, Untimed: untimed,
		Stored: func(_ int, stored string) { code = stored },
		Report: func(p csvfile.Problem) error {
			if p.Code != csvfile.OddArea {
				problems = append(problems, p)
			}
			return nil
		},
	}
	if _, err := im.Run(ctx, bytes.NewReader(f.csv())); err != nil {
		return "", err
	}
	return code, refusal(problems)
}

// refusal is the first problem as an error, with its place. The others are named behind it.
func refusal(problems []csvfile.Problem) error {
	if len(problems) == 0 {
		return nil
	}
	var all []string
	for i, p := range problems {
		place := fmt.Sprintf("member %d", p.Row-1)
		if p.Column != "" {
			place = p.Column + " of " + place
		}
		if i > 0 || p.Column != "" {
			place += ": " + p.Code
		}
		all = append(all, place)
	}
	return fault.New(problems[0].Code, "the application is not stored: %s", strings.Join(all, "; "))
}

// maxForm is more bytes than any application has.
const maxForm = 1 << 20

func readForm(ctx context.Context, a *app.App, file string) (f form, err error) {
	raw, err := a.ReadFile(ctx, file, maxForm)
	if err != nil {
		return f, fmt.Errorf("reading the application: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, app.Usage("%s holds no application: %s", file, withoutValues(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return f, app.Usage("%s holds more than one application", file)
	}
	return f, nil
}

// withoutValues says what is wrong with JSON without repeating what it says of people.
func withoutValues(err error) string {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Sprintf("%s cannot be a %s", wrong.Field, wrong.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON at byte %d", syntax.Offset)
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	return "it is not JSON"
}
