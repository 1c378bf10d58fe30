package audit

import (
	"reflect"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyRound(d *Decoded, e round.Event) error {
	if err := d.requireID(); err != nil {
		return err
	}
	r := l.rounds[d.StreamID]
	if r == nil {
		r = newRound()
	}
	if d.Meta.At < r.changed {
		return d.fault(fault.TimeOrder, "dated %s, the event before %s", d.Meta.At, r.changed)
	}
	cmd, c, err := l.roundCommand(d, r, e)
	if err != nil {
		return err
	}
	after, err := decide(catalog.Rounds, r.stream, d, e, cmd)
	if err != nil {
		return err
	}
	if _, ok := e.(round.Published); ok {
		c.results = r.results
	}
	if err := l.roundFiles(d, after.state, c, e); err != nil {
		return err
	}
	l.foldRound(d.StreamID, after, d.Index, d.Meta.At, e, c)
	return nil
}

// roundCommand returns the command behind an event of a round, with the evidence that the leaves
// before give, and what was computed for it.
func (l *Ledger) roundCommand(
	d *Decoded, r *roundRecord, e round.Event,
) (cmd round.Command, c computed, err error) {
	switch e := e.(type) {
	case round.Sealed:
		cmd, c.rosters, err = l.sealCommand(d, e)
	case round.BeaconRecorded:
		cmd, err = l.beaconCommand(d, e)
	case round.Drawn:
		cmd, c.results, err = l.drawCommand(d, e)
	case round.Ranked:
		cmd, err = rankCommand(d, r, e)
	case round.Opened, round.Closed, round.Announced, round.AnnouncementSuperseded,
		round.Anchored, round.CeremonyRecorded, round.Published, round.Settled, round.Voided:
		cmd = round.Behind(e)
	}
	if err != nil {
		return nil, c, err
	}
	if cmd, err = round.Complete(d.StreamID, cmd, l.evidence(d)); err != nil {
		err = refusal(d, err)
	}
	return cmd, c, err
}

func (l *Ledger) sealCommand(d *Decoded, e round.Sealed) (round.Command, []draw.Roster, error) {
	if e.LedgerSize > uint64(l.size) {
		return nil, nil, d.fault(fault.RosterWrong, "sealed at %d leaves, but only %d came before",
			e.LedgerSize, l.size)
	}
	all, seal, err := l.Rosters(d.StreamID, int64(e.LedgerSize))
	if err != nil {
		return nil, nil, asFault(d, err)
	}
	if !reflect.DeepEqual(seal.Rosters, e.Rosters) {
		return nil, nil, d.fault(fault.RosterWrong, "the first %d leaves give other rosters: %s",
			e.LedgerSize, differing(seal.Rosters, e.Rosters))
	}
	return seal, all, nil
}

func differing(want, got []round.Roster) string {
	for i := range want {
		if i >= len(got) || want[i] != got[i] {
			return "pool " + want[i].Pool
		}
	}
	return "more pools than the rules have"
}

func (l *Ledger) beaconCommand(d *Decoded, e round.BeaconRecorded) (round.Command, error) {
	if err := l.VerifyBeacon(d.StreamID, e.Signature); err != nil {
		return nil, asFault(d, err)
	}
	return round.RecordBeacon{Signature: e.Signature}, nil
}

func (l *Ledger) drawCommand(d *Decoded, e round.Drawn) (round.Command, []PoolResult, error) {
	cmd, results, err := l.Draw(d.StreamID)
	switch {
	case err != nil:
		return nil, nil, asFault(d, err)
	case cmd.Seed != e.Seed:
		return nil, nil, d.fault(fault.SeedWrong, "announcement and beacon give seed %s", cmd.Seed)
	case !reflect.DeepEqual(cmd.Results, e.Results):
		return nil, nil, d.fault(fault.ResultWrong, "rosters and seed give other results")
	}
	return cmd, results, nil
}

func rankCommand(d *Decoded, r *roundRecord, e round.Ranked) (round.Command, error) {
	for i, code := range e.Codes {
		rank := e.First + uint64(i)
		if got := codeAt(r.results, e.Pool, rank); got != code {
			return nil, d.fault(fault.ResultWrong, "rank %d of pool %s is %s, not %s", rank, e.Pool,
				orNobody(got), code)
		}
	}
	return round.Rank(e), nil
}

func codeAt(results []PoolResult, pool string, rank uint64) string {
	for _, p := range results {
		if p.Pool == pool && rank >= 1 && rank <= uint64(len(p.Ranks)) {
			return p.Ranks[rank-1].Code
		}
	}
	return ""
}

func orNobody(code string) string {
	if code == "" {
		return "nobody"
	}
	return code
}
