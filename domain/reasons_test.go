package domain_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
)

// documented reads the tables below a heading of docs/rules.md: | `code` | English | 中文 |.
func documented(t *testing.T, heading string) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile("../docs/rules.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
	require.True(t, ok, "docs/rules.md has no section %q", heading)
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]bool{}
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		require.Len(t, cells, 3, line)
		code := strings.Trim(strings.TrimSpace(cells[0]), "`")
		require.False(t, rows[code], "%s is documented twice", code)
		rows[code] = true
		require.False(t, hasHan(cells[1]) || len(strings.TrimSpace(cells[1])) < 10,
			"%s has no meaning in English", code)
		require.True(t, hasHan(cells[2]), "%s has no meaning in Chinese", code)
	}
	return rows
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryReasonIsDocumented(t *testing.T) {
	reasons := map[string][]string{}
	for _, r := range application.Reasons {
		reasons["Reasons for rejecting an application"] = append(
			reasons["Reasons for rejecting an application"], string(r))
	}
	for _, r := range application.DisqualifyReasons {
		reasons["Reasons for disqualifying an application"] = append(
			reasons["Reasons for disqualifying an application"], string(r))
	}
	for _, r := range indicator.Reasons {
		reasons["Reasons for revoking an award"] = append(reasons["Reasons for revoking an award"],
			string(r))
	}
	for _, r := range []indicator.ForfeitReason{indicator.Lapsed, indicator.Refused} {
		reasons["Reasons for forfeiting an indicator"] = append(
			reasons["Reasons for forfeiting an indicator"], string(r))
	}
	for _, r := range round.VoidReasons {
		reasons["Reasons for voiding a round"] = append(reasons["Reasons for voiding a round"],
			string(r))
	}
	for _, r := range quota.Reasons {
		reasons["Reasons for adjusting a quota"] = append(reasons["Reasons for adjusting a quota"],
			string(r))
	}
	for _, r := range access.Reasons {
		reasons["Reasons for looking at personal data"] = append(
			reasons["Reasons for looking at personal data"], string(r))
	}
	for heading, used := range reasons {
		rows := documented(t, heading)
		for _, r := range used {
			require.True(t, rows[r], "%s is missing under %q in docs/rules.md", r, heading)
			delete(rows, r)
		}
		require.Empty(t, rows, "documented under %q, but used nowhere", heading)
	}
}
