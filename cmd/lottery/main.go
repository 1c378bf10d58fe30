// Command lottery is the operator's program: every command of the office, the
// embedded event store, the projections and the publisher of the public ledger. It
// needs no server beside it; docs/operations.md is its manual.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/projections/publisher"
)

// Exit status of both programs.
const (
	exitDone    = 0 // done or proven
	exitRefused = 1 // refused by a rule, or disproven
	exitUsage   = 2
	exitIO      = 3 // input or output failed
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o := &options{stdout: stdout, stderr: stderr, args: args}
	root := o.command()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	at, err := root.ExecuteContextC(ctx)
	return o.exit(at.CommandPath(), err)
}

// ranError marks an error that came from the work and not from the words of the command line.
type ranError struct{ error }

func (e ranError) Unwrap() error { return e.error }

// usageError is a wrong use that only the work could notice.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exit tells what went wrong in this command and what to do, and gives the exit status.
func (o *options) exit(command string, err error) int {
	if err == nil {
		return exitDone
	}
	message := redact(err.Error(), o.args)
	fmt.Fprintf(o.stderr, "lottery: %s\n", message)
	var ran ranError
	var wrong usageError
	if errors.As(err, &wrong) || !errors.As(err, &ran) {
		fmt.Fprintf(o.stderr, "lottery: see '%s --help'\n", command)
		return exitUsage
	}
	code, status := classify(err)
	hint := hints[code]
	if errors.Is(err, publisher.ErrForbidden) { // it is about the event, not about this command
		hint = "see what waits: lottery ledger status (docs/operations.md)"
	}
	if hint != "" {
		fmt.Fprintf(o.stderr, "lottery: %s\n", hint)
	}
	if o.json {
		// A failure to print this object leaves the status as it is: not 0.
		_ = o.print(map[string]any{"error": map[string]any{"code": code, "message": message}}, "")
	}
	return status
}

// classify gives an error of the work its code and its exit status.
func classify(err error) (code string, status int) {
	if code := fault.CodeOf(err); code != "" {
		return code, exitRefused
	}
	for _, f := range failures {
		if errors.Is(err, f.cause) {
			return f.code, f.status
		}
	}
	return fault.IO, exitIO
}

// failures are the codes of errors that carry none.
var failures = []struct {
	cause  error
	code   string
	status int
}{
	{cause: publisher.ErrFork, code: fault.LedgerFork, status: exitRefused},
	{cause: embedded.ErrDamaged, code: fault.StoreDamaged, status: exitRefused},
	{cause: embedded.ErrBadBackup, code: fault.BackupUnusable, status: exitRefused},
	{cause: embedded.ErrExists, code: fault.ExistsAlready, status: exitRefused},
	{cause: csvfile.ErrHeader, code: fault.FileHeader, status: exitRefused},
	{cause: context.Canceled, code: fault.Interrupted, status: exitIO},
}

// hints say what to do about a refusal.
var hints = map[string]string{
	fault.NotAllowed:          "name an officer who holds the role: --officer ID (see 'lottery officer show')",
	fault.UnknownActor:        "name the officer who issues the command: --officer ID",
	fault.SignatureNeeded:     "give the file with the officer's key: --officer-key FILE",
	fault.UnknownRules:        "adopt them first: lottery rules adopt",
	fault.UnknownRound:        "open it first: lottery round open",
	fault.RoundPhase:          "see where it stands: lottery round show",
	fault.WindowOpen:          "wait until the window has closed",
	fault.BeaconTooEarly:      "wait for the round of the beacon; never take another one",
	fault.DuplicatePerson:     "the person has to withdraw the other application first",
	fault.InvalidReason:       "the reasons are listed by --help of the command",
	fault.CeremonyLate:        "void the round: lottery round void --reason ceremony_late, and open another that --reruns it",
	fault.AbortTooEarly:       "wait: the beacon catches up after an outage",
	fault.ChecksMissing:       "see what is missing: lottery application show; then: lottery review check",
	fault.Interrupted:         "what was stored stays stored; the command may be given again",
	fault.VaultKey:            "the key is DATA/private/vault.key, or in " + vaultKeyVariable + "; bring back the one that the vault names",
	fault.RecordAltered:       "restore vault.db from its backup, then run: lottery vault sweep",
	fault.NotPublished:        "publish them first: lottery ledger publish",
	fault.StoreDamaged:        "stop what writes to it, keep the folder as it is, restore the newest good backup elsewhere (docs/operations.md)",
	fault.BackupUnusable:      "take another backup; this one must not be restored",
	fault.CheckpointMalformed: "the public folder is damaged, or another program's: restore it, or remove it and publish again",
	fault.CheckpointSignature: "the public folder was signed with another key than that of DATA/private: bring back the one it belongs to",
	fault.FileHeader:          "the columns and their order: docs/import.md",
	fault.LedgerFork:          "publish nothing and change nothing; find out which of the two was replaced (docs/operations.md)",
}

func (o *options) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "lottery",
		Short: "Run public lotteries on a ledger that anyone can verify",
		Long: "lottery is the program of the office that runs a public lottery. Every command leaves\n" +
			"an immutable event; lottery-verify proves the public ledger without asking the office.",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(*cobra.Command, []string) {
			if o.storeAt == "" {
				o.storeAt = os.Getenv(storeVariable)
			}
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&o.data, "data", "data", "folder of store, read models, keys and public ledger")
	f.StringVar(&o.storeAt, "store", "", "event store to use instead of the embedded one: esdb://… (or "+storeVariable+" of the environment)")
	f.StringVar(&o.officer, "officer", "", "id of the officer who issues the command")
	f.StringVar(&o.officerKey, "officer-key", "", "file with the officer's key (default: DATA/private/officers/ID.key, if it is there)")
	f.StringVar(&o.applicant, "applicant", "", "id of the applicant, when he withdraws, asks for a recheck or renews himself")
	f.StringVar(&o.commandID, "command-id", "", "UUID of the command; repeating it changes nothing (default: a new one)")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would happen, change nothing")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.StringVar(&o.logLevel, "log-level", "warn", "debug, info, warn or error; the log is DATA/log.jsonl")
	root.AddCommand(
		o.rulesCommand(), o.officerCommand(), o.proposalCommand(), o.quotaCommand(), o.noticeCommand(), o.applicationCommand(), o.reviewCommand(), o.roundCommand(),
		o.indicatorCommand(), o.importCommand(), o.exportCommand(), o.ledgerCommand(),
		o.applicantCommand(), o.accessCommand(), o.vaultCommand(),
		o.storeCommand(), o.serveCommand(), o.clockCommand(), o.simulateCommand(), o.demoCommand(),
	)
	return root
}

// group is a command that only holds others.
func group(use, short string, sub ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return fmt.Errorf("%s needs one of its commands", c.CommandPath())
	}}
	c.AddCommand(sub...)
	return c
}

// leaf makes a command that does work.
func leaf(use, short string, args cobra.PositionalArgs, work func(ctx context.Context, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(c *cobra.Command, a []string) error {
		if err := work(c.Context(), a); err != nil {
			return ranError{err}
		}
		return nil
	}}
}
