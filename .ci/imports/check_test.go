package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// lines are the findings as text.
func lines(findings []finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, f.String())
	}
	return strings.Join(all, "\n")
}

// checkOne checks one file that imports the packages.
func checkOne(t *testing.T, name string, imports ...string) string {
	t.Helper()
	source := "package p\n"
	for _, i := range imports {
		source += "import _ " + fmt.Sprintf("%q", i) + "\n"
	}
	return checkSource(t, name, source)
}

func checkSource(t *testing.T, name, source string) string {
	t.Helper()
	findings, err := checkImports(fstest.MapFS{name: {Data: []byte(source)}}, []string{name})
	if err != nil {
		t.Fatal(err)
	}
	return lines(findings)
}

func TestForbiddenImports(t *testing.T) {
	for _, c := range []struct{ file, imported string }{
		{"domain/x.go", "os"},
		{"domain/x.go", "lotteryledger/domain/rules"},
		{"domain/rules/x.go", "net/http"},
		{"domain/rules/x.go", "math/rand"},
		{"domain/rules/x.go", "math/rand/v2"},
		{"domain/rules/x.go", "crypto/rand"},
		{"domain/rules/x.go", "log/slog"},
		{"domain/rules/x.go", "os/exec"},
		{"domain/rules/x.go", "unsafe"},
		{"domain/rules/x.go", "C"},
		{"domain/rules/x.go", "github.com/google/uuid"},
		{"domain/rules/x.go", "lotteryledger/eventstore"},
		{"domain/rules/x.go", "lotteryledger/domain/round"},
		{"domain/application/x.go", "lotteryledger/domain/round"},
		{"domain/draw/x.go", "lotteryledger/domain/rules"},
		{"domain/identity/x.go", "lotteryledger/domain/draw"},
		{"domain/domaintest/x.go", "github.com/stretchr/testify/require"},
		{"domain/rules/x_test.go", "github.com/cockroachdb/pebble/v2"},
		{"domain/rules/x_test.go", "lotteryledger/eventstore"},
		{"eventstore/x.go", "lotteryledger/audit"},
		{"eventstore/x.go", "lotteryledger/eventstore/esdb"},
		{"eventstore/x.go", "github.com/EventStore/EventStore-Client-Go/v4/esdb"},
		{"eventstore/office/x.go", "lotteryledger/eventstore/esdb"},
		{"eventstore/embedded/x.go", "github.com/EventStore/EventStore-Client-Go/v4/esdb"},
		{"eventstore/embedded/x.go", "lotteryledger/eventstore/esdb"},
		{"eventstore/esdb/x.go", "lotteryledger/eventstore/embedded"},
		{"eventstore/esdb/x.go", "github.com/google/uuidx"},
		{"projections/x.go", "lotteryledger/audit"},
		{"projections/pool/x.go", "lotteryledger/eventstore/esdb"},
		{"audit/x.go", "lotteryledger/eventstore/esdb"},
		{"audit/x.go", "lotteryledger/projections"},
		{"audit/x.go", "net/http"},
		{"audit/tiles/x.go", "database/sql"},
		{"audit/tiles/x.go", "lotteryledger/eventstore/embedded"},
		{"audit/x_test.go", "lotteryledger/eventstore/esdb"},
		{"audit/x.go", "github.com/consensys/gnark-crypto"},
		{"audit/x.go", "lotteryledger/eventstore"},
		{"eventstore/catalog/x.go", "lotteryledger/eventstore"},
		{"eventstore/catalog/x.go", "lotteryledger/audit"},
		{"projections/publisher/x.go", "lotteryledger/projections"},
		{"cmd/lottery-verify/x.go", "lotteryledger/eventstore"},
		{"cmd/lottery/x.go", "github.com/EventStore/EventStore-Client-Go/v4/esdb"},
		{"cmd/lottery/x.go", "lotteryledger/cmd/lottery-verify/internal/y"},
		{"cmd/lottery/x_test.go", "lotteryledger/cmd/lottery-verify/internal/y"},
		{"cmd/lottery-verify/x.go", "lotteryledger/cmd/internal/y"},
		{"cmd/lottery-verify/x.go", "lotteryledger/eventstore/esdb"},
		{"cmd/lottery-verify/x.go", "lotteryledger/projections"},
		{"cmd/lottery-verify/x.go", "net"},
		{"cmd/internal/y/x.go", "lotteryledger/cmd/lottery"},
		{"cmd/internal/progress/x.go", "lotteryledger/cmd/internal/y"},
		{"audit/x.go", "lotteryledger/cmd/internal/y"},
	} {
		got := checkOne(t, c.file, "fmt", c.imported)
		if want := c.file + ":3: " + filepath.Dir(c.file) + " may not import " +
			c.imported; got != want {
			t.Errorf("findings:\n%s\nwant:\n%s", got, want)
		}
	}
}

