package cli

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// The prefixes of streams whose names can be listed.
const (
	Rounds   = round.StreamPrefix
	Rules    = rules.StreamPrefix
	Officers = officer.StreamPrefix
	Notices  = notice.StreamPrefix
)

// completion is how cobra asks for the values of an argument or flag.
type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// Values lets the shell complete a value with those that list returns.
func Values(
	a *app.App, list func(ctx context.Context) (values []string, err error),
) completion {
	return func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx := c.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		values, err := list(ctx)
		if closing := a.Close(); err != nil || closing != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp // the shell has no place for an error
		}
		return values, cobra.ShellCompDirectiveNoFileComp
	}
}

// Names lets the shell complete a value with the names of streams.
func Names(a *app.App, stream string) completion {
	return Values(a, func(ctx context.Context) ([]string, error) { return a.Names(ctx, stream) })
}

// CompleteFlag lets the shell complete a flag with the names of streams.
func CompleteFlag(c *cobra.Command, a *app.App, flag, stream string) {
	if err := c.RegisterFlagCompletionFunc(flag, Names(a, stream)); err != nil {
		panic(err) // the flag is not there, or was registered before
	}
}

// CompleteFirst lets the shell complete the first argument with the names of streams.
func CompleteFirst(c *cobra.Command, a *app.App, stream string) *cobra.Command {
	return CompleteFirstBy(c, Names(a, stream))
}

// CompleteFirstBy lets the shell complete the first argument.
func CompleteFirstBy(c *cobra.Command, first completion) *cobra.Command {
	c.ValidArgsFunction = func(c *cobra.Command, args []string, word string) ([]string,
		cobra.ShellCompDirective,
	) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return first(c, args, word)
	}
	return c
}

// CheckChoices refuses a value of a flag that is none of its choices. "" is always allowed.
func CheckChoices[T ~string](choices []T, flag, value string) error {
	if value == "" || slices.Contains(choices, T(value)) {
		return nil
	}
	names := make([]string, len(choices))
	for i, c := range choices {
		names[i] = string(c)
	}
	message := fmt.Sprintf("--%s: %q is none of %s", flag, value, strings.Join(names, ", "))
	if near := suggest.Nearest(names, value); near != "" {
		message += fmt.Sprintf("; did you mean %s?", near)
	}
	return app.Usage("%s", message)
}

// Paging limits a list: at most Limit entries, from the one behind After.
type Paging struct {
	Limit int
	After string
}

// Flags adds the flags of a list.
func (p *Paging) Flags(c *cobra.Command) {
	Number(c.Flags(), &p.Limit, "limit", 100, Bounds{}, "at most so many; 0 for all")
	c.Flags().StringVar(
		&p.After, "after", "",
		"only what follows this one in the list: where the page before ended",
	)
}

// Take returns the part of a list that belongs on the page, and the name to continue after, or
// "" at the end of the list. id names an entry.
func Take[T any](
	p Paging, list iter.Seq2[T, error], id func(T) string,
) (page []T, next string, err error) {
	behind := p.After == ""
	for one, err := range list {
		if err != nil {
			return nil, "", err
		}
		if !behind {
			behind = id(one) == p.After
			continue
		}
		if p.Limit > 0 && len(page) == p.Limit {
			return page, id(page[len(page)-1]), nil
		}
		page = append(page, one)
	}
	if !behind {
		return nil, "", app.Usage("--after: nothing in the list is called %q", p.After)
	}
	return page, "", nil
}

// Each yields what load returns for each id. After an error nothing follows.
func Each[ID, T any](ids []ID, load func(id ID) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, id := range ids {
			one, err := load(id)
			if !yield(one, err) || err != nil {
				return
			}
		}
	}
}

// Filter yields those of a list that fit, and its error.
func Filter[T any](list iter.Seq2[T, error], fits func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for one, err := range list {
			if (err != nil || fits(one)) && !yield(one, err) {
				return
			}
		}
	}
}
