package domain_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
)

func at(t testing.TB, s string) domain.Time {
	t.Helper()
	v, err := domain.ParseTime(s)
	require.NoError(t, err)
	return v
}

func TestTime(t *testing.T) {
	for text, seconds := range map[string]domain.Time{
		"1970-01-01T00:00:00Z": 0,
		"1969-12-31T23:59:59Z": -1,
		"2026-06-26T02:00:00Z": 1782439200,
		"2024-02-29T23:59:59Z": 1709251199,
		"9999-12-31T23:59:59Z": domain.MaxTime,
	} {
		require.Equal(t, seconds, at(t, text), text)
		require.Equal(t, text, seconds.String())
	}
	for _, text := range []string{
		"", "2026-06-26", "2026-06-26T02:00:00", "2026-06-26 02:00:00Z", "2026-06-26t02:00:00z",
		"2026-06-26T02:00:00+00:00", "2026-06-26T10:00:00+08:00", "2026-06-26T02:00:00.0Z",
		"2026-06-26T02:00:00,5Z",
		"2026-02-29T00:00:00Z", "2026-06-31T00:00:00Z", "2026-06-26T24:00:00Z",
		"2026-06-26T02:60:00Z", "2016-12-31T23:59:60Z",
		"2026-6-26T02:00:00Z", "2026-06-26T2:00:00Z", "12026-06-26T02:00:00Z",
		" 2026-06-26T02:00:00Z", "2026-06-26T02:00:00Z\n",
		"２０２６-06-26T02:00:00Z",
		"00A0001-01T00:00:00Z", "-001-01-01T00:00:00Z", "2026-06-26T02:00:00z",
		"2026/06/26T02:00:00Z", "2026-06-26T02:00:0Z0",
	} {
		_, err := domain.ParseTime(text)
		require.Error(t, err, text)
		v := domain.Time(42)
		require.Error(t, v.UnmarshalText([]byte(text)), text)
		require.Equal(t, domain.Time(42), v, "a refused text leaves the value alone")
	}
}

func TestTimeOutOfRangeIsNotWritten(t *testing.T) {
	for _, v := range []domain.Time{-1, domain.MaxTime + 1} {
		_, err := v.MarshalText()
		require.Error(t, err)
	}
	b, err := domain.MaxTime.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "9999-12-31T23:59:59Z", string(b))
}

// TestTimeNotGiven: the zero Time is left out of an event.
func TestTimeNotGiven(t *testing.T) {
	type event struct {
		At domain.Time `json:"at,omitzero"`
	}
	b, err := json.Marshal(event{})
	require.NoError(t, err)
	require.Equal(t, `{}`, string(b))
	b, err = json.Marshal(event{1})
	require.NoError(t, err)
	require.Equal(t, `{"at":"1970-01-01T00:00:01Z"}`, string(b))
}

func TestYear(t *testing.T) {
	require.Equal(t, 2025, at(t, "2025-12-31T23:59:59Z").Year())
	require.Equal(t, 2026, at(t, "2026-01-01T00:00:00Z").Year())
}

func TestFullYears(t *testing.T) {
	for _, v := range []struct {
		from string
		year int
		want int
	}{
		{"2024-01-01T00:00:00Z", 2024, 1}, // the whole of a year, both ends of it
		{"2024-01-01T00:00:01Z", 2024, 0}, // one second short
		{"2023-12-31T23:59:59Z", 2024, 1},
		{"2023-01-01T00:00:01Z", 2024, 1},
		{"2016-05-26T00:00:00Z", 2024, 8},
		{"2024-02-29T00:00:00Z", 2024, 0},
		{"2024-02-29T00:00:00Z", 2025, 1},
		{"2024-12-31T23:59:59Z", 2024, 0},
		{"2025-01-01T00:00:00Z", 2024, 0}, // not begun yet
		{"2031-07-01T00:00:00Z", 2024, 0}, // nor long after
		{"1970-01-01T00:00:01Z", 1970, 0},
		{"2011-01-26T00:00:00Z", 2111, 100},
	} {
		require.Equal(t, v.want, at(t, v.from).FullYears(v.year), "from %s to the end of %d",
			v.from, v.year)
	}
	require.Zero(t, domain.Time(0).FullYears(2024), "not given, not waited")
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{
		"2026-06-26T02:00:00Z", "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z", "2026-06-26T02:00:00.000Z", "Z",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := domain.ParseTime(s)
		if err != nil {
			return
		}
		require.Equal(t, s, v.String(), "one text form")
		b, err := v.MarshalText()
		if err != nil {
			require.Less(t, v, domain.Time(0),
				"only what lies before 1970 can be read and not written")
			return
		}
		require.Equal(t, s, string(b))
	})
}

func TestDigest(t *testing.T) {
	text := strings.Repeat("00ff", 16)
	d, err := domain.ParseDigest(text)
	require.NoError(t, err)
	require.Equal(t, byte(0xff), d[1])
	require.Equal(t, text, d.String())
	b, err := d.MarshalText()
	require.NoError(t, err)
	require.Equal(t, text, string(b))

	for _, bad := range []string{
		"", text[1:], text[2:], text + "00", text + "0", strings.ToUpper(text),
		"0x" + text[2:], "g" + text[1:], " " + text[1:], text[:63] + "\n",
	} {
		_, err := domain.ParseDigest(bad)
		require.Error(t, err, bad)
		v := d
		require.Error(t, v.UnmarshalText([]byte(bad)), bad)
		require.Equal(t, d, v, "a refused text leaves the value alone")
	}
}

func FuzzDigest(f *testing.F) {
	f.Add(strings.Repeat("0f", 32))
	f.Add(strings.Repeat("0F", 32))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := domain.ParseDigest(s)
		if err != nil {
			require.Zero(t, d)
			return
		}
		require.Equal(t, s, d.String(), "one text form")
		require.Len(t, s, 64)
	})
}
