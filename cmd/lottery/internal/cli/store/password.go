package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/eventstore/embedded/users"
)

// newPassword reads a password that is typed twice without echo, or one line of
// standard input when that is no terminal.
func newPassword(ctx context.Context, a *app.App) (string, error) {
	in, ok := a.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return readPassword(ctx, a)
	}
	password, err := askPassword(ctx, a, in, "password: ")
	if err != nil {
		return "", err
	}
	if err := users.CheckPassword(password); err != nil {
		return "", app.UsageError{Err: err}
	}
	again, err := askPassword(ctx, a, in, "once more: ")
	if err == nil && again != password {
		err = app.Usage("the two passwords differ")
	}
	return password, err
}

func readPassword(ctx context.Context, a *app.App) (string, error) {
	const most = 4096 // more than any password
	b, err := a.ReadFile(ctx, "-", most)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line, rest, _ := strings.Cut(string(b), "\n")
	if rest != "" || len(b) > most {
		return "", app.Usage("standard input holds more than a line with a password")
	}
	return strings.TrimSuffix(line, "\r"), nil
}

// askPassword reads a line from the terminal without echo. The terminal is as it was
// before when the context ends meanwhile.
func askPassword(ctx context.Context, a *app.App, in *os.File, prompt string) (string, error) {
	terminal := int(in.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	fmt.Fprint(a.Err, prompt)
	defer fmt.Fprintln(a.Err)
	type typed struct {
		line []byte
		err  error
	}
	done := make(chan typed, 1)
	go func() {
		line, err := term.ReadPassword(terminal)
		done <- typed{line, err}
	}()
	select {
	case t := <-done:
		if t.err != nil {
			return "", fmt.Errorf("reading the password: %w", t.err)
		}
		return string(t.line), nil
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(terminal, before))
	}
}
