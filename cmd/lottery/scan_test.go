package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/cli"
)

// window is the shortest run of bytes that cannot stand in a file by chance.
const window = 6

// traces finds secrets in any way to write them.
type traces map[[window]byte][]trace

type trace struct {
	bytes []byte
	form  string
}

func tracesOf(secrets []string) traces {
	all := traces{}
	for _, s := range secrets {
		for form, b := range forms(s) {
			if len(b) >= window {
				all[[window]byte(b)] = append(all[[window]byte(b)], trace{b, form})
			}
		}
	}
	return all
}

// in returns the form in which a secret stands there, or "".
func (all traces) in(b []byte) string {
	for i := range len(b) - window + 1 {
		for _, t := range all[[window]byte(b[i:])] {
			if bytes.HasPrefix(b[i:], t.bytes) {
				return t.form
			}
		}
	}
	return ""
}

// forms are the ways to write a text.
func forms(s string) map[string][]byte {
	all := map[string][]byte{
		"utf-8": []byte(s), "hex": []byte(hex.EncodeToString([]byte(s))),
		"HEX":            []byte(strings.ToUpper(hex.EncodeToString([]byte(s)))),
		"percent":        []byte(url.QueryEscape(s)),
		"percent, lower": []byte(strings.ToLower(url.QueryEscape(s))),
	}
	for name, h := range map[string]hash.Hash{
		"md5": md5.New(), "sha1": sha1.New(),
		"sha256": sha256.New(),
	} {
		_, _ = h.Write([]byte(s)) // never fails
		all[name] = h.Sum(nil)
		all[name+" in hex"] = []byte(hex.EncodeToString(all[name]))
	}
	runes := []rune(s)
	slices.Reverse(runes)
	all["backwards"] = []byte(string(runes))
	var little, big, escaped, wide []byte
	for _, u := range utf16.Encode([]rune(s)) {
		little, big = binary.LittleEndian.AppendUint16(little, u),
			binary.BigEndian.AppendUint16(big, u)
		escaped = fmt.Appendf(escaped, `\u%04x`, u)
		if u >= '0' && u <= '9' {
			u += '０' - '0'
		}
		wide = append(wide, string(rune(u))...)
	}
	all["utf-16, little"], all["utf-16, big"], all["escaped"], all["full width"] = little, big,
		escaped, wide
	all["ESCAPED"] = []byte(strings.ReplaceAll(strings.ToUpper(string(escaped)), `\U`, `\u`))
	for shift := range 3 { // base64 of a longer text that holds this one
		text := slices.Concat(make([]byte, shift), []byte(s))
		for name, e := range map[string]*base64.Encoding{
			"base64":    base64.RawStdEncoding,
			"base64url": base64.RawURLEncoding,
		} {
			all[fmt.Sprint(name, " ",
				shift)] = []byte(e.EncodeToString(text))[(shift*8+5)/6 : len(text)*8/6]
		}
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		all["number, little"], all["number, big"] = binary.LittleEndian.AppendUint64(nil, n),
			binary.BigEndian.AppendUint64(nil, n)
	}
	return all
}

// TestTraces: what the scan looks for, it finds, in the middle of anything.
func TestTraces(t *testing.T) {
	for _, s := range []string{"王小明", "11010519491231002X", "13800000001"} {
		all := tracesOf([]string{s})
		require.Empty(t, all.in([]byte("nothing of the kind, 1380000000, 王小")))
		for form, b := range forms(s) {
			require.GreaterOrEqual(t, len(b), window, form)
			require.NotEmpty(t, all.in(slices.Concat([]byte{0, 'x'}, b, []byte{'y', 0xff})), form)
		}
		for pad := range 3 {
			require.NotEmpty(t, all.in(
				[]byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("#", pad)+s+"##")))))
		}
	}
}

