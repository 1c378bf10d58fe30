package cli

import (
	"strconv"
	"strings"
)

// ParseSeats reads the seats of a pool as all commands take them: POOL=N.
func ParseSeats(text string) (pool string, n uint64, ok bool) {
	pool, number, ok := strings.Cut(text, "=")
	n, err := strconv.ParseUint(number, 10, 32)
	return pool, n, ok && err == nil
}
