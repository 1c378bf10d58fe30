package round_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

var rule = domaintest.For(round.Decide, round.Evolve)

const (
	opens    domain.Time = 1767225600 // 2026-01-01T00:00:00Z
	closes               = opens + 66*86400
	notice               = 86400
	drawTime domain.Time = 1782439201 // 2026-06-26T02:00:01Z
	due                  = drawTime + 2
)

var (
	chain = domain.Digest(draw.Quicknet.Hash())
	sig   = strings.Repeat("9a", 48)

	open = round.Open{
		Rules: "beijing-2021", RulesSHA256: domain.Digest{7}, Opens: opens,
		Closes: closes, ValidFrom: opens,
	}
	seal = round.Seal{LedgerSize: 12, Rosters: []round.Roster{
		{Pool: "ordinary", Count: 3, Weight: 6, Root: domain.Digest{1}, SHA256: domain.Digest{2}},
		{Pool: "energy", Count: 2, Weight: 2, Root: domain.Digest{3}, SHA256: domain.Digest{4}},
	}}
	announce = round.Announce{
		At: drawTime - notice, ID: "2026-1", Notice: notice, DrawTime: drawTime, Chain: chain,
		Terms: []round.PoolTerms{
			{Pool: "ordinary", Method: "pld1"},
			{Pool: "energy", Method: "queue"},
		},
		Pools: []round.Seats{{Pool: "ordinary", Seats: 1, Reserve: 1}, {Pool: "energy", Seats: 5}},
	}
	beacon  = round.RecordBeacon{At: due, Signature: sig}
	results = round.Draw{Seed: domain.Digest{5}, Results: []round.Result{
		{Pool: "ordinary", Ranks: 2, Root: domain.Digest{6}, SHA256: domain.Digest{7}},
		{Pool: "energy", Ranks: 2, Root: domain.Digest{8}, SHA256: domain.Digest{9}},
	}}

	opened = round.Opened{
		Rules: open.Rules, RulesSHA256: open.RulesSHA256, Opens: opens,
		Closes: closes,
	}
	closed    = round.Closed{}
	sealed    = round.Sealed(seal)
	announced = announcedBy(announce)
	recorded  = round.BeaconRecorded{Signature: sig}
	drawn     = round.Drawn(results)
	ordinary  = round.Ranked{
		Pool: "ordinary", First: 1,
		Codes: []string{"0000000000027", "0000000000019"},
	}
	energy = round.Ranked{
		Pool: "energy", First: 1,
		Codes: []string{"0000000000035", "0000000000043"},
	}
	published = round.Published{}
	voided    = round.Voided{Reason: round.RosterWrong}
)

// announcedBy works out the event by hand: quicknet has a round every three
// seconds, and the draw time falls between two of them.
func announcedBy(c round.Announce) round.Announced {
	e := round.Announced{
		DrawTime: c.DrawTime, Chain: c.Chain, BeaconRound: 29878613,
		Pools: c.Pools,
	}
	doc, err := round.Document(c.ID, round.State{Opened: opened, Sealed: sealed}, e, c.Terms)
	if err != nil {
		panic(err)
	}
	e.Document = draw.AnnouncementDigest(doc)
	return e
}

// upTo is the history of a round up to and with the n-th event.
func upTo(n int) []round.Event {
	return []round.Event{
		opened, closed, sealed, announced, recorded, drawn, ordinary, energy,
		published,
	}[:n]
}

const (
	toOpened = iota + 1
	toClosed
	toSealed
	toAnnounced
	toSeeded
	toDrawn
	toOrdinary
	toRanked
	toPublished
)

// refusals are what every command meets in a round that is not under way, and in
// phases that come too early for it.
func refusals(t *testing.T, cmd round.Command, tooEarly ...int) {
	t.Helper()
	rule.Given().When(cmd).Refused(t, "unknown_round")
	for _, n := range []int{toOpened, toSealed, toDrawn} {
		rule.Given(append(upTo(n), voided)...).When(cmd).Refused(t, "round_voided")
	}
	for _, n := range tooEarly {
		rule.Given(upTo(n)...).When(cmd).Refused(t, "round_phase")
	}
}

