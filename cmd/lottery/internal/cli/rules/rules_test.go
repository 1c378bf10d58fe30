package rules

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/rules"
)

// FuzzParse: rules that are read are printed as rules that are read as the same.
func FuzzParse(f *testing.F) {
	for _, v := range []rules.Version{rules.Beijing2021(), rules.Housing2026(), {}} {
		b, err := json.MarshalIndent(v, "", "  ")
		if err == nil { // times that no rule has are not printed
			f.Add(b)
		}
	}
	f.Add([]byte(`{"name":"x","ladder":{"draws_per_step_until_2020":1e9}} {}`))
	f.Add([]byte(`{"name":"x","unknown":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := parse(raw)
		if err != nil || v.Check() != nil {
			return
		}
		printed, err := json.MarshalIndent(v, "", "  ")
		require.NoError(t, err)
		again, err := parse(printed)
		require.NoError(t, err)
		reprinted, err := json.MarshalIndent(again, "", "  ")
		require.NoError(t, err)
		require.Equal(t, string(printed), string(reprinted))
	})
}
