package audit

import (
	"fmt"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// RefuteAbort holds a signature against a round that was voided because its beacon round
// did not appear. A valid one is a disproof, [fault.AbortRefuted]: the round could have been
// drawn. One that is not the beacon's is another error and proves nothing.
//
// It cannot say when the signature appeared: a beacon catches up after an outage, and a
// round that was voided in good faith after its deadline is refuted later all the same.
func (r *Report) RefuteAbort(id string, signature []byte) error {
	for _, o := range r.Rounds {
		if o.Round != id {
			continue
		}
		if o.Void != round.BeaconMissing {
			return fault.New(fault.ReasonUnfounded,
				"round %s was not voided for a missing beacon", id)
		}
		chain, ok := draw.ChainByName(o.Chain)
		if !ok {
			return fault.New(fault.UnknownChain, "beacon chain %s", o.Chain)
		}
		if err := beacon.Verify(chain, o.BeaconRound, signature); err != nil {
			return fmt.Errorf("verifying round %d of %s: %w", o.BeaconRound, chain.ID, err)
		}
		return fault.Site{
			Stream:   round.StreamPrefix + id,
			Revision: o.voided,
		}.New(fault.AbortRefuted,
			"voided for a missing beacon, but this is the signature of round %d of %s",
			o.BeaconRound, chain.ID)
	}
	return fault.New(fault.UnknownRound, "the ledger has no round %s", id)
}
