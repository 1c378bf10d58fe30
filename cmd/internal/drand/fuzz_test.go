package drand

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: a signature that is read out of an answer says the same in an answer of our own.
func FuzzParse(f *testing.F) {
	const round = 1000
	f.Add([]byte(`{"round":1000,"randomness":"fe29","signature":"b44679b9a59af2ec"}`))
	f.Add([]byte(`{"round":1000}`))
	f.Add([]byte(`{"round":1e3,"signature":"B4"}`))
	f.Add([]byte(`{"round":-1,"signature":[]}`))
	f.Add([]byte(`not found`))
	f.Fuzz(func(t *testing.T, body []byte) {
		signature, err := parse(body, round)
		if err != nil {
			return
		}
		own, err := json.Marshal(map[string]any{
			"round":     round,
			"signature": hex.EncodeToString(signature),
		})
		require.NoError(t, err)
		again, err := parse(own, round)
		require.NoError(t, err)
		require.Equal(t, signature, again)
		_, err = parse(body, round+1)
		require.Error(t, err, "the answer is of one round")
	})
}
