package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
)

// completing is the hidden command that the scripts of [output.completion] ask.
const completing = "__complete"

// scripts let a shell complete commands, flags and values. A shell completes files where the
// program knows no values.
var scripts = map[string]string{
	"bash": `_lottery_verify() {
	local IFS=$'\n'
	COMPREPLY=($("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _lottery_verify lottery-verify
`,
	"zsh": `#compdef lottery-verify
_lottery_verify() {
	local -a found
	found=("${(@f)$("$words[1]" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _lottery_verify lottery-verify
`,
	"fish": `function __lottery_verify
	set -l words (commandline -opc)
	$words[1] __complete $words[2..] (commandline -ct) 2>/dev/null
end
complete -c lottery-verify -a '(__lottery_verify)'
`,
}

var shells = []string{"bash", "zsh", "fish"}

// completion prints the script of a shell.
func (o output) completion(args []string) int {
	if len(args) != 1 || scripts[args[0]] == "" {
		fmt.Fprintf(o.stderr, "%s: lottery-verify completion %s\n", o.words.usage,
			strings.Join(shells, "|"))
		return statusUsage
	}
	fmt.Fprint(o.stdout, scripts[args[0]])
	return statusProven
}

// complete prints what the last word may become, a line for each.
func (o output) complete(words []string) int {
	if len(words) == 0 {
		words = []string{""}
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	for _, c := range candidates(before) {
		if strings.HasPrefix(c, last) {
			fmt.Fprintln(o.stdout, c)
		}
	}
	return statusProven
}

// candidates are what may follow these words.
func candidates(before []string) []string {
	c, rest := find(before)
	switch {
	case len(before) == 0:
		return append(firstWords(), "--version", "--help")
	case c == nil && slices.Equal(before, []string{"completion"}):
		return shells
	case c == nil:
		return secondWords(before)
	}
	values := map[string][]string{"lang": languages}
	for name, v := range c.values {
		values[name] = v
	}
	fs, _ := c.flags(&output{})
	if n := len(rest); n > 0 {
		name, isFlag := strings.CutPrefix(rest[n-1], "--")
		if f := fs.Lookup(name); isFlag && f != nil && !isSwitch(f) {
			return values[name]
		}
	}
	var flags []string
	fs.VisitAll(func(f *flag.Flag) { flags = append(flags, "--"+f.Name) })
	return flags
}

// isSwitch reports whether a flag takes no value.
func isSwitch(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// secondWords are those of commands that begin with this one word.
func secondWords(before []string) (words []string) {
	for _, c := range commands {
		if rest, ok := strings.CutPrefix(c.name, before[0]+" "); ok && len(before) == 1 {
			words = append(words, rest)
		}
	}
	return words
}
