package round

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Evidence is what a decision about a round rests on beside its own stream.
type Evidence interface {
	// At returns the time of the decision. It is asked for last.
	At() domain.Time
	// Rules returns those that the round is held under.
	Rules() (rules.Version, error)
	// Adopted returns a version of the rules and the digest of its adoption.
	Adopted(version string) (rules.Version, domain.Digest, error)
	// Replacing returns the version that takes the place of another one at that time, or "".
	Replacing(version string, opens domain.Time) (string, error)
	// Rerun reports whether a round was voided, and returns the round that reruns it, or "".
	Rerun(round string) (voided bool, by string, err error)
	// SeatsLeft returns what the year of a draw has left, beside this round, for each of the
	// pools that has a quota.
	SeatsLeft(draw domain.Time, pools []Seats) ([]SeatsLeft, error)
	// Settlement returns what became of each pool, and the id of an indicator that is still
	// open, or "".
	Settlement() (pools []Settlement, open string, err error)
}

// Complete adds to a command on the round with this id what it rests on. What takes long to
// compute or to verify stays as the command has it: the rosters of a seal, the signature of a
// beacon and the results of a draw.
func Complete(id string, cmd Command, e Evidence) (Command, error) {
	var v rules.Version
	var err error
	switch c := cmd.(type) {
	case Open:
		return completeOpen(c, e)
	case Close:
		c.At = e.At()
		return c, nil
	case Announce:
		return c.complete(id, e)
	case SupersedeAnnouncement:
		if c.Announce, err = c.complete(id, e); err != nil {
			return nil, err
		}
		v, err = e.Rules()
		c.Margin = v.SupersedeMargin()
		return c, err
	case Anchor:
		c.At = e.At()
		return c, nil
	case RecordCeremony:
		v, err = e.Rules()
		c.Margin, c.At = v.CeremonyMargin(), e.At()
		return c, err
	case RecordBeacon:
		c.At = e.At()
		return c, nil
	case Settle:
		c.Pools, c.Open, err = e.Settlement()
		return c, err
	case Void:
		v, err = e.Rules()
		c.CeremonyMargin, c.Abort, c.At = v.CeremonyMargin(), v.Abort(), e.At()
		return c, err
	case Seal, Draw, Rank, Publish: // have their evidence
	}
	return cmd, nil
}

// complete adds the terms of the round's rules, and what is left of the year's quota.
func (c Announce) complete(id string, e Evidence) (Announce, error) {
	v, err := e.Rules()
	if err != nil {
		return c, err
	}
	c.ID, c.Notice = id, v.NoticeSeconds
	c.Mode, c.Terms = Terms(v)
	c.Left, err = e.SeatsLeft(c.DrawTime, c.Pools)
	c.At = e.At()
	return c, err
}

func completeOpen(c Open, e Evidence) (Command, error) {
	v, digest, err := e.Adopted(c.Rules)
	if err != nil {
		return nil, err
	}
	c.RulesSHA256, c.ValidFrom = digest, v.ValidFrom
	if c.ReplacedBy, err = e.Replacing(c.Rules, c.Opens); err != nil || c.Reruns == "" {
		return c, err
	}
	c.RerunVoided, c.RerunBy, err = e.Rerun(c.Reruns)
	return c, err
}
