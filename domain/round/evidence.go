package round

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// Evidence is what a decision about a round rests on beside its own stream.
type Evidence interface {
	At() domain.Time                                              // of the decision; asked for last
	Rules() (rules.Version, error)                                // that the round is held under
	Adopted(version string) (rules.Version, domain.Digest, error) // with the digest of its adoption
	Replacing(version string, opens domain.Time) (string, error)  // version in its place then, or ""
	Rerun(round string) (voided bool, by string, err error)       // by: the round that reruns it, or ""
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
