package catalog_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/catalog"
)

// docTable returns the rows of the table in docs/ledger.md whose header begins so. A cell is the
// text between two bars.
func docTable(t *testing.T, header string) (rows [][]string) {
	t.Helper()
	raw, err := os.ReadFile("../../docs/ledger.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(raw), "\n"+header)
	require.True(t, found, "docs/ledger.md has no table %q", header)
	_, after, _ = strings.Cut(after, "|\n|---")
	_, after, _ = strings.Cut(after, "\n")
	for line := range strings.Lines(after) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "|") {
			break
		}
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(c))
		}
		rows = append(rows, cells)
	}
	return rows
}

// TestDocumentedTypes: the table of leaves in docs/ledger.md has every public type once, in a
// stream with the prefix of its row.
func TestDocumentedTypes(t *testing.T) {
	var want, got []string
	for row := range catalog.Public.All() {
		want = append(want, row.Stream+" "+row.Name)
	}
	prefix := ""
	for _, cells := range docTable(t, "| stream | type |") {
		if cells[0] != "" {
			prefix, _, _ = strings.Cut(strings.Trim(cells[0], "`"), "<")
		}
		for name := range strings.SplitSeq(cells[1], ", ") {
			got = append(got, prefix+" "+strings.Trim(name, "`"))
		}
	}
	require.ElementsMatch(t, want, got)
}

// TestDocumentedAuthors: the table of authors in docs/ledger.md is what the rows say.
func TestDocumentedAuthors(t *testing.T) {
	var want []string
	for row := range catalog.Public.All() {
		want = append(want, strings.Join(authors(row), " | "))
	}
	var got []string
	for _, cells := range docTable(t, "| type | role |") {
		got = append(got, strings.Join(cells, " | "))
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, strings.Join(want, "\n"), strings.Join(got, "\n"))
}

// authors are the cells of a row in the table of authors.
func authors(row *catalog.Type) []string {
	role, also, agree := string(row.Role), []string{}, ""
	if role == "" {
		role = "of what is proposed"
	}
	if row.Also != "" {
		also = append(also, string(row.Also))
	}
	if row.Applicant {
		also = append(also, "applicant")
	}
	if row.Clock {
		also = append(also, "clock")
	}
	switch {
	case row.Keys:
		agree = "both with keys"
	case row.TwoOfficers:
		agree = "yes"
	}
	return []string{"`" + row.Name + "`", role, strings.Join(also, ", "), agree}
}
