package csvfile_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Good rows to break in tests. The numbers are those that standards print, and
// others made for this file.
const (
	alone  = "A-1,individual,ordinary,main,甲,11010519491231002X,13800000000,16,10,,2011-01-26,,,2026-02-01T02:00:00Z"
	mother = "B-2,family,new_energy,main,乙,110101199003070011,13900000000,0,10,2021-03-01,2015-03-01,2022-01-05,3,2026-02-01T03:00:00Z"
	father = "B-2,family,new_energy,spouse,丙,440524198801010011,,24,2,,2014-11-02,,,"
	child  = "B-2,family,new_energy,other,丁,110105201912310022,,0,0,,2020-01-01,,3,2026-02-01T03:00:00Z"
)

func file(rows ...string) string {
	return csvfile.Header() + "\n" + strings.Join(rows, "\n") + "\n"
}

// with replaces the value of one column of a row.
func with(row string, c csvfile.Column, value string) string {
	v := strings.Split(row, ",")
	v[c] = value
	return strings.Join(v, ",")
}

// read reads all of a file. It checks what holds for every file: each row is a member
// of an application or has a problem, and never both.
func read(t require.TestingT, in io.Reader) ([]csvfile.Application, []string) {
	r := csvfile.NewReader(in)
	var apps []csvfile.Application
	var report []string
	used := map[int]string{}
	for {
		app, problems, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if len(problems) == 0 {
			require.NotEmpty(t, app.Members)
			apps = append(apps, app)
		} else {
			require.Equal(t, csvfile.Application{}, app)
		}
		for _, m := range app.Members {
			require.Empty(t, used[m.Row], "row %d", m.Row)
			used[m.Row] = "member"
		}
		for _, p := range problems {
			require.NotEqual(t, "member", used[p.Row], "row %d", p.Row)
			used[p.Row] = "problem"
			report = append(report, strings.TrimSpace(p.String()))
		}
	}
	require.Len(t, used, r.Rows(), "every row is used or reported")
	_, _, err := r.Next()
	require.ErrorIs(t, err, io.EOF)
	return apps, report
}

func TestGoodFile(t *testing.T) {
	apps, report := read(t, strings.NewReader(file(alone, child, mother, father)))
	require.Empty(t, report)
	require.Len(t, apps, 2)

	a := apps[0]
	require.Equal(t, 2, a.Row)
	require.Equal(t, "A-1", a.Number)
	require.Equal(t, domain.Individual, a.ApplicantKind)
	require.Equal(t, domain.Ordinary, a.IndicatorKind)
	require.Zero(t, a.Generations)
	require.Zero(t, a.FamilySince)
	require.Equal(t, "2026-02-01T02:00:00Z", a.SubmittedAt.String())
	require.Len(t, a.Members, 1)
	m := a.Members[0]
	require.Equal(t, "11010519491231002X", m.Identity.Reveal())
	m.Identity = csvfile.Member{}.Identity
	require.Equal(t, csvfile.Member{
		Row: 2, Role: rules.Main, Name: "甲", Mobile: "13800000000",
		DrawsUntil2020: 16, DrawsSince2021: 10, RegisteredOn: 1296000000,
	}, m)

	f := apps[1]
	require.Equal(t, 3, f.Row)
	require.Equal(t, domain.Family, f.ApplicantKind)
	require.Equal(t, domain.NewEnergy, f.IndicatorKind)
	require.Equal(t, 3, f.Generations)
	require.Equal(t, "2022-01-05T00:00:00Z", f.FamilySince.String())
	require.Equal(t, "2026-02-01T03:00:00Z", f.SubmittedAt.String())
	var order []string
	for _, m := range f.Members {
		order = append(order, string(m.Role)+m.Name)
	}
	require.Equal(t, []string{"main乙", "spouse丙", "other丁"}, order)
	require.Equal(t, "2021-03-01T00:00:00Z", f.Members[0].WaitingSince.String())
}

