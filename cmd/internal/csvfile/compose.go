package csvfile

import (
	"slices"
	"time"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// compose makes one application of all rows that carry its number. strayBeside says that a row
// without a readable number is adjacent. Then a family is refused: the row may be its missing
// member.
func compose(rows []row, strayBeside bool) (Application, []Problem) {
	if !anyBad(rows) {
		checkTogether(rows)
	}
	incomplete := strayBeside && rows[0].applicantKind != domain.Individual &&
		rows[0].applicantKind != domain.Organisation
	if !incomplete && !anyBad(rows) {
		return assemble(rows), nil
	}
	var problems []Problem
	for _, w := range rows {
		if len(w.problems) == 0 {
			w.bad(noColumn, codeIncomplete)
		}
		problems = append(problems, w.problems...)
	}
	return Application{}, problems
}

func anyBad(rows []row) bool {
	return slices.ContainsFunc(rows, func(w row) bool { return len(w.problems) > 0 })
}

// checkTogether finds what is wrong with rows that are good one by one.
func checkTogether(rows []row) {
	main := checkRoles(rows)
	if main == nil {
		return
	}
	persons := map[identity.Number]bool{}
	for i := range rows {
		w := &rows[i]
		for _, c := range []struct {
			column  Column
			differs bool
		}{
			{ColApplicantKind, w.applicantKind != main.applicantKind},
			{ColIndicatorKind, w.indicatorKind != main.indicatorKind},
			{ColFamilySince, w.familySince != 0 && w.familySince != main.familySince},
			{ColGenerations, w.generations != 0 && w.generations != main.generations},
			{ColSubmittedAt, w.submittedAt != 0 && w.submittedAt != main.submittedAt},
		} {
			if c.differs {
				w.bad(c.column, codeDiffers)
			}
		}
		if w.member.Identity != (identity.Number{}) && persons[w.member.Identity] {
			w.bad(ColIdentityNumber, codeSamePerson)
		}
		persons[w.member.Identity] = true
		if w.member.Identity.BornAfter(time.Unix(int64(main.submittedAt), 0).In(firstDay)) {
			w.bad(ColIdentityNumber, codeBornAfter)
		}
		for _, d := range []struct {
			column Column
			date   domain.Time
		}{
			{ColWaitingSince, w.member.WaitingSince},
			{ColRegisteredOn, w.member.RegisteredOn},
			{ColFamilySince, w.familySince},
		} {
			if code := DateAfter(d.date, main.submittedAt); code != "" {
				w.bad(d.column, code)
			}
		}
	}
}

// DateAfter returns the code of a date that lies after the submission wherever the day is, or "".
func DateAfter(date, submitted domain.Time) string {
	if date > submitted+firstDayAhead {
		return codeDateAfter
	}
	return ""
}

// firstDay is the time zone in which every day begins first.
var firstDay = time.FixedZone("UTC+14", firstDayAhead)

const firstDayAhead = 14 * 3600 // seconds

// checkRoles checks who is there, and returns the main applicant's row if that is
// clear.
func checkRoles(rows []row) *row {
	var main, spouse *row
	for i := range rows {
		w := &rows[i]
		switch {
		case w.member.Role == rules.Main && main != nil:
			w.bad(ColRole, codeMainTwice)
		case w.member.Role == rules.Main:
			main = w
		case w.member.Role == rules.Spouse && spouse != nil:
			w.bad(ColRole, codeSpouseTwice)
		case w.member.Role == rules.Spouse:
			spouse = w
		}
	}
	if main == nil {
		rows[0].bad(ColRole, codeMainMissing)
		return nil
	}
	switch {
	case main.applicantKind == domain.Family && len(rows) < 2:
		main.bad(noColumn, codeTooFew)
	case main.applicantKind != domain.Family && len(rows) > 1:
		for i := range rows {
			if &rows[i] != main {
				rows[i].bad(noColumn, codeOnePerson)
			}
		}
	}
	return main
}

// assemble puts good rows together.
func assemble(rows []row) Application {
	app := Application{Row: rows[0].n, Number: rows[0].number}
	for _, w := range rows {
		app.Members = append(app.Members, w.member)
		if w.member.Role == rules.Main {
			app.ApplicantKind, app.IndicatorKind = w.applicantKind, w.indicatorKind
			app.Generations, app.FamilySince, app.SubmittedAt = w.generations, w.familySince,
				w.submittedAt
			app.Scale, app.Choices = w.scale, w.choices
		}
	}
	slices.SortStableFunc(app.Members,
		func(x, y Member) int { return place(x.Role) - place(y.Role) })
	return app
}
