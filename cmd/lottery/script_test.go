package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/access"
	"lotteryledger/domain/draft"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/embedded/embeddedtest"
)

func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"lottery": main}) }

// tests are all tests, with a folder for programs that they build.
type tests struct{ m *testing.M }

var programs string

func (t tests) Run() int {
	var err error
	if programs, err = os.MkdirTemp("", "programs-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(programs)
	return t.m.Run()
}

var buildVerifier = sync.OnceValue(func() error {
	out, err := exec.Command("go", "build", "-o", programs,
		"lotteryledger/cmd/lottery-verify").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building lottery-verify: %w: %s", err, out)
	}
	return nil
})

// verifier is the path of the citizen's program, built once.
func verifier(t *testing.T) string {
	require.NoError(t, buildVerifier())
	return filepath.Join(programs, "lottery-verify")
}

// TestScripts runs testdata/script. Beside the usual commands of testscript:
//
//	status N command …     demands the exit status N
//	object [key=value …]   demands that stdout is one JSON object with these values
//	field VAR key          sets VAR to the value of a key of the JSON object on stdout
//	keep NAME              remembers events and files of the ledger in data/
//	kept NAME              demands that they are still the same
//	receipt VAR N          sets VAR to the code of the Nth application of an import
//	proof VAR…             sets the variables to applicant, commitment and salt of a receipt
//	readenv VAR FILE       sets VAR to the text of a file
//	port VAR               sets VAR to a free loopback address
//	until PATTERN command  repeats the command until its output matches
//	key VAR FILE           sets VAR to the public key of the officer's key in the file
//	signed DIR             demands that every public event in the store is signed
//	await ADDRESS          waits until somebody listens there
//	appears FILE           waits until the file is there
//	certificate HOST …     writes authority.pem, certificate.pem and key.pem
//
// The race detector sees those only in which one process does several things at once.
func TestScripts(t *testing.T) {
	program := verifier(t)
	var files []string
	for _, name := range []string{"serve-json", "server", "network", "clocks"} {
		files = append(files, filepath.Join("testdata", "script", name+".txtar"))
	}
	dir := ""
	if !raced {
		dir, files = filepath.Join("testdata", "script"), nil
	}
	testscript.Run(t, testscript.Params{
		Dir: dir, Files: files,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Values["kept"] = map[string]string{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "object": object, "field": field, "keep": keep, "kept": kept,
			"receipt": receipt, "proof": proof, "readenv": readenv, "port": port, "await": await,
			"appears": appears, "until": until,
			"twice": twice, "certificate": certificate, "key": publicKey, "signed": signed,
		},
	})
}

func need(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

func status(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) >= 2, "status N command args…")
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

func object(ts *testscript.TestScript, _ bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	d.UseNumber()
	var o map[string]any
	ts.Check(d.Decode(&o))
	if _, err := d.Token(); err != io.EOF {
		ts.Fatalf("something follows the JSON object")
	}
	for _, a := range args {
		path, want, ok := strings.Cut(a, "=")
		need(ts, ok, "object key=value…")
		var at any = o
		for key := range strings.SplitSeq(path, ".") {
			m, _ := at.(map[string]any)
			if at, ok = m[key]; !ok {
				ts.Fatalf("the object has no %s", path)
			}
		}
		if got := fmt.Sprint(at); got != want {
			ts.Fatalf("%s is %s, want %s", path, got, want)
		}
	}
}

func field(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 2, "field VAR KEY")
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	d.UseNumber()
	var o map[string]any
	ts.Check(d.Decode(&o))
	value, ok := o[args[1]]
	if !ok {
		ts.Fatalf("the object has no %s", args[1])
	}
	ts.Setenv(args[0], fmt.Sprint(value))
}

func keep(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "keep NAME")
	ts.Value("kept").(map[string]string)[args[0]] = digest(ts)
}

func kept(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, len(args) == 1, "kept NAME")
	if same := ts.Value("kept").(map[string]string)[args[0]] == digest(ts); same == neg {
		ts.Fatalf("events, keys, receipts and public files are the same: %v", same)
	}
}

