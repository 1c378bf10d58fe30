package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/fault"
)

// advice is an error with lines that help the reader.
type advice struct {
	error
	lines []string
}

func (a advice) Unwrap() error { return a.error }

// advise adds to a refusal what was allowed, or which name was probably meant.
func advise(c *cobra.Command, a *app.App, args []string, err error) error {
	code := fault.CodeOf(err)
	if code == "" || c.Context().Err() != nil {
		return err
	}
	lines := choices(c, code)
	given := slices.Clone(args)
	for _, name := range []string{"round", "reruns", "rules"} {
		if f := c.Flags().Lookup(name); f != nil {
			given = append(given, f.Value.String())
		}
	}
	if k, ok := kinds[code]; ok {
		if code == fault.NotAllowed {
			given = []string{a.Officer}
		}
		if known, err := a.Names(c.Context(), k.stream); err == nil {
			lines = append(lines, mistyped(k.noun, known, given)...)
		}
	}
	if len(lines) == 0 {
		return err
	}
	return advice{err, lines}
}

// kinds are the refusals that a mistyped name leads to.
var kinds = map[string]struct{ noun, stream string }{
	fault.UnknownRound:   {"round", Rounds},
	fault.UnknownRules:   {"version of the rules", Rules},
	fault.UnknownOfficer: {"officer", Officers},
	fault.NotAllowed:     {"officer", Officers},
	fault.UnknownNotice:  {"notice", Notices},
}

// mistyped says of each given name that is not known which known one is nearest to it.
func mistyped(noun string, known, given []string) (lines []string) {
	for _, g := range given {
		if g == "" || slices.Contains(known, g) {
			continue
		}
		if near := suggest.Nearest(known, g); near != "" {
			lines = append(
				lines, fmt.Sprintf("no %s is called %s; did you mean %s?", noun, g, near),
			)
		}
	}
	return lines
}

// choicesKey begins the name of the annotation that holds the possible values of a flag.
const choicesKey = "choices of "

// OneOf says which values a flag takes: for completion, help, and refusals. That the value is
// one of them is for the rules to check.
func OneOf[T ~string](c *cobra.Command, flag string, values []T) {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[choicesKey+flag] = strings.Join(names, " ")
	f := c.Flag(flag)
	f.Usage = strings.TrimSpace(f.Usage + " (" + strings.Join(names, ", ") + ")")
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	if err := c.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // registered before
	}
}

// choices says of each flag whose value was refused what its values are. The code names the
// flag, as invalid_reason does.
func choices(c *cobra.Command, code string) (lines []string) {
	refused, ok := strings.CutPrefix(code, "invalid_")
	if !ok {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(c.Annotations)) {
		flag, ok := strings.CutPrefix(key, choicesKey)
		if !ok {
			continue
		}
		allowed := strings.Fields(c.Annotations[key])
		unknown := slices.DeleteFunc(valuesOf(c, flag), func(v string) bool {
			return v == "" || slices.Contains(allowed, v)
		})
		if flag != refused && len(unknown) == 0 {
			continue
		}
		line := fmt.Sprintf("--%s is one of: %s", flag, strings.Join(allowed, ", "))
		for _, v := range unknown {
			if near := suggest.Nearest(allowed, v); near != "" {
				line += fmt.Sprintf("; did you mean %s?", near)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// valuesOf returns the values of a flag, of which there may be several.
func valuesOf(c *cobra.Command, flag string) []string {
	v := c.Flag(flag).Value
	if list, ok := v.(interface{ GetSlice() []string }); ok {
		return list.GetSlice()
	}
	return []string{v.String()}
}

// Advise adds lines to an error that help the reader.
func Advise(err error, lines ...string) error {
	if len(lines) == 0 {
		return err
	}
	return advice{err, lines}
}
