package application

import (
	"fmt"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Review is what is known of an application only while it is reviewed, or of one that
// was disqualified. An approval ends it.
type Review struct {
	Checks  []CheckRecorded // the last of each item since the last edit
	Recheck Recheck         // of the rejection that stands
	Credits []Credited      // the last of each member
	Banned  DisqualifyReason
}

// String is the content, so that states can be compared as text.
func (r *Review) String() string { return fmt.Sprintf("%+v", *r) }

// Review returns what is known of the review, or an empty one.
func (s State) Review() Review {
	if s.UnderReview == nil {
		return Review{}
	}
	return *s.UnderReview
}

// withReview returns the state with a changed review.
func (s State) withReview(change func(*Review)) State {
	r := s.Review()
	change(&r)
	s.UnderReview = &r
	return s
}

func decideRecordCheck(s State, c RecordCheck) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	listed := false
	for _, due := range c.Rules.Checks(s.Indicator, s.Standing.Applicant) {
		listed = listed || due.Department == c.Department && due.Item == c.Item
	}
	switch {
	case !listed:
		return nil, fault.New(fault.UnknownCheck,
			"the rules ask no check of %q from %q for such an application", c.Item, c.Department)
	case len(c.Bound) > 0 && !slices.Contains(c.Bound, c.Department):
		return nil, fault.New(fault.OtherDepartment, "the reviewer records checks of %v only",
			c.Bound)
	case c.Outcome != Passed && c.Outcome != Failed:
		return nil, fault.New(fault.InvalidOutcome,
			"the outcome of a check is %s or %s, not %q", Passed, Failed, c.Outcome)
	case c.Outcome == Passed && len(c.Reasons) > 0:
		return nil, fault.New(fault.InvalidReason, "a check that was passed has no reasons")
	}
	e := CheckRecorded{Department: c.Department, Item: c.Item, Outcome: c.Outcome}
	if c.Outcome == Failed {
		if err := checkReasons(c.Reasons); err != nil {
			return nil, err
		}
		e.Reasons = c.Reasons
	}
	switch {
	case s.Phase == PhaseApproved:
		return nil, fault.New(fault.ApplicationApproved, "the application was approved")
	case s.Phase == PhaseRejected &&
		(s.Review().Recheck.AnswerBy == 0 || s.Review().Recheck.Upheld):
		return nil, fault.New(fault.ApplicationRejected,
			"the application was rejected and no recheck is under way")
	}
	last, ok := s.Check(c.Department, c.Item)
	if ok && last.Outcome == e.Outcome && slices.Equal(last.Reasons, e.Reasons) {
		return nil, nil
	}
	return []Event{e}, nil
}

// Check is what a department last found about an item, since the last edit.
func (s State) Check(department, item string) (CheckRecorded, bool) {
	for _, c := range s.Review().Checks {
		if c.Department == department && c.Item == item {
			return c, true
		}
	}
	return CheckRecorded{}, false
}

func decideApprove(s State, c Approve) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseApproved:
		return nil, nil
	case PhaseRejected:
		return nil, fault.New(fault.ApplicationRejected,
			"the application was rejected; it has to be edited first")
	}
	for _, due := range c.Rules.Checks(s.Indicator, s.Standing.Applicant) {
		found, ok := s.Check(due.Department, due.Item)
		switch {
		case !ok:
			return nil, fault.New(fault.ChecksMissing,
				"%s of %s is not checked since the last edit", due.Item, due.Department)
		case found.Outcome != Passed:
			return nil, fault.New(fault.CheckFailed,
				"%s of %s was not found in order: %v", due.Item, due.Department, found.Reasons)
		}
	}
	return []Event{Approved{ValidUntil: c.Rules.ValidUntil(s.Standing.Applicant, c.At)}}, nil
}

func decideReject(s State, c Reject) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	reasons := c.Reasons
	if len(reasons) == 0 {
		reasons = s.failed()
	}
	if err := checkReasons(reasons); err != nil {
		return nil, err
	}
	switch s.Phase {
	case PhaseApproved:
		return nil, fault.New(fault.ApplicationApproved, "the application was approved")
	case PhaseRejected:
		if slices.Equal(s.Reasons, reasons) {
			return nil, nil
		}
		return nil, fault.New(fault.ApplicationRejected,
			"the application was rejected for other reasons")
	}
	return []Event{Rejected{reasons, deadline(c.At, c.Rules.RecheckSeconds)}}, nil
}

// deadline returns the end of a period that begins at the given moment, or 0 if the rules
// set none.
func deadline(at domain.Time, seconds int64) domain.Time {
	if seconds == 0 {
		return 0
	}
	return min(at+domain.Time(seconds), domain.MaxTime)
}

// failed lists the reasons of all checks that failed, each once and in the order of
// Reasons.
func (s State) failed() []Reason {
	var all []Reason
	for _, r := range Reasons {
		gives := func(c CheckRecorded) bool { return slices.Contains(c.Reasons, r) }
		if slices.ContainsFunc(s.Review().Checks, gives) {
			all = append(all, r)
		}
	}
	return all
}

func checkReasons(reasons []Reason) error {
	if len(reasons) == 0 {
		return fault.New(fault.InvalidReason, "a rejection or a failed check needs a reason")
	}
	for i, r := range reasons {
		if !slices.Contains(Reasons, r) || slices.Contains(reasons[:i], r) {
			return fault.New(fault.InvalidReason, "reason %q is unknown or given twice", r)
		}
	}
	return nil
}
