package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/app"
)

// TestPlaceOf: a place is its hosts, without user, password and options, in one order.
func TestPlaceOf(t *testing.T) {
	for address, want := range map[string]string{
		"":                              "embedded",
		"embedded":                      "embedded",
		"esdb://u:secret@h":             "esdb://h:2113",
		"esdb://H:2114?tls=false":       "esdb://h:2114",
		"esdb://u:p@b:1,a:1?tls=true":   "esdb://a:1,b:1",
		"esdb+discover://u:p@c.example": "esdb://c.example:2113",
	} {
		p, err := app.PlaceOf(address)
		require.NoError(t, err, address)
		require.Equal(t, want, p.String(), address)
		again, err := app.PlaceOf(p.String())
		require.NoError(t, err, address)
		require.Equal(t, p, again)
	}
	_, err := app.PlaceOf("http://h")
	require.Error(t, err)
}
