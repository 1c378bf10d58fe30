// Command imports fails when the tree breaks the rules of the house that no compiler
// knows:
//
//   - the direction of imports: which package may import which (the table in rules.go),
//     and no clock, chance, disk or network in the domain
//   - what the citizen's program links: no store and no network client
//   - which entries the top folder may have
//   - no Go file beyond 600 lines; one beyond 400 is warned of
//   - every direct dependency and tool stands, with its version, in
//     docs/decisions/0001-dependencies.md
//
// Usage: imports [folder of the repository]. Every finding is one line; the exit status
// is 1 if there is any, and 2 if the tree could not be read.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	findings, err := run(root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "imports:", err)
		os.Exit(2)
	}
	for _, f := range findings {
		fmt.Println(f)
	}
	if slices.ContainsFunc(findings, finding.fails) {
		os.Exit(1)
	}
}

// run makes every check.
func run(root string) ([]finding, error) {
	files, err := trackedFiles(root)
	if err != nil {
		return nil, err
	}
	tree := os.DirFS(root)
	findings := checkTop(files)
	for _, check := range []func(fs.FS, []string) ([]finding, error){
		checkImports, checkLengths, checkColumns,
	} {
		found, err := check(tree, files)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}

	linked, err := output(root, "go", "list", "-deps", "./cmd/lottery-verify")
	if err != nil {
		return nil, err
	}
	findings = append(findings, checkLinked(strings.Fields(linked))...)

	needed, err := directDependencies(root)
	if err != nil {
		return nil, err
	}
	doc, err := fs.ReadFile(tree, dependencyDoc)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the list of dependencies: %w", err)
	}
	return append(findings, checkDependencies(needed, string(doc))...), nil
}

// trackedFiles are the files that belong to the repository, or would after git add.
func trackedFiles(root string) ([]string, error) {
	out, err := output(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, f := range strings.Split(strings.TrimSuffix(out, "\x00"), "\x00") {
		if _, err := os.Lstat(filepath.Join(root, f)); err == nil { // not deleted
			files = append(files, f)
		}
	}
	return files, nil
}

// dependency is a module that go.mod asks for.
type dependency struct{ Path, Version string }

// directDependencies are those of the main module, and the modules of the tools.
func directDependencies(root string) ([]dependency, error) {
	var needed []dependency
	for _, dir := range []string{root, filepath.Join(root, ".ci")} {
		out, err := output(dir, "go", "mod", "edit", "-json")
		if err != nil {
			return nil, err
		}
		var mod struct {
			Require []struct {
				dependency
				Indirect bool
			}
			Tool []dependency
		}
		if err := json.Unmarshal([]byte(out), &mod); err != nil {
			return nil, fmt.Errorf("reading go.mod in %s: %w", dir, err)
		}
		for _, r := range mod.Require {
			isTool := slices.ContainsFunc(mod.Tool,
				func(t dependency) bool { return below(t.Path, r.Path) })
			if !r.Indirect || isTool {
				needed = append(needed, r.dependency)
			}
		}
	}
	return needed, nil
}

func output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running %s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}
