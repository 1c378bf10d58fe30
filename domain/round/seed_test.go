package round_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

const (
	margin         = 3600
	ceremonyMargin = 600
	abort          = 7 * 86400
	digits         = "322805170915"
)

var (
	// mended moves the draw by a day and adds a seat.
	mended = func() round.SupersedeAnnouncement {
		c := with(func(c *round.Announce) {
			c.DrawTime += 86400
			c.Pools[0].Seats++
		})
		c.At = due - margin - 1
		return round.SupersedeAnnouncement{Announce: c, Margin: margin}
	}()
	superseded = supersededBy(mended, announced)

	withCeremony = func() round.Announced {
		e := announced
		e.Ceremony = true
		doc, err := round.Document("2026-1", round.State{Opened: opened, Sealed: sealed}, e,
			announce.Terms)
		if err != nil {
			panic(err)
		}
		e.Document = draw.AnnouncementDigest(doc)
		return e
	}()
	ceremony = round.RecordCeremony{At: due - ceremonyMargin, Margin: ceremonyMargin, Bytes: digits}
	cast     = round.CeremonyRecorded{Bytes: digits}

	evidence = round.Anchored{
		Kind: round.RFC3161, Document: announced.Document,
		Evidence: domain.Digest{5}, ClaimedAt: drawTime - notice,
	}
	anchor = round.Anchor{At: due - 1, Anchored: evidence}
)

// supersededBy works out the event by hand: 28,800 rounds of quicknet are a day.
func supersededBy(c round.SupersedeAnnouncement,
	before round.Announced,
) round.AnnouncementSuperseded {
	e := round.AnnouncementSuperseded{
		Supersedes: before.Document, DrawTime: c.DrawTime,
		Chain: c.Chain, BeaconRound: 29878613 + 28800, Pools: c.Pools, Ceremony: c.Ceremony,
	}
	doc, err := round.SupersedingDocument(c.ID,
		round.State{Opened: opened, Sealed: sealed, Announced: before}, e, c.Terms)
	if err != nil {
		panic(err)
	}
	e.Document = draw.AnnouncementDigest(doc)
	return e
}

func TestSupersede(t *testing.T) {
	rule.Given(upTo(toAnnounced)...).When(mended).Then(t, superseded)
	past := append(upTo(toAnnounced), superseded)
	rule.Given(past...).When(mended).Nothing(t)
	rule.Given(upTo(toAnnounced)...).When(round.SupersedeAnnouncement{
		Announce: announce,
		Margin:   margin,
	}).Nothing(t)
	rule.Given(past...).When(announce).Refused(t, "round_announced")
	rule.Given(past...).When(beacon).Refused(t, "beacon_too_early")
	rule.Given(past...).When(round.RecordBeacon{At: due + 86400, Signature: sig}).Then(t, recorded)

	late := mended
	late.At++
	rule.Given(upTo(toAnnounced)...).When(late).Refused(t, "supersede_too_late")
	late.At, late.Margin = due+5, 0
	rule.Given(upTo(toAnnounced)...).When(late).Refused(t, "supersede_too_late")
	soon := mended
	soon.DrawTime = soon.At + notice - 1
	rule.Given(upTo(toAnnounced)...).When(soon).Refused(t, "notice_too_short")
	more := mended
	more.Left = []round.SeatsLeft{{Pool: more.Pools[0].Pool, Seats: more.Pools[0].Seats - 1}}
	rule.Given(upTo(toAnnounced)...).When(more).Refused(t, "quota_exceeded")
	more.Left[0].Seats++
	rule.Given(upTo(toAnnounced)...).When(more).Then(t, superseded)
	bad := mended
	bad.Pools = bad.Pools[:1]
	rule.Given(upTo(toAnnounced)...).When(bad).Refused(t, "invalid_seats")
	bad = mended
	bad.Terms = nil
	rule.Given(upTo(toAnnounced)...).When(bad).Refused(t, "invalid_seats")
	for n := toSeeded; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(mended).Refused(t, "round_phase")
	}
	rule.Given(opened, closed, sealed, withCeremony, cast).When(mended).Refused(t,
		"ceremony_recorded")
	refusals(t, mended, toOpened, toClosed, toSealed)
}

