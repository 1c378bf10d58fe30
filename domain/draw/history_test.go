package draw_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
)

// numbered is a pool in which base number i belongs to the code "i".
func numbered(n int) []string {
	pool := make([]string, n)
	for i := range pool {
		pool[i] = "c" + string(rune('a'+i%26)) + strings.Repeat("x", i/26%15) +
			string(rune('a'+i/390%26)) + string(rune('a'+i/10140%26))
	}
	return pool
}

func baseNumbers(winners []draw.BaseWinner) []int {
	var n []int
	for i, w := range winners {
		if w.Order != i+1 {
			return nil
		}
		n = append(n, w.BaseNumber)
	}
	return n
}

func TestBeijing2011Vectors(t *testing.T) {
	ladder := strings.Split("A B C A B A", " ")
	for _, v := range []struct {
		name  string
		pool  []string
		seed  string
		seats int
		want  []int
		codes string
	}{
		{"ten", numbered(10), "123456", 3, []int{3, 2, 1}, ""},
		{
			"a thousand", numbered(1000), "0", 10,
			[]int{727, 818, 769, 559, 207, 907, 443, 978, 274, 292},
			"",
		},
		{
			"leading zeros vanish", numbered(1000), "000000", 10,
			[]int{727, 818, 769, 559, 207, 907, 443, 978, 274, 292},
			"",
		},
		{
			"the first draw's size", numbered(187420), "1", 5,
			[]int{46606, 20756, 87528, 144615, 123233},
			"",
		},
		{"ladder", ladder, "123456", 2, []int{2, 1}, "BA"},
		{"ladder, a code discarded", ladder, "123456", 3, []int{2, 1, 3}, "BAC"},
		{"ladder, seed 0", ladder, "0", 2, []int{5, 4}, "BA"},
		{"ladder, seed 999999", ladder, "999999", 2, []int{4, 2}, "AB"},
		{"seats for every base number", ladder, "5", 6, []int{1, 2, 3, 4, 5, 6}, "ABCABA"},
		{"more seats than base numbers", ladder, "5", 7, []int{1, 2, 3, 4, 5, 6}, "ABCABA"},
	} {
		t.Run(v.name, func(t *testing.T) {
			winners, err := draw.ReplayBeijing2011(v.pool, v.seed, v.seats)
			require.NoError(t, err)
			require.Equal(t, v.want, baseNumbers(winners))
			if v.codes != "" {
				var codes string
				for _, w := range winners {
					codes += w.Code
				}
				require.Equal(t, v.codes, codes)
			}
		})
	}
}

func TestBeijing2011Refusals(t *testing.T) {
	ladder := strings.Split("A B C A B A", " ")
	for _, v := range []struct {
		code  string
		pool  []string
		seed  string
		seats int
	}{
		{"beijing2011_timeout", ladder, "0", 4},
		{"beijing2011_timeout", ladder, "123456", 5},
		{"beijing2011_pool", nil, "0", 1},
		{"beijing2011_seats", ladder, "0", 0},
		{"beijing2011_seats", ladder, "0", -1},
		{"beijing2011_seed", ladder, "", 1},
		{"beijing2011_seed", ladder, "-1", 1},
		{"beijing2011_seed", ladder, "+1", 1},
		{"beijing2011_seed", ladder, "12 456", 1},
		{"beijing2011_seed", ladder, "１２", 1},
		{"beijing2011_seed", ladder, "2147483648", 1},
	} {
		_, err := draw.ReplayBeijing2011(v.pool, v.seed, v.seats)
		requireCode(t, err, v.code, 0)
	}
	_, err := draw.ReplayBeijing2011(ladder, "2147483647", 2) // wraps, as in the original
	require.NoError(t, err)
}

func TestReadBeijing2011Pool(t *testing.T) {
	pool, err := draw.ReadBeijing2011Pool(strings.NewReader("1,0001\r\n2,0002\n3,0001"))
	require.NoError(t, err)
	require.Equal(t, []string{"0001", "0002", "0001"}, pool)
	for _, v := range []struct {
		file, code string
		line       int
	}{
		{"1,a\n3,b\n", "beijing2011_serial", 2},
		{"01,a\n", "beijing2011_serial", 1},
		{"1,a\n\n", "beijing2011_line", 2},
		{"1\ta\n", "beijing2011_line", 1},
		{"1,a,b\n", "beijing2011_line", 1},
		{"1,张三\n", "beijing2011_line", 1},
		{"1,a\n2," + strings.Repeat("b", 70000), "beijing2011_line", 2},
	} {
		_, err := draw.ReadBeijing2011Pool(strings.NewReader(v.file))
		requireCode(t, err, v.code, v.line)
	}
}

