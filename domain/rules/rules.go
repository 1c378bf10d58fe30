// Package rules holds everything an office may change, as one dated version: the
// pools and their methods, the ladder that past losses build, the points of a
// family, and the periods of notice and validity. A round names the version it was
// opened under, and nothing else is applied to it.
package rules

import (
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
)

// Version is one dated version of the rules: the content of its adoption event.
type Version struct {
	Name          string       `json:"name"`
	ValidFrom     domain.Time  `json:"valid_from"`
	Ladder        Ladder       `json:"ladder"`
	FamilyPoints  FamilyPoints `json:"family_points"`
	Pools         []Pool       `json:"pools"`
	NoticeSeconds int64        `json:"notice_seconds"` // least time from announcement to draw
	UseSeconds    int64        `json:"use_seconds"`    // how long a confirmed indicator may be used

	SupersedeMarginSeconds int64     `json:"supersede_margin_seconds,omitzero"` // see SupersedeMargin
	CeremonyMarginSeconds  int64     `json:"ceremony_margin_seconds,omitzero"`  // see CeremonyMargin
	AbortSeconds           int64     `json:"abort_seconds,omitzero"`            // see Abort
	ConfirmSeconds         int64     `json:"confirm_seconds,omitzero"`          // how long an award may wait for its check; 0: for ever
	PromoteFor             []Vacancy `json:"promote_for,omitzero"`              // when the reserve moves up, in the order of Vacancies
	Lapse                  Lapse     `json:"lapse,omitzero"`
}

// Pool says which applications compete for one quota, and by which method.
type Pool struct {
	Name       string                 `json:"name"`
	Indicator  domain.IndicatorKind   `json:"indicator"`
	Applicants []domain.ApplicantKind `json:"applicants"`
	Method     draw.Method            `json:"method"`
}

// Takes reports whether an application of these kinds belongs to the pool.
func (p Pool) Takes(i domain.IndicatorKind, a domain.ApplicantKind) bool {
	if p.Indicator != i {
		return false
	}
	for _, k := range p.Applicants {
		if k == a {
			return true
		}
	}
	return false
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
		return domain.Reject("invalid_id", "rules version %q", v.Name)
	case v.ValidFrom <= 0 || v.ValidFrom > domain.MaxTime:
		return domain.Reject("invalid_rules", "valid_from is missing or out of range")
	case v.Ladder.outOfRange():
		return domain.Reject("invalid_rules", "a ladder step needs 1 to %d draws", MaxDrawsSince2021)
	case v.FamilyPoints.outOfRange():
		return domain.Reject("invalid_rules", "family points must lie in 0..100, the greatest number of generations in 1..10")
	case v.NoticeSeconds < 1 || v.NoticeSeconds > maxPeriod:
		return domain.Reject("invalid_rules", "notice_seconds must be 1 to %d", int64(maxPeriod))
	case v.UseSeconds < 1 || v.UseSeconds > maxPeriod:
		return domain.Reject("invalid_rules", "use_seconds must be 1 to %d", int64(maxPeriod))
	case len(v.Pools) == 0 || len(v.Pools) > 100:
		return domain.Reject("invalid_rules", "1 to 100 pools are needed")
	}
	if err := v.checkAfter(); err != nil {
		return err
	}
	type kinds struct {
		i domain.IndicatorKind
		a domain.ApplicantKind
	}
	names, taken := map[string]bool{}, map[kinds]bool{}
	for _, p := range v.Pools {
		if err := (draw.Roster{Pool: p.Name, Method: draw.PLD1}).Check(); err != nil {
			return domain.Reject("invalid_rules", "pool name %q: %v", p.Name, err)
		}
		if names[p.Name] {
			return domain.Reject("invalid_rules", "pool %q twice", p.Name)
		}
		names[p.Name] = true
		if !p.Method.Ranks() {
			return domain.Reject("invalid_rules", "pool %q: method %q cannot hold a new draw", p.Name, p.Method)
		}
		if !p.Indicator.Valid() || len(p.Applicants) == 0 {
			return domain.Reject("invalid_rules", "pool %q needs a kind of indicator and of applicants", p.Name)
		}
		for _, a := range p.Applicants {
			k := kinds{p.Indicator, a}
			if !a.Valid() || taken[k] {
				return domain.Reject("invalid_rules", "pool %q: %q applicants are unknown or compete in two pools", p.Name, a)
			}
			taken[k] = true
		}
	}
	return nil
}

// maxPeriod bounds a period of the rules to about ten years.
const maxPeriod = 10 * 366 * 86400
