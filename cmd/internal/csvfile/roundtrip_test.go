package csvfile_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// someApplication is any good application but for its number and rows.
func someApplication(t *rapid.T) csvfile.Application {
	a := csvfile.Application{
		ApplicantKind: domain.Individual,
		IndicatorKind: rapid.SampledFrom([]domain.IndicatorKind{
			domain.Ordinary,
			domain.NewEnergy,
		}).Draw(t, "indicator"),
		SubmittedAt: domain.Time(rapid.Int64Range(1_500_000_000, 4_102_444_799).Draw(t,
			"submitted")),
	}
	day := rapid.Custom(func(t *rapid.T) domain.Time {
		first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
		last := int(time.Unix(int64(a.SubmittedAt), 0).Sub(first) / (24 * time.Hour))
		return domain.Time(first.AddDate(0, 0, rapid.IntRange(0, last).Draw(t, "day")).Unix())
	})
	size := 1
	if rapid.Bool().Draw(t, "family") {
		a.ApplicantKind = domain.Family
		a.Generations = rapid.IntRange(1, 3).Draw(t, "generations")
		a.FamilySince = rapid.OneOf(rapid.Just(domain.Time(0)), day).Draw(t, "since")
		size = rapid.IntRange(2, 20).Draw(t, "size")
	}
	spouse := rapid.Bool().Draw(t, "spouse")
	for i := range size {
		m := csvfile.Member{
			Role: rules.Other,
			Name: rapid.StringMatching(
				`[甲乙a-z",';=]([甲乙a-z",'; ]{0,20}[甲乙a-z",'])?`).Draw(t, "name"),
			Mobile:         rapid.StringMatching(`(\+?[0-9]{5,15})?`).Draw(t, "mobile"),
			DrawsUntil2020: rapid.IntRange(0, rules.MaxDrawsUntil2020).Draw(t, "until"),
			DrawsSince2021: rapid.IntRange(0, rules.MaxDrawsSince2021).Draw(t, "since"),
			WaitingSince:   rapid.OneOf(rapid.Just(domain.Time(0)), day).Draw(t, "waiting"),
			RegisteredOn:   day.Draw(t, "registered"),
		}
		switch {
		case i == 0:
			m.Role, m.Mobile = rules.Main, rapid.StringMatching(`[0-9]{11}`).Draw(t, "mobile")
		case i == 1 && spouse:
			m.Role = rules.Spouse
		}
		born := time.Date(1920, 1, 1+rapid.IntRange(0, 30_000).Draw(t, "born"), 0, 0, 0, 0,
			time.UTC)
		var err error
		m.Identity, err = identity.Parse(
			complete(fmt.Sprintf("110105%s%03d", born.Format("20060102"), i)))
		require.NoError(t, err)
		a.Members = append(a.Members, m)
	}
	return a
}

// records are the rows of an application; what the main applicant's row says for all
// is repeated or left out on the others.
func records(t *rapid.T, a csvfile.Application) [][]string {
	day := func(m domain.Time) string {
		if m == 0 {
			return ""
		}
		return m.String()[:10]
	}
	var out [][]string
	for _, m := range a.Members {
		r := []string{
			a.Number, string(a.ApplicantKind), string(a.IndicatorKind), string(m.Role), m.Name,
			m.Identity.Reveal(), m.Mobile,
			strconv.Itoa(m.DrawsUntil2020), strconv.Itoa(m.DrawsSince2021), day(m.WaitingSince),
			day(m.RegisteredOn), "", "", "",
		}
		if m.Role == rules.Main || rapid.Bool().Draw(t, "repeat") {
			r[csvfile.ColFamilySince], r[csvfile.ColSubmittedAt] = day(a.FamilySince),
				a.SubmittedAt.String()
			if a.ApplicantKind == domain.Family {
				r[csvfile.ColGenerations] = strconv.Itoa(a.Generations)
			}
		}
		out = append(out, r)
	}
	return out
}

// What is written is read, whatever the order of an application's rows; and one broken
// row costs its own application and no other.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		w := csv.NewWriter(&text)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		var want []csvfile.Application
		row := 1
		for i := range rapid.IntRange(0, 5).Draw(t, "applications") {
			a := someApplication(t)
			a.Number = "N-" + strconv.Itoa(i)
			lines := records(t, a)
			order := rapid.Permutation(indices(len(lines))).Draw(t, "order")
			a.Row = row + 1
			for _, k := range order {
				row++
				a.Members[k].Row = row
				require.NoError(t, w.Write(lines[k]))
			}
			// Others stay in the order of the file.
			if k := slices.IndexFunc(a.Members,
				func(m csvfile.Member) bool { return m.Role == rules.Other }); k >= 0 {
				slices.SortFunc(a.Members[k:],
					func(x, y csvfile.Member) int { return x.Row - y.Row })
			}
			want = append(want, a)
		}
		w.Flush()
		body := text.String()
		got, report := read(t, strings.NewReader(csvfile.Header()+"\n"+body))
		require.Empty(t, report)
		require.Equal(t, want, got)

		if len(want) == 0 {
			return
		}
		lines := strings.Split(body, "\n")
		broken := rapid.IntRange(0, row-2).Draw(t, "broken")
		lines[broken] = strings.Replace(lines[broken], ",", `,"x"y,`, 1)
		want = slices.DeleteFunc(want, func(a csvfile.Application) bool {
			return slices.ContainsFunc(a.Members,
				func(m csvfile.Member) bool { return m.Row == broken+2 })
		})
		got, report = read(t, strings.NewReader(csvfile.Header()+"\n"+strings.Join(lines, "\n")))
		require.Contains(t, report, strconv.Itoa(broken+2)+"\t\trow_damaged")
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, want[i], got[i])
		}
	})
}

func indices(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}
