package rules

// Lapse is the penalty for a confirmed indicator that lapses. Without it the people of the
// application may apply again at once.
type Lapse struct {
	BarSeconds  int64 `json:"bar_seconds"`           // for how long they may not apply again
	ResetLadder bool  `json:"reset_ladder,omitzero"` // draws before the lapse count no longer
	// Returns: the indicator goes back to the quota of the year of the lapse
	Returns bool `json:"returns_quota,omitzero"`
}

// Vacancy says how a seat of a published result fell vacant.
type Vacancy string

// The vacancies.
const (
	VacantRevoked  Vacancy = "revoked"  // the award did not stand the check
	VacantRefused  Vacancy = "refused"  // it was given back
	VacantLapsed   Vacancy = "lapsed"   // it was not used in time
	VacantDeclined Vacancy = "declined" // the application had ended before it could be awarded
)

// Vacancies lists all vacancies in their one order.
var Vacancies = []Vacancy{VacantRevoked, VacantRefused, VacantLapsed, VacantDeclined}

// Promotes reports whether the reserve moves up for such a vacancy.
func (v Version) Promotes(c Vacancy) bool {
	for _, p := range v.PromoteFor {
		if p == c {
			return true
		}
	}
	return false
}
