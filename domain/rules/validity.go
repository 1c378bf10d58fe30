package rules

import (
	"time"

	"lotteryledger/domain"
)

// Validity says how long an application of this kind of applicant takes part from its
// approval, or from its renewal: so many seconds, or until the end of a day (Month,
// Day) of the calendar year that is Years after that of the approval. The calendar is
// that of a place UTCOffset seconds ahead of UTC.
type Validity struct {
	Applicant domain.ApplicantKind `json:"applicant"`
	Seconds   int64                `json:"seconds,omitzero"`
	Years     int                  `json:"years,omitzero"`
	Month     int                  `json:"month,omitzero"`
	Day       int                  `json:"day,omitzero"`
	UTCOffset int64                `json:"utc_offset,omitzero"` // seconds
}

// until is the first moment at which what was approved at the given one is over.
func (v Validity) until(at domain.Time) domain.Time {
	end := at + domain.Time(v.Seconds)
	if v.Seconds == 0 {
		year := (at + domain.Time(v.UTCOffset)).Year() + v.Years
		midnight := time.Date(year, time.Month(v.Month), v.Day+1, 0, 0, 0, 0, time.UTC)
		end = domain.Time(midnight.Unix() - v.UTCOffset)
	}
	return min(end, domain.MaxTime)
}

// ValidUntil is the first moment at which an application that is approved or renewed
// at the given one is no longer valid, or 0 when its kind of applicant has no end.
func (v Version) ValidUntil(a domain.ApplicantKind, at domain.Time) domain.Time {
	for _, k := range v.Validity {
		if k.Applicant == a {
			return k.until(at)
		}
	}
	return 0
}

func (v Validity) wellFormed() bool {
	const day = 86400
	if v.Seconds != 0 {
		return v.Seconds > 0 && v.Seconds <= maxPeriod &&
			v == Validity{Applicant: v.Applicant, Seconds: v.Seconds}
	}
	date := time.Date(2001, time.Month(v.Month), v.Day, 0, 0, 0, 0, time.UTC) // not a leap year
	return v.Years >= 1 && v.Years <= 10 && int(date.Month()) == v.Month && date.Day() == v.Day &&
		v.UTCOffset > -day && v.UTCOffset < day
}
