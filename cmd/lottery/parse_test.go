package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/rules"
)

// FuzzParseRules: rules that are read are printed as rules that are read as the same.
func FuzzParseRules(f *testing.F) {
	for _, v := range []rules.Version{rules.Beijing2021(), rules.Housing2026(), {}} {
		b, err := json.MarshalIndent(v, "", "  ")
		if err == nil { // times that no rule has are not printed
			f.Add(b)
		}
	}
	f.Add([]byte(`{"name":"x","ladder":{"draws_per_step_until_2020":1e9}} {}`))
	f.Add([]byte(`{"name":"x","unknown":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := parseRules(raw)
		if err != nil || v.Check() != nil {
			return
		}
		printed, err := json.MarshalIndent(v, "", "  ")
		require.NoError(t, err)
		again, err := parseRules(printed)
		require.NoError(t, err)
		reprinted, err := json.MarshalIndent(again, "", "  ")
		require.NoError(t, err)
		require.Equal(t, string(printed), string(reprinted))
	})
}

// FuzzParseSeats: seats of a pool that are read are those of one flag with plain digits.
func FuzzParseSeats(f *testing.F) {
	for _, s := range []string{"ordinary=10", "=1", "a=", "a=b=1", "a=-1", "a=4294967296", "a=+1", "池=1"} {
		f.Add(s, "b=2")
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		m, err := parseSeats("--seats", []string{one, other})
		if err != nil {
			return
		}
		require.Len(t, m, 2)
		var flags []string
		for pool, n := range m {
			flags = append(flags, fmt.Sprintf("%s=%d", pool, n))
		}
		again, err := parseSeats("--seats", flags)
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}
