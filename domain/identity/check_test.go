package identity

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Numbers of other lengths under the same checksum, with check digits that others
// computed: the example of ISO 7064, and of the tax numbers of Croatia and Germany.
func TestCheckDigitOfOthers(t *testing.T) {
	for _, s := range []string{"07945", "69435151530", "86095742719", "136695976"} {
		last := len(s) - 1
		require.Equal(t, s[last], checkDigit([]byte(s[:last])), s)
	}
}
