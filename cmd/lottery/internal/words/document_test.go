package words

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/application"
	"lotteryledger/eventstore/catalog"
)

// TestWordsAreThoseOfTheDocument: every reason is explained in both languages as in
// docs/rules.md.
func TestWordsAreThoseOfTheDocument(t *testing.T) {
	raw, err := os.ReadFile("../../../../docs/rules.md")
	require.NoError(t, err)
	table := func(heading string, column int) map[string]string {
		_, section, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
		require.True(t, ok, heading)
		section, _, _ = strings.Cut(section, "\n## ")
		texts := map[string]string{}
		for line := range strings.Lines(section) {
			if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `") {
				texts[strings.Trim(cells[1], " `")] = strings.TrimSpace(cells[column])
			}
		}
		return texts
	}
	for lang, column := range map[string]int{"en": 2, "zh": 3} {
		require.Equal(t, table("Reasons for rejecting an application", column),
			all[lang].Group("reason"))
		require.Equal(t, table("Reasons for disqualifying an application", column),
			all[lang].Group("ban"))
		require.Equal(t, table("Reasons for revoking an award", column),
			all[lang].Group("revocation"))
		require.Equal(t, table("Reasons for forfeiting an indicator", column),
			all[lang].Group("forfeit"))
	}
}

// TestEvents: both languages have a word for every event of an application.
func TestEvents(t *testing.T) {
	var events []string
	for row := range catalog.Public.All() {
		if noun, rest, _ := strings.Cut(row.Name, "."); noun == "application" {
			events = append(events, strings.TrimSuffix(rest, ".v1"))
		}
	}
	for _, language := range Languages {
		require.ElementsMatch(t, events, slices.Collect(maps.Keys(all[language].Group("event"))))
	}
}

// TestSteps: both languages have a word for every step that may come next.
func TestSteps(t *testing.T) {
	var steps []string
	for _, step := range application.Steps {
		steps = append(steps, string(step))
	}
	for _, language := range Languages {
		require.ElementsMatch(t, steps, slices.Collect(maps.Keys(all[language].Group("step"))))
	}
}
