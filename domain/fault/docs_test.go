package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// group is the codes of one block of constants, in order.
type group struct {
	heading string
	codes   []string
}

// constants reads codes.go: the groups, and the name of each code.
func constants(t *testing.T) (groups []group, names map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.ParseComments)
	require.NoError(t, err)
	names = map[string]string{}
	for _, d := range file.Decls {
		block := d.(*ast.GenDecl)
		g := group{heading: strings.TrimSuffix(strings.TrimSpace(block.Doc.Text()), ".")}
		for _, spec := range block.Specs {
			c := spec.(*ast.ValueSpec)
			code, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			require.Regexp(t, `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`, code)
			require.NotContains(t, names, code, "a code with two names")
			names[code] = c.Names[0].Name
			g.codes = append(g.codes, code)
		}
		groups = append(groups, g)
	}
	return groups, names
}

// section is the text below a heading of a document.
func section(t *testing.T, document, heading string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", document))
	require.NoError(t, err)
	_, text, ok := strings.Cut(string(raw), "\n## "+heading+"\n")
	require.True(t, ok, "docs/%s has no section %q", document, heading)
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

var row = regexp.MustCompile("^\\| `([a-z0-9_]+)` \\|(.*)\\|\n$")

// TestRules: docs/rules.md has each code in the same order, with a meaning in both languages.
func TestRules(t *testing.T) {
	var documented []group
	for line := range strings.Lines(section(t, "rules.md", "Codes")) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			heading = strings.TrimSpace(strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Han, r) {
					return -1
				}
				return r
			}, heading))
			documented = append(documented, group{heading: heading})
		}
		m := row.FindStringSubmatch(line)
		if m == nil {
			require.NotContains(t, line, "| `")
			continue
		}
		cells := strings.Split(m[2], "|")
		require.Len(t, cells, 2, line)
		require.Greater(t, len(strings.TrimSpace(cells[0])), 9, "%s has no meaning in English",
			m[1])
		require.False(t, hasHan(cells[0]), line)
		require.True(t, hasHan(cells[1]), "%s has no meaning in Chinese", m[1])
		g := &documented[len(documented)-1]
		g.codes = append(g.codes, m[1])
	}
	groups, _ := constants(t)
	require.Equal(t, groups, documented)
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestOtherTables: the tables of other documents name codes that there are.
func TestOtherTables(t *testing.T) {
	_, names := constants(t)
	for document, heading := range map[string]string{
		"ledger.md": "Faults", "operations.md": "When something fails",
	} {
		rows := 0
		for line := range strings.Lines(section(t, document, heading)) {
			if m := row.FindStringSubmatch(line); m != nil {
				require.Contains(t, names, m[1], document)
				rows++
			}
		}
		require.NotZero(t, rows, document)
	}
}

// TestUse: each code is used, and never written as a string where an error is made.
func TestUse(t *testing.T) {
	_, names := constants(t)
	used := map[string]bool{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "fault" {
					used[n.Sel.Name] = true
				}
			case *ast.CallExpr:
				code := written(n)
				if name, ok := names[code]; ok {
					t.Errorf("%s: %q is written as a string; write fault.%s", set.Position(n.Pos()),
						code, name)
				}
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	for code, name := range names {
		require.True(t, used[name], "%s is used nowhere", code)
	}
}

// written is the first argument of a call, if it is a string.
func written(call *ast.CallExpr) string {
	if len(call.Args) == 0 {
		return ""
	}
	s, ok := call.Args[0].(*ast.BasicLit)
	if !ok || s.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(s.Value)
	if err != nil {
		return ""
	}
	return text
}
