package application

import (
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Recheck is where the recheck of a rejection stands.
type Recheck struct {
	Until    domain.Time // may be asked for before; 0: not offered
	AnswerBy domain.Time // asked for, to be answered before
	Upheld   bool        // answered
}

// requireRejected refuses if the application is not rejected.
func requireRejected(s State) error {
	if err := requireActive(s); err != nil {
		return err
	}
	if s.Phase != PhaseRejected {
		return fault.New(fault.NotRejected, "the application is %s, not rejected", s.Phase)
	}
	return nil
}

func decideAskRecheck(s State, c AskRecheck) ([]Event, error) {
	if err := requireRejected(s); err != nil {
		return nil, err
	}
	switch {
	case s.Review().Recheck.Upheld:
		return nil, fault.New(fault.RecheckAnswered, "the rejection was looked at again and upheld")
	case s.Review().Recheck.AnswerBy != 0:
		return nil, nil
	case s.Review().Recheck.Until == 0:
		return nil, fault.New(fault.RecheckNotOffered, "the rules offer no recheck")
	case c.At >= s.Review().Recheck.Until:
		return nil, fault.New(fault.RecheckTooLate,
			"a recheck could be asked for until %s", s.Review().Recheck.Until)
	}
	return []Event{RecheckAsked{AnswerBy: deadline(c.At, c.Rules.RecheckAnswerSeconds)}}, nil
}

func decideAnswerRecheck(s State, c AnswerRecheck) ([]Event, error) {
	if err := requireRejected(s); err != nil {
		return nil, err
	}
	switch {
	case c.Answer != Upheld && c.Answer != Granted:
		return nil, fault.New(fault.InvalidAnswer,
			"a recheck is %s or %s, not %q", Granted, Upheld, c.Answer)
	case s.Review().Recheck.Upheld && c.Answer == Upheld:
		return nil, nil
	case s.Review().Recheck.Upheld:
		return nil, fault.New(fault.RecheckAnswered, "the rejection was looked at again and upheld")
	case s.Review().Recheck.AnswerBy == 0:
		return nil, fault.New(fault.RecheckNotAsked, "nobody has asked for a recheck")
	case c.By == c.RejectedBy:
		return nil, fault.New(fault.RecheckSameReviewer,
			"officer %s has rejected; another one has to look again", c.By)
	case c.At >= s.Review().Recheck.AnswerBy:
		return nil, fault.New(fault.RecheckAnswerTooLate,
			"the recheck had to be answered by %s", s.Review().Recheck.AnswerBy)
	}
	return []Event{RecheckAnswered{c.Answer}}, nil
}
