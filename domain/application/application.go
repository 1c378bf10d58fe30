// Package application is one applicant's standing request for one kind of
// indicator. It is submitted in the window of a round, edited until approved, checked
// by departments and reviewed, and from then on takes part in every round until it is
// withdrawn, has won, is disqualified, or is no longer valid and not renewed. The rules
// of its review and of its validity are those of the round it was submitted for.
package application

import (
	"fmt"
	"reflect"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/rules"
)

// StreamPrefix begins the name of an application's stream: "application-" and the code.
const StreamPrefix = "application-"

// Phase of an application.
type Phase string

// The phases. The phase is empty before the application is submitted.
const (
	PhaseSubmitted Phase = "submitted"
	PhaseApproved  Phase = "approved"
	PhaseRejected  Phase = "rejected"
	PhaseWithdrawn Phase = "withdrawn"
	PhaseAwarded   Phase = "awarded"

	PhaseExpired      Phase = "expired"
	PhaseDisqualified Phase = "disqualified"
)

// Over reports whether the application has ended without an indicator, so that its
// persons may apply again.
func (p Phase) Over() bool {
	return p == PhaseWithdrawn || p == PhaseExpired || p == PhaseDisqualified
}

// State of an application's stream.
type State struct {
	Phase     Phase
	Applicant string
	Indicator domain.IndicatorKind
	Round     string
	Submitted domain.Time
	Persons   []domain.Digest
	Standing  rules.Standing
	Reasons   []Reason
	Won       string // id of the indicator

	// first moment at which it takes no part; 0: without end, or not approved
	ValidUntil  domain.Time
	UnderReview *Review // nil for most, to save memory; read it with [State.Review]
}

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Submit:
		return decideSubmit(s, c)
	case Edit:
		return decideEdit(s, c)
	case Approve:
		return decideApprove(s, c)
	case Reject:
		return decideReject(s, c)
	case Withdraw:
		if s.Phase == PhaseWithdrawn {
			return nil, nil
		}
		if err := requireActive(s); err != nil {
			return nil, err
		}
		return []Event{Withdrawn{}}, nil
	case Award:
		return decideAward(s, c)
	case RecordCheck:
		return decideRecordCheck(s, c)
	case AskRecheck:
		return decideAskRecheck(s, c)
	case AnswerRecheck:
		return decideAnswerRecheck(s, c)
	case Renew:
		return decideRenew(s, c)
	case Expire:
		return decideExpire(s, c)
	case Disqualify:
		return decideDisqualify(s, c)
	case Credit:
		return decideCredit(s, c)
	}
	panic(fmt.Sprintf("application: no rule for %T", cmd))
}

// requireActive refuses if there is no application, or it has ended.
func requireActive(s State) error {
	switch s.Phase {
	case "":
		return fault.New(fault.UnknownApplication, "no such application was submitted")
	case PhaseWithdrawn:
		return fault.New(fault.ApplicationWithdrawn, "the application was withdrawn")
	case PhaseAwarded:
		return fault.New(fault.ApplicationAwarded, "the application has won indicator %s", s.Won)
	case PhaseExpired:
		return fault.New(fault.ApplicationExpired, "the application was valid until %s",
			s.ValidUntil)
	case PhaseDisqualified:
		return fault.New(fault.ApplicationDisqualified,
			"the application was disqualified: %s", s.Review().Banned)
	}
	return nil
}

func decideSubmit(s State, c Submit) ([]Event, error) {
	if s.Phase != "" {
		if s.Applicant == c.Applicant && s.Indicator == c.Indicator && s.Round == c.Round &&
			s.Submitted == c.SubmittedAt && slices.Equal(s.Persons, c.Persons) {
			return nil, nil
		}
		return nil, fault.New(fault.ApplicationExists, "the code belongs to another application")
	}
	switch {
	case !c.Indicator.Valid():
		return nil, fault.New(fault.UnknownKind, "indicator kind %q", c.Indicator)
	case !domain.ValidApplicant(c.Applicant):
		return nil, fault.New(fault.InvalidID, "applicant id is not 32 lower-case hex digits")
	case !c.Window.Open:
		return nil, fault.New(fault.RoundClosed, "round %s takes no applications", c.Round)
	case c.SubmittedAt < c.Window.Opens:
		return nil, fault.New(fault.RoundNotOpen,
			"submitted at %s, before the window of round %s opened at %s",
			c.SubmittedAt, c.Round, c.Window.Opens)
	case c.SubmittedAt >= c.Window.Closes:
		return nil, fault.New(fault.RoundClosed,
			"submitted at %s, after the window of round %s closed at %s",
			c.SubmittedAt, c.Round, c.Window.Closes)
	}
	if err := c.Standing.Check(); err != nil {
		return nil, err
	}
	if len(c.Persons) != len(c.Standing.Members) {
		return nil, fault.New(fault.InvalidStanding,
			"%d persons for %d members", len(c.Persons), len(c.Standing.Members))
	}
	for i, p := range c.Persons {
		if slices.Contains(c.Persons[:i], p) {
			return nil, fault.New(fault.DuplicateMember, "member %d is the same person as another",
				i+1)
		}
	}
	return []Event{Submitted{
		Applicant: c.Applicant, Indicator: c.Indicator, Round: c.Round,
		SubmittedAt: c.SubmittedAt, Persons: c.Persons, Standing: c.Standing,
	}}, nil
}

