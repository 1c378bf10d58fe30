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
	"os"
	"slices"
	"strings"

	"lotteryledger/cmd/internal/suggest"
	"lotteryledger/cmd/internal/version"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	w := vocabulary[language()]
	if len(args) > 0 && args[0] == completing {
		return output{stdout: stdout, words: w}.complete(args[1:])
	}
	if lang, ok := given("lang", args); ok {
		if w, ok = vocabulary[lang]; !ok {
			fmt.Fprintln(stderr, "lottery-verify: --lang is zh or en")
			return statusUsage
		}
	}
	o := output{stdout: stdout, stderr: stderr, words: w}
	if len(args) == 0 {
		fmt.Fprint(stderr, w.help)
		return statusUsage
	}
	if c, rest := find(args); c != nil {
		return c.run(o, rest)
	}
	switch args[0] {
	case "-h", "--help", "help":
		fmt.Fprint(stdout, w.help)
		return statusProven
	case "--version", "version":
		fmt.Fprintln(stdout, "lottery-verify", version.String())
		return statusProven
	case "draw":
		return o.helpDraw(args[1:])
	case "completion":
		return o.completion(args[1:])
	}
	if strings.HasPrefix(args[0], "--lang") { // alone: how to read the help
		fmt.Fprint(stderr, w.help)
		return statusUsage
	}
	fmt.Fprintf(stderr, "lottery-verify: there is no command %q", args[0])
	if near := suggest.Nearest(firstWords(), args[0]); near != "" {
		fmt.Fprintf(stderr, "; did you mean %s?", near)
	}
	fmt.Fprintf(stderr, "\n%s", w.help)
	return statusUsage
}

// given returns the value of a flag among arguments.
func given(name string, args []string) (value string, ok bool) {
	for i, a := range args {
		flag, value, with := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
		switch {
		case flag != name || !strings.HasPrefix(a, "-"):
		case with:
			return value, true
		case i+1 < len(args):
			return args[i+1], true
		}
	}
	return "", false
}

// find returns the command that the first arguments name, and the arguments behind its name.
func find(args []string) (*command, []string) {
	for _, c := range commands {
		name := strings.Fields(c.name)
		if len(args) >= len(name) && slices.Equal(args[:len(name)], name) {
			return &c, args[len(name):]
		}
	}
	return nil, nil
}

// firstWords are the first words of all commands, each once.
func firstWords() (words []string) {
	for _, c := range commands {
		first, _, _ := strings.Cut(c.name, " ")
		words = append(words, first)
	}
	return slices.Compact(append(words, "completion"))
}

// helpDraw answers a draw without a method that there is.
func (o output) helpDraw(args []string) int {
	if len(args) > 0 && slices.Contains([]string{"-h", "--help", "help"}, args[0]) {
		fmt.Fprint(o.stdout, drawUsage)
		return statusProven
	}
	fmt.Fprint(o.stderr, drawUsage)
	return statusUsage
}