// twice gives a command, and gives it again under its id, as after a lost reply: that changes
// nothing.
func twice(ts *testscript.TestScript, _ bool, args []string) {
	args = append(args, "--command-id", uuid.NewString())
	ts.Check(ts.Exec("lottery", args...))
	first := digest(ts)
	ts.Check(ts.Exec("lottery", args...))
	if !strings.Contains(ts.ReadFile("stdout"), "nothing was stored") || digest(ts) != first {
		ts.Fatalf("the repetition changed something")
	}
}

// digest is one of all events, keys, receipts and public files.
func digest(ts *testscript.TestScript) string {
	h := sha256.New()
	for r := range allEvents(ts.Check, ts.MkAbs("data/store")) {
		fmt.Fprintf(h, "%s %d %s %s %s %s\n", r.Stream, r.Revision, r.ID, r.Type, r.Meta, r.Data)
	}
	for _, dir := range []string{"data/private", "data/public"} {
		ts.Check(filepath.WalkDir(ts.MkAbs(dir), func(path string, d os.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".report.tsv") {
				return err
			}
			b, err := os.ReadFile(path)
			fmt.Fprintf(h, "%s %x\n", path, sha256.Sum256(b))
			return err
		}))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// allEvents yields every event of a store that nobody has open.
func allEvents(check func(error), dir string) func(yield func(eventstore.Recorded) bool) {
	return func(yield func(eventstore.Recorded) bool) {
		store, err := embedded.OpenStore(embedded.Options{Dir: dir})
		check(err)
		defer func() { check(store.Close()) }()
		for r, err := range store.ReadAll(context.Background(), eventstore.Start,
			append([]string{eventstore.LedgerStream, access.StreamPrefix, draft.StreamPrefix},
				catalog.PublicStreams...)...) {
			check(err)
			if !yield(r) {
				return
			}
		}
	}
}

func receipt(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 2, "receipt VAR N")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	names, err := filepath.Glob(ts.MkAbs("data/private/import-*.receipts.tsv"))
	ts.Check(err)
	if len(names) != 1 {
		ts.Fatalf("%d files of receipts", len(names))
	}
	b, err := os.ReadFile(names[0])
	ts.Check(err)
	s := bufio.NewScanner(bytes.NewReader(b))
	for range n + 1 {
		s.Scan()
	}
	f := strings.Split(s.Text(), "\t")
	if len(f) != 3 || n < 1 {
		ts.Fatalf("no receipt %d", n)
	}
	ts.Setenv(args[0], f[2])
}

func proof(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 3, "proof ID COMMITMENT SALT")
	for i, word := range []string{"applicant", "commitment", "salt"} {
		_, rest, ok := strings.Cut("\n"+ts.ReadFile("stdout"), "\n"+word+" ")
		if !ok {
			ts.Fatalf("no %s was printed", word)
		}
		line, _, _ := strings.Cut(rest, "\n")
		ts.Setenv(args[i], line)
	}
}

func readenv(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 2, "readenv VAR FILE")
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

func port(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "port VAR")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

func until(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) >= 2, "until PATTERN command args…")
	want := regexp.MustCompile(args[0])
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(
		100 * time.Millisecond) {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if want.MatchString(ts.ReadFile("stdout")) {
			return
		}
	}
	ts.Fatalf("no output of %v matches %s", args[1:], args[0])
}

func certificate(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) > 0, "certificate HOST…")
	ts.Check(embeddedtest.Certificate(ts.MkAbs("."), args...))
}

func appears(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "appears FILE")
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(
		20 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("%s does not appear", args[0])
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "await ADDRESS")
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(
		20 * time.Millisecond) {
		if c, err := net.DialTimeout("tcp", args[0], time.Second); err == nil {
			ts.Check(c.Close())
			return
		}
	}
	ts.Fatalf("nobody listens at %s", args[0])
}
