package csvfile_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
)

// cases are files and their reports, one problem a line. Every code must occur here.
var cases = []struct {
	name   string
	rows   []string
	report []string
}{
	{"missing quote", []string{with(alone, csvfile.ColName, `"甲`)}, []string{"2\t\trow_damaged"}},
	{"stray quote", []string{with(alone, csvfile.ColName, `甲"乙`)}, []string{"2\t\trow_damaged"}},
	{
		"text behind a quote",
		[]string{with(alone, csvfile.ColName, `"甲"乙`)},
		[]string{"2\t\trow_damaged"},
	},
	{
		"a value over two lines",
		[]string{with(alone, csvfile.ColName, "\"甲\n乙\"")},
		[]string{"2\t\trow_damaged", "3\t\trow_damaged"},
	},
	{"a column less", []string{strings.Replace(alone, ",16", "", 1)}, []string{"2\t\trow_columns"}},
	{"a column more", []string{alone + ","}, []string{"2\t\trow_columns"}},
	{
		"another encoding",
		[]string{with(alone, csvfile.ColName, "\xbc\xd7")},
		[]string{"2\t\trow_encoding"},
	},
	{
		"a long row",
		[]string{with(alone, csvfile.ColName, strings.Repeat("甲", 40_000))},
		[]string{"2\t\trow_too_long"},
	},
	{"nothing but commas", []string{strings.Repeat(",", 13)}, []string{
		"2\tapplication_no\tempty_field", "2\tapplicant_kind\tempty_field",
		"2\tindicator_kind\tempty_field",
		"2\trole\tempty_field", "2\tname\tempty_field", "2\tidentity_number\tempty_field",
		"2\tdraws_until_2020\tempty_field", "2\tdraws_since_2021\tempty_field",
		"2\tregistered_on\tempty_field",
	}},
	{
		"main row without its columns",
		[]string{with(with(with(mother, csvfile.ColMobile, ""), csvfile.ColGenerations, ""),
			csvfile.ColSubmittedAt, ""), father},
		[]string{
			"2\tmobile\tempty_field", "2\tgenerations\tempty_field", "2\tsubmitted_at\tempty_field",
			"3\t\tapplication_incomplete",
		},
	},
	{
		"file number",
		[]string{with(alone, csvfile.ColApplicationNo, "A_1")},
		[]string{"2\tapplication_no\tfile_number"},
	},
	{
		"long file number",
		[]string{with(alone, csvfile.ColApplicationNo, strings.Repeat("1", 33))},
		[]string{"2\tapplication_no\tfile_number"},
	},
	{
		"applicant kind",
		[]string{with(alone, csvfile.ColApplicantKind, "company")},
		[]string{"2\tapplicant_kind\tunknown_kind"},
	},
	{
		"indicator kind",
		[]string{with(alone, csvfile.ColIndicatorKind, "Ordinary")},
		[]string{"2\tindicator_kind\tunknown_kind"},
	},
	{"role", []string{with(alone, csvfile.ColRole, "owner")}, []string{"2\trole\tunknown_role"}},
	{
		"blank behind a name",
		[]string{with(alone, csvfile.ColName, "甲 ")},
		[]string{"2\tname\tname_form"},
	},
	{
		"control character",
		[]string{with(alone, csvfile.ColName, "甲\x00乙")},
		[]string{"2\tname\tname_form"},
	},
	{
		"long name",
		[]string{with(alone, csvfile.ColName, strings.Repeat("甲", 65))},
		[]string{"2\tname\tname_form"},
	},
	{
		"identity length",
		[]string{with(alone, csvfile.ColIdentityNumber, "110105491231002")},
		[]string{"2\tidentity_number\tidentity_length"},
	},
	{
		"identity character",
		[]string{with(alone, csvfile.ColIdentityNumber, "1101O519491231002X")},
		[]string{"2\tidentity_number\tidentity_character"},
	},
	{
		"identity checksum",
		[]string{with(alone, csvfile.ColIdentityNumber, "110105194912310029")},
		[]string{"2\tidentity_number\tidentity_checksum"},
	},
	{
		"identity date",
		[]string{with(alone, csvfile.ColIdentityNumber, "110105194902290029")},
		[]string{"2\tidentity_number\tidentity_date"},
	},
	{
		"mobile",
		[]string{with(alone, csvfile.ColMobile, "138 0000 0000")},
		[]string{"2\tmobile\tmobile_form"},
	},
	{
		"short mobile",
		[]string{with(alone, csvfile.ColMobile, "1380")},
		[]string{"2\tmobile\tmobile_form"},
	},
	{
		"long mobile",
		[]string{with(alone, csvfile.ColMobile, "+1380000000013800")},
		[]string{"2\tmobile\tmobile_form"},
	},
	{
		"draws in words",
		[]string{with(alone, csvfile.ColDrawsSince2021, "ten")},
		[]string{"2\tdraws_since_2021\tnumber_form"},
	},
	{
		"draws with a sign",
		[]string{with(alone, csvfile.ColDrawsSince2021, "+1")},
		[]string{"2\tdraws_since_2021\tnumber_form"},
	},
	{
		"draws with a zero",
		[]string{with(alone, csvfile.ColDrawsSince2021, "01")},
		[]string{"2\tdraws_since_2021\tnumber_form"},
	},
	{
		"draws as Excel likes them",
		[]string{with(alone, csvfile.ColDrawsSince2021, "1.0")},
		[]string{"2\tdraws_since_2021\tnumber_form"},
	},
	{
		"more draws than were held",
		[]string{with(alone, csvfile.ColDrawsUntil2020, "79")},
		[]string{"2\tdraws_until_2020\tnumber_range"},
	},
	{
		"less than no draw",
		[]string{with(alone, csvfile.ColDrawsUntil2020, "-1")},
		[]string{"2\tdraws_until_2020\tnumber_range"},
	},
	{
		"many draws",
		[]string{with(alone, csvfile.ColDrawsSince2021, "1001")},
		[]string{"2\tdraws_since_2021\tnumber_range"},
	},
	{
		"generations",
		[]string{with(mother, csvfile.ColGenerations, "4"), father},
		[]string{"2\tgenerations\tnumber_range", "3\t\tapplication_incomplete"},
	},
	{
		"date",
		[]string{with(alone, csvfile.ColRegisteredOn, "2011/1/26")},
		[]string{"2\tregistered_on\tdate_form"},
	},
	{
		"no such day",
		[]string{with(alone, csvfile.ColWaitingSince, "2023-02-29")},
		[]string{"2\twaiting_since\tdate_form"},
	},
	{
		"date long ago",
		[]string{with(alone, csvfile.ColRegisteredOn, "1989-12-31")},
		[]string{"2\tregistered_on\tdate_range"},
	},
	{
		"date far ahead",
		[]string{with(mother, csvfile.ColFamilySince, "2100-01-01"), father},
		[]string{"2\tfamily_since\tdate_range", "3\t\tapplication_incomplete"},
	},
	{
		"registered on the next day",
		[]string{with(with(alone, csvfile.ColSubmittedAt, "2026-02-01T10:00:00Z"),
			csvfile.ColRegisteredOn, "2026-02-02")},
		nil,
	},
	{
		"registered later",
		[]string{with(with(alone, csvfile.ColSubmittedAt, "2026-02-01T09:59:59Z"),
			csvfile.ColRegisteredOn, "2026-02-02")},
		[]string{"2\tregistered_on\tdate_after"},
	},
	{
		"waiting since later",
		[]string{with(alone, csvfile.ColWaitingSince, "2027-01-01")},
		[]string{"2\twaiting_since\tdate_after"},
	},
	{
		"a family later",
		[]string{with(mother, csvfile.ColFamilySince, "2027-01-01"), father},
		[]string{"2\tfamily_since\tdate_after", "3\t\tapplication_incomplete"},
	},
	{
		"a spouse later",
		[]string{mother, with(father, csvfile.ColRegisteredOn, "2027-01-01")},
		[]string{"3\tregistered_on\tdate_after", "2\t\tapplication_incomplete"},
	},
	{
		"time with a zone",
		[]string{with(alone, csvfile.ColSubmittedAt, "2026-02-01T10:00:00+08:00")},
		[]string{"2\tsubmitted_at\ttime_form"},
	},
	{
		"time with a fraction",
		[]string{with(alone, csvfile.ColSubmittedAt, "2026-02-01T10:00:00.5Z")},
		[]string{"2\tsubmitted_at\ttime_form"},
	},
	{
		"time far ahead",
		[]string{with(alone, csvfile.ColSubmittedAt, "2100-01-01T00:00:00Z")},
		[]string{"2\tsubmitted_at\ttime_range"},
	},
	{
		"unborn",
		[]string{
			with(with(alone, csvfile.ColSubmittedAt, "1990-01-01T00:00:00Z"),
				csvfile.ColRegisteredOn, "1990-01-01"), mother,
			with(father, csvfile.ColIdentityNumber, "110101202602030016"),
		},
		[]string{"4\tidentity_number\tborn_after", "3\t\tapplication_incomplete"},
	},
	{
		"family columns",
		[]string{with(with(alone, csvfile.ColFamilySince, "2022-01-01"),
			csvfile.ColGenerations, "2")},
		[]string{"2\tfamily_since\tfamily_only", "2\tgenerations\tfamily_only"},
	},
	{
		"an individual of two",
		[]string{alone, with(with(alone, csvfile.ColRole, "other"), csvfile.ColIdentityNumber,
			"110101199003070011")},
		[]string{"2\t\tapplication_incomplete", "3\t\tone_person"},
	},
	{"a family of one", []string{mother}, []string{"2\t\ttoo_few"}},
	{
		"nobody is main",
		[]string{father, child},
		[]string{"2\trole\tmain_missing", "3\t\tapplication_incomplete"},
	},
	{
		"an individual not main",
		[]string{with(alone, csvfile.ColRole, "other")},
		[]string{"2\trole\tmain_missing"},
	},
	{
		"two are main",
		[]string{
			mother,
			with(mother, csvfile.ColIdentityNumber, "11010519491231002X"),
		},
		[]string{"2\t\tapplication_incomplete", "3\trole\tmain_twice"},
	},
	{
		"two spouses",
		[]string{
			mother, father,
			with(father, csvfile.ColIdentityNumber, "11010519491231002X"),
		},
		[]string{
			"2\t\tapplication_incomplete", "3\t\tapplication_incomplete",
			"4\trole\tspouse_twice",
		},
	},
	{
		"rows that disagree",
		[]string{mother, with(
			with(with(with(with(child, csvfile.ColApplicantKind, "family"),
				csvfile.ColIndicatorKind, "ordinary"), csvfile.ColFamilySince, "2022-01-06"),
				csvfile.ColGenerations, "2"), csvfile.ColSubmittedAt, "2026-02-01T03:00:01Z")},
		[]string{
			"2\t\tapplication_incomplete", "3\tindicator_kind\tdiffers", "3\tfamily_since\tdiffers",
			"3\tgenerations\tdiffers", "3\tsubmitted_at\tdiffers",
		},
	},
	{
		"family and individual",
		[]string{mother, with(father, csvfile.ColApplicantKind, "individual")},
		[]string{"2\t\tapplication_incomplete", "3\tapplicant_kind\tdiffers"},
	},
	{
		"the same person twice",
		[]string{mother, with(father, csvfile.ColIdentityNumber, "１10101199003070011")},
		[]string{"2\t\tapplication_incomplete", "3\tidentity_number\tduplicate_member"},
	},
	{
		"a number comes back",
		[]string{alone, mother, father, child, alone},
		[]string{"6\tapplication_no\tduplicate_application_no"},
	},
	{
		"a family in two pieces",
		[]string{mother, father, alone, child},
		[]string{"5\tapplication_no\tduplicate_application_no"},
	},
	{"twenty-one rows", manyRows(21), tooMany(21)},
	{"thousand rows", manyRows(1000), tooMany(1000)},

	{
		"damage inside a family",
		[]string{mother, with(father, csvfile.ColName, `"`), child, alone},
		[]string{
			"2\t\tapplication_incomplete", "3\t\trow_damaged", "4\t\tapplication_incomplete",
		},
	},
	{
		"a row of nobody behind a family",
		[]string{mother, father, `"B-2` + child[3:], alone},
		[]string{
			"2\t\tapplication_incomplete", "3\t\tapplication_incomplete", "4\t\trow_damaged",
		},
	},
	{
		"a row of nobody before a family",
		[]string{alone, with(child, csvfile.ColApplicationNo, ""), mother, father},
		[]string{
			"3\tapplication_no\tempty_field", "4\t\tapplication_incomplete",
			"5\t\tapplication_incomplete",
		},
	},
}

