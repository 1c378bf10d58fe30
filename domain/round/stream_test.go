package round_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/round"
)

// after lists where a round may go from each phase; to be voided it may from all but
// the last ones.
var after = map[round.Phase]round.Phase{
	"":                   round.PhaseOpened,
	round.PhaseOpened:    round.PhaseClosed,
	round.PhaseClosed:    round.PhaseSealed,
	round.PhaseSealed:    round.PhaseAnnounced,
	round.PhaseAnnounced: round.PhaseSeeded,
	round.PhaseSeeded:    round.PhaseDrawn,
	round.PhaseDrawn:     round.PhasePublished,
	round.PhasePublished: round.PhaseSettled,
}

// stream is a round under random commands, and what was promised on the way.
type stream struct {
	s       round.State
	reached map[round.Phase]bool
}

func (r *stream) step(t *rapid.T, cmd round.Command) {
	next, events, _ := rule.Step(t, r.s, cmd)
	require.LessOrEqual(t, len(events), 1)
	switch {
	case len(events) == 0:
		require.Equal(t, r.s, next)
	case r.s.Phase == round.PhaseSettled || r.s.Phase == round.PhaseVoided:
		require.Fail(t, "a round that is over stored something", "%T after %s", cmd, r.s.Phase)
	case next.Phase == round.PhaseVoided:
		require.NotEmpty(t, r.s.Phase)
	default:
		switch events[0].(type) {
		case round.Ranked:
			require.Equal(t, round.PhaseDrawn, r.s.Phase)
			require.Equal(t, round.PhaseDrawn, next.Phase)
		case round.AnnouncementSuperseded, round.Anchored, round.CeremonyRecorded:
			require.Equal(t, round.PhaseAnnounced, r.s.Phase)
			require.Equal(t, round.PhaseAnnounced, next.Phase)
		default:
			require.Equal(t, after[r.s.Phase], next.Phase, "from %q by %T", r.s.Phase, cmd)
		}
	}
	kept := func(was, is any) {
		t.Helper()
		require.Equal(t, was, is, "what is fixed never changes")
	}
	if r.s.Phase != "" {
		kept(r.s.Opened, next.Opened)
	}
	if r.s.Sealed.Rosters != nil {
		kept(r.s.Sealed, next.Sealed)
	}
	if r.s.Announced.Pools != nil && r.s.Superseded == next.Superseded {
		kept(r.s.Announced, next.Announced)
	}
	if r.s.Ceremony != "" {
		kept(r.s.Ceremony, next.Ceremony)
		kept(r.s.Superseded, next.Superseded)
	}
	if next.Signature != "" {
		require.Equal(t, next.Announced.Ceremony, next.Ceremony != "",
			"a seed has the announced ceremony, and no other")
	}
	if r.s.Signature != "" {
		kept(r.s.Signature, next.Signature)
	}
	if r.s.Drawn.Results != nil {
		kept(r.s.Drawn, next.Drawn)
	}
	for i, res := range next.Drawn.Results {
		seats, ok := next.Seats(res.Pool)
		require.True(t, ok)
		require.LessOrEqual(t, next.Recorded[res.Pool], res.Ranks,
			"no more ranks are recorded than were drawn")
		require.LessOrEqual(t, res.Ranks, seats.Seats+seats.Reserve, "nor drawn than offered")
		require.LessOrEqual(t, res.Ranks, next.Sealed.Rosters[i].Count, "nor than applied")
		require.GreaterOrEqual(t, next.Recorded[res.Pool], r.s.Recorded[res.Pool])
		if next.Phase == round.PhasePublished {
			require.Equal(t, res.Ranks, next.Recorded[res.Pool], "published means complete")
		}
	}
	r.s = next
	r.reached[next.Phase] = true
}

// often is true in all but one of ten cases: commands are mostly sensible, or no
// stream would ever get far.
func often(t *rapid.T) bool { return rapid.IntRange(0, 9).Draw(t, "sensible") < 9 }

func (r *stream) open(t *rapid.T) {
	c := open
	if !often(t) {
		c.Closes = rapid.SampledFrom([]domain.Time{opens, closes + 1}).Draw(t, "closes")
	}
	r.step(t, c)
}

func (r *stream) close(t *rapid.T) {
	r.step(t, round.Close{At: closes + domain.Time(rapid.Int64Range(-1, 1).Draw(t, "at"))})
}

func (r *stream) seal(t *rapid.T) {
	c := round.Seal{LedgerSize: rapid.Uint64Range(0, 3).Draw(t, "size")}
	for _, pool := range []string{"ordinary", "energy"} {
		c.Rosters = append(c.Rosters,
			round.Roster{Pool: pool, Count: rapid.Uint64Range(0, 4).Draw(t, "count")})
	}
	if !often(t) {
		c.Rosters = c.Rosters[:rapid.IntRange(0, 1).Draw(t, "pools")]
	}
	r.step(t, c)
}

func (r *stream) announce(t *rapid.T) {
	c := announce
	c.DrawTime += domain.Time(rapid.Int64Range(-1, 2).Draw(t, "later"))
	c.Ceremony = rapid.Bool().Draw(t, "ceremony")
	c.Pools, c.Terms = nil, nil
	for _, p := range r.s.Sealed.Rosters {
		c.Pools = append(c.Pools,
			round.Seats{
				Pool: p.Pool, Seats: rapid.Uint64Range(0, 3).Draw(t, "seats"),
				Reserve: rapid.Uint64Range(0, 3).Draw(t, "reserve"),
			})
		c.Terms = append(c.Terms, round.PoolTerms{Pool: p.Pool, Method: "pld1"})
	}
	if !often(t) {
		c.Terms = append(c.Terms, round.PoolTerms{})
	}
	r.step(t, c)
}

