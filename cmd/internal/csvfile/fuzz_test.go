package csvfile

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzSplit compares with the standard library on single lines, where both must agree
// on the values and on what is damage.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"a,b", `"a,b",c`, `"a""b",`, `a"b`, `"a"b`, `"a`, `,,`, `""`, `"""`,
		`"",""`, `"a",`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if line == "" || strings.ContainsAny(line, "\r\n") {
			t.Skip("no single line")
		}
		r := csv.NewReader(strings.NewReader(line))
		r.FieldsPerRecord = -1
		want, err := r.Read()
		got, ok := split(line, nil)
		require.Equal(t, err == nil, ok, "%q: %v", line, err)
		if ok {
			require.Equal(t, want, got)
		}
	})
}

// FuzzReader: whatever the file is, reading ends, uses or reports every row that is
// not empty, and names no row that is not there.
func FuzzReader(f *testing.F) {
	row := "A-1,individual,ordinary,main,甲,11010519491231002X,13800000000,16,10,,2011-01-26,,,2026-02-01T02:00:00Z\n"
	pair := strings.NewReplacer("individual", "family", ",,,2026", ",,2,2026").Replace(row)
	f.Add([]byte(row + pair))
	f.Add([]byte(pair + strings.NewReplacer("main", "spouse", "11010519491231002X",
		"110101199003070011").Replace(pair)))
	f.Add([]byte(row[:40] + "\n\n\"" + row + "\xff" + row + row))
	f.Add([]byte(strings.Repeat(",", 13) + "\n" + strings.Repeat("x", maxLine+10) + "\r\n" + row))
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, numbers := 0, map[int]bool{}
		for i, line := range strings.SplitAfter(string(body), "\n") {
			if trimmed := trimEnd([]byte(line)); len(trimmed) > 0 {
				rows++
				numbers[i+2] = true
			}
		}
		r := NewReader(strings.NewReader(Header() + "\n" + string(body)))
		seen := map[int]bool{}
		for {
			app, problems, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			require.Equal(t, len(problems) == 0, len(app.Members) > 0)
			for _, m := range app.Members {
				require.False(t, seen[m.Row], "row %d twice", m.Row)
				seen[m.Row] = true
				require.True(t, utf8.ValidString(m.Name))
			}
			for _, p := range problems {
				require.NotEmpty(t, p.Code)
				seen[p.Row] = true
			}
			if len(app.Members) > 0 {
				require.NotEmpty(t, app.Canonical())
				require.Positive(t, app.SubmittedAt)
			}
		}
		require.Equal(t, numbers, seen)
		require.Equal(t, rows, r.Rows())
	})
}
