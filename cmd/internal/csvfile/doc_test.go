package csvfile_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
)

// Every code stands in the table of docs/import.md with a meaning in both languages,
// and the table holds no other.
func TestCodesAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/import.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(doc), "## Codes of the file")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile(
		"(?m)^\\| `([a-z_]+)` \\| ([^|]+) \\| ([^|]+) \\|$").FindAllStringSubmatch(section, -1) {
		require.False(t, documented[m[1]], "%s twice", m[1])
		documented[m[1]] = true
		require.Regexp(t, `^[ -~]{8,}$`, m[2], "English meaning of %s", m[1])
		require.Regexp(t, `\p{Han}{2,}`, m[3], "Chinese meaning of %s", m[1])
	}
	for _, code := range codes(t) {
		require.True(t, documented[code], "docs/import.md says nothing of %s", code)
		delete(documented, code)
	}
	require.Empty(t, documented, "docs/import.md explains codes that do not exist")
}

// codes are the values of the constants that are codes, from the sources.
func codes(t *testing.T) []string {
	t.Helper()
	var found []string
	for path, name := range map[string]*regexp.Regexp{
		"column.go":                      regexp.MustCompile(`^code[A-Z]|^OddArea$`),
		"../../../domain/fault/codes.go": regexp.MustCompile(`^(Identity|Organisation)[A-Z]`),
	} {
		source, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		before := len(found)
		ast.Inspect(source, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && name.MatchString(v.Names[0].Name) {
				code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				found = append(found, code)
			}
			return true
		})
		require.Greater(t, len(found), before, "no codes in %s", path)
	}
	return found
}

// The example of docs/import.md is a good file, and its header the header.
func TestDocumentedExample(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/import.md")
	require.NoError(t, err)
	var files []string
	for _, part := range strings.Split(string(doc), "```csv\n")[1:] {
		text, _, ok := strings.Cut(part, "```")
		require.True(t, ok)
		files = append(files, text)
	}
	require.Len(t, files, 4)
	require.Equal(t, csvfile.Header()+"\n", files[0])
	apps, report := read(t, strings.NewReader(files[2]))
	require.Empty(t, report)
	require.Len(t, apps, 3)
	require.Len(t, apps[2].Members, 4)

	require.Equal(t, csvfile.ExtendedHeader()+"\n", files[1])
	apps, report = read(t, strings.NewReader(files[3]))
	require.Empty(t, report)
	require.Len(t, apps, 3)
}