func TestAllowedImports(t *testing.T) {
	for _, c := range []struct{ file, imported string }{
		{"domain/x.go", "time"},
		{"domain/round/x.go", "lotteryledger/domain/draw"},
		{"domain/round/x.go", "lotteryledger/domain"},
		{"domain/application/x.go", "lotteryledger/domain/identity"},
		{"domain/draw/x.go", "crypto/md5"},
		{"domain/draw/x_test.go", "lotteryledger/domain/draw"},
		{"domain/draw/x_test.go", "math/rand/v2"},
		{"domain/rules/x_test.go", "lotteryledger/domain/domaintest"},
		{"domain/rules/x_test.go", "pgregory.net/rapid"},
		{"eventstore/esdb/x.go", "github.com/EventStore/EventStore-Client-Go/v4/esdb"},
		{
			"eventstore/embedded/x.go",
			"github.com/EventStore/EventStore-Client-Go/v4/protos/streams",
		},
		{"eventstore/embedded/x_test.go", "github.com/EventStore/EventStore-Client-Go/v4/esdb"},
		{"eventstore/embedded/x_test.go", "lotteryledger/eventstore/storetest"},
		{"projections/pool/x.go", "lotteryledger/projections"},
		{"projections/pool/x.go", "database/sql"},
		{"audit/beacon/x_test.go", "github.com/consensys/gnark-crypto/ecc/bls12-381"},
		{"audit/x.go", "lotteryledger/eventstore/catalog"},
		{"projections/publisher/x.go", "lotteryledger/audit"},
		{"cmd/internal/y/x.go", "lotteryledger/cmd/internal/z"},
		{"cmd/internal/y/x.go", "net/http"},
		{"cmd/lottery-verify/x.go", "lotteryledger/cmd/internal/progress"},
	} {
		if got := checkOne(t, c.file, c.imported); got != "" {
			t.Errorf("%s imports %s: %s", c.file, c.imported, got)
		}
	}
}

