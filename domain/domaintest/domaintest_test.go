package domaintest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/fault"
)

// A lamp has a switch, and a log of who used it.
type (
	lamp     struct{ Log []string }
	switched string
	turnOn   struct{ By []string }
)

func (switched) EventType() string { return "lamp.switched.v1" }
func (turnOn) Leads() string       { return "lamp.switched.v1" }

// turnOff says that it leads to what turnOn does not.
type turnOff struct{ turnOn }

func (turnOff) Leads() string { return "lamp.darkened.v1" }

func evolve(l lamp, e switched) lamp {
	return lamp{append(l.Log[:len(l.Log):len(l.Log)], string(e))}
}

func decide(l lamp, c turnOn) ([]switched, error) {
	switch {
	case len(c.By) == 0:
		return nil, fault.New("nobody", "somebody has to do it")
	case len(l.Log) > 0:
		return nil, nil
	}
	return []switched{switched(c.By[0])}, nil
}

// recorder is a test that remembers why it failed.
type recorder struct{ failures []string }

func (*recorder) Helper() {}
func (r *recorder) Fatalf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestSentences(t *testing.T) {
	rule := domaintest.For(decide, evolve)
	ann := turnOn{[]string{"ann"}}
	rule.Given().When(ann).Then(t, "ann")
	rule.Given("bob").When(ann).Nothing(t)
	rule.Given("bob").When(turnOn{}).Refused(t, "nobody")

	for name, wrong := range map[string]func(domaintest.T){
		"then, but another event": func(t domaintest.T) { rule.Given().When(ann).Then(t, "bob") },
		"then, but one more": func(t domaintest.T) {
			rule.Given().When(ann).Then(t, "ann",
				"ann")
		},
		"then, but nothing": func(t domaintest.T) {
			rule.Given("bob").When(ann).Then(t,
				"ann")
		},
		"then, of nothing": func(t domaintest.T) { rule.Given("bob").When(ann).Then(t) },
		"then, but refused": func(t domaintest.T) {
			rule.Given().When(turnOn{}).Then(t,
				"ann")
		},
		"nothing, but an event": func(t domaintest.T) { rule.Given().When(ann).Nothing(t) },
		"nothing, but refused":  func(t domaintest.T) { rule.Given().When(turnOn{}).Nothing(t) },
		"refused, but an event": func(t domaintest.T) {
			rule.Given().When(ann).Refused(t,
				"nobody")
		},
		"refused, but nothing": func(t domaintest.T) {
			rule.Given("bob").When(ann).Refused(t,
				"")
		},
		"refused, with other code": func(t domaintest.T) {
			rule.Given().When(turnOn{}).Refused(t,
				"dark")
		},
	} {
		var r recorder
		wrong(&r)
		require.Len(t, r.failures, 1, name)
	}
}

func TestRulesThatBreakTheirPromise(t *testing.T) {
	ann := turnOn{[]string{"ann"}}
	for name, rule := range map[string]domaintest.Rule[lamp, switched, turnOn]{
		"led to": domaintest.For(func(lamp, turnOn) ([]switched, error) {
			return []switched{"ann"},
				nil
		}, evolve),
		"refused with code \"\"": domaintest.For(func(lamp, turnOn) ([]switched, error) {
			return nil, errors.New("fuse blown")
		}, evolve),
		"and 1 events": domaintest.For(func(lamp, turnOn) ([]switched, error) {
			return []switched{"ann"}, fault.New("nobody", "and yet")
		}, evolve),
		"changed the state\n": domaintest.For(func(l lamp, c turnOn) ([]switched, error) {
			l.Log[0] = "eve"
			return decide(l, c)
		}, evolve),
		"changed the command": domaintest.For(func(l lamp, c turnOn) ([]switched, error) {
			c.By[0] = "eve"
			return decide(l, c)
		}, evolve),
		"changed the state before it": domaintest.For(func(l lamp, c turnOn) ([]switched, error) {
			if len(l.Log) > 1 {
				return nil, nil
			}
			return []switched{"ann"}, nil
		}, func(l lamp, e switched) lamp {
			if len(l.Log) > 0 {
				l.Log[0] = string(e)
			}
			return lamp{append(l.Log[:len(l.Log):len(l.Log)], string(e))}
		}),
	} {
		var r recorder
		rule.Step(&r, lamp{[]string{"bob"}}, turnOn{[]string{ann.By[0]}})
		require.NotEmpty(t, r.failures, name)
		require.Contains(t, r.failures[0], name)
	}
}

func TestLeads(t *testing.T) {
	rule := domaintest.For(func(l lamp, c turnOff) ([]switched,
		error,
	) {
		return decide(l, c.turnOn)
	}, evolve)
	var r recorder
	rule.Step(&r, lamp{}, turnOff{turnOn{[]string{"ann"}}})
	require.NotEmpty(t, r.failures)
	require.Contains(t, r.failures[0], "leads to lamp.darkened.v1, and led to lamp.switched.v1")
}
