// Package cli is what all commands of the office's program share: how a command is made of a
// function, how its result and its errors are shown, and how its words are read.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/eventstore/office"
)

// New makes a command of a function. c says how the command is called; its arguments are those
// that c.Use names. What the function returns is printed, and what the command has opened is
// closed.
func New[R Result](
	a *app.App, c *cobra.Command, run func(ctx context.Context, args []string) (R, error),
) *cobra.Command {
	c.Args = positional(c.Use)
	c.Annotations = map[string]string{fieldsKey: strings.Join(FieldsOf[R](), "\n")}
	c.RunE = func(c *cobra.Command, args []string) error {
		if _, _, err := voice(a); err != nil {
			return ranError{err}
		}
		r, err := run(c.Context(), args)
		var waiting *office.Waiting
		switch {
		case errors.As(err, &waiting):
			err = Print(a, waits(waiting))
		case err == nil:
			if err = Print(a, r); err == nil {
				err = failureOf(r)
			}
		}
		err = advise(c, a, args, err)
		if err = errors.Join(err, a.Close()); err != nil {
			return ranError{err}
		}
		return nil
	}
	return c
}

// failing is a result that may be a refusal as well, as what a check has found is.
type failing interface{ Failure() error }

func failureOf(r Result) error {
	if f, ok := r.(failing); ok {
		if err := f.Failure(); err != nil {
			return shownError{err}
		}
	}
	return nil
}

// fieldsKey is the annotation of a command that holds the fields of its object.
const fieldsKey = "fields"

// Group makes a command that only holds others.
func Group(c *cobra.Command, sub ...*cobra.Command) *cobra.Command {
	c.SuggestionsMinimumDistance = 2
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		message := fmt.Sprintf("unknown command %q for %q", args[0], c.CommandPath())
		if near := c.SuggestionsFor(args[0]); len(near) > 0 {
			message += "; did you mean " + strings.Join(near, " or ") + "?"
		}
		return errors.New(message)
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		return fmt.Errorf("%s needs one of its commands", c.CommandPath())
	}
	c.AddCommand(sub...)
	return c
}

// positional checks arguments against the words of a use line behind the name: NAME is needed,
// NAME… once or more, [NAME] and [NAME…] may be left out. Flags in the line are passed over.
func positional(use string) cobra.PositionalArgs {
	var names []string
	least, most := 0, 0
	for i, word := range strings.Fields(use) {
		if i == 0 {
			continue
		}
		if strings.HasPrefix(strings.TrimPrefix(word, "["), "--") {
			break // flags follow the arguments
		}
		names = append(names, word)
		if !strings.HasPrefix(word, "[") {
			least++
		}
		most++
		if strings.Contains(word, "…") {
			most = 1 << 20
		}
	}
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("%s needs %s: %s %s", c.CommandPath(), strings.Join(
				names[len(args):least], " and ",
			),
				c.Parent().CommandPath(), c.Use)
		case len(args) > most:
			return fmt.Errorf("%s takes no argument %q", c.CommandPath(), args[most])
		}
		return nil
	}
}

// voice returns how a result is said: in what language, with times in what zone.
func voice(a *app.App) (*Page, *words.Words, error) {
	w, ok := words.In(a.Language)
	if !ok {
		return nil, nil, app.Usage(
			"--lang: %s, not %q", strings.Join(words.Languages, " or "), a.Language,
		)
	}
	zone, err := a.Zone()
	if err != nil {
		return nil, nil, err
	}
	return &Page{Words: w, Zone: zone}, w, nil
}

// Text returns a result as text for people.
func Text(a *app.App, r Result) (string, error) {
	p, _, err := voice(a)
	if err != nil {
		return "", err
	}
	r.Text(p)
	return p.String(), nil
}

// Print shows a result: text for people, or one object for programs.
func Print(a *app.App, r Result) error {
	p, w, err := voice(a)
	if err != nil {
		return err
	}
	var done *Done // nil where nothing is changed
	if c, ok := r.(changer); ok {
		done = c.report()
	}
	if done != nil {
		done.fill(a)
	}
	if a.JSON {
		b, err := json.Marshal(r)
		if err == nil {
			_, err = fmt.Fprintln(a.Out, string(b))
		}
		return err
	}
	r.Text(p)
	said := p.String()
	if done != nil {
		said = done.say(w, said)
	}
	_, err = fmt.Fprintln(a.Out, said)
	return err
}
