package draw_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Files, one for each method, and every way to spoil a line of them.
func TestReadRosterRefusals(t *testing.T) {
	long := strings.Repeat("x", 33)
	for _, v := range []struct {
		name, file string
		method     draw.Method
		code       string
		line       int
	}{
		{"no last LF", "p\ta\t1", draw.PLD1, "roster_line", 1},
		{"empty line", "p\ta\t1\n\n", draw.PLD1, "roster_line", 2},
		{"two fields", "p\ta\n", draw.PLD1, "roster_line", 1},
		{"spaces", "p a 1\n", draw.PLD1, "roster_line", 1},
		{"endless line", "p\ta\t1\n" + strings.Repeat("1", 1<<17), draw.PLD1, "roster_line", 2},
		{"a size of one", "p\ta\t1\t1\n", draw.PLD1, "roster_size", 1},
		{"a size of none", "p\ta\t1\t0\n", draw.PLD1, "roster_size", 1},
		{"a size with a zero", "p\ta\t1\t02\n", draw.PLD1, "roster_size", 1},
		{"a size too large", "p\ta\t1\t101\n", draw.PLD1, "roster_size", 1},
		{"a size that is empty", "p\ta\t1\t\n", draw.PLD1, "roster_size", 1},
		{"the first choice", "p\ta\t1\t1\t1\n", draw.PLD1, "roster_choice", 1},
		{"choice 0", "p\ta\t1\t1\t0\n", draw.PLD1, "roster_choice", 1},
		{"a choice too far", "p\ta\t1\t2\t101\n", draw.PLD1, "roster_choice", 1},
		{"a choice without a size", "p\ta\t1\t\t2\n", draw.PLD1, "roster_size", 1},
		{"six fields", "p\ta\t1\t2\t2\t2\n", draw.PLD1, "roster_line", 1},
		{"CR", "p\ta\t1\r\n", draw.PLD1, "roster_weight", 1},
		{"leading zero", "p\ta\t01\n", draw.PLD1, "roster_weight", 1},
		{"plus", "p\ta\t+1\n", draw.PLD1, "roster_weight", 1},
		{"minus", "p\ta\t-1\n", draw.PLD1, "roster_weight", 1},
		{"no weight", "p\ta\t\n", draw.PLD1, "roster_weight", 1},
		{"zero weight", "p\ta\t0\n", draw.PLD1, "roster_weight", 1},
		{"weight past the bound", "p\ta\t10001\n", draw.PLD1, "roster_weight", 1},
		{"weight past 32 bits", "p\ta\t4294967297\n", draw.PLD1, "roster_weight", 1},
		{"no pool", "\ta\t1\n", draw.PLD1, "roster_pool", 1},
		{"long pool", long + "\ta\t1\n", draw.PLD1, "roster_pool", 1},
		{"pool with a space", "p q\ta\t1\n", draw.PLD1, "roster_pool", 1},
		{"no code", "p\t\t1\n", draw.PLD1, "roster_code", 1},
		{"long code", "p\t12345678901234567890\t1\n", draw.PLD1, "roster_code", 1},
		{"look-alike", "p\tа\t1\n", draw.PLD1, "roster_code", 1},
		{"code again", "p\ta\t1\np\ta\t2\n", draw.PLD1, "duplicate_code", 2},
		{"codes descend", "p\tb\t1\np\ta\t2\n", draw.PLD1, "roster_order", 2},
		{"pools descend", "q\ta\t1\np\tb\t2\n", draw.PLD1, "roster_order", 2},
		{"pool comes back", "p\ta\t1\nq\ta\t1\np\tb\t1\n", draw.PLD1, "roster_order", 3},
		{"points without time", "p\ta\t1\n", draw.Points, "roster_line", 1},
		{
			"points past 32 bits", "p\ta\t4294967296\t2020-01-01T00:00:00Z\n", draw.Points,
			"roster_points", 1,
		},
		{"no points", "p\ta\t\t2020-01-01T00:00:00Z\n", draw.Points, "roster_points", 1},
		{
			"fraction of a second", "p\ta\t1\t2020-01-01T00:00:00.0Z\n", draw.Points,
			"roster_since",
			1,
		},
		{"offset", "p\ta\t1\t2020-01-01T00:00:00+00:00\n", draw.Points, "roster_since", 1},
		{"lower-case z", "p\ta\t2020-01-01T00:00:00z\n", draw.Queue, "roster_since", 1},
		{"no such day", "p\ta\t2021-02-29T00:00:00Z\n", draw.Queue, "roster_since", 1},
		{"hour 24", "p\ta\t2020-01-01T24:00:00Z\n", draw.Queue, "roster_since", 1},
		{"comma for a point", "p\ta\t2020-01-01T0:00:00,Z\n", draw.Queue, "roster_since", 1},
		{"queue with a weight", "p\ta\t1\t2020-01-01T00:00:00Z\n", draw.Queue, "roster_since", 1},
		{"priority past the bound", "p\ta\t10001\n", draw.Priority, "roster_weight", 1},
		{"priority without a number", "p\ta\t\n", draw.Priority, "roster_weight", 1},
		{
			"priority with a time", "p\ta\t1\t2020-01-01T00:00:00Z\n", draw.Priority, "roster_size",
			1,
		},
		{"no such method", "", draw.RFC3797, "draw_method", 0},
	} {
		t.Run(v.name, func(t *testing.T) {
			_, err := draw.ReadRosters(strings.NewReader(v.file), v.method)
			requireCode(t, err, v.code, v.line)
		})
	}
}