// TestSupersedeAgain: every announcement names the one before, and what was announced
// first cannot come back under its own digest.
func TestSupersedeAgain(t *testing.T) {
	back := mended
	back.Announce = announce
	back.DrawTime += 2 * 86400
	back.Pools = announce.Pools
	back.At = mended.At + 1
	past := append(upTo(toAnnounced), superseded)
	s := round.State{}
	for _, e := range past {
		s = round.Evolve(s, e)
	}
	require.EqualValues(t, 1, s.Superseded)
	events, err := round.Decide(s, back)
	require.NoError(t, err)
	e := events[0].(round.AnnouncementSuperseded)
	require.Equal(t, superseded.Document, e.Supersedes)
	require.NotEqual(t, announced.Document, e.Document)
	require.EqualValues(t, 2, round.Evolve(s, e).Superseded)
}

func TestAnchor(t *testing.T) {
	rule.Given(upTo(toAnnounced)...).When(anchor).Then(t, evidence)
	rule.Given(append(upTo(toAnnounced), evidence)...).When(anchor).Nothing(t)
	second := anchor
	second.Anchored.Kind = round.Gazette
	rule.Given(append(upTo(toAnnounced), evidence)...).When(second).Then(t, second.Anchored)
	rule.Given(append(upTo(toAnnounced), evidence, superseded)...).When(anchor).Refused(t,
		"anchor_document")
	rule.Given(append(upTo(toSeeded), evidence)...).When(second).Refused(t, "round_phase")
	for code, changes := range map[string][]func(*round.Anchor){
		"anchor_too_late": {func(c *round.Anchor) { c.At = due }},
		"anchor_document": {func(c *round.Anchor) { c.Anchored.Document[0]++ }},
		"invalid_anchor": {
			func(c *round.Anchor) { c.Anchored.Kind = "rumour" },
			func(c *round.Anchor) { c.Anchored.Evidence = domain.Digest{} },
			func(c *round.Anchor) { c.Anchored.ClaimedAt = 0 },
			func(c *round.Anchor) { c.Anchored.ClaimedAt = c.At + 1 },
		},
	} {
		for _, change := range changes {
			c := anchor
			change(&c)
			rule.Given(upTo(toAnnounced)...).When(c).Refused(t, code)
		}
	}
	refusals(t, anchor, toOpened, toClosed, toSealed)
}

func TestCeremony(t *testing.T) {
	past := []round.Event{opened, closed, sealed, withCeremony}
	c := with(func(c *round.Announce) { c.Ceremony = true })
	rule.Given(upTo(toSealed)...).When(c).Then(t, withCeremony)
	rule.Given(past...).When(ceremony).Then(t, cast)
	rule.Given(append(past, cast)...).When(ceremony).Nothing(t)
	rule.Given(append(past, cast, recorded)...).When(ceremony).Nothing(t)
	rule.Given(append(past, cast)...).When(beacon).Then(t, recorded)
	rule.Given(past...).When(beacon).Refused(t, "ceremony_missing")
	other := ceremony
	other.Bytes = "00"
	rule.Given(append(past, cast)...).When(other).Refused(t, "ceremony_recorded")
	late := ceremony
	late.At++
	rule.Given(past...).When(late).Refused(t, "ceremony_late")
	for n := toAnnounced; n <= toPublished; n++ {
		rule.Given(upTo(n)...).When(ceremony).Refused(t, "ceremony_unannounced")
	}
	for _, bad := range []string{"", "0", "0g", "AB", strings.Repeat("00", round.MaxCeremony+1)} {
		c := ceremony
		c.Bytes = bad
		rule.Given(past...).When(c).Refused(t, "invalid_ceremony")
	}
	refusals(t, ceremony, toOpened, toClosed, toSealed)
}

