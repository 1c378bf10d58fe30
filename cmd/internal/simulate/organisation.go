package simulate

import (
	"errors"
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/rules"
)

// organisation makes an enterprise: most are small.
func (g *generator) organisation(a *application) {
	a.kind = domain.Organisation
	a.scale = g.below(10)
	for g.chance(600) && a.scale < rules.MaxScale/20 {
		a.scale *= g.between(2, 20)
	}
	body := fmt.Sprintf("91%06dMA%06d", areas[g.below(len(areas))], a.ordinal)
	year := a.submittedAt.Year() - g.between(0, 10)
	a.members = []person{{
		role: rules.Main, name: g.character(surnames) + g.character(maleGiven) + "有限公司",
		digits: completeOrganisation(body), mobile: g.mobile(),
		registeredOn: g.dayBetween(date(year, 1), earlier(date(year+1, 1), a.submittedAt)),
	}}
}

// completeOrganisation adds the two check characters that 16 signs need.
func completeOrganisation(signs string) string {
	const all = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for _, body := range "0123456789X" {
		for _, check := range all {
			s := signs + string(body) + string(check)
			if _, err := identity.ParseOrganisation(s); err == nil {
				return s
			} else if errors.Is(err, identity.ErrOrganisationBody) {
				break // the check character fits; the other one does not
			}
		}
	}
	return signs
}