func TestFormsOfAFile(t *testing.T) {
	want, _ := read(t, strings.NewReader(file(alone, mother, father, child)))
	require.Len(t, want, 2)
	plain := file(alone, mother, father, child)
	for name, in := range map[string]string{
		"byte order mark": "\ufeff" + plain,
		"CRLF":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"no end of line":  strings.TrimSuffix(plain, "\n"),
		"quotes":          strings.ReplaceAll(plain, "main", `"main"`),
		"quoted header":   strings.Replace(plain, "role", `"role"`, 1),
		"all quoted": `"` +
			strings.NewReplacer(",", `","`, "\n",
				"\"\n\"").Replace(strings.TrimSuffix(plain, "\n")) + `"`,
		"full-width digit": strings.ReplaceAll(plain, "11010519491231002X",
			"1101051949123１００２x"),
	} {
		got, report := read(t, strings.NewReader(in))
		require.Empty(t, report, name)
		require.Equal(t, want, got, name)
	}
	got, report := read(t, iotest.OneByteReader(strings.NewReader(plain)))
	require.Empty(t, report)
	require.Equal(t, want, got)

	got, report = read(t, strings.NewReader(file("", alone, "", "", mother, "", father, child)))
	require.Empty(t, report)
	require.Equal(t, 3, got[0].Row, "empty lines count")
	require.Equal(t, 8, got[1].Members[1].Row)

	none, report := read(t, strings.NewReader(csvfile.Header()))
	require.Empty(t, report)
	require.Empty(t, none)
}

func TestQuotedValues(t *testing.T) {
	apps, report := read(t,
		strings.NewReader(file(with(alone, csvfile.ColName, `"甲 ""小甲"", 乙"`))))
	require.Empty(t, report)
	require.Equal(t, `甲 "小甲", 乙`, apps[0].Members[0].Name)
}

func TestAnotherHeader(t *testing.T) {
	for _, in := range []string{
		"",
		"\n" + file(alone),
		alone + "\n",
		file(alone)[1:],
		strings.Replace(file(alone), ",name", ",full_name", 1),
		strings.Replace(file(alone), ",submitted_at", "", 1),
		strings.Replace(file(alone), "submitted_at", "submitted_at,note", 1),
		strings.Replace(file(alone), "name,identity_number", "identity_number,name", 1),
		strings.Replace(file(alone), ",", ";", -1),
		strings.Replace(file(alone), "name", `"name`, 1),
		strings.Repeat("x", 200_000),
		"\ufeff\ufeff" + file(alone),
	} {
		r := csvfile.NewReader(strings.NewReader(in))
		for range 2 {
			_, problems, err := r.Next()
			require.ErrorIs(t, err, csvfile.ErrHeader, "%.40q", in)
			require.Empty(t, problems)
			require.NotContains(t, err.Error(), "11010519491231002X", "the row may be somebody's")
			require.NotContains(t, err.Error(), "甲")
		}
	}
}

func TestReadingFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	in := io.MultiReader(strings.NewReader(file(alone, mother, father)), iotest.ErrReader(broken))
	r := csvfile.NewReader(in)
	app, _, err := r.Next()
	require.NoError(t, err)
	require.Equal(t, "A-1", app.Number)
	for range 2 { // the family's third row may be the one that was not read
		app, problems, err := r.Next()
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, "reading row 5")
		require.Empty(t, problems)
		require.Equal(t, csvfile.Application{}, app)
	}

	r = csvfile.NewReader(iotest.ErrReader(broken))
	_, _, err = r.Next()
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, csvfile.ErrHeader)
}

// The report of a file names rows, columns and codes, and nothing that stands in it.
func TestReportHoldsNoData(t *testing.T) {
	row := with(with(alone, csvfile.ColIdentityNumber, "110105194912310021"), csvfile.ColName,
		"甲\t乙")
	_, report := read(t, strings.NewReader(file(row)))
	require.Equal(t, []string{"2\tname\tname_form", "2\tidentity_number\tidentity_checksum"},
		report)
}