func TestReadRosters(t *testing.T) {
	file := "p\t9\t1\np\tA\t2\nq\t1\t10000\n"
	rosters, err := draw.ReadRosters(strings.NewReader(file), draw.PLD1)
	require.NoError(t, err)
	require.Equal(t, []draw.Roster{
		{
			Pool: "p", Method: draw.PLD1,
			Entries: []draw.Entry{{Code: "9", Weight: 1}, {Code: "A", Weight: 2}},
		},
		{Pool: "q", Method: draw.PLD1, Entries: []draw.Entry{{Code: "1", Weight: 10000}}},
	}, rosters)

	rosters, err = draw.ReadRosters(
		strings.NewReader("f\ta\t0\t1969-12-31T23:59:58Z\nf\tb\t4294967295\t0000-01-01T00:00:00Z\n"), draw.Points)
	require.NoError(t, err)
	require.Equal(t, []draw.Entry{
		{Code: "a", Since: -2},
		{Code: "b", Weight: 1<<32 - 1, Since: -62167219200},
	}, rosters[0].Entries)

	rosters, err = draw.ReadRosters(strings.NewReader("f\ta\t9999-12-31T23:59:59Z\n"), draw.Queue)
	require.NoError(t, err)
	require.Equal(t, []draw.Entry{{Code: "a", Weight: 1, Since: 253402300799}}, rosters[0].Entries)

	rosters, err = draw.ReadRosters(strings.NewReader(""), draw.Queue)
	require.NoError(t, err)
	require.Empty(t, rosters)
}

func TestReadRosterOfOnePool(t *testing.T) {
	r, err := draw.ReadRoster(strings.NewReader("p\ta\t1\n"), "p", draw.PLD1)
	require.NoError(t, err)
	require.Equal(t, draw.Roster{
		Pool: "p", Method: draw.PLD1,
		Entries: []draw.Entry{{Code: "a", Weight: 1}},
	}, r)

	r, err = draw.ReadRoster(strings.NewReader(""), "p", draw.PLD1)
	require.NoError(t, err)
	s, err := r.Seal()
	require.NoError(t, err)
	require.Equal(t, draw.Sealed{Root: sha256.Sum256(nil), FileSHA256: sha256.Sum256(nil)}, s)

	_, err = draw.ReadRoster(strings.NewReader("p\ta\t1\nq\ta\t1\n"), "p", draw.PLD1)
	requireCode(t, err, "roster_pool", 2)
	_, err = draw.ReadRoster(strings.NewReader(""), "p q", draw.PLD1)
	requireCode(t, err, "roster_pool", 0)
}

func TestReadRosterReportsTheReader(t *testing.T) {
	broken := errors.New("broken disk")
	_, err := draw.ReadRosters(io.MultiReader(strings.NewReader("p\ta\t1\n"),
		iotest.ErrReader(broken)), draw.PLD1)
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "line 2")
}