// TestNothingPersonalIsStoredInTheClear carries out a whole round, with looks, a change of contact
// and erasures, and then looks for every name and number of the office's file in every file of the
// data folder, in every event, and in all that was said but the receipt.
func TestNothingPersonalIsStoredInTheClear(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, csvName := filepath.Join(dir, "data"), filepath.Join(dir, "office.csv")
	rulesName := filepath.Join(dir, "rules.json")
	var said bytes.Buffer
	do := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		status := run(t.Context(),
			append([]string{"--data", data, "--log-level", "debug"}, args...), &out, &errs)
		require.Equal(t, cli.Succeeded, status, "%v: %s", args, errs.String())
		said.Write(errs.Bytes())
		if args[0] != "applicant" || args[1] != "receipt" {
			said.Write(out.Bytes())
		}
		return out.String()
	}
	do("ledger", "init", "--origin", "lottery.example/scan")
	do("officer", "appoint", "chief", "--role",
		"administrator,registrar,reviewer,conductor,custodian", "--officer", "chief")
	version := strings.NewReplacer(`"notice_seconds": 86400`, `"notice_seconds": 1`,
		`"two_officers": true`, `"two_officers": false`).Replace(do("rules", "builtin"))
	require.NoError(t, os.WriteFile(rulesName, []byte(version), 0o600))
	do("rules", "adopt", rulesName, "--officer", "chief")
	do("simulate", "--applications", "40", "--seed", "8", "--bad", "100", "--out", csvName,
		"--from", "2025-01-01T00:00:00Z", "--to", "2025-03-01T00:00:00Z")
	do("round", "open", "r1", "--rules", "beijing-2021", "--opens", "2025-01-01T00:00:00Z",
		"--closes", "2025-03-01T00:00:00Z", "--officer", "chief")
	do("import", csvName, "--round", "r1", "--officer", "chief")
	do("review", "approve", "--pending", "--officer", "chief")

	receipts, err := filepath.Glob(filepath.Join(data, "private", "import-*.receipts.tsv"))
	require.NoError(t, err)
	require.Len(t, receipts, 1)
	var codes []string
	for line := range strings.Lines(string(mustRead(t, receipts[0]))) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); f[0] != "# import" {
			codes = append(codes, f[2])
		}
	}
	secrets := people(t, csvName)
	require.Greater(t, len(secrets), 100)
	all := tracesOf(secrets)

	record := filepath.Join(dir, "record.json")
	receipt := do("applicant", "receipt", codes[0], "--reason", "applicant_request", "--officer",
		"chief", "--out", record)
	require.NotEmpty(t, all.in(mustRead(t, record)), "a receipt names somebody")
	do("applicant", "show", codes[1], "--reason", "complaint", "--officer", "chief")
	raw := mustRead(t, record)
	changed := bytes.Replace(raw, []byte(`"mobile":"1`), []byte(`"mobile":"7`), 1)
	require.NotEqual(t, raw, changed)
	require.NoError(t, os.WriteFile(record, changed, 0o600))
	do("applicant", "contact", codes[0], record, "--officer", "chief")
	_, id, _ := strings.Cut(receipt, "applicant ")
	do("applicant", "erase", id[:32], "--officer", "chief")
	do("applicant", "erase", codes[2], "--officer", "chief")
	do("vault", "rotate")
	do("vault", "sweep")

	do("round", "close", "r1", "--officer", "chief")
	do("round", "seal", "r1", "--officer", "chief")
	do("round", "announce", "r1", "--draw-time", "+3s", "--chain", "demonstration", "--seats",
		"ordinary=3", "--seats", "new-energy-family=1", "--seats", "new-energy-individual=1",
		"--officer", "chief")
	do("round", "beacon", "r1", "--wait", "--officer", "chief")
	do("round", "draw", "r1", "--officer", "chief")
	do("round", "publish", "r1", "--officer", "chief")
	do("indicator", "award", "r1", "--officer", "chief")
	do("ledger", "publish")
	do("access", "log", "chief")
	proven, err := exec.Command(verifier(t), "ledger",
		filepath.Join(data, "public")).CombinedOutput()
	require.NoError(t, err, "%s", proven)

	require.Empty(t, all.in(said.Bytes()), "something was said")
	files := 0
	require.NoError(t, filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files++
			if form := all.in(append([]byte(path), mustRead(t, path)...)); form != "" {
				t.Errorf("%s holds personal data as %s", path, form)
			}
		}
		return err
	}))
	require.Greater(t, files, 20)
	for _, name := range []string{
		"vault.db", "read.db", "log.jsonl", "private/vault.key",
		"public/checkpoint",
	} {
		require.FileExists(t, filepath.Join(data, name))
	}
	types := map[string]int{}
	for r := range allEvents(func(err error) { require.NoError(t, err) },
		filepath.Join(data, "store")) {
		types[r.Type]++
		require.Empty(t, all.in(slices.Concat([]byte(r.Stream), r.Meta, r.Data)), r.Stream)
	}
	for name, n := range map[string]int{
		"access.read.v1": 2, "applicant.contact_changed.v1": 1,
		"applicant.erased.v1": 2, "round.published.v1": 1,
	} {
		require.Equal(t, n, types[name], name)
	}
}
