package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// Version is one dated version of the rules: the content of its adoption event.
type Version struct {
	Name      string      `json:"name"`
	ValidFrom domain.Time `json:"valid_from"`
	Ladder    Ladder      `json:"ladder,omitzero"` // left out: losses give no steps
	// FamilyPoints: left out: no pool ranks families by their points
	FamilyPoints  FamilyPoints `json:"family_points,omitzero"`
	Pools         []Pool       `json:"pools"`
	NoticeSeconds int64        `json:"notice_seconds"` // least time from announcement to draw
	UseSeconds    int64        `json:"use_seconds"`    // how long a confirmed indicator may be used

	RequiredChecks []RequiredCheck `json:"required_checks,omitempty"` // before an approval
	// RecheckSeconds: how long after a rejection a recheck may be asked for; 0: never
	RecheckSeconds int64 `json:"recheck_seconds,omitzero"`
	// how long after that it may be answered
	RecheckAnswerSeconds int64 `json:"recheck_answer_seconds,omitzero"`
	// Validity: of approved applications; without end for kinds that are not named
	Validity []Validity `json:"validity,omitempty"`

	// Mode: how the pools are drawn together; separate where it is left out
	Mode                draw.Mode   `json:"mode,omitzero"`
	OrganisationWeights []Threshold `json:"organisation_weights,omitzero"` // by scale, ascending
	Extras              []Extra     `json:"extra_steps,omitzero"`

	SupersedeMarginSeconds int64 `json:"supersede_margin_seconds,omitzero"` // see SupersedeMargin
	CeremonyMarginSeconds  int64 `json:"ceremony_margin_seconds,omitzero"`  // see CeremonyMargin
	AbortSeconds           int64 `json:"abort_seconds,omitzero"`            // see Abort
	// ConfirmSeconds: how long an award may wait for its check; 0: for ever
	ConfirmSeconds int64 `json:"confirm_seconds,omitzero"`
	// when the reserve moves up, in the order of Vacancies
	PromoteFor []Vacancy `json:"promote_for,omitzero"`
	Lapse      Lapse     `json:"lapse,omitzero"`
	// TwoOfficers: sealing, announcing, drawing, publishing and voiding take two officers.
	TwoOfficers bool `json:"two_officers,omitzero"`

	// MainAge is the minimum age of the main applicant at submission, in years, by the date in
	// UTC+14; 0: none.
	MainAge int `json:"main_age,omitzero"`

	// Replaces names the version that this one replaces: no window that opens at or after
	// ValidFrom may use it.
	Replaces string `json:"replaces,omitzero"`
}

// Supersedes reports whether v has replaced the version for windows that open at this time.
func (v Version) Supersedes(version string, opens domain.Time) bool {
	return v.Replaces == version && opens >= v.ValidFrom
}

// Pool returns the pool of this name.
func (v Version) Pool(name string) (Pool, bool) {
	for _, p := range v.Pools {
		if p.Name == name {
			return p, true
		}
	}
	return Pool{}, false
}

// Check refuses a version that no round could be held under.
func (v Version) Check() error {
	switch {
	case !domain.ValidID(v.Name):
		return fault.New(fault.InvalidID, "rules version %q", v.Name)
	case v.Replaces != "" && (!domain.ValidID(v.Replaces) || v.Replaces == v.Name):
		return fault.New(fault.InvalidID,
			"%q is no version that %s may replace", v.Replaces, v.Name)
	case v.ValidFrom <= 0 || v.ValidFrom > domain.MaxTime:
		return fault.New(fault.InvalidRules, "valid_from is missing or out of range")
	case v.Ladder.outOfRange():
		return fault.New(fault.InvalidRules,
			"ladder needs 1 to %d draws for a step, or is left out", MaxDrawsSince2021)
	case v.FamilyPoints.outOfRange():
		return fault.New(fault.InvalidRules,
			"family_points must lie in 0..100, max_generations in 1..10, or they are left out")
	case v.NoticeSeconds < 1 || v.NoticeSeconds > maxPeriod:
		return fault.New(fault.InvalidRules, "notice_seconds must be 1 to %d", int64(maxPeriod))
	case v.UseSeconds < 1 || v.UseSeconds > maxPeriod:
		return fault.New(fault.InvalidRules, "use_seconds must be 1 to %d", int64(maxPeriod))
	case v.MainAge < 0 || v.MainAge > 100:
		return fault.New(fault.InvalidRules, "main_age must be 0 to 100")
	}
	for _, check := range []func() error{
		v.checkPools, v.checkOrganisationWeights, v.checkExtras, v.checkPeriods,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return v.checkReview()
}