func TestRosterCheck(t *testing.T) {
	heavy := draw.Roster{Pool: "p", Method: draw.PLD1}
	for i := range 429_497 { // 429,497 x 10,000 > 2^32
		heavy.Entries = append(heavy.Entries,
			draw.Entry{Code: string([]byte{
				'a' + byte(i/17576), 'a' + byte(i/676%26),
				'a' + byte(i/26%26), 'a' + byte(i%26),
			}), Weight: 10_000})
	}
	requireCode(t, heavy.Check(), "roster_total", 429_497)
	heavy.Entries = heavy.Entries[:429_496]
	require.NoError(t, heavy.Check())

	for _, v := range []struct {
		method draw.Method
		entry  draw.Entry
		code   string
	}{
		{draw.PLD1, draw.Entry{Code: "a", Weight: 1, Since: 1}, "roster_since"},
		{draw.Queue, draw.Entry{Code: "a", Weight: 2}, "roster_weight"},
		{draw.Queue, draw.Entry{Code: "a", Weight: 1, Since: 253402300800}, "roster_since"},
		{draw.Points, draw.Entry{Code: "a", Since: -62167219201}, "roster_since"},
		{draw.Priority, draw.Entry{Code: "a", Since: 1}, "roster_since"},
	} {
		bad := draw.Roster{Pool: "p", Method: v.method, Entries: []draw.Entry{v.entry}}
		requireCode(t, bad.Check(), v.code, 1)
		_, err := bad.Seal()
		requireCode(t, err, v.code, 1)
		_, err = bad.WriteTo(io.Discard)
		requireCode(t, err, v.code, 1)
		_, err = draw.Rank(bad, draw.Seed{}, 1)
		requireCode(t, err, v.code, 1)
	}
	requireCode(t, draw.Roster{Pool: "p", Method: "lots"}.Check(), "draw_method", 0)
	requireCode(t, draw.Roster{Method: draw.PLD1}.Check(), "roster_pool", 0)
	for _, pool := range []string{"", strings.Repeat("x", 33), "p q", "*", "京"} {
		require.False(t, draw.ValidPool(pool), pool)
	}
	require.True(t, draw.ValidPool("._-aZ0"))
}

func TestRankRefusals(t *testing.T) {
	_, err := draw.Rank(vectorRoster("p"), draw.Seed{}, -1)
	requireCode(t, err, "draw_seats", 0)
	_, err = draw.NewTop(draw.Beijing2011, draw.Key{}, 1)
	requireCode(t, err, "draw_method", 0)
	ranks, err := draw.Rank(draw.Roster{Pool: "p", Method: draw.Queue}, draw.Seed{}, 3)
	require.NoError(t, err)
	require.Empty(t, ranks)
}

