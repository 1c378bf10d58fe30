package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"

	"lotteryledger/domain/draw"
)

// command is one of the program's commands.
type command struct {
	name     string // one word or two
	argument string // what it takes besides its flags, or ""
	bind     func(fs *flag.FlagSet) action
	values   map[string][]string // of flags that take one of a few
}

// action does the work of a command once its flags are read.
type action func(o output, fs *flag.FlagSet, argument string) (report, error)

// languages are the values of --lang.
var languages = []string{"zh", "en"}

// chains are the values of --chain that have a name.
var chains = []string{"quicknet", "demonstration"}

// modes are the values of --mode.
var modes = []string{string(draw.Separate), string(draw.Serial), string(draw.Preference)}

var commands = append([]command{
	{name: "ledger", argument: "DIR", bind: bindLedger},
	{name: "beacon", bind: bindBeacon, values: map[string][]string{"chain": chains}},
	{name: "commitment", bind: bindCommitment},
	{name: "draw " + string(draw.Beijing2011), bind: bindBeijing2011},
	{name: "draw " + string(draw.RFC3797), bind: bindRFC3797},
}, rankingCommands()...)

func rankingCommands() (all []command) {
	for _, m := range draw.Methods() {
		all = append(all, command{
			name: "draw " + string(m), bind: bindRanking(m),
			values: map[string][]string{"chain": chains, "mode": modes},
		})
	}
	return all
}

// output is where a command says what it found, and how.
type output struct {
	stdout, stderr io.Writer
	json           bool
	words          words
}

// flags returns the flags of a command, and what it does with them.
func (c command) flags(o *output) (*flag.FlagSet, action) {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	do := c.bind(fs)
	fs.BoolVar(&o.json, "json", false, "print one JSON object")
	fs.String("lang", language(), "`language` of what people read, zh or en") // see run
	return fs, do
}

func (c command) run(o output, args []string) int {
	fs, do := c.flags(&o)
	argument, status, done := c.parse(fs, args, o)
	if done {
		return status
	}
	r, err := do(o, fs, argument)
	return o.conclude(r, err)
}

// parse parses flags before or behind the argument. Where done is true the command ends with
// the status.
func (c command) parse(fs *flag.FlagSet, args []string, o output) (
	argument string, status int, done bool,
) {
	fs.SetOutput(o.stderr)
	fs.Usage = func() { // with two dashes, as people write flags
		fmt.Fprintf(o.stderr, o.words.flags+"\n", fs.Name())
		fs.VisitAll(func(f *flag.Flag) {
			name, usage := flag.UnquoteUsage(f)
			fmt.Fprintf(o.stderr, "  --%s %s\n        %s\n", f.Name, name, usage)
		})
	}
	var rest []string
	for len(args) > 0 {
		switch err := fs.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			return "", statusProven, true
		case err != nil:
			return "", statusUsage, true
		}
		if args = fs.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	switch {
	case c.argument == "" && len(rest) == 0:
		return "", 0, false
	case c.argument != "" && len(rest) == 1:
		return rest[0], 0, false
	case c.argument == "":
		fmt.Fprintf(o.stderr, "lottery-verify: "+o.words.noArgument+"\n", fs.Name())
	default:
		fmt.Fprintf(o.stderr, "%s: lottery-verify %s %s …\n", o.words.usage, c.name, c.argument)
		fs.Usage()
	}
	return "", statusUsage, true
}

// required returns a misuse naming the first of the flags that was not given.
func required(fs *flag.FlagSet, names ...string) error {
	set := setIn(fs)
	for _, name := range names {
		if !slices.Contains(set, name) {
			return misuse(fmt.Sprintf("%s needs --%s", fs.Name(), name))
		}
	}
	return nil
}

// setIn lists the flags that were given, if only as nothing.
func setIn(fs *flag.FlagSet) (names []string) {
	fs.Visit(func(f *flag.Flag) { names = append(names, f.Name) })
	return names
}
