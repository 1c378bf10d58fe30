package demo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"lotteryledger/audit"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
)

// prove runs the citizen's program on the public folder, and on tampered copies.
func (d *demo) prove(ctx context.Context) error {
	public := d.Path("public")
	out, status, err := d.verify(ctx, public)
	if err != nil {
		return err
	}
	if status != cli.Succeeded {
		return fmt.Errorf("the public folder does not verify (status %d): %s", status, out)
	}
	d.say("lottery-verify ledger %s\n  %s", public, out)
	for _, t := range []struct {
		what, file string
		change     func([]byte) []byte
	}{
		{
			"a winner replaced in the published result", audit.ResultPath(d.id, "ordinary"),
			replaceWinner,
		},
		{
			"one byte of a stored event changed", "tile/entries/000",
			func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		},
	} {
		copied := filepath.Join(d.dir, "tampered")
		if err := tamper(public, copied, t.file, t.change); err != nil {
			return fmt.Errorf("making a tampered copy: %w", err)
		}
		out, status, err := d.verify(ctx, copied)
		if err != nil {
			return err
		}
		if status != cli.Refused {
			return fmt.Errorf(
				"a tampered copy (%s) was not refused but ended with status %d: %s", t.what, status,
				out,
			)
		}
		d.say("tampered copy, %s: refused\n  %s", t.what, out)
	}
	return nil
}

// verify runs the citizen's program on a folder with the key of the office.
func (d *demo) verify(ctx context.Context, dir string) (out string, status int, err error) {
	key, err := os.ReadFile(d.Path("private", "ledger.vkey"))
	if err != nil {
		return "", 0, err
	}
	c := exec.CommandContext(
		ctx, d.verifier, "ledger", dir, "--key", strings.TrimSpace(string(key)), "--lang",
		d.Language,
	)
	raw, err := c.CombinedOutput()
	out = strings.ReplaceAll(strings.TrimSpace(string(raw)), "\n", "\n  ")
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out, exit.ExitCode(), nil
	}
	if err != nil {
		return out, 0, fmt.Errorf("running the citizen's program: %w", err)
	}
	return out, cli.Succeeded, nil
}

// findVerifier finds the citizen's program: the one that is named, or beside this one, or in
// the path.
func (d *demo) findVerifier() error {
	name := cmp.Or(d.verifier, "lottery-verify")
	if self, err := os.Executable(); err == nil && d.verifier == "" {
		if beside := filepath.Join(filepath.Dir(self), name); isFile(beside) {
			name = beside
		}
	}
	var err error
	if d.verifier, err = exec.LookPath(name); err != nil {
		return app.Usage("the citizen's program, lottery-verify, is not there (%v); "+
			"build it with 'make build' or name it with --verifier", err)
	}
	return nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// replaceWinner puts the last code of the reserve list in the place of the first winner, or a code
// that nobody has, if there is no reserve.
func replaceWinner(b []byte) []byte {
	lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
	first, last := bytes.Split(lines[0], []byte("\t")), bytes.Split(
		lines[len(lines)-1], []byte("\t"),
	)
	first[2] = last[2]
	if len(lines) == 1 {
		first[2][len(first[2])-1] ^= 1
	}
	lines[0] = bytes.Join(first, []byte("\t"))
	return append(bytes.Join(lines, []byte("\n")), '\n')
}

// tamper copies a folder and changes one file of the copy.
func tamper(from, to, file string, change func([]byte) []byte) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	name := filepath.Join(to, filepath.FromSlash(file))
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) { // a small ledger has only a partial bundle
		matches, _ := filepath.Glob(name + ".p/*")
		if len(matches) == 0 {
			return err
		}
		name = slices.MaxFunc(matches, func(a, b string) int { // the one of the newest checkpoint
			return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
		})
		b, err = os.ReadFile(name)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(name, change(b), 0o644)
}
