package audit

import (
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"reflect"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// Files receives the files that a ledger implies, as soon as a leaf implies them:
// path is relative to the public folder, write gives the content. The publisher
// writes them, the verifier compares; both fail by returning an error.
type Files func(path string, write func(io.Writer) error) error

// RosterPath is where the roster of a pool is published.
func RosterPath(id, pool string) string { return "rosters/" + id + "/" + pool + ".tsv" }

// AnnouncementPath is where the first announcement of a round is published.
func AnnouncementPath(id string) string { return "announcements/" + id + ".json" }

// ResultPath is where the result of a pool is published.
func ResultPath(id, pool string) string { return "results/" + id + "/" + pool + ".tsv" }

type roundOf struct {
	slot[round.State]
	changed    domain.Time // when its last event was caused
	closed     domain.Time // when it was closed, or voided while open
	closedLeaf int64       // that closed it
	rosters    []draw.Roster
	results    []PoolResult
	selected   map[string][]string          // codes on the seats, by pool, once published
	ranked     map[string][]string          // and on the reserve behind them
	sizes      map[string][]uint64          // places by rank, where a pool has parties
	promoted   map[string][]uint64          // ranks of the reserve that moved up, in that order
	filled     map[string]map[uint64]uint64 // places that the reserve took, by the rank that gave them up
	lastLeaf   int64                        // that published it, or -1
	rerunBy    string                       // the round that stands for it, once voided
	offers     []offer                      // announced, the valid one last
}

// PoolResult is the ranking of one pool: seats and reserve.
type PoolResult struct {
	Pool   string
	Method draw.Method
	Ranks  []draw.Ranked
}

// underWay reports whether rosters of the round are sealed and its results not yet out.
func (r *roundOf) underWay() bool {
	switch r.state.Phase {
	case round.PhaseSealed, round.PhaseAnnounced, round.PhaseSeeded, round.PhaseDrawn:
		return true
	}
	return false
}

func (l *Ledger) applyRound(d *Decoded, e round.Event) error {
	if !domain.ValidID(d.StreamID) {
		return d.fault("invalid_id", "round %q", d.StreamID)
	}
	r := l.rounds[d.StreamID]
	if r == nil {
		r = &roundOf{lastLeaf: -1}
		l.rounds[d.StreamID] = r
	}
	if d.Meta.At < r.changed {
		return d.fault(TimeOrder, "dated %s, the event before %s", d.Meta.At, r.changed)
	}
	r.changed = d.Meta.At
	cmd, err := l.roundCommand(d, r, e)
	if err != nil {
		return err
	}
	if err := decide(catalog.Rounds, &r.slot, d, e, cmd); err != nil {
		return err
	}
	return l.afterRound(d, r, e)
}

// roundCommand is the command behind an event of a round, with the evidence that
// the leaves before give.
func (l *Ledger) roundCommand(d *Decoded, r *roundOf, e round.Event) (round.Command, error) {
	switch e := e.(type) {
	case round.Opened:
		v := l.rules[e.Rules]
		if v == nil || v.sha256 != e.RulesSHA256 {
			return nil, d.fault("unknown_rules", "rules %s with SHA-256 %s are not adopted", e.Rules, e.RulesSHA256)
		}
		return l.openCommand(e, v.state.Version, d.Meta.At-inFlight), nil
	case round.Closed:
		return round.Close{At: d.Meta.At}, nil
	case round.Sealed:
		if e.LedgerSize > uint64(l.size) {
			return nil, d.fault(RosterWrong, "sealed at %d leaves, but only %d came before", e.LedgerSize, l.size)
		}
		rosters, seal, err := l.Rosters(d.StreamID, int64(e.LedgerSize))
		if err != nil {
			return nil, asFault(d, err)
		}
		if !reflect.DeepEqual(seal.Rosters, e.Rosters) {
			return nil, d.fault(RosterWrong, "the first %d leaves give other rosters: %s", e.LedgerSize, differing(seal.Rosters, e.Rosters))
		}
		r.rosters = rosters
		return seal, nil
	case round.Announced:
		return l.announceCommand(d.StreamID, d.Meta.At, e.DrawTime, e.Chain, e.Pools, e.Ceremony, d.Meta.At-inFlight), nil
	case round.AnnouncementSuperseded:
		return l.supersedeCommand(d, r, e), nil
	case round.Anchored:
		return round.Anchor{At: d.Meta.At, Anchored: e}, nil
	case round.CeremonyRecorded:
		return round.RecordCeremony{At: d.Meta.At, Margin: l.versionOf(r).CeremonyMargin(), Bytes: e.Bytes}, nil
	case round.BeaconRecorded:
		if err := l.VerifyBeacon(d.StreamID, e.Signature); err != nil {
			var b *beacon.Error
			if errors.As(err, &b) {
				return nil, d.fault(string(b.Code), "%v", err)
			}
			return nil, asFault(d, err)
		}
		return round.RecordBeacon{At: d.Meta.At, Signature: e.Signature}, nil
	case round.Drawn:
		cmd, results, err := l.Draw(d.StreamID)
		if err != nil {
			return nil, asFault(d, err)
		}
		if cmd.Seed != e.Seed {
			return nil, d.fault(SeedWrong, "announcement and beacon give seed %s", cmd.Seed)
		}
		if !reflect.DeepEqual(cmd.Results, e.Results) {
			return nil, d.fault(ResultWrong, "rosters and seed give other results")
		}
		r.results = results
		return cmd, nil
	case round.Ranked:
		for i, code := range e.Codes {
			if got := codeAt(r.results, e.Pool, e.First+uint64(i)); got != code {
				return nil, d.fault(ResultWrong, "rank %d of pool %s is %s, not %s", e.First+uint64(i), e.Pool, orNobody(got), code)
			}
		}
		return round.Rank(e), nil
	case round.Published:
		return round.Publish{}, nil
	case round.Settled:
		return l.SettleCommand(d.StreamID), nil
	case round.Voided:
		return l.voidCommand(d, r, e), nil
	}
	return nil, d.fault(EventUnknown, "%T", e)
}

// afterRound takes in what a round changes elsewhere, and gives out its files.
func (l *Ledger) afterRound(d *Decoded, r *roundOf, e round.Event) error {
	switch e := e.(type) {
	case round.Closed:
		r.closed, r.closedLeaf = d.Meta.At, d.Index
	case round.Sealed:
		for _, roster := range r.rosters {
			if err := l.file(RosterPath(d.StreamID, roster.Pool), func(w io.Writer) error {
				_, err := roster.WriteTo(w)
				return err
			}); err != nil {
				return err
			}
		}
	case round.Announced:
		r.offers = append(r.offers, offer{d.Meta.At, e.DrawTime.Year(), e.Pools})
		_, terms := round.Terms(l.versionOf(r))
		doc, err := round.Document(d.StreamID, r.state, e, terms)
		return l.document(d, AnnouncementPath(d.StreamID), doc, err)
	case round.AnnouncementSuperseded:
		r.offers = append(r.offers, offer{d.Meta.At, e.DrawTime.Year(), e.Pools})
		_, terms := round.Terms(l.versionOf(r))
		doc, err := round.SupersedingDocument(d.StreamID, r.state, e, terms)
		return l.document(d, SupersedingPath(d.StreamID, r.state.Superseded), doc, err)
	case round.Published:
		for _, p := range r.results {
			if err := l.file(ResultPath(d.StreamID, p.Pool), func(w io.Writer) error {
				return draw.WriteResult(w, p.Pool, p.Method, p.Ranks)
			}); err != nil {
				return err
			}
		}
		l.settle(d.Index, r)
	case round.Voided:
		if r.closedLeaf == 0 { // what was submitted in time may still be on its way
			r.closed = d.Meta.At
		}
		r.rosters, r.results = nil, nil
	case round.Opened:
		if e.Reruns != "" {
			l.rounds[e.Reruns].rerunBy = d.StreamID
		}
	case round.Anchored, round.CeremonyRecorded, round.BeaconRecorded, round.Drawn, round.Ranked, round.Settled:
	}
	return nil
}

// settle ends the part of the selected in the pools, and counts the draw for those
// who took part by lot and did not win.
func (l *Ledger) settle(index int64, r *roundOf) {
	r.lastLeaf = index
	r.selected, r.ranked, r.sizes = map[string][]string{}, map[string][]string{}, map[string][]uint64{}
	r.promoted, r.filled = map[string][]uint64{}, map[string]map[uint64]uint64{}
	won := map[string]bool{}
	for _, p := range r.results {
		for _, k := range p.Ranks {
			r.ranked[p.Pool] = append(r.ranked[p.Pool], k.Code)
		}
		r.keepSizes(p)
		for _, k := range p.Ranks[:r.state.Selected(p.Pool)] {
			won[k.Code] = true
			r.selected[p.Pool] = append(r.selected[p.Pool], k.Code)
			a := l.applications[k.Code]
			a.until = min(a.until, index)
		}
	}
	for _, roster := range r.rosters {
		if roster.Method != draw.PLD1 {
			continue
		}
		for _, e := range roster.Entries {
			if !won[e.Code] {
				won[e.Code] = true // counted, in however many pools
				l.applications[e.Code].losses++
			}
		}
	}
	r.rosters, r.results = nil, nil
}

func (l *Ledger) file(path string, write func(io.Writer) error) error {
	if l.files == nil {
		return nil
	}
	return l.files(path, write)
}

// Rosters works out the rosters of a round from the first n leaves, of all that
// are applied, and what a seal has to say of them.
func (l *Ledger) Rosters(id string, n int64) ([]draw.Roster, round.Seal, error) {
	seal := round.Seal{LedgerSize: uint64(n)}
	r := l.rounds[id]
	if r == nil || r.state.Phase == "" {
		return nil, seal, domain.Reject("unknown_round", "round %s", id)
	}
	for other, o := range l.rounds {
		if other != id && (o.underWay() || o.lastLeaf >= n) {
			return nil, seal, domain.Reject(RoundOverlap, "round %s draws from the same applications; its result has to be published first", other)
		}
	}
	if n <= r.closedLeaf {
		return nil, seal, domain.Reject(RosterWrong, "a seal at %d leaves: the round was closed by leaf %d, which is not among them", n, r.closedLeaf)
	}
	rosters := round.Rosters(l.Version(id), r.state.Opened.Closes, l.candidates(n))
	for _, roster := range rosters {
		s, err := round.SealOf(roster)
		if err != nil {
			return nil, seal, err
		}
		seal.Rosters = append(seal.Rosters, s)
	}
	return rosters, seal, nil
}

// Version is the version of the rules that a round is held under.
func (l *Ledger) Version(id string) rules.Version {
	if r := l.rounds[id]; r != nil {
		return l.versionOf(r)
	}
	return rules.Version{}
}

// VerifyBeacon checks a signature, in hex, against the chain and the beacon round
// that were announced.
func (l *Ledger) VerifyBeacon(id, signature string) error {
	r := l.rounds[id]
	if r == nil || r.state.Announced.BeaconRound == 0 {
		return domain.Reject("round_phase", "round %s is not announced", id)
	}
	chain, ok := draw.ChainByName(r.state.Announced.Chain.String())
	if !ok {
		return domain.Reject("unknown_chain", "beacon chain %s", r.state.Announced.Chain)
	}
	raw, ok := domain.ParseHex(signature)
	if !ok {
		return domain.Reject("beacon_length", "a signature is 96 lower-case hex digits")
	}
	return beacon.Verify(chain, r.state.Announced.BeaconRound, raw)
}

// Draw computes the results of a round whose beacon is recorded.
func (l *Ledger) Draw(id string) (round.Draw, []PoolResult, error) {
	r := l.rounds[id]
	if r == nil || len(r.rosters) == 0 || r.state.Signature == "" {
		return round.Draw{}, nil, domain.Reject("round_phase", "round %s has no beacon recorded, or is over", id)
	}
	signature, ok := domain.ParseHex(r.state.Signature)
	if !ok {
		return round.Draw{}, nil, domain.Reject("beacon_length", "a signature is 96 lower-case hex digits")
	}
	a := r.state.Announced
	ceremony, ok := domain.ParseHex(r.state.Ceremony)
	if !ok {
		return round.Draw{}, nil, domain.Reject("invalid_ceremony", "the bytes of a ceremony are lower-case hex")
	}
	seed := draw.NewSeed(a.Document, a.Chain, a.BeaconRound, signature, ceremony)
	cmd := round.Draw{Seed: domain.Digest(seed)}
	v := l.Version(id)
	lots, err := round.Lots(v, a, r.rosters)
	if err != nil {
		return round.Draw{}, nil, err
	}
	drawn, err := draw.Draw(v.DrawMode(), lots, seed)
	if err != nil {
		return round.Draw{}, nil, domain.Reject(ResultWrong, "%v", err)
	}
	var results []PoolResult
	for i, roster := range r.rosters {
		ranks := drawn[i].Ranks
		h := sha256.New()
		if err := draw.WriteResult(h, roster.Pool, roster.Method, ranks); err != nil {
			return round.Draw{}, nil, err
		}
		n := uint64(len(ranks))
		cmd.Results = append(cmd.Results, round.Result{
			Pool: roster.Pool, Ranks: n, Root: draw.ResultRoot(roster.Pool, roster.Method, ranks), SHA256: domain.Digest(h.Sum(nil)),
			ReserveFrom: round.ReserveFrom(drawn[i].Selected, n, lots[i].Seats),
		})
		results = append(results, PoolResult{roster.Pool, roster.Method, ranks})
	}
	return cmd, results, nil
}

// Results are those of a round that is drawn and not yet published.
func (l *Ledger) Results(id string) []PoolResult {
	if r := l.rounds[id]; r != nil {
		return r.results
	}
	return nil
}

// Round is the state of a round, and the codes on the seats of its pools once it
// is published.
func (l *Ledger) Round(id string) (state round.State, selected map[string][]string) {
	if r := l.rounds[id]; r != nil {
		return r.state, maps.Clone(r.selected)
	}
	return round.State{}, nil
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

func digestOf(b []byte) domain.Digest { return sha256.Sum256(b) }

// asFault makes a refusal a fault of the leaf; other errors pass.
func asFault(d *Decoded, err error) error {
	if domain.CodeOf(err) != "" {
		return refusal(d, err)
	}
	return err
}

func differing(want, got []round.Roster) string {
	for i := range want {
		if i >= len(got) || want[i] != got[i] {
			return "pool " + want[i].Pool
		}
	}
	return "more pools than the rules have"
}
