package audit_test

import (
	"bytes"
	"encoding/hex"
	"slices"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// hooks are where an operator may cheat. Whatever a hook changes,
// everything after it is computed, signed and published from that.
type hooks struct {
	round    string // "" is the first
	version  func(*rules.Version)
	size     func(h *history, n int) int
	rosters  func(*history, []draw.Roster)
	announce func(*history, *round.Announced)           // before the document is written
	document func([]byte) []byte                        // before it is hashed
	beacon   func(a round.Announced, sig []byte) []byte // before it is recorded
	seed     func(a round.Announced, sig []byte) draw.Seed
	ranks    func(pools map[string][]draw.Ranked) // before they are committed to
	drawn    func(*round.Drawn)                   // before it is recorded
	drawTime func(domain.Time) domain.Time
	keys     bool // every officer has a key and signs

	// between the announcement and the beacon: gives the valid announcement and the ceremony
	timetable func(h *history, id string, s round.State, a round.Announced,
		terms []round.PoolTerms) (round.Announced, []byte)
}

// conduct brings an open round to its results. meanwhile, unless nil, happens while
// the seal is worked out.
func (h *history) conduct(id string, seats, reserve uint64, meanwhile func(*history)) {
	k := h.hooks
	if id != k.round && (id != "r1" || k.round != "") {
		k = hooks{}
	}
	stream := "round-" + id
	h.now = max(h.now, h.closes)
	h.put("cora", stream, round.Closed{})
	s := round.State{Opened: round.Opened{
		Rules: h.version.Name, RulesSHA256: h.adopted,
		Opens: h.opens, Closes: h.closes,
	}}
	n := len(h.records)
	if meanwhile != nil {
		meanwhile(h)
	}
	if k.size != nil {
		n = k.size(h, n)
	}
	rosters := h.rosters(n)
	if k.rosters != nil {
		k.rosters(h, rosters)
	}
	s.Sealed = round.Sealed{LedgerSize: uint64(n)}
	mode, terms := round.Terms(h.version)
	a := round.Announced{Mode: mode, Chain: draw.Demonstration.Hash()}
	for _, r := range rosters {
		s.Sealed.Rosters = append(s.Sealed.Rosters, h.seal(id, r))
		a.Pools = append(a.Pools, round.Seats{Pool: r.Pool, Seats: seats, Reserve: reserve})
	}
	h.put("cora", stream, s.Sealed)

	a.DrawTime = h.now + notice + 60
	if k.drawTime != nil {
		a.DrawTime = k.drawTime(a.DrawTime)
	}
	var err error
	a.BeaconRound, err = draw.Demonstration.RoundAt(int64(a.DrawTime))
	require.NoError(h.t, err)
	if k.announce != nil {
		k.announce(h, &a)
	}
	doc, err := round.Document(id, s, a, terms)
	if err == nil { // else it names what no document can
		if k.document != nil {
			doc = k.document(doc)
		}
		h.files[audit.AnnouncementPath(id)] = doc
		a.Document = draw.AnnouncementDigest(doc)
	}
	h.put("cora", stream, a)
	var ceremony []byte
	if k.timetable != nil {
		a, ceremony = k.timetable(h, id, s, a, terms)
	}

	signature, err := beacon.DemonstrationSignature(a.BeaconRound)
	require.NoError(h.t, err)
	if k.beacon != nil {
		signature = k.beacon(a, signature)
	}
	h.now = max(h.now, a.DrawTime)
	h.put("cora", stream, round.BeaconRecorded{Signature: hex.EncodeToString(signature)})
	seed := draw.NewSeed(a.Document, a.Chain, a.BeaconRound, signature, ceremony)
	if k.seed != nil {
		seed = k.seed(a, signature)
	}
	h.draw(id, seed, rosters, a, k)
}

// seal writes the roster file and says what a seal says of it. It does not look at the
// roster: cheats are meant to pass.
func (h *history) seal(id string, r draw.Roster) round.Roster {
	sealer := draw.NewSealer(r.Pool, r.Method)
	var file bytes.Buffer
	for _, e := range r.Entries {
		sealer.Add(e)
		one := draw.Roster{Pool: r.Pool, Method: r.Method, Entries: []draw.Entry{e}}
		_, err := one.WriteTo(&file)
		require.NoError(h.t, err)
	}
	h.files[audit.RosterPath(id, r.Pool)] = file.Bytes()
	s := sealer.Sealed()
	return round.Roster{
		Pool: r.Pool, Count: s.Count, Weight: s.Weight, Root: s.Root,
		SHA256: s.FileSHA256,
	}
}

// draw ranks, records and publishes.
func (h *history) draw(id string, seed draw.Seed, rosters []draw.Roster, a round.Announced,
	k hooks,
) {
	stream := "round-" + id
	pools, selected := map[string][]draw.Ranked{}, map[string]int{}
	if h.version.Plain() {
		for i, r := range rosters {
			top, err := draw.NewTop(r.Method, seed.Key(r.Pool),
				int(a.Pools[i].Seats+a.Pools[i].Reserve))
			require.NoError(h.t, err)
			for _, e := range r.Entries {
				top.Add(e)
			}
			pools[r.Pool] = top.Ranks()
			selected[r.Pool] = min(len(pools[r.Pool]), int(a.Pools[i].Seats))
		}
	} else {
		lots, err := round.Lots(h.version, a, rosters)
		require.NoError(h.t, err)
		out, err := draw.Draw(h.version.DrawMode(), lots, seed)
		require.NoError(h.t, err)
		for i, r := range rosters {
			pools[r.Pool], selected[r.Pool] = out[i].Ranks, out[i].Selected
		}
	}
	if k.ranks != nil {
		k.ranks(pools)
	}
	drawn := round.Drawn{Seed: domain.Digest(seed)}
	for i, r := range rosters {
		selected[r.Pool] = min(selected[r.Pool], len(pools[r.Pool]))
		var file bytes.Buffer
		require.NoError(h.t, draw.WriteResult(&file, r.Pool, r.Method, pools[r.Pool]))
		h.files[audit.ResultPath(id, r.Pool)] = file.Bytes()
		drawn.Results = append(drawn.Results, round.Result{
			Pool: r.Pool, Ranks: uint64(len(pools[r.Pool])), SHA256: digest(file.Bytes()),
			Root: draw.ResultRoot(r.Pool, r.Method, pools[r.Pool]),
			ReserveFrom: round.ReserveFrom(selected[r.Pool], uint64(len(pools[r.Pool])),
				a.Pools[i].Seats),
		})
	}
	if k.drawn != nil {
		k.drawn(&drawn)
	}
	h.put("cora", stream, drawn)
	for _, r := range rosters {
		codes := codesOf(pools[r.Pool])
		for first := 0; first < len(codes); first += 4 {
			h.put("cora", stream,
				round.Ranked{
					Pool: r.Pool, First: uint64(first + 1),
					Codes: codes[first:min(first+4, len(codes))],
				})
		}
	}
	h.settle(id, rosters, pools, selected, h.put("cora", stream, round.Published{}))
}

// settle enters a published result in the books.
func (h *history) settle(id string, rosters []draw.Roster, pools map[string][]draw.Ranked,
	selected map[string]int, leaf int,
) {
	h.won[id] = map[string][]string{}
	var all []string
	h.order = map[string][]string{}
	for _, r := range rosters {
		codes := codesOf(pools[r.Pool])
		h.order[r.Pool] = codes
		codes = codes[:selected[r.Pool]]
		h.won[id][r.Pool] = codes
		all = append(all, codes...)
	}
	for _, a := range h.apps {
		switch {
		case slices.Contains(all, a.code):
			a.until = min(a.until, leaf)
		case slices.ContainsFunc(rosters, func(r draw.Roster) bool {
			return r.Method == draw.PLD1 &&
				slices.ContainsFunc(r.Entries, func(e draw.Entry) bool { return e.Code == a.code })
		}):
			a.losses++
		}
	}
}

func codesOf(ranks []draw.Ranked) []string {
	codes := make([]string, len(ranks))
	for i, r := range ranks {
		codes[i] = r.Code
	}
	return codes
}

// award gives out all indicators of a round and ends some of them in each way.
func (h *history) award(id string) {
	n := 0
	for _, pool := range h.version.Pools {
		for i, code := range h.won[id][pool.Name] {
			if h.gone(code) {
				continue
			}
			won := indicator.ID(id, pool.Name, uint64(i+1))
			h.put("cora", "application-"+code, application.Awarded{Indicator: won})
			h.put("cora", "indicator-"+won, indicator.Awarded{Application: code})
			switch n++; n % 4 {
			case 1:
				h.confirm(won)
				h.put("rex", "indicator-"+won, indicator.Used{})
			case 2:
				h.put("rex", "indicator-"+won, indicator.Revoked{Reason: indicator.NotEligible})
			case 3:
				h.confirm(won)
				h.put("rex", "indicator-"+won, indicator.Forfeited{Reason: indicator.Refused})
			}
		}
	}
	require.True(h.t, n >= 3 || h.hooks.size != nil,
		"each fate, but a roster that is cut short may give fewer")
}

// confirm dates the right by the time of the confirmation itself.
func (h *history) confirm(won string) {
	h.put("rex", "indicator-"+won,
		indicator.Confirmed{UseBy: h.now + 1 + domain.Time(h.version.UseSeconds)})
}

// gone reports whether the application was withdrawn.
func (h *history) gone(code string) bool {
	return h.index("application-"+code, application.Withdrawn{}) >= 0
}
