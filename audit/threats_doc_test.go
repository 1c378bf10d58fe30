package audit_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestThreatsDocument keeps docs/threats.md true: it names every cheat that is tried with its
// code, and no other; it has all forty classes, and a reason wherever nothing is tried; and
// docs/rules.md explains every code.
func TestThreatsDocument(t *testing.T) {
	tried := map[string]string{}
	for _, c := range allCheats() {
		require.NotContains(t, tried, c.name, "a name for one cheat")
		tried[c.name] = c.code
	}
	for _, c := range folderCheats() {
		require.NotContains(t, tried, c.name, "a name for one cheat")
		tried[c.name] = c.code
	}
	rules, err := os.ReadFile("../docs/rules.md")
	require.NoError(t, err)
	raw, err := os.ReadFile("../docs/threats.md")
	require.NoError(t, err)

	named := map[string]string{}
	var classes []string
	for line := range strings.SplitSeq(string(raw), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || strings.Contains(line, "---") || strings.HasPrefix(cells[1], " #") {
			continue
		}
		classes = append(classes, strings.TrimSpace(cells[1]))
		found := strings.TrimSpace(cells[4])
		if found == "—" {
			require.Contains(t, cells[3], "not by ", "class %s needs a reason",
				classes[len(classes)-1])
			continue
		}
		for part := range strings.SplitSeq(found, "; ") {
			code, list, ok := strings.Cut(part, ": ")
			require.True(t, ok, part)
			code = strings.Trim(code, "`")
			require.Contains(t, string(rules), "\n| `"+code+"` | ")
			for name := range strings.SplitSeq(list, ", ") {
				require.NotContains(t, named, name, "a class for one cheat")
				named[name] = code
			}
		}
	}
	require.Equal(t, tried, named)
	for i := range 40 {
		require.Equal(t, strconv.Itoa(i+1), classes[i])
	}
	require.Equal(t, []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "q", "r"},
		classes[40:])
}
