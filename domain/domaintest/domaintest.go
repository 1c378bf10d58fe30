// Package domaintest states a rule as a sentence: given what has happened, when this
// is asked, then that follows.
//
//	rule := domaintest.For(round.Decide, round.Evolve)
//	rule.Given(opened).When(round.Close{At: late}).Then(t, round.Closed{})
//	rule.Given(opened).When(round.Close{At: early}).Refused(t, "window_open")
//	rule.Given(opened, closed).When(round.Close{At: late}).Nothing(t)
//
// Every sentence also checks what holds for all rules, see [Rule.Step].
package domaintest

import (
	"fmt"
	"reflect"

	"lotteryledger/domain/fault"
)

// T is what a sentence reports to: a test, or a run of a property test.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// An Event knows its stored type.
type Event interface{ EventType() string }

// A Command says which type of events it leads to.
type Command interface{ Leads() string }

// Rule is the pair of functions that an aggregate consists of.
type Rule[S any, E Event, C Command] struct {
	decide func(S, C) ([]E, error)
	evolve func(S, E) S
}

// For makes the Rule of an aggregate.
func For[S any, E Event, C Command](
	decide func(S, C) ([]E, error), evolve func(S, E) S,
) Rule[S, E, C] {
	return Rule[S, E, C]{decide, evolve}
}

// Step carries out a command on a state. It returns the state after it, and either
// the events or the code of the refusal. It fails the test when
//
//   - a refusal has no code, or comes with events;
//   - Decide or Evolve changed what was given to them;
//   - an event is not of the type that the command says it leads to;
//   - the same command, asked again after it was accepted, leads to events again.
func (r Rule[S, E, C]) Step(t T, s S, cmd C) (next S, events []E, code string) {
	t.Helper()
	stateBefore, asked := print(s), print(cmd)
	events, err := r.decide(s, cmd)
	if after := print(s); after != stateBefore {
		t.Fatalf("deciding %s changed the state\nfrom %s\nto   %s", asked, stateBefore, after)
	}
	if after := print(cmd); after != asked {
		t.Fatalf("deciding changed the command\nfrom %s\nto   %s", asked, after)
	}
	if err != nil {
		if code = fault.CodeOf(err); code == "" || len(events) > 0 {
			t.Fatalf("%s was refused with code %q and %d events: %v", asked, code, len(events), err)
		}
		return s, nil, code
	}
	for _, e := range events {
		if e.EventType() != cmd.Leads() {
			t.Fatalf("%s leads to %s, and led to %s", asked, cmd.Leads(), e.EventType())
		}
	}
	next = r.fold(t, s, events)
	if again, _ := r.decide(next, cmd); len(again) > 0 {
		t.Fatalf("%s asked twice led to %s the second time", asked, print(again))
	}
	return next, events, ""
}

func (r Rule[S, E, C]) fold(t T, s S, events []E) S {
	t.Helper()
	for _, e := range events {
		before, stored := print(s), print(e)
		next := r.evolve(s, e)
		if after := print(s); after != before {
			t.Fatalf("applying %s changed the state before it\nfrom %s\nto   %s", stored, before,
				after)
		}
		if after := print(e); after != stored {
			t.Fatalf("applying an event changed it\nfrom %s\nto   %s", stored, after)
		}
		s = next
	}
	return s
}

func print(v any) string { return fmt.Sprintf("%T%+v", v, v) }

// Past is a Rule and what has happened.
type Past[S any, E Event, C Command] struct {
	rule   Rule[S, E, C]
	events []E
}

// Given states what has happened.
func (r Rule[S, E, C]) Given(events ...E) Past[S, E, C] { return Past[S, E, C]{r, events} }

// Question is a Past and a command.
type Question[S any, E Event, C Command] struct {
	past Past[S, E, C]
	cmd  C
}

// When states what is asked.
func (p Past[S, E, C]) When(cmd C) Question[S, E, C] { return Question[S, E, C]{p, cmd} }

func (q Question[S, E, C]) answer(t T) (events []E, code string) {
	t.Helper()
	var zero S
	_, events, code = q.past.rule.Step(t, q.past.rule.fold(t, zero, q.past.events), q.cmd)
	return events, code
}

// Then expects exactly these events, at least one.
func (q Question[S, E, C]) Then(t T, want ...E) {
	t.Helper()
	got, code := q.answer(t)
	if code != "" || len(want) == 0 || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\nshould lead to %s\nnot to         %s%s", print(q.cmd), print(want),
			print(got), refused(code))
	}
}

// Nothing expects that the wish is fulfilled already.
func (q Question[S, E, C]) Nothing(t T) {
	t.Helper()
	if got, code := q.answer(t); code != "" || len(got) > 0 {
		t.Fatalf("%s\nshould lead to nothing\nnot to %s%s", print(q.cmd), print(got), refused(code))
	}
}

// Refused expects a refusal with this code.
func (q Question[S, E, C]) Refused(t T, want string) {
	t.Helper()
	if got, code := q.answer(t); code == "" || code != want {
		t.Fatalf("%s\nshould be refused with %q\nnot lead to %s%s", print(q.cmd), want, print(got),
			refused(code))
	}
}

func refused(code string) string {
	if code == "" {
		return ""
	}
	return " (refused with " + code + ")"
}
