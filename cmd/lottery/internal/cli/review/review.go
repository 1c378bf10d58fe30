// Package review holds the commands of reviewers: check, approve and reject.
package review

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
)

// Command is the group.
func Command(a *app.App) *cobra.Command {
	return cli.Group(&cobra.Command{Use: "review", Short: "Check, approve and reject applications"},
		checkCommand(a), approveCommand(a), rejectCommand(a))
}

// addList adds the flag --list to a command on codes.
func addList(c *cobra.Command, file *string) {
	c.Flags().StringVar(
		file, "list", "", "file with one application code a line, in place of codes",
	)
}

// codesOf returns the codes of the command line, or those in the file.
func codesOf(
	ctx context.Context, a *app.App, args []string, file string,
) ([]string, error) {
	if (len(args) > 0) == (file != "") {
		return nil, app.Usage("application codes are needed, or --list FILE")
	}
	if file == "" {
		return args, nil
	}
	f, err := a.Open(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("reading the list: %w", err)
	}
	defer f.Close() // it was only read
	var codes []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		code := lines.Text()
		if n == 1 {
			code = strings.TrimPrefix(code, "\ufeff")
		}
		if code == "" {
			continue
		}
		if _, err := identity.ParseCode(code); err != nil {
			return nil, app.Usage("%s line %d: %v", file, n, err)
		}
		codes = append(codes, code)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the list: %w", err)
	}
	return codes, nil
}

// reasonsOf returns names as reasons.
func reasonsOf(names []string) []application.Reason {
	var why []application.Reason
	for _, n := range names {
		why = append(why, application.Reason(n))
	}
	return why
}
