package csvfile

import (
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
)

// parseMore reads the columns that not every file has.
func (w *row) parseMore(get func(Column) string) {
	main := w.member.Role == rules.Main
	if s := get(ColScale); s != "" {
		if w.applicantKind != domain.Organisation {
			w.bad(ColScale, codeUnitOnly)
		}
		w.scale = w.integer(ColScale, s, 0, rules.MaxScale)
	}
	if w.choices = w.list(ColChoices, get(ColChoices)); w.choices != nil && !main {
		w.bad(ColChoices, codeMainOnly)
	}
	for _, g := range w.list(ColGrounds, get(ColGrounds)) {
		if !slices.Contains(rules.Grounds, rules.Ground(g)) {
			w.bad(ColGrounds, codeListForm)
			continue
		}
		w.member.Grounds = append(w.member.Grounds, rules.Ground(g))
	}
	slices.Sort(w.member.Grounds)
}

// list reads names parted by semicolons, each once; "" is no list.
func (w *row) list(c Column, s string) []string {
	if s == "" {
		return nil
	}
	names := strings.Split(s, ";")
	for i, n := range names {
		if !draw.ValidPool(n) || slices.Contains(names[:i], n) || len(names) > rules.MaxChoices {
			w.bad(c, codeListForm)
			return nil
		}
	}
	return names
}
