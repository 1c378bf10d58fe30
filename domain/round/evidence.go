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
}

// Complete adds to a command what it rests on. What follows from the whole ledger stays as the
// command has it: rosters, seats left, results and settlement.
func Complete(cmd Command, e Evidence) (Command, error) {
	var v rules.Version
	var err error
	switch c := cmd.(type) {
	case Open:
		return completeOpen(c, e)
	case Close:
		c.At = e.At()
		return c, nil
	case Announce:
		c.At = e.At()
		return c, nil
	case SupersedeAnnouncement:
		v, err = e.Rules()
		c.Margin, c.At = v.SupersedeMargin(), e.At()
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
	case Void:
		v, err = e.Rules()
		c.CeremonyMargin, c.Abort, c.At = v.CeremonyMargin(), v.Abort(), e.At()
		return c, err
	case Seal, Draw, Rank, Publish, Settle: // have their evidence
	}
	return cmd, nil
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
