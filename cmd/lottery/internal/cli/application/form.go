package application

import (
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain/rules"
)

// form is an application as it is given: the columns of the office's file by name.
type form struct {
	ApplicationNo string   `json:"application_no"` // the office's own; "walk-in" if left out
	ApplicantKind string   `json:"applicant_kind"`
	IndicatorKind string   `json:"indicator_kind"`
	Members       []person `json:"members"`
	FamilySince   string   `json:"family_since"`
	Generations   int      `json:"generations"`
	SubmittedAt   string   `json:"submitted_at"`
	Scale         int      `json:"scale"`
	Choices       []string `json:"choices"`
}

// person is a member of the application.
type person struct {
	Role           string   `json:"role"` // "main" of the first if left out
	Name           string   `json:"name"`
	IdentityNumber string   `json:"identity_number"`
	Mobile         string   `json:"mobile"`
	DrawsUntil2020 int      `json:"draws_until_2020"`
	DrawsSince2021 int      `json:"draws_since_2021"`
	WaitingSince   string   `json:"waiting_since"`
	RegisteredOn   string   `json:"registered_on"`
	Grounds        []string `json:"grounds"`
}

// csv is the application as a file with all columns: one row for each member.
func (f form) csv() []byte {
	var b strings.Builder
	b.WriteString(csvfile.ExtendedHeader() + "\n")
	w := csv.NewWriter(&b)
	for i, m := range f.Members {
		row := []string{
			cmp.Or(f.ApplicationNo, "walk-in"), f.ApplicantKind, f.IndicatorKind, m.Role, m.Name,
			m.IdentityNumber, m.Mobile,
			strconv.Itoa(m.DrawsUntil2020), strconv.Itoa(m.DrawsSince2021), m.WaitingSince,
			m.RegisteredOn,
			"", "", "", "", "", strings.Join(m.Grounds, ";"),
		}
		if i == 0 {
			row[csvfile.ColRole] = cmp.Or(m.Role, string(rules.Main))
			row[csvfile.ColFamilySince], row[csvfile.ColGenerations] = f.FamilySince, number(
				f.Generations,
			)
			row[csvfile.ColSubmittedAt], row[csvfile.ColScale] = f.SubmittedAt, number(f.Scale)
			row[csvfile.ColChoices] = strings.Join(f.Choices, ";")
		}
		_ = w.Write(row) // into memory
	}
	w.Flush()
	return []byte(b.String())
}

// number is a number that 0 leaves out.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