// TestVoidForATimetable: what only a deadline makes true is not a reason before it.
func TestVoidForATimetable(t *testing.T) {
	void := func(at domain.Time, r round.VoidReason) round.Void {
		return round.Void{At: at, Reason: r, CeremonyMargin: ceremonyMargin, Abort: abort}
	}
	past := []round.Event{opened, closed, sealed, withCeremony}
	rule.Given(past...).When(void(due-ceremonyMargin, round.CeremonyLate)).Refused(t,
		"reason_unfounded")
	rule.Given(past...).When(void(due-ceremonyMargin+1, round.CeremonyLate)).Then(t,
		round.Voided{Reason: round.CeremonyLate})
	rule.Given(append(past, cast)...).When(void(due, round.CeremonyLate)).Refused(t,
		"reason_unfounded")
	rule.Given(upTo(toAnnounced)...).When(void(due+abort-1, round.BeaconMissing)).Refused(t,
		"abort_too_early")
	rule.Given(upTo(toAnnounced)...).When(void(due+abort, round.BeaconMissing)).Then(t,
		round.Voided{Reason: round.BeaconMissing})
	for n := toOpened; n < toPublished; n++ {
		rule.Given(upTo(n)...).When(void(due, round.CeremonyLate)).Refused(t, "reason_unfounded")
		if n != toAnnounced {
			rule.Given(upTo(n)...).When(void(due+abort, round.BeaconMissing)).Refused(t,
				"reason_unfounded")
		}
	}
}

// TestOutage: while the beacon is silent nothing but waiting is left, however long.
func TestOutage(t *testing.T) {
	silent := upTo(toAnnounced)
	another := mended
	another.At, another.DrawTime = due+1, due+2*notice
	rule.Given(silent...).When(another).Refused(t, "supersede_too_late")
	again := with(func(c *round.Announce) { c.At, c.DrawTime = due+1, due+2*notice })
	rule.Given(silent...).When(again).Refused(t, "round_announced")
	rule.Given(silent...).When(results).Refused(t, "round_phase")
	rule.Given(silent...).When(round.RecordBeacon{At: due + 30*86400, Signature: sig}).Then(t,
		recorded)
}

func TestRerun(t *testing.T) {
	c := open
	c.Reruns, c.RerunVoided = "2025-6", true
	e := opened
	e.Reruns = "2025-6"
	rule.Given().When(c).Then(t, e)
	rule.Given(e).When(c).Nothing(t)
	rule.Given(e).When(open).Refused(t, "round_exists")
	c.RerunBy = "2026-7"
	rule.Given().When(c).Refused(t, "rerun_exists")
	c.RerunVoided = false
	rule.Given().When(c).Refused(t, "not_voided")
}

func TestSettle(t *testing.T) {
	figures := []round.Settlement{{
		Pool: "ordinary", Awarded: 2, Confirmed: 1, Used: 1, Revoked: 1,
		Promoted: 1,
	}, {Pool: "energy", Returned: 5}}
	c := round.Settle{Pools: figures}
	settled := round.Settled{Pools: figures}
	rule.Given(upTo(toPublished)...).When(c).Then(t, settled)
	past := append(upTo(toPublished), settled)
	rule.Given(past...).When(c).Nothing(t)
	rule.Given(past...).When(round.Settle{Pools: figures[:1]}).Refused(t, "round_settled")
	rule.Given(upTo(toPublished)...).When(round.Settle{
		Pools: figures,
		Open:  "2026-1.ordinary.1",
	}).Refused(t, "round_unsettled")
	for _, again := range []round.Command{
		open,
		round.Close{At: closes},
		seal, announce, results,
		round.Rank(ordinary),
		round.Publish{},
		beacon,
	} {
		rule.Given(past...).When(again).Nothing(t)
	}
	rule.Given(past...).When(round.Void{Reason: voided.Reason}).Refused(t, "round_published")
	refusals(t, c, toOpened, toClosed, toSealed, toAnnounced, toSeeded, toDrawn)
}

func TestSettlement(t *testing.T) {
	got := round.Settlement{Pool: "ordinary"}
	for _, r := range []round.Indicator{
		{Awarded: true, Confirmed: true, End: round.EndUsed},
		{Awarded: true, Confirmed: true, End: round.EndForfeited},
		{Awarded: true, End: round.EndRevoked},
		{End: round.EndDeclined},
		{Promoted: true, Awarded: true, Confirmed: true, End: round.EndUsed},
		{Promoted: true, End: round.EndDeclined},
	} {
		got.Add(r)
	}
	require.Equal(t, round.Settlement{
		Pool: "ordinary", Awarded: 4, Confirmed: 3, Used: 2,
		Forfeited: 1, Revoked: 1, Promoted: 2,
	}, got)
}
