package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

func TestMargins(t *testing.T) {
	v := rules.Version{}
	require.EqualValues(t, []int64{3600, 600, 7 * 86400},
		[]int64{v.SupersedeMargin(), v.CeremonyMargin(), v.Abort()})
	v.SupersedeMarginSeconds, v.CeremonyMarginSeconds, v.AbortSeconds = 1, 2, 3
	require.EqualValues(t, []int64{1, 2, 3},
		[]int64{v.SupersedeMargin(), v.CeremonyMargin(), v.Abort()})
}

func TestPromotes(t *testing.T) {
	v := rules.Version{}
	for _, c := range rules.Vacancies {
		require.False(t, v.Promotes(c))
		v.PromoteFor = []rules.Vacancy{c}
		require.True(t, v.Promotes(c))
		v.PromoteFor = nil
	}
}

func TestAfterTheDrawRefused(t *testing.T) {
	for name, change := range map[string]func(*rules.Version){
		"margin below zero":        func(v *rules.Version) { v.SupersedeMarginSeconds = -1 },
		"ceremony below zero":      func(v *rules.Version) { v.CeremonyMarginSeconds = -1 },
		"abort in a thousand year": func(v *rules.Version) { v.AbortSeconds = 1000 * 366 * 86400 },
		"confirm below zero":       func(v *rules.Version) { v.ConfirmSeconds = -1 },
		"promotes for nothing":     func(v *rules.Version) { v.PromoteFor = []rules.Vacancy{} },
		"promotes for rain": func(
			v *rules.Version,
		) {
			v.PromoteFor = []rules.Vacancy{"rain"}
		},
		"promotes twice": func(
			v *rules.Version,
		) {
			v.PromoteFor = []rules.Vacancy{rules.VacantRevoked, rules.VacantRevoked}
		},
		"promotes out of order": func(
			v *rules.Version,
		) {
			v.PromoteFor = []rules.Vacancy{rules.VacantLapsed, rules.VacantRevoked}
		},
		"bar below zero": func(v *rules.Version) { v.Lapse.BarSeconds = -1 },
		"reset without a bar": func(
			v *rules.Version,
		) {
			v.Lapse = rules.Lapse{ResetLadder: true}
		},
		"returns without a bar": func(v *rules.Version) { v.Lapse = rules.Lapse{Returns: true} },
	} {
		v := beijing()
		change(&v)
		require.Equal(t, "invalid_rules", fault.CodeOf(v.Check()), name)
	}
}
