package domain_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
)

// codes finds every code of a refusal or a fault in the Go sources of a tree: the
// first argument of the functions that make one, and the constants that name one.
func codes(t *testing.T, root string, makers []string, found map[string]string) {
	t.Helper()
	add := func(e ast.Expr, path string) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			code, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			if codeForm.MatchString(code) {
				found[code] = path
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if slices.Contains(makers, nameOf(n.Fun)) && len(n.Args) > 0 {
					add(n.Args[0], path)
				}
			case *ast.KeyValueExpr:
				if strings.EqualFold(nameOf(n.Key), "code") {
					add(n.Value, path)
				}
			case *ast.ValueSpec:
				kind := nameOf(n.Type)
				if kind == "Code" || kind == "Error" || n.Type == nil && filepath.Base(path) == "error.go" {
					for _, v := range n.Values {
						add(v, path)
					}
				}
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

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
		require.False(t, hasHan(cells[1]) || len(strings.TrimSpace(cells[1])) < 10, "%s has no meaning in English", code)
		require.True(t, hasHan(cells[2]), "%s has no meaning in Chinese", code)
	}
	return rows
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryCodeIsDocumented(t *testing.T) {
	used := map[string]string{}
	codes(t, ".", []string{"Reject", "refuse"}, used)
	codes(t, "../eventstore", []string{"Reject"}, used)
	codes(t, "../audit", []string{"Reject", "refuse", "fault", "fail"}, used)
	codes(t, "../cmd/lottery-verify", nil, used)
	codes(t, "../cmd/lottery", []string{"Reject"}, used)
	for _, known := range []string{ // one of each way in which a code is written
		"round_closed", "invalid_standing", "not_allowed", "unknown_applicant", "leaf_malformed", "tile_hash",
		"checkpoint_origin", "beacon_encoding", "roster_order", "identity_checksum", "code_range",
		"roster_pool_missing", "io", "file_header", "not_published",
	} {
		require.Contains(t, used, known, "the search overlooks codes")
	}
	rows := documented(t, "Codes")
	for code, path := range used {
		require.True(t, rows[code], "%s, used in %s, is missing in docs/rules.md", code, path)
		delete(rows, code)
	}
	require.Empty(t, rows, "documented, but used nowhere")
}

func TestEveryReasonIsDocumented(t *testing.T) {
	reasons := map[string][]string{}
	for _, r := range application.Reasons {
		reasons["Reasons for rejecting an application"] = append(reasons["Reasons for rejecting an application"], string(r))
	}
	for _, r := range application.DisqualifyReasons {
		reasons["Reasons for disqualifying an application"] = append(reasons["Reasons for disqualifying an application"], string(r))
	}
	for _, r := range indicator.Reasons {
		reasons["Reasons for revoking an award"] = append(reasons["Reasons for revoking an award"], string(r))
	}
	for _, r := range []indicator.ForfeitReason{indicator.Lapsed, indicator.Refused} {
		reasons["Reasons for forfeiting an indicator"] = append(reasons["Reasons for forfeiting an indicator"], string(r))
	}
	for _, r := range round.VoidReasons {
		reasons["Reasons for voiding a round"] = append(reasons["Reasons for voiding a round"], string(r))
	}
	for _, r := range quota.Reasons {
		reasons["Reasons for adjusting a quota"] = append(reasons["Reasons for adjusting a quota"], string(r))
	}
	for _, r := range access.Reasons {
		reasons["Reasons for looking at personal data"] = append(reasons["Reasons for looking at personal data"], string(r))
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

func TestRejection(t *testing.T) {
	err := domain.Reject("round_closed", "closed at %d", 7)
	require.EqualError(t, err, "round_closed: closed at 7")
	require.Equal(t, "round_closed", domain.CodeOf(err))
	require.Equal(t, "round_closed", domain.CodeOf(fmt.Errorf("submitting: %w", err)))
	require.Equal(t, "round_closed", domain.CodeOf(errors.Join(errors.New("disk full"), err)))
	require.Empty(t, domain.CodeOf(errors.New("round_closed: closed at 7")))
	require.Empty(t, domain.CodeOf(nil))
}
