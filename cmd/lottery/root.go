package main

import (
	"os"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/version"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/cli/applicant"
	"lotteryledger/cmd/lottery/internal/cli/application"
	"lotteryledger/cmd/lottery/internal/cli/clock"
	"lotteryledger/cmd/lottery/internal/cli/demo"
	"lotteryledger/cmd/lottery/internal/cli/export"
	"lotteryledger/cmd/lottery/internal/cli/indicator"
	"lotteryledger/cmd/lottery/internal/cli/intake"
	"lotteryledger/cmd/lottery/internal/cli/ledger"
	"lotteryledger/cmd/lottery/internal/cli/notice"
	"lotteryledger/cmd/lottery/internal/cli/officer"
	"lotteryledger/cmd/lottery/internal/cli/proposal"
	"lotteryledger/cmd/lottery/internal/cli/quota"
	"lotteryledger/cmd/lottery/internal/cli/review"
	"lotteryledger/cmd/lottery/internal/cli/round"
	"lotteryledger/cmd/lottery/internal/cli/rules"
	"lotteryledger/cmd/lottery/internal/cli/store"
	"lotteryledger/cmd/lottery/internal/cli/vault"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/eventstore/esdb"
)

// The variables of the environment that stand for flags.
const (
	storeVariable = "LOTTERY_STORE" // others on the machine can read the arguments of a program
	zoneVariable  = "LOTTERY_TIMEZONE"
)

// command is the root of all commands.
func command(a *app.App) *cobra.Command {
	root := &cobra.Command{
		Use:   "lottery",
		Short: "Run public lotteries on a ledger that anyone can verify",
		Long: "lottery is the program of the office that runs a public lottery. Every command\n" +
			"leaves an immutable event; lottery-verify proves the public ledger without\n" +
			"asking the office.",
		Example: `  lottery demo                                              a whole round, to look at
  lottery ledger init --origin lottery.example/plates       begin a ledger
  lottery round list                                        where every round stands`,
		Version:       version.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("lottery {{.Version}}\n")
	root.SuggestionsMinimumDistance = 2
	flags(root, a)
	for _, g := range []struct {
		id, title string
		commands  []*cobra.Command
	}{
		{"begin", "To begin with", []*cobra.Command{
			demo.Command(a), ledger.Command(a), rules.Command(a), officer.Command(a),
			quota.Command(a), intake.SimulateCommand(a),
		}},
		{"round", "Rounds and applications", []*cobra.Command{
			round.Command(a), intake.ImportCommand(a), application.Command(a), review.Command(a),
			indicator.Command(a),
			proposal.Command(a), clock.Command(a),
		}},
		{"people", "Applicants and the public", []*cobra.Command{
			applicant.Command(a), applicant.AccessCommand(a), vault.Command(a), notice.Command(a),
			export.Command(a),
		}},
		{"run", "Running the program", []*cobra.Command{store.ServeCommand(a), store.Command(a)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title + ":"})
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	cli.SetHelp(root)
	return root
}

// flags adds the flags of every command.
func flags(root *cobra.Command, a *app.App) {
	f := root.PersistentFlags()
	f.StringVar(&a.Data, "data", "data", "folder of store, read models, keys and public ledger")
	f.StringVar(&a.Flags.Store, "store", os.Getenv(storeVariable),
		"event store to use instead of the embedded one: esdb://… (or "+storeVariable+
			" of the environment)")
	cli.Period(f, &a.StoreWait, "store-wait", esdb.DefaultWait, 0,
		"how long a server of the event store that gives no answer is waited for")
	f.StringVar(&a.Officer, "officer", "", "id of the officer who issues the command")
	f.StringVar(&a.OfficerKey, "officer-key", "",
		"file with the officer's key (default: DATA/private/officers/ID.key, if it is there)")
	f.StringVar(
		&a.Applicant, "applicant", "",
		"id of the applicant, who may withdraw, ask for a recheck, and renew",
	)
	f.StringVar(
		&a.CommandID, "command-id", "",
		"UUID of the command; repeating it changes nothing (default: a new one)",
	)
	f.BoolVar(&a.DryRun, "dry-run", false, "say what would happen, change nothing")
	f.BoolVar(&a.JSON, "json", false, "print one JSON object")
	f.StringVar(&a.Language, "lang", a.Language, "language of what is printed")
	f.StringVar(&a.TimeZone, "timezone", os.Getenv(zoneVariable),
		"zone of times that are read and printed, like Asia/Shanghai or +08:00 (or "+zoneVariable+
			" of the environment)")
	f.StringVar(&a.LogLevel, "log-level", "warn", "of the log DATA/log.jsonl")
	for flag, values := range map[string][]string{
		"lang":      words.Languages,
		"log-level": app.LogLevels,
	} {
		cli.OneOf(root, flag, values)
	}
	cli.CompleteFlag(root, a, "officer", cli.Officers)
	// a connection string may hold a password
	f.Lookup("store").DefValue, f.Lookup("timezone").DefValue = "", ""
}
