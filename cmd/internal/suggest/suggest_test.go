package suggest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	names := []string{"ledger", "beacon", "draw", "chief", "r1"}
	for given, want := range map[string]string{
		"ledgre": "ledger", "legder": "ledger", "bacon": "beacon", "drwa": "draw", "cheif": "chief",
		"r11":    "r1",
		"ledger": "ledger", "lottery": "", "x": "", "": "", "王主任": "",
	} {
		require.Equal(t, want, Nearest(names, given), given)
	}
}
