package histories

import (
	"context"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// enough is how many histories may pass until something that is wrong is found.
const enough = 1000

// requireFound requires that a history of an environment in which something is wrong shows it.
func requireFound(t *testing.T, env *environment) {
	t.Helper()
	for seed := range uint64(enough) {
		if _, wrong := run(env, seed, -1); wrong != "" {
			t.Logf("seed %d: %.200s", seed, wrong)
			return
		}
	}
	require.Fail(t, "nothing was found")
}

// TestWrongStores: stores that break the contract in one point.
func TestWrongStores(t *testing.T) {
	for name, wrong := range map[string]func(*memory) eventstore.Store{
		"loses an event that it acknowledged": func(
			m *memory,
		) eventstore.Store {
			return &losing{memory: m}
		},
		"stores a repetition once more": func(
			m *memory,
		) eventstore.Store {
			return &forgetful{m}
		},
		"does not look at the expected version": func(
			m *memory,
		) eventstore.Store {
			return &careless{m}
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := newEnvironment(t)
			env.store = func() eventstore.Store { return wrong(newMemory()) }
			requireFound(t, env)
		})
	}
}

// losing acknowledges one event that it does not store.
type losing struct {
	*memory
	n int
}

func (l *losing) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	if l.n++; l.n == 40 {
		return position(len(l.events)), nil
	}
	return l.memory.Append(ctx, stream, expected, events...)
}

// forgetful does not recognise what it has stored.
type forgetful struct{ *memory }

func (f forgetful) Append(ctx context.Context, stream string, expected eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	p, err := f.memory.Append(ctx, stream, expected, events...)
	if err == nil && p.Less(position(len(f.events)-1)) { // a repetition of what others came after
		return f.memory.Append(ctx, stream, eventstore.Expected(len(f.streams[stream])-1),
			events...)
	}
	return p, err
}

// careless lets a writer who was late write all the same.
type careless struct{ *memory }

func (c careless) Append(ctx context.Context, stream string, _ eventstore.Expected,
	events ...eventstore.Proposed,
) (eventstore.Position, error) {
	return c.memory.Append(ctx, stream, eventstore.Expected(len(c.streams[stream])-1), events...)
}

// TestWrongReadModels: a projection that takes events in once too often, or not at all.
func TestWrongReadModels(t *testing.T) {
	for name, times := range map[string]func(e projections.Event) int{
		"a result counts twice": func(e projections.Event) int {
			if _, is := e.Fact.(round.Published); is {
				return 2
			}
			return 1
		},
		"no renewal counts": func(e projections.Event) int {
			if _, is := e.Fact.(application.Renewed); is {
				return 0
			}
			return 1
		},
		"no withdrawal counts": func(e projections.Event) int {
			if _, is := e.Fact.(application.Withdrawn); is {
				return 0
			}
			return 1
		},
		"no superseded announcement counts": func(e projections.Event) int {
			if _, is := e.Fact.(round.AnnouncementSuperseded); is {
				return 0
			}
			return 1
		},
	} {
		t.Run(name, func(t *testing.T) {
			requireFound(t, environmentOf(t, miscounting{pool.Projection{}, times},
				miscounting{results.Projection{}, times}, timeline.Projection{}))
		})
	}
}

// miscounting gives a projection some events never, or twice.
type miscounting struct {
	projections.Projection
	times func(projections.Event) int
}

func (m miscounting) Begin(tx *projections.Tx) projections.Batch {
	return miscount{m.Projection.Begin(tx), m.times}
}

type miscount struct {
	projections.Batch
	times func(projections.Event) int
}

func (m miscount) Apply(e projections.Event) error {
	for range m.times(e) {
		if err := m.Batch.Apply(e); err != nil {
			return err
		}
	}
	return nil
}

// deciding puts another rule in the place of one, for office and replay alike, so that nobody but
// the model knows better.
func deciding[S any, E catalog.Event, C any](t *testing.T, a *catalog.Aggregate[S, E, C],
	change func(S, C) (S, C),
) {
	right := *a
	t.Cleanup(func() { *a = right })
	a.Decide = func(s S, c C) ([]E, error) { return right.Decide(change(s, c)) }
}

// evolving puts another effect in the place of one, likewise.
func evolving[S any, E catalog.Event, C any](t *testing.T, a *catalog.Aggregate[S, E, C],
	change func(before, after S, e E) S,
) {
	right := *a
	t.Cleanup(func() { *a = right })
	a.Evolve = func(s S, e E) S { return change(s, right.Evolve(s, e), e) }
}

// TestWrongRules: rules of the domain that are not what the documents say.
func TestWrongRules(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long under the race detector, and starts no goroutine")
	}
	for name, spoil := range map[string]func(t *testing.T){
		"bars mean nothing": func(t *testing.T) {
			evolving(t, &catalog.Persons, func(_, after person.State, _ person.Event) person.State {
				after.BarredUntil = 0
				return after
			})
		},
		"checks are not needed": func(t *testing.T) {
			deciding(t, &catalog.Applications,
				func(s application.State, cmd application.Command) (application.State,
					application.Command,
				) {
					if c, is := cmd.(application.Approve); is {
						c.Rules.RequiredChecks = nil
						return s, c
					}
					return s, cmd
				})
		},
		"the reserve in any order": func(t *testing.T) {
			deciding(t, &catalog.Indicators,
				func(s indicator.State, cmd indicator.Command) (indicator.State,
					indicator.Command,
				) {
					if c, is := cmd.(indicator.Promote); is && c.Reserve.Next != 0 {
						c.Reserve.Next = c.Rank
						return s, c
					}
					return s, cmd
				})
		},
		"a second late is in time": func(t *testing.T) {
			deciding(t, &catalog.Indicators,
				func(s indicator.State, cmd indicator.Command) (indicator.State,
					indicator.Command,
				) {
					if c, is := cmd.(indicator.Use); is {
						c.At--
						return s, c
					}
					return s, cmd
				})
		},
		"an edit keeps the checks": func(t *testing.T) {
			evolving(t, &catalog.Applications,
				func(before, after application.State, e application.Event) application.State {
					if _, is := e.(application.Edited); is {
						after.UnderReview = before.UnderReview
					}
					return after
				})
		},
	} {
		t.Run(name, func(t *testing.T) {
			spoil(t)
			requireFound(t, newEnvironment(t))
		})
	}
}

// TestWrongModel: a model that is wrong differs from everything that is right.
func TestWrongModel(t *testing.T) {
	for name, spoil := range map[string]func(*model){
		"one draw more for a step": func(m *model) {
			for name, v := range m.rules {
				v.Ladder.DrawsPerStepSince2021++
				m.rules[name] = v
			}
		},
		"nobody is reserved": func(m *model) {
			for _, p := range m.persons {
				p.holder = map[domain.IndicatorKind]string{}
			}
		},
		"the reserve never moves up": func(m *model) {
			for name, v := range m.rules {
				v.PromoteFor = []rules.Vacancy{}
				m.rules[name] = v
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := newEnvironment(t)
			env.spoil = spoil
			requireFound(t, env)
		})
	}
}
