package csvfile_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

const (
	unit  = "U-1,organisation,ordinary,main,某某有限公司,91350100M000100Y43,13800000009,0,0,,2019-05-02,,,2026-02-01T02:00:00Z"
	older = "2026-0000001,individual,dwelling,main,王小明,11010519491231002X,13800000001,16,10,,2018-05-02,,,2026-02-01T02:00:00Z"
)

func extended(rows ...string) string {
	return csvfile.ExtendedHeader() + "\n" + strings.Join(rows, "\n") + "\n"
}

// extendedCases have files with all columns; their codes count for TestProblems.
var extendedCases = map[string]struct{ row, report string }{
	"a person with a scale": {older + ",7,,", "2\tscale\torganisation_only"},
	"a scale in words":      {unit + ",large,,", "2\tscale\tnumber_form"},
	"a scale too large":     {unit + ",1000000001,,", "2\tscale\tnumber_range"},
	"an empty choice":       {older + ",,a;,", "2\tchoices\tlist_form"},
	"the same choice twice": {older + ",,a;b;a,", "2\tchoices\tlist_form"},
	"an unknown ground":     {older + ",,,luck", "2\tgrounds\tlist_form"},
	"a column less":         {older + ",,", "2\t\trow_columns"},
	"two organisations": {unit + ",,,\n" + strings.Replace(unit, "main", "other", 1) +
		",,,", "3\t\tone_person\n2\t\tapplication_incomplete"},
	"an organisation's family": {strings.Replace(unit, "2019-05-02,,", "2019-05-02,2020-01-01,2",
		1) + ",,,", "2\tfamily_since\tfamily_only\n2\tgenerations\tfamily_only"},
	"organisation, short": {
		strings.Replace(unit, "Y43", "Y4", 1) + ",,,",
		"2\tidentity_number\torganisation_length",
	},
	"organisation, letter": {
		strings.Replace(unit, "Y43", "I43", 1) + ",,,",
		"2\tidentity_number\torganisation_character",
	},
	"organisation, region": {
		strings.Replace(unit, "350100", "35010A", 1) + ",,,",
		"2\tidentity_number\torganisation_region",
	},
	"organisation, typing error": {
		strings.Replace(unit, "Y43", "Y44", 1) + ",,,",
		"2\tidentity_number\torganisation_checksum",
	},
	"organisation, body": {strings.Replace(unit, "M000100Y43", "M000100Y5"+bodyCheck, 1) +
		",,,", "2\tidentity_number\torganisation_body"},
	"wishes of another member": {
		familyRow("main", "110101199003070011", "2") + ",,town,\n" +
			familyRow("other", "110101198801010027", "") + ",,town,",
		"3\tchoices\tmain_only\n2\t\tapplication_incomplete",
	},
}

// bodyCheck is the check character of a code whose part of GB 11714 is wrong.
const bodyCheck = "6"

func familyRow(role, id, generations string) string {
	submitted := ""
	if role == "main" {
		submitted = "2026-02-01T02:00:00Z"
	}
	return "F-1,family,dwelling," + role + ",陈芳," + id + ",13800000003,0,0,,2015-03-01,," +
		generations + "," + submitted
}

func TestMoreColumns(t *testing.T) {
	apps, report := read(t, strings.NewReader(extended(
		unit+",750000,,",
		older+",,town;shared-houses,veteran;c5_licence",
	)))
	require.Empty(t, report)
	require.Equal(t, domain.Organisation, apps[0].ApplicantKind)
	require.Equal(t, 750000, apps[0].Scale)
	require.Equal(t, "91350100M000100Y43", apps[0].Members[0].Organisation.Reveal())
	require.Equal(t, []string{"town", "shared-houses"}, apps[1].Choices)
	require.Equal(t, []rules.Ground{rules.C5Licence, rules.Veteran}, apps[1].Members[0].Grounds)

	for name, c := range extendedCases {
		_, report := read(t, strings.NewReader(extended(c.row)))
		require.ElementsMatch(t, strings.Split(c.report, "\n"), report, name)
	}
}

// TestOrganisationInAPlainFile: the columns of before hold one, of scale 0.
func TestOrganisationInAPlainFile(t *testing.T) {
	apps, report := read(t, strings.NewReader(file(unit)))
	require.Empty(t, report)
	require.Zero(t, apps[0].Scale)
}

// TestCanonicalSaysMore: what the new columns say distinguishes applications; what
// they do not say leaves the form as it was.
func TestCanonicalSaysMore(t *testing.T) {
	one := func(in string) []byte {
		apps, report := read(t, strings.NewReader(in))
		require.Empty(t, report)
		return apps[0].Canonical()
	}
	require.Equal(t, one(file(older)), one(extended(older+",,,")))
	require.Equal(t, one(extended(older+",,,veteran;locality")),
		one(extended(older+",,,locality;veteran")))
	var forms [][]byte
	for _, row := range []string{
		older + ",,,", older + ",,a;b,", older + ",,b;a,",
		older + ",,,veteran", unit + ",,,", unit + ",1,,",
	} {
		form := one(extended(row))
		for _, f := range forms {
			require.False(t, bytes.Equal(f, form), row)
		}
		forms = append(forms, form)
	}
}
