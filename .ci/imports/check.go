package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// finding is a place that breaks a rule, or comes near to it.
type finding struct {
	place   string
	text    string
	warning bool
}

func (f finding) fails() bool { return !f.warning }

func (f finding) String() string {
	if f.warning {
		return f.place + ": warning: " + f.text
	}
	return f.place + ": " + f.text
}

// below reports whether a path is the other or lies below it.
func below(p, of string) bool { return p == of || strings.HasPrefix(p, of+"/") }

// isModule reports whether a path belongs to another module, not to the standard
// library.
func isModule(p string) bool {
	host, _, _ := strings.Cut(p, "/")
	return strings.Contains(host, ".")
}

// matches reports whether one of the patterns fits.
func matches(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
			return below(p, tree)
		}
		return p == pattern
	})
}

func inModules(modules []string, p string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return below(p, m) })
}

// ruleFor is the rule of the longest folder that contains dir.
func ruleFor(dir string) (rule, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		if r, ok := rules[d]; ok && (d == dir || !r.alone) {
			return r, true
		}
	}
	return rule{}, false
}

// checkImports parses every Go file and holds its imports against the rule of its
// folder.
func checkImports(tree fs.FS, files []string) ([]finding, error) {
	var findings []finding
	unknown := map[string]bool{}
	for _, name := range files {
		if path.Ext(name) != ".go" || hidden(name) {
			continue
		}
		dir := path.Dir(name)
		r, ok := ruleFor(dir)
		if !ok {
			if !unknown[dir] {
				findings = append(findings,
					finding{place: dir, text: "no rule says what this folder may import " +
						"(.ci/imports/rules.go)"})
			}
			unknown[dir] = true
			continue
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, fmt.Errorf("reading a Go file: %w", err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parsing a Go file: %w", err)
		}
		findings = append(findings,
			checkFile(set, file, dir, r, strings.HasSuffix(name, "_test.go"))...)
	}
	return findings, nil
}

// hidden reports whether the go command does not see a file.
func hidden(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return part == "testdata" || strings.HasPrefix(part, ".") || strings.HasPrefix(part, "_")
	})
}

func checkFile(set *token.FileSet, file *ast.File, dir string, r rule, test bool) []finding {
	var findings []finding
	report := func(pos token.Pos, format string, args ...any) {
		p := set.Position(pos)
		findings = append(findings, finding{
			place: p.Filename + ":" + strconv.Itoa(p.Line), text: fmt.Sprintf(format, args...),
		})
	}
	timeName := ""
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			report(spec.Pos(), "import path %s is not a string", spec.Path.Value)
			continue
		}
		if spec.Name != nil && spec.Name.Name == "." {
			report(spec.Pos(), "imports %s without a name", imported)
		}
		if imported == "time" {
			timeName = "time"
			if spec.Name != nil {
				timeName = spec.Name.Name
			}
		}
		if !r.allows(imported, dir, test) {
			report(spec.Pos(), "%s may not import %s", dir, imported)
		}
	}
	if !r.pure || test || timeName == "" {
		return findings
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock, s.Sel.Name) {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == timeName {
				report(s.Pos(), "%s may not use time.%s: time arrives as an argument", dir,
					s.Sel.Name)
			}
		}
		return true
	})
	return findings
}

// allows reports whether a file of the folder may import a package.
func (r rule) allows(imported, dir string, test bool) bool {
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		top, _, _ := strings.Cut(dir, "/")
		return own == dir || matches(r.own, own) ||
			test && (matches(r.testOwn, own) || top != "cmd" && below(own, top))
	}
	if isModule(imported) {
		return inModules(r.modules, imported) ||
			test && (inModules(r.testModules, imported) || inModules(testLibraries, imported))
	}
	return imported != "C" && (test || !matches(r.never, imported))
}

// checkLengths finds Go files that are too long.
func checkLengths(tree fs.FS, files []string) ([]finding, error) {
	var findings []finding
	for _, name := range files {
		if path.Ext(name) != ".go" {
			continue
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, fmt.Errorf("counting lines: %w", err)
		}
		if n := bytes.Count(source, []byte{'\n'}); n > warnLines {
			findings = append(findings,
				finding{name, fmt.Sprintf("%d lines: %d need a reason, %d are the limit", n,
					warnLines, mostLines), n <= mostLines})
		}
	}
	return findings, nil
}

// checkTop finds entries of the top folder that do not belong there.
func checkTop(files []string) []finding {
	var findings []finding
	seen := map[string]bool{}
	for _, name := range files {
		top, _, _ := strings.Cut(name, "/")
		if !seen[top] && !slices.Contains(topEntries, top) {
			findings = append(findings,
				finding{place: top, text: "does not belong into the top folder"})
		}
		seen[top] = true
	}
	return findings
}

// checkLinked finds what the citizen's program may not hold.
func checkLinked(packages []string) []finding {
	var findings []finding
	for _, u := range unlinked {
		if slices.ContainsFunc(packages,
			func(p string) bool { return p == u || isModule(u) && below(p, u) }) {
			findings = append(findings, finding{place: "cmd/lottery-verify", text: "links " + u})
		}
	}
	return findings
}

// checkDependencies finds those that have no line, with path and version, in the list.
func checkDependencies(needed []dependency, doc string) []finding {
	var findings []finding
	for _, d := range needed {
		if !slices.ContainsFunc(strings.Split(doc, "\n"), func(line string) bool {
			return strings.Contains(line, "`"+d.Path+"`") &&
				strings.Contains(line, " "+d.Version+" ")
		}) {
			findings = append(findings,
				finding{
					place: dependencyDoc,
					text:  fmt.Sprintf("does not name %s %s", d.Path, d.Version),
				})
		}
	}
	return findings
}
