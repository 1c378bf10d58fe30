// Package domain holds the rules of a public lottery, and the few words that all
// of them share.
//
// The tree below it is pure: it imports the standard library only, knows no clock,
// no chance, no disk and no network. What happens outside arrives as an argument of
// a command, and what follows leaves as an event. The same code therefore runs in
// the office that issues a command and in the program of a citizen who checks
// afterwards that the command was allowed.
//
// Every aggregate is a package of the same form: events.go (what is stored, and the
// stored types), commands.go (what may be asked), and a file of its name with State,
// Decide and Evolve. A large aggregate has further files, named after what they hold.
// Decide is the rule: it returns the events that follow from a command, no event when the
// wish is already fulfilled, or a refusal with a code (package fault). Evolve never refuses:
// what is stored has happened.
//
// A command is named verb and noun, its event noun and participle. A function that
// refuses what the state does not allow begins with require. A method Check refuses a
// value that is not well formed.
package domain
