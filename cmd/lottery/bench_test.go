package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/rules"
)

// small is a command that has to cost the same however large the ledger is. Number n is that of
// the call, so that each one stores something.
type small struct {
	name   string
	before func(b *testing.B, data string, n int) // not measured; may be nil
	args   func(data string, n int) []string
}

// always is a command that is the same each time.
func always(args ...string) func(string, int) []string {
	return func(string, int) []string { return args }
}

var smallCommands = []small{
	{name: "round-open", args: func(_ string, n int) []string {
		return []string{
			"round", "open", fmt.Sprintf("r-%d", n), "--rules", "beijing-2021",
			"--opens", "2026-08-01T00:00:00Z", "--closes", "2026-10-09T00:00:00Z",
		}
	}},
	{name: "officer-appoint", args: func(_ string, n int) []string {
		return []string{"officer", "appoint", fmt.Sprintf("a-%d", n), "--role", "reviewer"}
	}},
	{name: "officer-change", args: func(_ string, n int) []string {
		role := []string{"reviewer", "registrar"}[n%2]
		return []string{"officer", "change", "rex", "--role", role}
	}},
	{name: "officer-rekey", args: func(_ string, n int) []string {
		seed := make([]byte, ed25519.SeedSize)
		copy(seed, fmt.Sprint("key ", n))
		key := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		return []string{"officer", "rekey", "rex", "--key", hex.EncodeToString(key)}
	}},
	{
		name: "officer-dismiss",
		before: func(b *testing.B, data string, n int) {
			lottery(b, data, "officer", "appoint", fmt.Sprintf("d-%d", n), "--role", "reviewer")
		},
		args: func(_ string, n int) []string {
			return []string{"officer", "dismiss", fmt.Sprintf("d-%d", n)}
		},
	},
	{name: "officer-list", args: always("officer", "list")},
	{name: "officer-show", args: always("officer", "show", "chief")},
	{
		name: "rules-adopt",
		before: func(b *testing.B, data string, n int) {
			v := rules.Beijing2021()
			v.Name = fmt.Sprintf("rules-%d", n)
			raw, err := json.Marshal(v)
			require.NoError(b, err)
			require.NoError(b, os.WriteFile(filepath.Join(data, "rules.json"), raw, 0o600))
		},
		args: func(data string, _ int) []string {
			return []string{"rules", "adopt", filepath.Join(data, "rules.json")}
		},
	},
	{name: "proposal-list", args: always("proposal", "list")},
	{name: "notice-list", args: always("notice", "list")},
	{name: "quota-show", args: always("quota", "show", "2026")},
	{name: "vault-sweep", args: always("vault", "sweep")},
}

// BenchmarkSmallCommands runs each small command in ledgers of two sizes: in a process of its
// own, which opens and closes the store, and through 'serve'. The larger one has 1 million events,
// or 10 million if LARGE is set; its figure large/small is how many times longer a command takes
// there, by its fastest call, which others on the machine disturb least.
func BenchmarkSmallCommands(b *testing.B) {
	large := 1_000_000
	if os.Getenv("LARGE") != "" {
		large = 10_000_000
	}
	calls, inSmall := 0, map[string]time.Duration{}
	for _, events := range []int{1000, large} {
		data := largeFolder(b, events)
		measure := func(b *testing.B, way string) {
			for _, c := range smallCommands {
				name := c.name + "/" + way
				b.Run(fmt.Sprintf("%s/%d", name, events), func(b *testing.B) {
					took := c.measure(b, data, &calls)
					b.ReportMetric(float64(took.Microseconds())/1000, "ms-least")
					if small := inSmall[name]; events == large && small > 0 {
						b.ReportMetric(float64(took)/float64(small), "large/small")
					}
					if events != large {
						inSmall[name] = took
					}
				})
			}
		}
		measure(b, "process")
		stop := serveFolder(b, data)
		measure(b, "wire")
		stop()
	}
}

// measure returns the least of how long the calls take.
func (c small) measure(b *testing.B, data string, calls *int) (least time.Duration) {
	for b.Loop() {
		*calls++
		if c.before != nil {
			b.StopTimer()
			c.before(b, data, *calls)
			b.StartTimer()
		}
		begun := time.Now()
		lottery(b, data, c.args(data, *calls)...)
		if took := time.Since(begun); least == 0 || took < least {
			least = took
		}
	}
	return least
}
