// Lottery-verify is the citizen's program. From public files alone it proves ledgers,
// recomputes draws, checks beacon rounds, and checks personal records against their
// commitments. It links no store and no network client.
//
// Exit status: 0 done or proven; 1 disproven, with the error's code and place
// on stderr; 2 wrong usage; 3 input or output failed.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/internal/version"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// commands are the commands by name.
var commands = map[string]func(args []string, stdout, stderr io.Writer) int{
	"beacon": runBeacon, "draw": runDraw, "commitment": runCommitment, "ledger": runLedger,
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, help)
		return statusUsage
	}
	if command, ok := commands[args[0]]; ok {
		return command(args[1:], stdout, stderr)
	}
	switch args[0] {
	case "-h", "--help", "help":
		fmt.Fprint(stdout, help)
		return statusProven
	case "--version", "version":
		fmt.Fprintln(stdout, "lottery-verify", version.String())
		return statusProven
	}
	fmt.Fprintf(stderr, "lottery-verify: there is no command %q", args[0])
	if near := suggest.Nearest(slices.Collect(maps.Keys(commands)), args[0]); near != "" {
		fmt.Fprintf(stderr, "; did you mean %s?", near)
	}
	fmt.Fprintf(stderr, "\n%s", help)
	return statusUsage
}

var help = `lottery-verify proves draws and ledgers from public files alone.

usage:
  lottery-verify ledger DIR [--key VKEY] [--beacon ROUND:SIGNATURE] [--json] [--lang zh|en]
  lottery-verify beacon --round N --signature HEX [--chain quicknet|HASH]
  lottery-verify draw ` + rankings + ` --announcement FILE --round N --signature HEX [--chain …]
                 [--ceremony FILE] --roster FILE --seats POOL=N [--reserve POOL=M]
  lottery-verify draw beijing2011 --pool FILE --seed DIGITS --seats N
  lottery-verify draw rfc3797 --names FILE --seeds FILE --seats N
  lottery-verify commitment --record FILE --salt HEX --commitment HEX
  lottery-verify --version
each with --json for one object

用法同上；ledger 的输出可用 --lang zh 显示为中文。
exit status: 0 proven, 1 disproven, 2 wrong usage, 3 input or output failed
`
