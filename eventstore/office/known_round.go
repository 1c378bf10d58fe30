package office

import (
	"crypto/sha256"
	"fmt"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Adopted returns a version of the rules and the digest of its adoption.
func (k *known) Adopted(version string) (rules.Version, domain.Digest, error) {
	l, err := eventstore.Of(catalog.Rules).
		Load(k.ctx, k.office.Store, rules.StreamPrefix+version, catalog.Meta{})
	if err == nil && !l.State.Adopted {
		err = fault.New(fault.UnknownRules, "rules %q are not adopted", version)
	}
	return l.State.Version, sha256.Sum256(l.First.Data), err
}

// Replacing returns the version that has taken the place of another one at that time, or "".
func (k *known) Replacing(version string, opens domain.Time) (by string, err error) {
	for e, err := range all[rules.Event](k.ctx, k.office.Store, rules.StreamPrefix) {
		if err != nil {
			return "", err
		}
		if a, is := e.event.(rules.Adopted); is && a.Supersedes(version, opens) {
			by = a.Name
		}
	}
	return by, nil
}

// Rerun returns what is known of a round that the one of the stream is to rerun. Of two rounds
// opened for it within the same moment the replay refuses the second.
func (k *known) Rerun(voided string) (is bool, by string, err error) {
	s, err := k.office.LoadRound(k.ctx, voided)
	if err != nil {
		return false, "", err
	}
	for stream, err := range k.office.Store.Streams(k.ctx, round.StreamPrefix) {
		if err != nil {
			return false, "", fmt.Errorf("looking for reruns of round %s: %w", voided, err)
		}
		first := eventstore.Range{Limit: 1}
		for e, err := range eventsOf[round.Event](k.ctx, k.office.Store, stream, first) {
			if err != nil {
				return false, "", fmt.Errorf("looking for reruns of round %s: %w", voided, err)
			}
			opened, ok := e.event.(round.Opened)
			if ok && opened.Reruns == voided && stream != k.stream {
				by = stream[len(round.StreamPrefix):]
			}
		}
	}
	return s.Phase == round.PhaseVoided, by, nil
}

// requireOrder refuses a time before that of the last event of the stream: the events of a round
// follow each other in time.
func (k *known) requireOrder() error {
	if k.newest.Meta == nil {
		return nil
	}
	before, err := catalog.ParseMeta(k.newest.Meta)
	if err != nil {
		return fmt.Errorf("reading %s at revision %d: %w", k.stream, k.newest.Revision, err)
	}
	if k.At() < before.At {
		return fault.New(fault.ClockBehind,
			"the round was last changed at %s, this clock says %s", before.At, k.At())
	}
	return nil
}