func decideEdit(s State, c Edit) ([]Event, error) {
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if s.Phase == PhaseApproved {
		return nil, fault.New(fault.ApplicationApproved, "an approved application cannot be edited")
	}
	if err := c.Standing.Check(); err != nil {
		return nil, err
	}
	same := c.Standing.Applicant == s.Standing.Applicant &&
		len(c.Standing.Members) == len(s.Standing.Members)
	for i := 0; same && i < len(c.Standing.Members); i++ {
		same = c.Standing.Members[i].Role == s.Standing.Members[i].Role
	}
	if !same {
		return nil, fault.New(fault.MembersChanged, "other members need another application")
	}
	for _, credit := range s.Review().Credits {
		if !reflect.DeepEqual(credit.Apply(c.Standing), c.Standing) {
			return nil, fault.New(fault.MemberCredited,
				"the draws of member %d were credited with evidence; only another credit changes "+
					"them",
				credit.Member)
		}
	}
	if s.Phase == PhaseSubmitted && reflect.DeepEqual(s.Standing, c.Standing) {
		return nil, nil
	}
	return []Event{Edited(c)}, nil
}

func decideAward(s State, c Award) ([]Event, error) {
	if s.Phase == PhaseAwarded && s.Won == c.Indicator {
		return nil, nil
	}
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if c.Selected == "" || c.Selected != c.Code || s.Phase != PhaseApproved {
		return nil, fault.New(fault.NotSelected,
			"the application does not hold this rank of a published result")
	}
	return []Event{Awarded{c.Indicator}}, nil
}

func decideDisqualify(s State, c Disqualify) ([]Event, error) {
	if s.Phase == PhaseDisqualified && s.Review().Banned == c.Reason {
		return nil, nil
	}
	if err := requireActive(s); err != nil {
		return nil, err
	}
	if !slices.Contains(DisqualifyReasons, c.Reason) {
		return nil, fault.New(fault.InvalidReason, "reason %q", c.Reason)
	}
	return []Event{Disqualified(c)}, nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Submitted:
		return State{
			Phase: PhaseSubmitted, Applicant: e.Applicant, Indicator: e.Indicator, Round: e.Round,
			Submitted: e.SubmittedAt, Persons: e.Persons, Standing: e.Standing,
		}
	case Edited:
		s.Phase, s.Standing, s.Reasons = PhaseSubmitted, e.Standing, nil
		if s.UnderReview != nil {
			s = s.withReview(func(r *Review) { r.Checks, r.Recheck = nil, Recheck{} })
		}
	case Approved:
		s.Phase, s.ValidUntil, s.UnderReview = PhaseApproved, e.ValidUntil, nil
	case Rejected:
		s.Phase, s.Reasons = PhaseRejected, e.Reasons
		s = s.withReview(func(r *Review) { r.Recheck = Recheck{Until: e.RecheckUntil} })
	case Withdrawn:
		s.Phase = PhaseWithdrawn
	case Awarded:
		s.Phase, s.Won = PhaseAwarded, e.Indicator
	case CheckRecorded:
		s = s.withReview(func(r *Review) {
			same := func(c CheckRecorded) bool {
				return c.Department == e.Department &&
					c.Item == e.Item
			}
			r.Checks = append(without(r.Checks, same), e)
		})
	case RecheckAsked:
		s = s.withReview(func(r *Review) { r.Recheck.AnswerBy = e.AnswerBy })
	case RecheckAnswered:
		if e.Answer == Upheld {
			return s.withReview(func(r *Review) { r.Recheck.Upheld = true })
		}
		s.Phase, s.Reasons = PhaseSubmitted, nil
		s = s.withReview(func(r *Review) { r.Recheck = Recheck{} })
	case Renewed:
		s.ValidUntil = e.ValidUntil
	case Expired:
		s.Phase = PhaseExpired
	case Disqualified:
		s.Phase = PhaseDisqualified
		s = s.withReview(func(r *Review) { r.Banned = e.Reason })
	case Credited:
		s.Standing = e.Apply(s.Standing)
		s = s.withReview(func(r *Review) {
			r.Credits = append(without(r.Credits,
				func(c Credited) bool { return c.Member == e.Member }), e)
		})
	}
	return s
}

// without is a copy of the list without its elements of this kind.
func without[E any](list []E, of func(E) bool) []E {
	return slices.DeleteFunc(slices.Clone(list), of)
}
