package rules

import "lotteryledger/domain/fault"

// maxPeriod bounds a period of the rules to about ten years.
const maxPeriod = 10 * 366 * 86400

// The margins of a round where its rules say nothing, in seconds.
const (
	DefaultSupersedeMargin = 3600
	DefaultCeremonyMargin  = 600
	DefaultAbort           = 7 * 86400
)

// SupersedeMargin is the least time, in seconds, from a superseding announcement to the
// beacon round of the one before it.
func (v Version) SupersedeMargin() int64 {
	return orDefault(v.SupersedeMarginSeconds, DefaultSupersedeMargin)
}

// CeremonyMargin is the least time, in seconds, from the record of a ceremony to the
// beacon round.
func (v Version) CeremonyMargin() int64 {
	return orDefault(v.CeremonyMarginSeconds, DefaultCeremonyMargin)
}

// Abort is how long, in seconds, a beacon round is waited for before a round may be
// voided for want of it.
func (v Version) Abort() int64 { return orDefault(v.AbortSeconds, DefaultAbort) }

func orDefault(given, otherwise int64) int64 {
	if given == 0 {
		return otherwise
	}
	return given
}

// checkPeriods refuses impossible figures of a round's timetable and of what follows it.
func (v Version) checkPeriods() error {
	for _, p := range []struct {
		name  string
		value int64
	}{
		{"supersede_margin_seconds", v.SupersedeMarginSeconds},
		{"ceremony_margin_seconds", v.CeremonyMarginSeconds},
		{"abort_seconds", v.AbortSeconds},
		{"confirm_seconds", v.ConfirmSeconds},
	} {
		if p.value < 0 || p.value > maxPeriod {
			return fault.New(fault.InvalidRules,
				"%s must be 1 to %d, or left out", p.name, int64(maxPeriod))
		}
	}
	if v.PromoteFor != nil && len(v.PromoteFor) == 0 {
		return fault.New(fault.InvalidRules, "promote_for names a vacancy, or is left out")
	}
	last := -1
	for _, c := range v.PromoteFor {
		i := -1
		for n, known := range Vacancies {
			if c == known {
				i = n
			}
		}
		if i <= last {
			return fault.New(fault.InvalidRules,
				"promote_for: %q is unknown, named twice or out of order (%v)", c, Vacancies)
		}
		last = i
	}
	if v.Lapse != (Lapse{}) && (v.Lapse.BarSeconds < 1 || v.Lapse.BarSeconds > maxPeriod) {
		return fault.New(fault.InvalidRules, "lapse needs bar_seconds of 1 to %d", int64(maxPeriod))
	}
	if v.Lapse.ResetLadder && v.Ladder == (Ladder{}) {
		return fault.New(fault.InvalidRules, "lapse resets a ladder, and there is none")
	}
	return nil
}