func TestWriteReportsTheWriter(t *testing.T) {
	_, err := vectorRoster("p").WriteTo(brokenWriter{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.ErrorIs(t, draw.WriteResult(brokenWriter{}, "p", draw.PLD1, []draw.Ranked{{Rank: 1}}),
		io.ErrClosedPipe)
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestResultLines(t *testing.T) {
	r := draw.Ranked{Rank: 3, Code: "c", Weight: 44, Since: 1414886400, Score: [32]byte{0xab}}
	score := "ab" + strings.Repeat("00", 31)
	require.Equal(t, "p\t3\tc\t44\t"+score, string(draw.ResultLine("p", draw.PLD1, r)))
	require.Equal(t, "p\t3\tc\t44\t2014-11-02T00:00:00Z\t"+score,
		string(draw.ResultLine("p", draw.Points, r)))
	require.Equal(t, "p\t3\tc\t2014-11-02T00:00:00Z\t"+score,
		string(draw.ResultLine("p", draw.Queue, r)))
	require.Equal(t, "p\t3\tc\t44\t"+score, string(draw.ResultLine("p", draw.Priority, r)))
	leaf := sha256.Sum256([]byte("\x00p\t3\tc\t44\t" + score))
	require.Equal(t, leaf, draw.ResultRoot("p", draw.PLD1, []draw.Ranked{r}))
}

// TestNewEnergyFamilies is the worked example of Beijing's ranking by points.
func TestNewEnergyFamilies(t *testing.T) {
	families := draw.Roster{Pool: "family-nev", Method: draw.Points, Entries: []draw.Entry{
		{Code: "A", Weight: 44, Since: 1425168000}, // 2015-03-01
		{Code: "B", Weight: 44, Since: 1414886400}, // 2014-11-02
		{Code: "C", Weight: 60, Since: 1546300800}, // 2019
	}}
	ranks, err := draw.Rank(families, draw.Seed{}, 2)
	require.NoError(t, err)
	require.Equal(t, "C", ranks[0].Code)
	require.Equal(t, "B", ranks[1].Code)
}

// rosters draws a sound roster of any method, rich in ties.
func rosters(t *rapid.T) draw.Roster {
	r := draw.Roster{
		Pool:   rapid.StringMatching(`[0-9A-Za-z._-]{1,32}`).Draw(t, "pool"),
		Method: rapid.SampledFrom(draw.Methods()).Draw(t, "method"),
	}
	codes := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9A-Za-z._-]{1,19}`), 0, 60,
		rapid.ID[string]).Draw(t, "codes")
	slices.Sort(codes)
	for _, code := range codes {
		e := draw.Entry{Code: code, Weight: 1}
		if r.Method.Weight() != draw.WeightAlike {
			e.Weight = uint32(rapid.IntRange(1, 5).Draw(t, "weight"))
		}
		if r.Method.Since() != draw.SinceNever {
			e.Since = domain.Time(rapid.IntRange(-2, 2).Draw(t, "since")) * 86400
		}
		r.Entries = append(r.Entries, e)
	}
	return r
}

func TestRosterRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rosters(t)
		var file bytes.Buffer
		_, err := r.WriteTo(&file)
		require.NoError(t, err)
		s, err := r.Seal()
		require.NoError(t, err)
		require.Equal(t, sha256.Sum256(file.Bytes()), s.FileSHA256)
		back, err := draw.ReadRoster(&file, r.Pool, r.Method)
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
}

func TestRankProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rosters(t)
		seed := draw.Seed(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		n := rapid.IntRange(0, 70).Draw(t, "n")
		all, err := draw.Rank(r, seed, len(r.Entries))
		require.NoError(t, err)
		require.Len(t, all, len(r.Entries))
		some, err := draw.Rank(r, seed, n)
		require.NoError(t, err)
		require.Equal(t, all[:min(n, len(all))], some)

		seen := map[string]bool{}
		for i, a := range all {
			require.False(t, seen[a.Code], "a code twice")
			seen[a.Code] = true
			require.Equal(t, i+1, a.Rank)
			if i == 0 {
				continue
			}
			b := all[i-1] // ranks before a
			switch r.Method {
			case draw.PLD1:
				require.Negative(t, bytes.Compare(b.Score[:], a.Score[:]))
			case draw.Points:
				require.True(t, b.Weight > a.Weight || b.Weight == a.Weight &&
					(b.Since < a.Since || b.Since == a.Since &&
						bytes.Compare(b.Score[:], a.Score[:]) < 0))
			case draw.Priority:
				require.True(t, b.Weight > a.Weight || b.Weight == a.Weight &&
					bytes.Compare(b.Score[:], a.Score[:]) < 0)
			default:
				require.Equal(t, draw.Queue, r.Method)
				require.True(t, b.Since < a.Since || b.Since == a.Since &&
					bytes.Compare(b.Score[:], a.Score[:]) < 0)
			}
		}
	})
}

// TestAnotherTicketNeverHurts: one ticket more never makes a score worse.
func TestAnotherTicketNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := draw.Key(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		code := rapid.StringMatching(`[0-9]{1,19}`).Draw(t, "code")
		w := uint32(rapid.IntRange(0, 50).Draw(t, "weight"))
		less, more, ticket := k.Score(code, w), k.Score(code, w+1), k.Ticket(w, code)
		require.LessOrEqual(t, bytes.Compare(more[:], less[:]), 0)
		if bytes.Compare(ticket[:], less[:]) < 0 {
			require.Equal(t, ticket, more)
		} else {
			require.Equal(t, less, more)
		}
	})
}

// TestSealFeelsEveryByte changes each byte of a roster file and expects another
// seal, or a refusal.
func TestSealFeelsEveryByte(t *testing.T) {
	var file bytes.Buffer
	_, err := vectorRoster("ordinary").WriteTo(&file)
	require.NoError(t, err)
	sealed, err := vectorRoster("ordinary").Seal()
	require.NoError(t, err)
	for i := range file.Len() {
		for _, flip := range []byte{1, 2, 4, 8, 0x20, 0x80} {
			b := bytes.Clone(file.Bytes())
			b[i] ^= flip
			r, err := draw.ReadRoster(bytes.NewReader(b), "ordinary", draw.PLD1)
			if err != nil {
				continue
			}
			s, err := r.Seal()
			require.NoError(t, err)
			require.NotEqual(t, sealed.Root, s.Root)
			require.NotEqual(t, sealed.FileSHA256, s.FileSHA256)
		}
	}
}
