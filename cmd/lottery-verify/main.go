// Lottery-verify is the citizen's program: it proves ledgers, recomputes draws
// and checks beacon rounds from public files alone, and personal records against their commitments. It links no store and no network
// client.
//
// Exit status: 0 done or proven; 1 disproven, with the error's code and place
// on stderr; 2 wrong usage; 3 input or output failed.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "beacon":
			return runBeacon(args[1:], stdout, stderr)
		case "draw":
			return runDraw(args[1:], stdout, stderr)
		case "commitment":
			return runCommitment(args[1:], stdout, stderr)
		case "ledger":
			return runLedger(args[1:], stdout, stderr)
		case "-h", "--help", "help":
			fmt.Fprint(stdout, help)
			return statusProven
		}
	}
	fmt.Fprint(stderr, help)
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
each with --json for one object

用法同上；ledger 的输出可用 --lang zh 显示为中文。
exit status: 0 proven, 1 disproven, 2 wrong usage, 3 input or output failed
`
