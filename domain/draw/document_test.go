package draw_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
)

// block is the text of the fenced block of a name in docs/draw.md.
func block(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/draw.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(page), "\n```"+name+"\n")
	require.True(t, ok, "docs/draw.md has no block %s", name)
	text, _, ok := strings.Cut(rest, "```")
	require.True(t, ok)
	return text
}

// column parts the fields of a vector.
var column = regexp.MustCompile(` {2,}`)

func TestDocumentVectors(t *testing.T) {
	vectors := map[string]string{}
	for line := range strings.Lines(block(t, "vectors")) {
		fields := column.Split(strings.TrimSpace(line), 2)
		require.Len(t, fields, 2, line)
		vectors[fields[0]] = fields[1]
	}

	roster, err := draw.ReadRoster(strings.NewReader(block(t, "roster")), "ordinary", draw.PLD1)
	require.NoError(t, err)
	sealed, err := roster.Seal()
	require.NoError(t, err)
	round, err := strconv.ParseUint(vectors["round"], 10, 64)
	require.NoError(t, err)
	a := draw.AnnouncementDigest([]byte(vectors["D"]))
	signature := unhex(t, vectors["signature"])
	s := draw.NewSeed(a, draw.Quicknet.Hash(), round, signature, nil)
	k := s.Key("ordinary")
	ranks, err := draw.Rank(roster, s, 100)
	require.NoError(t, err)
	var result bytes.Buffer
	require.NoError(t, draw.WriteResult(&result, "ordinary", draw.PLD1, ranks))
	require.Equal(t, block(t, "result"), result.String())

	computed := map[string]string{
		"D": vectors["D"], "round": vectors["round"], "signature": vectors["signature"], // given
		// checked by audit/beacon
		"randomness":               vectors["randomness"],
		"demonstration round 1000": vectors["demonstration round 1000"],
		"A":                        text(a),
		"S":                        text(s),
		"S with ceremony 314159": text(draw.NewSeed(a, draw.Quicknet.Hash(), round, signature,
			[]byte("314159"))),
		"K ordinary":             text(k),
		"K nev":                  text(s.Key("nev")),
		"ticket 0 0001000000002": text(k.Ticket(0, "0001000000002")),
		"ticket 1 0001000000002": text(k.Ticket(1, "0001000000002")),
		"roster root":            text(sealed.Root),
		"roster file digest":     text(sealed.FileSHA256),
		"result root":            text(draw.ResultRoot("ordinary", draw.PLD1, ranks)),
	}
	for _, at := range []int64{1776643200, 1798250400, 1798250401} {
		r, err := draw.Quicknet.RoundAt(at)
		require.NoError(t, err)
		computed[fmt.Sprint("round at ", at)] = strconv.FormatUint(r, 10)
	}
	require.Equal(t, computed, vectors)
}

func TestDocumentChains(t *testing.T) {
	page, err := os.ReadFile("../../docs/draw.md")
	require.NoError(t, err)
	row := func(name string, values ...any) {
		require.Contains(t, string(page),
			fmt.Sprintf("\n| %s | %v | %v |\n", name, values[0], values[1]))
	}
	q, d := draw.Quicknet, draw.Demonstration
	row("public key (G2, 96 bytes)", fmt.Sprintf("`%x`", q.PublicKey),
		fmt.Sprintf("`%x`", d.PublicKey))
	row("period", fmt.Sprint(q.Period, " s"), fmt.Sprint(d.Period, " s"))
	row("genesis, the time of round 1", q.Genesis, d.Genesis)
	row("genesis seed", fmt.Sprintf("`%x`", q.GenesisSeed), fmt.Sprintf("`%x`", d.GenesisSeed))
	row("chain hash", fmt.Sprintf("`%x`", q.Hash()), fmt.Sprintf("`%x`", d.Hash()))
}

func TestDocumentBeijing2011(t *testing.T) {
	lines := 0
	for line := range strings.Lines(block(t, "beijing2011")) {
		f := column.Split(strings.TrimSpace(line), 4)
		require.Len(t, f, 4, line)
		seats, err := strconv.Atoi(f[2])
		require.NoError(t, err)
		winners, err := draw.ReplayBeijing2011(strings.Fields(f[0]), f[1], seats)
		got := strings.Trim(fmt.Sprint(baseNumbers(winners)), "[]")
		if err != nil {
			got, _, _ = strings.Cut(err.Error(), ":")
		}
		require.Equal(t, f[3], got, line)
		lines++
	}
	require.Equal(t, 6, lines)
}

func TestDocumentRFC3797(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(block(t, "rfc3797")), "\n")
	require.Len(t, lines, 5)
	key, err := draw.RFC3797Key(lines[:3])
	require.NoError(t, err)
	require.Equal(t, lines[3], "key  "+key)
	picks, err := draw.ReplayRFC3797(numbered(25), lines[:3], 10)
	require.NoError(t, err)
	require.Equal(t, lines[4], "list numbers  "+strings.Trim(fmt.Sprint(listNumbers(picks)), "[]"))
}

// TestDocumentShell runs the recipe for checking a ticket by hand.
func TestDocumentShell(t *testing.T) {
	for _, tool := range []string{"sh", "xxd", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s here", tool)
		}
	}
	c := exec.Command("sh", "-c", block(t, "sh"))
	c.Dir = t.TempDir()
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out),
		"4ed70617267965cf8a9c0a66371775cb6427c0d31888fde033a20c775c0379c0")
}
