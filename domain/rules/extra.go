package rules

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// Ground is a checked fact about a person that the rules may give steps for.
type Ground string

// The grounds.
const (
	C5Licence Ground = "c5_licence" // driving licence of class C5, for drivers with a disability
	Veteran   Ground = "veteran"
	Locality  Ground = "locality" // lives or works where the lottery is held
)

// Grounds lists all grounds, ascending.
var Grounds = []Ground{C5Licence, Locality, Veteran}

func (g Ground) valid() bool { return slices.Contains(Grounds, g) }

// Extra gives steps of the ladder for a ground: to members of one role, of one kind of
// applicant, in pools of one method.
type Extra struct {
	Ground    Ground               `json:"ground"`
	Applicant domain.ApplicantKind `json:"applicant"`
	Role      Role                 `json:"role"`
	Method    draw.Method          `json:"method"`
	Steps     int                  `json:"steps"`
}

const maxExtraSteps = 100

func (v Version) checkExtras() error {
	if v.Extras != nil && (len(v.Extras) == 0 || len(v.Extras) > 100) {
		return fault.New(fault.InvalidRules, "extra_steps have 1 to 100 lines, or are left out")
	}
	for i, x := range v.Extras {
		role := x.Role == Main || x.Role == Spouse || x.Role == Other
		known := x.Ground.valid() && x.Applicant.Valid() && role && x.Method.Ranks()
		if !known || x.Steps < 1 || x.Steps > maxExtraSteps {
			return fault.New(fault.InvalidRules,
				"extra_steps, line %d: unknown ground, applicant, role or method, or steps "+
					"outside 1 to %d",
				i+1, maxExtraSteps)
		}
	}
	return nil
}

// extra is the steps that a member has beyond the ladder, in pools of the method.
func (v Version) extra(a domain.ApplicantKind, m Member, method draw.Method) int {
	steps := 0
	for _, g := range m.Grounds {
		for _, x := range v.Extras {
			if x.Ground == g && x.Applicant == a && x.Role == m.Role && x.Method == method {
				steps += x.Steps
			}
		}
	}
	return steps
}
