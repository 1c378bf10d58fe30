package beacon

import (
	"encoding/hex"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
)

// TestDocumentVectors checks the vectors of docs/draw.md that are the beacon's.
func TestDocumentVectors(t *testing.T) {
	page, err := os.ReadFile("../../docs/draw.md")
	require.NoError(t, err)
	vector := func(name string) []byte {
		m := regexp.MustCompile(`(?m)^` + name + ` +([0-9a-f]+)$`).FindSubmatch(page)
		require.NotNil(t, m, name)
		return unhex(t, string(m[1]))
	}
	signature := vector("signature")
	require.NoError(t, Verify(draw.Quicknet, 1000, signature))
	randomness := Randomness(signature)
	require.Equal(t, hex.EncodeToString(vector("randomness")), hex.EncodeToString(randomness[:]))
	demonstration, err := DemonstrationSignature(1000)
	require.NoError(t, err)
	require.Equal(t, vector("demonstration round 1000"), demonstration)

	require.NoError(t, verify(vector("key"), 1, vector("good")))
	requireCode(t, verify(vector("key"), 1, vector("bad")), "beacon_encoding")
}