func (r *stream) supersede(t *rapid.T) {
	c := round.SupersedeAnnouncement{Announce: announce, Margin: margin}
	c.At = r.s.BeaconDue() - margin + domain.Time(rapid.Int64Range(-2, 1).Draw(t, "at"))
	c.DrawTime = c.At + notice + domain.Time(rapid.Int64Range(-1, 3).Draw(t, "later"))
	c.Pools, c.Terms = nil, nil
	for _, p := range r.s.Announced.Pools {
		c.Pools = append(c.Pools,
			round.Seats{Pool: p.Pool, Seats: rapid.Uint64Range(0, 3).Draw(t, "seats")})
		c.Terms = append(c.Terms, round.PoolTerms{Pool: p.Pool, Method: "pld1"})
	}
	c.Ceremony = rapid.Bool().Draw(t, "ceremony")
	r.step(t, c)
}

func (r *stream) anchor(t *rapid.T) {
	c := round.Anchor{At: r.s.BeaconDue() + domain.Time(rapid.Int64Range(-2, 1).Draw(t, "at"))}
	c.Anchored = round.Anchored{
		Kind: round.Gazette, Document: r.s.Announced.Document,
		Evidence: domain.Digest{rapid.Byte().Draw(t, "evidence")}, ClaimedAt: 1,
	}
	r.step(t, c)
}

func (r *stream) ceremony(t *rapid.T) {
	c := round.RecordCeremony{At: r.s.BeaconDue() - ceremonyMargin +
		domain.Time(rapid.Int64Range(-3, 1).Draw(t, "at")), Margin: ceremonyMargin, Bytes: digits}
	r.step(t, c)
}

func (r *stream) settle(t *rapid.T) {
	c := round.Settle{}
	for _, p := range r.s.Announced.Pools {
		c.Pools = append(c.Pools, round.Settlement{Pool: p.Pool})
	}
	if !often(t) {
		c.Open = "2026-1.ordinary.1"
	}
	r.step(t, c)
}

func (r *stream) beacon(t *rapid.T) {
	c := round.RecordBeacon{At: r.s.BeaconDue() +
		domain.Time(rapid.Int64Range(-6, 6).Draw(t, "at")), Signature: sig}
	if !often(t) {
		c.Signature = strings.Repeat("9b", rapid.IntRange(47, 48).Draw(t, "bytes"))
	}
	r.step(t, c)
}

func (r *stream) draw(t *rapid.T) {
	c := round.Draw{Seed: domain.Digest{rapid.Byte().Draw(t, "seed")}}
	for i, p := range r.s.Announced.Pools {
		ranks := min(p.Seats+p.Reserve, r.s.Sealed.Rosters[i].Count)
		if !often(t) {
			ranks++
		}
		c.Results = append(c.Results, round.Result{Pool: p.Pool, Ranks: ranks})
	}
	r.step(t, c)
}

func (r *stream) rank(t *rapid.T) {
	pool := rapid.SampledFrom([]string{"ordinary", "energy", "solar"}).Draw(t, "pool")
	if often(t) {
		pool = r.incomplete()
	}
	c := round.Rank{
		Pool: pool, First: r.s.Recorded[pool] + 1,
		Codes: make([]string, rapid.IntRange(0, 3).Draw(t, "codes")),
	}
	if !often(t) {
		c.First = rapid.Uint64().Draw(t, "first")
	}
	r.step(t, c)
}

// incomplete is a pool whose ranks are not all recorded, or "".
func (r *stream) incomplete() string {
	for _, res := range r.s.Drawn.Results {
		if r.s.Recorded[res.Pool] < res.Ranks {
			return res.Pool
		}
	}
	return ""
}

func (r *stream) publish(t *rapid.T) { r.step(t, round.Publish{}) }

func (r *stream) void(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "sure") == 0 {
		r.step(t, round.Void{
			Reason: rapid.SampledFrom(append([]round.VoidReason{"rain"},
				round.VoidReasons...)).Draw(t, "reason"),
			At: r.s.BeaconDue() + domain.Time(rapid.Int64Range(-1, 1).Draw(t, "at")),
		})
	}
}

// due is the command that the round waits for.
func (r *stream) due() func(*rapid.T) {
	switch r.s.Phase {
	case "":
		return r.open
	case round.PhaseOpened:
		return r.close
	case round.PhaseClosed:
		return r.seal
	case round.PhaseSealed:
		return r.announce
	case round.PhaseAnnounced:
		if r.s.Announced.Ceremony && r.s.Ceremony == "" {
			return r.ceremony
		}
		return r.beacon
	case round.PhaseSeeded:
		return r.draw
	}
	if r.incomplete() != "" {
		return r.rank
	}
	if r.s.Phase == round.PhasePublished {
		return r.settle
	}
	return r.publish
}

func TestRoundStream(t *testing.T) {
	reached := map[round.Phase]bool{}
	property := func(t *rapid.T) {
		r := stream{reached: reached}
		all := []func(*rapid.T){
			r.open, r.close, r.seal, r.announce, r.supersede, r.anchor, r.ceremony, r.beacon,
			r.draw, r.rank, r.publish, r.settle, r.void,
		}
		for range rapid.IntRange(1, 40).Draw(t, "commands") {
			if rapid.IntRange(0, 3).Draw(t, "out of order") == 0 {
				all[rapid.IntRange(0, len(all)-1).Draw(t, "command")](t)
			} else {
				r.due()(t)
			}
		}
	}
	rapid.Check(t, property)
	for tries := 0; tries < 30 && len(reached) < 10; tries++ {
		rapid.Check(t, property) // one in fifteen runs voids no round
	}
	require.Len(t, reached, 10, "the property was tried in every phase: %v", reached)
}
