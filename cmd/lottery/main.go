// Command lottery is the operator's program: every command of the office, the
// embedded event store, the projections and the publisher of the public ledger. It
// needs no server beside it; docs/operations.md is its manual.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // time zones by name on every machine

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app.App{In: os.Stdin, Out: stdout, Err: stderr, Args: args}
	a.Language = words.OfEnvironment()
	root := command(a)
	root.SetArgs(args)
	root.SetIn(a.In)
	root.SetOut(stdout)
	root.SetErr(stderr)
	at, err := root.ExecuteContextC(ctx)
	return cli.Status(ctx, a, at.CommandPath(), err)
}
