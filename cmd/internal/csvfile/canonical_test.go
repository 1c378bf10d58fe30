package csvfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
)

func canonical(t *testing.T, rows ...string) string {
	t.Helper()
	apps, report := read(t, strings.NewReader(file(rows...)))
	require.Empty(t, report)
	return string(apps[len(apps)-1].Canonical())
}

func TestCanonicalBytes(t *testing.T) {
	require.Equal(t, "\x12application-row.v1"+"\x03A-1"+"\x0aindividual"+"\x08ordinary"+"\x010"+
		"\x010"+"\x0a1769911200"+
		"\x011"+"\x04main"+"\x03甲"+"\x1211010519491231002X"+"\x0b13800000000"+"\x0216"+"\x0210"+
		"\x010"+"\x0a1296000000",
		canonical(t, alone))
}

func TestCanonicalIgnoresTheFile(t *testing.T) {
	other := with(with(child, csvfile.ColIdentityNumber, "11010519491231002X"), csvfile.ColName,
		"戊")
	want := canonical(t, mother, father, child, other)
	require.Equal(t, want, canonical(t, other, child, father, mother), "order of rows")
	require.Equal(t, want, canonical(t, alone, "", mother, father, child, other),
		"place in the file")
	require.Equal(t, want,
		canonical(t, mother, father, with(child, csvfile.ColSubmittedAt, ""),
			with(other, csvfile.ColIdentityNumber, "1１010519491231002x")), "spelling")
}

// Whatever is changed in the file changes the bytes.
func TestCanonicalSeesEveryValue(t *testing.T) {
	seen := map[string]string{canonical(t, mother, father): "nothing"}
	note := func(what, bytes string) {
		require.Empty(t, seen[bytes], "%s changes as little as %s", what, seen[bytes])
		seen[bytes] = what
	}
	for c, value := range map[csvfile.Column]string{
		csvfile.ColName:           "己",
		csvfile.ColIdentityNumber: "11010519491231002X",
		csvfile.ColMobile:         "13900000001",
		csvfile.ColDrawsUntil2020: "1",
		csvfile.ColDrawsSince2021: "11",
		csvfile.ColWaitingSince:   "2021-03-02",
		csvfile.ColRegisteredOn:   "2015-03-02",
		csvfile.ColFamilySince:    "2022-01-06",
		csvfile.ColGenerations:    "2",
		csvfile.ColSubmittedAt:    "2026-02-01T03:00:01Z",
	} {
		note(c.String(), canonical(t, with(mother, c, value), father))
	}
	both := func(c csvfile.Column, value string) []string {
		return []string{with(mother, c, value), with(father, c, value)}
	}
	note("number", canonical(t, both(csvfile.ColApplicationNo, "B-3")...))
	note("indicator", canonical(t, both(csvfile.ColIndicatorKind, "ordinary")...))
	note("role", canonical(t, mother, with(father, csvfile.ColRole, "other")))
	note("a member more", canonical(t, mother, father, child))
	note("roles swapped",
		canonical(t, with(mother, csvfile.ColIdentityNumber, "440524198801010011"),
			with(father, csvfile.ColIdentityNumber, "110101199003070011")))
	note("an individual", canonical(t, alone))
}
