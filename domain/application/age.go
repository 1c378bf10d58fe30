package application

import (
	"time"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// firstDay is the time zone in which every day begins first.
var firstDay = time.FixedZone("UTC+14", 14*3600)

// RequireAge refuses a main applicant who is younger than the rules ask on the day of the
// submission, where on earth it begins first. The ledger does not hold the number that an age
// follows from, so the office alone can tell.
func RequireAge(main identity.Number, submittedAt domain.Time, least int) error {
	if main.AgeOn(time.Unix(int64(submittedAt), 0).In(firstDay)) < least {
		return fault.New(fault.TooYoung, "a main applicant is at least %d years old", least)
	}
	return nil
}