func TestOpen(t *testing.T) {
	rule.Given().When(open).Then(t, opened)
	for n := toOpened; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(open).Nothing(t)
	}
	rule.Given(opened, voided).When(open).Nothing(t)
	early := open
	early.ValidFrom = opens + 1
	rule.Given().When(early).Refused(t, "rules_not_in_force")
	replaced := open
	replaced.ReplacedBy = "v2"
	rule.Given().When(replaced).Refused(t, "rules_replaced")
	rule.Given(opened).When(replaced).Nothing(t)
	for code, changes := range map[string][]func(*round.Open){
		"invalid_id": {
			func(c *round.Open) { c.Rules = "" },
			func(c *round.Open) { c.Rules = "beijing 2021" },
		},
		"invalid_window": {
			func(c *round.Open) { c.Opens = 0 },
			func(c *round.Open) { c.Opens = -1 },
			func(c *round.Open) { c.Opens = closes },
			func(c *round.Open) { c.Closes = opens - 1 },
			func(c *round.Open) { c.Closes = domain.MaxTime + 1 },
		},
	} {
		for _, change := range changes {
			other := open
			change(&other)
			rule.Given().When(other).Refused(t, code)
			rule.Given(opened).When(other).Refused(t, "round_exists")
		}
	}
	other := open
	other.RulesSHA256[0]++
	rule.Given(opened, voided).When(other).Refused(t, "round_exists")
}

func TestClose(t *testing.T) {
	rule.Given(opened).When(round.Close{At: closes}).Then(t, closed)
	rule.Given(opened).When(round.Close{At: closes - 1}).Refused(t, "window_open")
	for n := toClosed; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(round.Close{At: closes}).Nothing(t)
	}
	refusals(t, round.Close{At: closes})
}

func TestSeal(t *testing.T) {
	rule.Given(upTo(toClosed)...).When(seal).Then(t, sealed)
	for n := toSealed; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(seal).Nothing(t)
		rule.Given(upTo(n)...).When(round.Seal{LedgerSize: 13, Rosters: seal.Rosters}).Refused(t,
			"round_sealed")
		rule.Given(upTo(n)...).When(round.Seal{
			LedgerSize: 12,
			Rosters:    seal.Rosters[:1],
		}).Refused(t, "round_sealed")
		changed := []round.Roster{seal.Rosters[0], seal.Rosters[1]}
		changed[1].Weight++
		rule.Given(upTo(n)...).When(round.Seal{LedgerSize: 12, Rosters: changed}).Refused(t,
			"round_sealed")
	}
	rule.Given(upTo(toClosed)...).When(round.Seal{LedgerSize: 12}).Refused(t, "invalid_seal")
	rule.Given(upTo(toClosed)...).When(round.Seal{Rosters: seal.Rosters}).Refused(t, "invalid_seal")
	refusals(t, seal, toOpened)
}

// with is the announcement with a change.
func with(change func(*round.Announce)) round.Announce {
	c := announce
	c.Pools = append([]round.Seats(nil), c.Pools...)
	c.Terms = append([]round.PoolTerms(nil), c.Terms...)
	change(&c)
	return c
}

func TestAnnounce(t *testing.T) {
	rule.Given(upTo(toSealed)...).When(announce).Then(t, announced)
	// the moment of the beacon round before
	exact := with(func(c *round.Announce) { c.DrawTime = due - 3; c.At = c.DrawTime - notice })
	e := announcedBy(exact)
	e.BeaconRound--
	doc, _ := round.Document("2026-1", round.State{Opened: opened, Sealed: sealed}, e, exact.Terms)
	e.Document = draw.AnnouncementDigest(doc)
	rule.Given(upTo(toSealed)...).When(exact).Then(t, e)

	for n := toAnnounced; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(announce).Nothing(t)
		rule.Given(upTo(n)...).When(with(func(c *round.Announce) { c.At = drawTime + 1 })).Nothing(
			t)
	}
	refusals(t, announce, toOpened, toClosed)
}

