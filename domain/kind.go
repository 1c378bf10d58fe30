package domain

// ApplicantKind says who applies.
type ApplicantKind string

// The kinds of applicants.
const (
	Individual   ApplicantKind = "individual"
	Family       ApplicantKind = "family"
	Organisation ApplicantKind = "organisation"
)

// Valid reports whether k is one of the kinds.
func (k ApplicantKind) Valid() bool { return k == Individual || k == Family || k == Organisation }

// IndicatorKind says what is applied for.
type IndicatorKind string

// The kinds of indicators.
const (
	Ordinary  IndicatorKind = "ordinary"
	NewEnergy IndicatorKind = "new_energy"
	Dwelling  IndicatorKind = "dwelling"
)

// Valid reports whether k is one of the kinds.
func (k IndicatorKind) Valid() bool { return k == Ordinary || k == NewEnergy || k == Dwelling }

// ValidID reports whether s may name a round, a rules version or an officer: 1 to
// 32 of the characters 0-9 A-Z a-z and "-", beginning and ending with none of the
// last.
func ValidID(s string) bool {
	if len(s) < 1 || len(s) > 32 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-') {
			return false
		}
	}
	return true
}
