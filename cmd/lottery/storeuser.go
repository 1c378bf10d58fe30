package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"lotteryledger/eventstore/embedded/users"
)

func (o *options) storeUserCommand() *cobra.Command {
	var admin bool
	c := leaf("user FILE NAME", "give a user of the store a password", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		file, name := args[0], args[1]
		if err := users.CheckName(name); err != nil {
			return usageError{err}
		}
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true}, "dry run: the user %s would be written to %s", name, file)
		}
		password, err := o.newPassword(ctx)
		if err != nil {
			return err
		}
		replaced, err := users.Put(file, name, password, admin)
		var unusable *users.Error
		if errors.As(err, &unusable) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		role, done := "ordinary user", "added to"
		if admin {
			role = "administrator"
		}
		if replaced {
			done = "replaced in"
		}
		object := map[string]any{"file": file, "user": name, "admin": admin, "replaced": replaced}
		return o.print(object, "%s, %s: %s %s; a server that runs reads the file when it starts again", name, role, done, file)
	})
	c.Long = "user adds a user to the user file of a store, or replaces him, and makes the file when\n" +
		"there is none. It asks for the password twice; without a terminal it reads one line from\n" +
		"standard input. A password needs 8 characters and nothing else."
	c.Flags().BoolVar(&admin, "admin", false, "he may read $all and streams that begin with $, as the programs of the ledger do")
	return c
}

// newPassword reads a password that is typed twice without echo, or one line of
// standard input when that is no terminal.
func (o *options) newPassword(ctx context.Context) (string, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return readPassword(os.Stdin)
	}
	password, err := o.askPassword(ctx, "password: ")
	if err != nil {
		return "", err
	}
	if err := users.CheckPassword(password); err != nil {
		return "", usageError{err}
	}
	again, err := o.askPassword(ctx, "once more: ")
	if err == nil && again != password {
		err = usage("the two passwords differ")
	}
	return password, err
}

func readPassword(in io.Reader) (string, error) {
	const most = 4096 // more than any password
	b, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line, rest, _ := strings.Cut(string(b), "\n")
	if rest != "" || len(b) == most {
		return "", usage("standard input holds more than a line with a password")
	}
	return strings.TrimSuffix(line, "\r"), nil
}

// askPassword reads a line from the terminal without echo. The terminal is as it was
// before when the context ends meanwhile.
func (o *options) askPassword(ctx context.Context, prompt string) (string, error) {
	terminal := int(os.Stdin.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	fmt.Fprint(o.stderr, prompt)
	defer fmt.Fprintln(o.stderr)
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