func TestAnnounceRefused(t *testing.T) {
	for code, changes := range map[string][]func(*round.Announce){
		"notice_too_short": {
			func(c *round.Announce) { c.At++ },
			func(c *round.Announce) { c.Notice++ },
			func(c *round.Announce) { c.At = drawTime },
		},
		"unknown_chain": {
			func(c *round.Announce) { c.Chain = domain.Digest{} },
			func(c *round.Announce) { c.Chain[31]++ },
		},
		"invalid_draw_time": {
			func(c *round.Announce) { c.DrawTime = 0 },
			func(c *round.Announce) { c.DrawTime = -1 },
			func(c *round.Announce) { c.DrawTime = math.MinInt64 },
			func(c *round.Announce) { c.DrawTime = domain.MaxTime + 1 },
			func(c *round.Announce) { c.DrawTime = math.MaxInt64 },
		},
		"invalid_seats": {
			func(c *round.Announce) { c.Pools = nil },
			func(c *round.Announce) { c.Pools = c.Pools[:1] },
			func(c *round.Announce) { c.Pools = append(c.Pools, c.Pools[0]) },
			func(c *round.Announce) { c.Pools[0].Pool = "energy" },
			func(c *round.Announce) { c.Pools[0], c.Pools[1] = c.Pools[1], c.Pools[0] },
			func(c *round.Announce) { c.Pools[0].Seats = 100_000_001 },
			func(c *round.Announce) { c.Pools[0].Reserve = math.MaxUint64 },
			func(c *round.Announce) { c.Terms = nil },
			func(c *round.Announce) { c.Terms[1].Pool = "solar" },
		},
	} {
		for i, change := range changes {
			t.Run(fmt.Sprintf("%s %d", code, i), func(t *testing.T) {
				rule.Given(upTo(toSealed)...).When(with(change)).Refused(t, code)
			})
		}
	}
	for name, change := range map[string]func(*round.Announce){
		"draw time": func(c *round.Announce) { c.DrawTime++ },
		"seats":     func(c *round.Announce) { c.Pools[0].Seats++ },
		"reserve":   func(c *round.Announce) { c.Pools[1].Reserve++ },
		"chain":     func(c *round.Announce) { c.Chain = domain.Digest(draw.Demonstration.Hash()) },
		"method":    func(c *round.Announce) { c.Terms[0].Method = "points" },
		"round":     func(c *round.Announce) { c.ID = "2026-2" },
	} {
		t.Run("again with another "+name, func(t *testing.T) {
			for n := toAnnounced; n <= toPublished; n++ {
				rule.Given(upTo(n)...).When(with(change)).Refused(t, "round_announced")
			}
		})
	}
}

func TestRecordBeacon(t *testing.T) {
	rule.Given(upTo(toAnnounced)...).When(beacon).Then(t, recorded)
	rule.Given(upTo(toAnnounced)...).When(round.RecordBeacon{
		At:        due - 1,
		Signature: sig,
	}).Refused(t, "beacon_too_early")
	for _, bad := range []string{
		"", sig[2:], sig + "9a", sig[1:], strings.ToUpper(sig),
		strings.Repeat("xy", 48),
	} {
		rule.Given(upTo(toAnnounced)...).When(round.RecordBeacon{
			At:        due,
			Signature: bad,
		}).Refused(t, "beacon_length")
	}
	for n := toSeeded; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(beacon).Nothing(t)
		rule.Given(upTo(n)...).When(round.RecordBeacon{
			At:        due,
			Signature: strings.Repeat("9b", 48),
		}).Refused(t, "beacon_recorded")
	}
	refusals(t, beacon, toOpened, toClosed, toSealed)
}

func TestDraw(t *testing.T) {
	rule.Given(upTo(toSeeded)...).When(results).Then(t, drawn)
	for n := toDrawn; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(results).Nothing(t)
		rule.Given(upTo(n)...).When(round.Draw{Results: results.Results}).Refused(t, "round_drawn")
	}
	for name, change := range map[string]func(*round.Draw){
		"no results":        func(c *round.Draw) { c.Results = nil },
		"a pool less":       func(c *round.Draw) { c.Results = c.Results[:1] },
		"another pool":      func(c *round.Draw) { c.Results[0].Pool = "energy" },
		"a rank less":       func(c *round.Draw) { c.Results[0].Ranks-- },
		"a rank more":       func(c *round.Draw) { c.Results[0].Ranks++ },
		"more than applied": func(c *round.Draw) { c.Results[1].Ranks = 5 },
	} {
		t.Run(name, func(t *testing.T) {
			c := round.Draw{
				Seed:    results.Seed,
				Results: append([]round.Result(nil), results.Results...),
			}
			change(&c)
			rule.Given(upTo(toSeeded)...).When(c).Refused(t, "invalid_result")
			rule.Given(upTo(toDrawn)...).When(c).Refused(t, "round_drawn")
		})
	}
	refusals(t, results, toOpened, toClosed, toSealed, toAnnounced)
}

