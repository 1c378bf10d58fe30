package audit

import (
	"crypto/sha256"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// What each step of a round holds, made from a state: by the office to carry the step out, and
// by a replay to check it.

// Rosters works out the rosters of a round from the first n leaves, of all that
// are applied, and what a seal has to say of them.
func (s *State) Rosters(id string, n int64) ([]draw.Roster, round.Seal, error) {
	seal := round.Seal{LedgerSize: uint64(n)}
	r := s.rounds[id]
	if r == nil || r.state.Phase == "" {
		return nil, seal, fault.New(fault.UnknownRound, "round %s", id)
	}
	for other, o := range ascending(s.rounds) {
		if other != id && (o.underWay() || o.publishedLeaf >= n) {
			return nil, seal, fault.New(fault.RoundOverlap,
				"round %s draws from the same applications; its result has to be published first",
				other)
		}
	}
	if n <= r.closedLeaf {
		return nil, seal, fault.New(fault.RosterWrong,
			"a seal at %d leaves: the round was closed by leaf %d, which is not among them", n,
			r.closedLeaf)
	}
	rosters := round.Rosters(s.Version(id), r.state.Opened.Closes, s.applications.candidates(n))
	for _, roster := range rosters {
		sealed, err := round.SealOf(roster)
		if err != nil {
			return nil, seal, err
		}
		seal.Rosters = append(seal.Rosters, sealed)
	}
	return rosters, seal, nil
}

// VerifyBeacon checks a signature, in hex, against the chain and the beacon round
// that were announced.
func (s *State) VerifyBeacon(id, signature string) error {
	r := s.rounds[id]
	if r == nil || r.state.Announced.BeaconRound == 0 {
		return fault.New(fault.RoundPhase, "round %s is not announced", id)
	}
	chain, ok := draw.ChainByHash(r.state.Announced.Chain)
	if !ok {
		return fault.New(fault.UnknownChain, "beacon chain %s", r.state.Announced.Chain)
	}
	raw, ok := domain.ParseHex(signature)
	if !ok {
		return fault.New(fault.BeaconLength, "a signature is 96 lower-case hex digits")
	}
	return beacon.Verify(chain, r.state.Announced.BeaconRound, raw)
}

// Draw computes the results of a round whose beacon is recorded.
func (s *State) Draw(id string) (round.Draw, []PoolResult, error) {
	r := s.rounds[id]
	if r == nil || len(r.rosters) == 0 || r.state.Signature == "" {
		return round.Draw{}, nil, fault.New(fault.RoundPhase,
			"round %s has no beacon recorded, or is over", id)
	}
	seed, err := seedOf(r.state)
	if err != nil {
		return round.Draw{}, nil, err
	}
	v := s.Version(id)
	lots, err := round.Lots(v, r.state.Announced, r.rosters)
	if err != nil {
		return round.Draw{}, nil, err
	}
	drawn, err := draw.Draw(v.DrawMode(), lots, seed)
	if err != nil {
		return round.Draw{}, nil, fault.New(fault.ResultWrong, "%v", err)
	}
	cmd := round.Draw{Seed: domain.Digest(seed)}
	var results []PoolResult
	for i, roster := range r.rosters {
		ranks := drawn[i].Ranks
		h := sha256.New()
		if err := draw.WriteResult(h, roster.Pool, roster.Method, ranks); err != nil {
			return round.Draw{}, nil, err
		}
		n := uint64(len(ranks))
		cmd.Results = append(cmd.Results, round.Result{
			Pool: roster.Pool, Ranks: n, SHA256: domain.Digest(h.Sum(nil)),
			Root:        draw.ResultRoot(roster.Pool, roster.Method, ranks),
			ReserveFrom: round.ReserveFrom(drawn[i].Selected, n, lots[i].Seats),
		})
		results = append(results, PoolResult{roster.Pool, roster.Method, ranks})
	}
	return cmd, results, nil
}

// seedOf returns the seed of a round whose beacon is recorded.
func seedOf(r round.State) (seed draw.Seed, err error) {
	signature, ok := domain.ParseHex(r.Signature)
	if !ok {
		return seed, fault.New(fault.BeaconLength, "a signature is 96 lower-case hex digits")
	}
	ceremony, ok := domain.ParseHex(r.Ceremony)
	if !ok {
		return seed, fault.New(fault.InvalidCeremony, "the bytes of a ceremony are lower-case hex")
	}
	a := r.Announced
	return draw.NewSeed(a.Document, a.Chain, a.BeaconRound, signature, ceremony), nil
}

// Results returns those of a round that is drawn and not yet published.
func (s *State) Results(id string) []PoolResult {
	if r := s.rounds[id]; r != nil {
		return r.results
	}
	return nil
}