func TestRFC3797WorkedExample(t *testing.T) {
	names := strings.Fields(
		"John Mary Bashful Dopey Sleepy Grouchy Doc Sneazy Handsome Cassandra Pollyanna " +
			"Pendragon Pandora " +
			"Faith Hope Charity Lee Longsuffering Chastity Smith Pride Sloth Envy Anger Kasczynski")
	sources := []string{"9319", "2 5 12 8 10", "9 18 26 34 41 45"}
	key, err := draw.RFC3797Key(sources)
	require.NoError(t, err)
	require.Equal(t, "9319./2.5.8.10.12./9.18.26.34.41.45./", key)
	picks, err := draw.ReplayRFC3797(names, sources, 10)
	require.NoError(t, err)
	require.Equal(t, []int{17, 7, 2, 16, 25, 23, 8, 24, 19, 13}, listNumbers(picks))
	require.Equal(t, draw.Pick{Order: 1, Number: 17, Name: "Lee"}, picks[0])
	require.Equal(t, draw.Pick{Order: 10, Number: 13, Name: "Pandora"}, picks[9])
}

// The IETF's selection of 2013, from its published inputs.
func TestRFC3797NomCom2013(t *testing.T) {
	sources := []string{"7 8 11 17 19 25 46", "08285182", "60115701", "2 3 18 26 32 33 42"}
	picks, err := draw.ReplayRFC3797(numbered(154), sources, 10)
	require.NoError(t, err)
	require.Equal(t, []int{138, 151, 89, 112, 117, 145, 118, 143, 144, 122}, listNumbers(picks))
}

func listNumbers(picks []draw.Pick) []int {
	var n []int
	for _, p := range picks {
		n = append(n, p.Number)
	}
	return n
}

func TestRFC3797EveryNameOnce(t *testing.T) {
	// the counter passes one byte
	picks, err := draw.ReplayRFC3797(numbered(300), []string{"1"}, 300)
	require.NoError(t, err)
	require.Equal(t, []int{272, 275, 119, 262, 201, 215, 39, 184}, listNumbers(picks[254:262]))
	seen := map[int]bool{}
	for _, p := range picks {
		seen[p.Number] = true
	}
	require.Len(t, seen, 300)
}

func TestRFC3797Key(t *testing.T) {
	for source, want := range map[string]string{
		"0":                      "0./",
		"000":                    "0./",
		"007.500":                "7.5/",
		"1.50 2.25":              "1.52.25/",
		"3.0":                    "3./",
		"  9   10 ":              "9.10./",
		"10 9 10":                "9.10.10./",
		"0.50":                   "0.5/",
		"1.5 1.25 x":             "",
		"1.5 1.25":               "",
		"2.5 1":                  "",
		"1, 2":                   "",
		"-1":                     "",
		"1.":                     "",
		".5":                     "",
		"":                       "",
		"  ":                     "",
		"1.2.3":                  "",
		"1e3":                    "",
		"18446744073709551616 2": "2.18446744073709551616./",
	} {
		key, err := draw.RFC3797Key([]string{source})
		if want == "" {
			requireCode(t, err, "rfc3797_source", 1)
		} else {
			require.NoError(t, err, source)
			require.Equal(t, want, key, source)
		}
	}
	_, err := draw.RFC3797Key(nil)
	requireCode(t, err, "rfc3797_sources", 0)
}

func TestRFC3797Refusals(t *testing.T) {
	one := []string{"1"}
	_, err := draw.ReplayRFC3797(nil, one, 1)
	requireCode(t, err, "rfc3797_names", 0)
	_, err = draw.ReplayRFC3797(make([]string, 65536), one, 1)
	requireCode(t, err, "rfc3797_names", 0)
	_, err = draw.ReplayRFC3797(numbered(3), one, 4)
	requireCode(t, err, "rfc3797_seats", 0)
	_, err = draw.ReplayRFC3797(numbered(3), one, 0)
	requireCode(t, err, "rfc3797_seats", 0)
	_, err = draw.ReplayRFC3797(numbered(3), []string{"1", "x"}, 1)
	requireCode(t, err, "rfc3797_source", 2)
}

func TestReadRFC3797Files(t *testing.T) {
	names, err := draw.ReadRFC3797Names(strings.NewReader("Ada Lovelace\r\n王小明\nAda Lovelace"))
	require.NoError(t, err)
	require.Equal(t, []string{"Ada Lovelace", "王小明", "Ada Lovelace"}, names)
	for file, line := range map[string]int{
		"a\n\nb\n": 2, "a\n \n": 2, "a\tb\n": 1, "\xff\n": 1,
		"a\nb\x00\n": 2,
	} {
		_, err := draw.ReadRFC3797Names(strings.NewReader(file))
		requireCode(t, err, "rfc3797_name", line)
	}
	sources, err := draw.ReadRFC3797Sources(strings.NewReader("1 2\n3\n"))
	require.NoError(t, err)
	require.Equal(t, []string{"1 2", "3"}, sources)
}