func TestRank(t *testing.T) {
	piece := func(first uint64, codes ...string) round.Rank {
		return round.Rank{Pool: "ordinary", First: first, Codes: codes}
	}
	rule.Given(upTo(toDrawn)...).When(round.Rank(ordinary)).Then(t, ordinary)
	rule.Given(upTo(toDrawn)...).When(piece(1, "a")).Then(t, round.Ranked(piece(1, "a")))
	half := append(upTo(toDrawn), round.Ranked(piece(1, "a")))
	rule.Given(half...).When(piece(2, "b")).Then(t, round.Ranked(piece(2, "b")))
	rule.Given(half...).When(piece(1, "a")).Nothing(t)
	rule.Given(upTo(toOrdinary)...).When(round.Rank(energy)).Then(t, energy)
	for n := toOrdinary; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(round.Rank(ordinary)).Nothing(t)
		rule.Given(upTo(n)...).When(piece(2, "b")).Nothing(t)
	}

	for name, c := range map[string]round.Rank{
		"nothing":              piece(1),
		"rank 0":               piece(0, "a"),
		"rank 0 and 1":         piece(0, "a", "b"),
		"a gap":                piece(2, "b"),
		"beyond the end":       piece(1, "a", "b", "c"),
		"the end of counting":  piece(math.MaxUint64, "a"),
		"round that end":       piece(math.MaxUint64, "a", "b"),
		"more than fit a leaf": piece(1, make([]string, round.MaxRanked+1)...),
	} {
		t.Run(name, func(t *testing.T) {
			rule.Given(upTo(toDrawn)...).When(c).Refused(t, "invalid_ranks")
		})
	}
	rule.Given(half...).When(piece(1, "a", "b")).Refused(t, "invalid_ranks")
	rule.Given(upTo(toDrawn)...).When(round.Rank{
		Pool: "solar", First: 1,
		Codes: []string{"a"},
	}).Refused(t, "unknown_pool")
	refusals(t, round.Rank(ordinary), toOpened, toClosed, toSealed, toAnnounced, toSeeded)
}

// TestRankInPieces: a long ranking is recorded in pieces, the last of them short.
func TestRankInPieces(t *testing.T) {
	const n = 2*round.MaxRanked + 1
	big := seal
	big.Rosters = []round.Roster{{Pool: "ordinary", Count: n, Weight: n}}
	seats := with(func(c *round.Announce) {
		c.Pools, c.Terms = []round.Seats{{Pool: "ordinary", Seats: n}}, c.Terms[:1]
	})
	past := []round.Event{
		opened, closed, round.Sealed(big),
		round.Announced{Chain: chain, Pools: seats.Pools},
		recorded,
		round.Drawn{Results: []round.Result{{Pool: "ordinary", Ranks: n}}},
	}
	for first := uint64(1); first <= n; first += round.MaxRanked {
		rule.Given(past...).When(round.Publish{}).Refused(t, "ranks_missing")
		codes := make([]string, min(round.MaxRanked, n-first+1))
		for i := range codes {
			codes[i] = fmt.Sprint(first + uint64(i))
		}
		piece := round.Rank{Pool: "ordinary", First: first, Codes: codes}
		rule.Given(past...).When(piece).Then(t, round.Ranked(piece))
		past = append(past, round.Ranked(piece))
	}
	rule.Given(past...).When(round.Publish{}).Then(t, published)
}

func TestPublish(t *testing.T) {
	rule.Given(upTo(toRanked)...).When(round.Publish{}).Then(t, published)
	rule.Given(upTo(toPublished)...).When(round.Publish{}).Nothing(t)
	rule.Given(upTo(toDrawn)...).When(round.Publish{}).Refused(t, "ranks_missing")
	rule.Given(upTo(toOrdinary)...).When(round.Publish{}).Refused(t, "ranks_missing")
	refusals(t, round.Publish{}, toOpened, toClosed, toSealed, toAnnounced, toSeeded)
}

func TestVoid(t *testing.T) {
	for _, reason := range round.VoidReasons {
		if reason == round.CeremonyLate || reason == round.BeaconMissing {
			continue // see TestVoidForATimetable
		}
		rule.Given(opened).When(round.Void{Reason: reason}).Then(t, round.Voided{Reason: reason})
	}
	for n := toOpened; n < toPublished; n++ {
		rule.Given(upTo(n)...).When(round.Void{Reason: voided.Reason}).Then(t, voided)
		rule.Given(append(upTo(n), voided)...).When(round.Void{Reason: voided.Reason}).Nothing(t)
	}
	rule.Given(upTo(toPublished)...).When(round.Void{Reason: voided.Reason}).Refused(t,
		"round_published")
	rule.Given(opened).When(round.Void{}).Refused(t, "invalid_reason")
	rule.Given(opened).When(round.Void{Reason: "rain"}).Refused(t, "invalid_reason")
	rule.Given(opened, voided).When(round.Void{Reason: round.OrderOfCourt}).Refused(t,
		"round_voided")
	rule.Given().When(round.Void{Reason: voided.Reason}).Refused(t, "unknown_round")
}