// manyRows is a family of so many.
func manyRows(n int) []string {
	rows := []string{mother}
	for i := 1; i < n; i++ {
		digits := fmt.Sprintf("11010520191231%03d", i)
		rows = append(rows, with(child, csvfile.ColIdentityNumber, complete(digits)))
	}
	return rows
}

func tooMany(n int) []string {
	var report []string
	for i := range n {
		report = append(report, strconv.Itoa(i+2)+"\t\ttoo_many")
	}
	return report
}

func complete(digits string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(digits[i]-'0')
	}
	return digits + "10X98765432"[sum%11:][:1]
}

func TestProblems(t *testing.T) {
	// of stored rows, which are not read for problems
	seen := map[string]bool{csvfile.OddArea: true}
	for _, c := range cases {
		_, report := read(t, strings.NewReader(file(c.rows...)))
		require.ElementsMatch(t, c.report, report, c.name)
		for _, line := range report {
			seen[line[strings.LastIndexByte(line, '\t')+1:]] = true
		}
	}
	for _, c := range extendedCases {
		for line := range strings.SplitSeq(c.report, "\n") {
			seen[line[strings.LastIndexByte(line, '\t')+1:]] = true
		}
	}
	for _, code := range codes(t) {
		require.True(t, seen[code], "no case has a problem %s", code)
		delete(seen, code)
	}
	require.Empty(t, seen, "codes that are declared nowhere")
}

// Rows around bad ones are used.
func TestGoodRowsAreKept(t *testing.T) {
	before := with(alone, csvfile.ColApplicationNo, "before")
	after := with(alone, csvfile.ColApplicationNo, "after")
	for _, c := range cases {
		rows := append(append([]string{before}, c.rows...), after)
		apps, _ := read(t, strings.NewReader(file(rows...)))
		require.GreaterOrEqual(t, len(apps), 2, c.name)
		require.Equal(t, "before", apps[0].Number, c.name)
		require.Equal(t, "after", apps[len(apps)-1].Number, c.name)
	}
	apps, report := read(t, strings.NewReader(file(manyRows(20)...)))
	require.Empty(t, report)
	require.Len(t, apps[0].Members, 20)
}
