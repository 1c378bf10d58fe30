package office_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/office"
)

// TestCrashes: the store stops answering at any append, before or after it was
// stored; the same commands repeated lead to the events that an undisturbed run
// leads to, no more and no fewer.
func TestCrashes(t *testing.T) {
	for name, v := range map[string]struct {
		prepare func(*testing.T, bureau)
		command func(*testing.T, bureau) error
	}{
		"individual": {nil, submitting("submit", 1)},
		"individual, known before": {func(t *testing.T, b bureau) {
			require.NoError(t, submitting("before", 1)(t, b))
			require.NoError(t, withdrawing("before", 1)(t, b))
		}, submitting("submit", 1)},
		"family": {nil, submitting("submit", 1, 2, 3)},
		"individual, code taken": {func(t *testing.T, b bureau) {
			takeCode(t, b, by("li", "submit"), 1)
		}, submitting("submit", 1)},
		"family, code taken": {func(t *testing.T, b bureau) {
			takeCode(t, b, by("li", "submit"), 1, 2)
		}, submitting("submit", 1, 2)},
		"withdrawal": {func(t *testing.T, b bureau) {
			require.NoError(t, submitting("submit", 1, 2, 3)(t, b))
		}, withdrawing("submit", 1, 2, 3)},
		"disqualification": {func(t *testing.T, b bureau) {
			require.NoError(t, submitting("submit", 1, 2)(t, b))
		}, func(t *testing.T, b bureau) error {
			r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1, 2))
			if err != nil {
				return err
			}
			return b.endApplication(by("wei", "out"), r.Code,
				application.Disqualify{Reason: application.Impersonation})
		}},
		"award": {func(t *testing.T, b bureau) {
			require.NoError(t, submitting("submit", 1)(t, b))
			r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
			require.NoError(t, err)
			require.NoError(t, b.do(by("wei", "approve"),
				office.Application(r.Code, application.Approve{})))
		}, func(t *testing.T, b bureau) error {
			r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
			if err != nil {
				return err
			}
			return b.award(by("wei", "award"), "2026-1.ordinary.1", r.Code)
		}},
		"appointment": {nil, func(_ *testing.T, b bureau) error {
			return b.do(by("wei", "another"),
				office.Officer("zhao", officer.Appoint{Roles: []officer.Role{officer.Reviewer}}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			start := func() bureau {
				b := openBureau(t)
				if v.prepare != nil {
					v.prepare(t, b)
				}
				b.store.appends = 0
				return b
			}
			undisturbed := start()
			require.NoError(t, v.command(t, undisturbed))
			want, appends := undisturbed.store.content(), undisturbed.store.appends
			require.Positive(t, appends)
			for _, lost := range []bool{false, true} {
				for n := 1; n <= appends; n++ {
					b := start()
					b.store.fail, b.store.lost = n, lost
					err := v.command(t, b)
					require.ErrorIs(t, err, errDown, "append %d", n)
					require.Empty(t, fault.CodeOf(err),
						"append %d: a store that does not answer is no refusal: %v", n, err)
					b.store.fail = 0
					require.NoError(t, v.command(t, b))
					require.Equal(t, want, b.store.content(), "append %d, lost reply: %v", n, lost)
				}
			}
		})
	}
}

func submitting(command string, persons ...int) func(*testing.T, bureau) error {
	return func(t *testing.T, b bureau) error {
		_, err := b.submit(by("li", command), submission(t, domain.Ordinary, persons...))
		return err
	}
}

func withdrawing(command string, persons ...int) func(*testing.T, bureau) error {
	return func(t *testing.T, b bureau) error {
		r, err := b.submit(by("li", command), submission(t, domain.Ordinary, persons...))
		if err != nil {
			return err
		}
		return b.endApplication(by("li", "withdraw "+command), r.Code, application.Withdraw{})
	}
}

func TestManyAtOnce(t *testing.T) {
	const many = 16
	together := func(submit func(i int) error) (accepted, refused int64) {
		var ok, no atomic.Int64
		var g sync.WaitGroup
		for i := range many {
			g.Go(func() {
				switch err := submit(i); {
				case err == nil:
					ok.Add(1)
				case fault.CodeOf(err) == "duplicate_person":
					no.Add(1)
				}
			})
		}
		g.Wait()
		return ok.Load(), no.Load()
	}
	t.Run("one person, other commands", func(t *testing.T) {
		b := openBureau(t)
		ok, no := together(func(i int) error { return submitting(fmt.Sprint(i), 1)(t, b) })
		require.Equal(t, []int64{1, many - 1}, []int64{ok, no})
		require.Equal(t, 1, b.store.count("application.submitted.v1"))
		require.Equal(t, 1, b.store.count("identity.claimed.v1"))
	})
	for name, persons := range map[string][]int{"individual": {1}, "family": {1, 2, 3}} {
		t.Run("one command, "+name, func(t *testing.T) {
			b := openBureau(t)
			ok, no := together(func(int) error { return submitting("submit", persons...)(t, b) })
			require.Equal(t, []int64{many, 0}, []int64{ok, no})
			require.Equal(t, 1, b.store.count("application.submitted.v1"))
			require.Equal(t, len(persons), b.store.count("identity.claimed.v1"))
		})
	}
	t.Run("families that share a person", func(t *testing.T) {
		b := openBureau(t)
		together(func(i int) error { return submitting(fmt.Sprint(i), 100+i, 1)(t, b) })
		require.LessOrEqual(t, b.store.count("application.submitted.v1"), 1)
		held := 0
		for i := range many {
			if b.holder(t, 100+i, domain.Ordinary) != "" {
				held++
			}
		}
		require.Equal(t, b.store.count("application.submitted.v1"), held,
			"only the members of the one that stands are reserved")
	})
}
