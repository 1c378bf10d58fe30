package application

import (
	"time"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// firstDay is the time zone in which every day begins first.
var firstDay = time.FixedZone("UTC+14", 14*3600)

// RequireAge refuses a main applicant who is too young for the rules on the day of the submission,
// by the date in UTC+14. Only the office can tell: the ledger does not hold identity numbers.
func RequireAge(main identity.Number, submittedAt domain.Time, least int) error {
	if main.AgeOn(time.Unix(int64(submittedAt), 0).In(firstDay)) < least {
		return fault.New(fault.TooYoung, "a main applicant is at least %d years old", least)
	}
	return nil
}