func TestFolderWithoutRule(t *testing.T) {
	for _, name := range []string{
		"utils/x.go", "cmd/x.go", "cmd/other/x.go",
		"domain/common/x.go",
	} {
		if got := checkOne(t, name, "fmt"); !strings.Contains(got, "no rule") {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, name := range []string{
		"domain/rules/testdata/x.go", ".ci/imports/x.go",
		"domain/_old/x.go",
	} {
		if got := checkOne(t, name, "net/http"); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestClock(t *testing.T) {
	const source = "package p\nimport %s\"time\"\nvar t = %s\n"
	for _, c := range []struct{ file, name, use, want string }{
		{
			"domain/rules/x.go", "", "time.Now()",
			"domain/rules/x.go:3: domain/rules may not use time.Now: time arrives as an argument",
		},
		{
			"domain/rules/x.go", "", "time.Since(time.Time{})",
			"domain/rules/x.go:3: domain/rules may not use time.Since: time arrives as an argument",
		},
		{
			"domain/rules/x.go", "clock ", "clock.Now",
			"domain/rules/x.go:3: domain/rules may not use time.Now: time arrives as an argument",
		},
		{
			"domain/rules/x.go", "", "func() { <-time.After(1) }",
			"domain/rules/x.go:3: domain/rules may not use time.After: time arrives as an argument",
		},
		{"domain/rules/x.go", ". ", "Now()", "domain/rules/x.go:2: imports time without a name"},
		{"domain/rules/x.go", "", "time.Unix(0, 0)", ""},
		{"domain/rules/x.go", "", "other.Now() - time.Second", ""},
		{"domain/rules/x_test.go", "", "time.Now()", ""},
		{"eventstore/x.go", "", "time.Now()", ""},
	} {
		if got := checkSource(t, c.file, fmt.Sprintf(source, c.name, c.use)); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.use, c.file, got, c.want)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	tree := fstest.MapFS{"audit/x.go": {Data: []byte("package")}}
	if _, err := checkImports(tree, []string{"audit/x.go"}); err == nil {
		t.Error("a broken Go file passes")
	}
	for _, check := range []func(fs.FS, []string) ([]finding, error){checkImports, checkLengths} {
		if _, err := check(tree, []string{"audit/missing.go"}); err == nil {
			t.Error("a missing file passes")
		}
	}
}

func TestLengths(t *testing.T) {
	tree := fstest.MapFS{}
	for _, n := range []int{400, 401, 600, 601} {
		tree[fmt.Sprintf("a/%d.go", n)] = &fstest.MapFile{Data: []byte(strings.Repeat("\n", n))}
	}
	tree["a/long.md"] = &fstest.MapFile{Data: []byte(strings.Repeat("\n", 9000))}
	findings, err := checkLengths(tree, slices.Sorted(maps.Keys(tree)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprint(f.place, " ", f.fails()))
	}
	if want := []string{"a/401.go false", "a/600.go false", "a/601.go true"}; !slices.Equal(got,
		want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestTopEntries(t *testing.T) {
	got := lines(checkTop([]string{
		"go.mod", "domain/x.go", "utils/a.go", "utils/b.go", "notes.txt",
		"docs/a.md",
	}))
	want := "utils: does not belong into the top folder\nnotes.txt: does not belong into the top " +
		"folder"
	if got != want {
		t.Errorf("%s", got)
	}
}

func TestLinked(t *testing.T) {
	got := lines(checkLinked([]string{
		"fmt", "net/http", "net/http/internal", "net/httpx",
		"modernc.org/sqlite/lib", "google.golang.org/grpc", "github.com/cockroachdb/pebble/v2",
	}))
	want := "links net/http links google.golang.org/grpc links github.com/cockroachdb/pebble/v2 " +
		"links modernc.org/sqlite"
	if got = strings.Join(strings.Fields(strings.ReplaceAll(got, "cmd/lottery-verify: ", "")),
		" "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := checkLinked([]string{
		"fmt", "net", "net/httpx", "net/url",
		"database/sql/driver",
	}); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func TestDependencies(t *testing.T) {
	doc := "| `a.org/x` | v1.2.3 | why |\n| `a.org/z` | v1.0.0 | instead of `a.org/y` v2.0.0 |\n"
	for d, found := range map[dependency]bool{
		{"a.org/x", "v1.2.3"}: true,
		{"a.org/x", "v1.2.4"}: false,
		{"a.org/x", "v1.2"}:   false,
		{"a.org", "v1.2.3"}:   false,
		{"b.org/x", "v1.2.3"}: false,
	} {
		if got := checkDependencies([]dependency{d}, doc); (len(got) == 0) != found {
			t.Errorf("%v: %s", d, lines(got))
		}
	}
}

// A whole small repository: what breaks a rule is found through git and the go command
// too.
func TestRepository(t *testing.T) {
	root := t.TempDir()
	put := func(name, text string) {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put("go.mod", "module lotteryledger\n\ngo 1.26.0\n")
	put(".ci/go.mod", "module lotteryledger/ci\n\ngo 1.26.0\n\ntool a.org/x/cmd/x\n\nrequire "+
		"(\n\ta.org/x v1.0.0 // indirect\n\ta.org/y v1.0.0 // indirect\n)\n")
	put(".gitignore", "/bin/\n")
	put("bin/lottery", "not of the repository")
	put("domain/domain.go", "package domain\n")
	put("cmd/lottery-verify/main.go",
		"package main\n\nimport _ \"lotteryledger/domain\"\n\nfunc main() {}\n")
	put("docs/decisions/0001-dependencies.md", "| `a.org/x` | v1.0.0 | a tool |\n")
	if out, err := exec.Command("git", "-C", root, "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
	check := func(want string) {
		t.Helper()
		findings, err := run(root)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(findings); got != want {
			t.Errorf("findings:\n%s\nwant:\n%s", got, want)
		}
	}
	check("")
	put("domain/domain.go", "package domain\n\nimport _ \"expvar\"\n")
	check("cmd/lottery-verify: links net/http")
	put("domain/domain.go", "package domain\n\nimport _ \"os\"\n")
	put("docs/decisions/0001-dependencies.md", "nothing")
	put("scratch.txt", "left behind")
	check("scratch.txt: does not belong into the top folder\n" +
		"domain/domain.go:3: domain may not import os\n" +
		"docs/decisions/0001-dependencies.md: does not name a.org/x v1.0.0")
	if _, err := run(filepath.Join(root, "nowhere")); err == nil {
		t.Error("a folder that does not exist passes")
	}
}
