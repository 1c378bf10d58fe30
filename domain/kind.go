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
