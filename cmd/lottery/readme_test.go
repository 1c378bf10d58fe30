package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

// TestReadmeCommands runs every command of the README, in its order, in a copy of the
// sources, as somebody does who has just fetched them.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs everything")
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	copied := filepath.Join(t.TempDir(), "copy")
	for _, name := range []string{
		"README.md", "Makefile", "go.mod", "go.sum", "domain",
		"eventstore", "projections", "audit", "cmd", ".ci",
	} {
		from, to := filepath.Join(root, name), filepath.Join(copied, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		if info, err := os.Stat(from); err == nil && info.IsDir() {
			require.NoError(t, os.CopyFS(to, os.DirFS(from)))
			continue
		}
		b, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to, b, 0o644))
	}
	readme, err := os.ReadFile(filepath.Join(copied, "README.md"))
	require.NoError(t, err)
	commands := shellLines(string(readme))
	require.Contains(t, commands, "make run")
	require.Contains(t, commands, "make test")
	for _, line := range commands {
		if line == "make test" {
			line = "make -n test" // this is it
		}
		c := exec.CommandContext(t.Context(), "sh", "-euc", line)
		c.Dir = copied
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, out)
		if strings.HasPrefix(line, "bin/lottery-verify ledger") {
			require.Regexp(t, "PROVEN|核验通过", string(out), line)
		}
	}
}

// TestLinks: every page that a page names is there.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	pages, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	decisions, err := filepath.Glob("../../docs/decisions/*.md")
	require.NoError(t, err)
	seen := 0
	for _, page := range append(append(pages, decisions...), "../../README.md") {
		b, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
			require.NoError(t, err, "%s", page)
			seen++
		}
	}
	require.Greater(t, seen, 10)
}

// shellLines are the lines of the blocks marked sh.
func shellLines(markdown string) []string {
	var lines []string
	inside := false
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case inside && line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

// TestManual: every command that does work is in the manual, and so are the exit statuses.
func TestManual(t *testing.T) {
	manual, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	require.Contains(t, strings.Join(strings.Fields(string(manual)), " "), fmt.Sprintf(
		"Exit status: %d done, %d refused by a rule ([codes](rules.md)) or disproven, "+
			"%d wrong usage, %d input or output failed.", cli.Succeeded, cli.Refused, cli.Misused,
		cli.Failed))
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if len(c.Commands()) == 0 {
			name := strings.TrimPrefix(c.CommandPath(), "lottery ")
			require.Contains(t, string(manual), "`"+name)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(command(&app.App{}))
}
