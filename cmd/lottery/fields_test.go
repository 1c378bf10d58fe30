package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

// jsonPage documents the objects of all commands.
const jsonPage = "../../docs/json.md"

// TestFields: docs/json.md lists the fields of the objects as the types of the results have
// them. With UPDATE_DOCS=1 it is written anew behind its heading.
func TestFields(t *testing.T) {
	page, err := os.ReadFile(jsonPage)
	require.NoError(t, err)
	heading, _, found := strings.Cut(string(page), "\n| command |")
	require.True(t, found)
	var b strings.Builder
	b.WriteString(heading + "\n| command | fields |\n|---|---|\n")
	row := func(name string, fields []string) {
		b.WriteString("| `" + name + "` | `" + strings.Join(fields, "`, `") + "` |\n")
	}
	row("any command that fails", cli.FieldsOf[cli.Failure]())
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if fields := cli.Fields(c); len(fields) > 0 {
			name := strings.TrimPrefix(c.CommandPath(), "lottery ")
			row(name, fields)
		} else {
			require.NotEmpty(t, c.Commands(), "%s prints no object", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(command(&app.App{}))
	if os.Getenv("UPDATE_DOCS") != "" {
		require.NoError(t, os.WriteFile(jsonPage, []byte(b.String()), 0o644))
	}
	require.Equal(t, b.String(), string(page),
		"write it anew: UPDATE_DOCS=1 go test -run TestFields ./cmd/lottery")
}

// TestHelp: every command that does work has an example that calls it, and the help of each
// names its fields.
func TestHelp(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if len(c.Commands()) == 0 {
			require.Contains(t, c.Example, strings.TrimPrefix(c.CommandPath(), "lottery "),
				c.CommandPath())
			require.Contains(t, c.UsageString(), "Fields of the object", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(command(&app.App{}))
}
