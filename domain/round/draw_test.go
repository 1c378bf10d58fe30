package round_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

func TestTerms(t *testing.T) {
	mode, terms := round.Terms(rules.Beijing2021())
	require.Empty(t, mode, "nothing needs to be said")
	require.Equal(t, round.PoolTerms{Pool: "new-energy-family", Method: "points"}, terms[1])
	mode, terms = round.Terms(rules.Housing2026())
	require.Equal(t, draw.Serial, mode)
	require.Equal(t, round.PoolTerms{
		Pool: "neighbours", Method: "pld1", Order: "ranking",
		SpillTo: "town",
	}, terms[0])
	require.Equal(t, round.PoolTerms{Pool: "shared-houses", Method: "pld1", Group: "all_or_none"},
		terms[2])
	v := rules.Beijing2021()
	v.Pools[0].Order = "o"
	mode, _ = round.Terms(v)
	require.Equal(t, draw.Separate, mode, "with an option, the mode is said")
}

func TestLots(t *testing.T) {
	v := rules.Housing2026()
	rosters := round.Rosters(v, closes, func(func(round.Candidate) bool) {})
	var a round.Announced
	for i, p := range v.Pools {
		a.Pools = append(a.Pools, round.Seats{Pool: p.Name, Seats: uint64(i), Reserve: 9})
	}
	lots, err := round.Lots(v, a, rosters)
	require.NoError(t, err)
	require.Equal(t, draw.Lot{
		Roster: draw.Roster{Pool: "town", Method: draw.PLD1},
		Order:  "ranking", Seats: 1, Reserve: 9, SpillTo: "everybody",
	}, lots[1])
	_, err = round.Lots(v, a, rosters[1:])
	require.Equal(t, "invalid_seats", fault.CodeOf(err))
	a.Pools = a.Pools[1:]
	_, err = round.Lots(v, a, rosters)
	require.Equal(t, "invalid_seats", fault.CodeOf(err))
}

// TestSelected: the seats announced, unless the result says from where the reserve runs.
func TestSelected(t *testing.T) {
	s := round.State{
		Announced: round.Announced{Pools: []round.Seats{
			{Pool: "p", Seats: 3},
			{Pool: "q", Seats: 3},
			{Pool: "r", Seats: 3},
			{Pool: "s", Seats: 3},
		}},
		Drawn: round.Drawn{Results: []round.Result{
			{Pool: "p", Ranks: 5},
			{Pool: "q", Ranks: 2},
			{Pool: "r", Ranks: 5, ReserveFrom: 1},
			{Pool: "s", Ranks: 9, ReserveFrom: 8},
		}},
	}
	for pool, n := range map[string]uint64{"p": 3, "q": 2, "r": 0, "s": 7, "t": 0} {
		require.Equal(t, n, s.Selected(pool), pool)
	}
	for _, r := range s.Drawn.Results {
		require.Equal(t, r.ReserveFrom, round.ReserveFrom(int(s.Selected(r.Pool)), r.Ranks, 3))
	}
}

// TestDrawWithOptions: a draw with options may select more or fewer than the seats, a
// plain one may not.
func TestDrawWithOptions(t *testing.T) {
	with := announced
	with.Mode = "serial"
	given := []round.Event{opened, closed, sealed, with, recorded}
	results := func(change func(r []round.Result)) round.Draw {
		c := round.Draw{
			Seed:    results.Seed,
			Results: append([]round.Result(nil), results.Results...),
		}
		change(c.Results)
		return c
	}
	more := results(func(r []round.Result) { r[0].Ranks, r[0].ReserveFrom = 3, 3 })
	rule.Given(given...).When(more).Then(t, round.Drawn(more))
	none := results(func(r []round.Result) { r[0].Ranks, r[0].ReserveFrom = 1, 1 })
	rule.Given(given...).When(none).Then(t, round.Drawn(none))
	rule.Given(given...).When(results(func(r []round.Result) { r[0].Ranks = 4 })).Refused(t,
		"invalid_result")
	rule.Given(given...).When(results(func(r []round.Result) { r[0].ReserveFrom = 4 })).Refused(t,
		"invalid_result")
	rule.Given(upTo(toSeeded)...).When(
		results(func(r []round.Result) { r[0].ReserveFrom = 1 })).Refused(t, "invalid_result")
	rule.Given(upTo(toSeeded)...).When(more).Refused(t, "invalid_result")
}

// TestAnnounceWithOptions: mode and options are in the document, and the event says the
// mode.
func TestAnnounceWithOptions(t *testing.T) {
	c := announce
	c.Mode = "serial"
	c.Terms = []round.PoolTerms{{
		Pool: "ordinary", Method: "pld1", Order: "o", Group: "all_or_none",
		SpillTo: "energy",
	}, {Pool: "energy", Method: "queue"}}
	want := announced
	want.Mode = "serial"
	doc, err := round.Document("2026-1", round.State{Opened: opened, Sealed: sealed}, want, c.Terms)
	require.NoError(t, err)
	require.Contains(t, string(doc), "\"mode\": \"serial\"")
	require.Contains(t, string(doc),
		"      \"method\": \"pld1\",\n      \"group\": \"all_or_none\",\n      \"order\": "+
			"\"o\",\n      \"spill_to\": \"energy\",\n      \"seats\": 1,")
	want.Document = draw.AnnouncementDigest(doc)
	rule.Given(upTo(toSealed)...).When(c).Then(t, want)
	require.NotEqual(t, announced.Document, want.Document)
}

func TestRostersWithOptions(t *testing.T) {
	member := rules.Member{Role: rules.Main, RegisteredOn: opens}
	other := rules.Member{Role: rules.Other, RegisteredOn: opens}
	rosters := round.Rosters(rules.Housing2026(), closes, func(yield func(round.Candidate) bool) {
		_ = yield(round.Candidate{
			Code: "b", Indicator: domain.Dwelling, Losses: 9,
			Standing: rules.Standing{
				Applicant: domain.Individual, Members: []rules.Member{member},
				Choices: []string{"town"},
			},
		}) &&
			yield(round.Candidate{
				Code: "a", Indicator: domain.Dwelling, Losses: 2,
				Standing: rules.Standing{
					Applicant: domain.Family, Generations: 1,
					Members: []rules.Member{member, other}, Choices: []string{"shared-houses"},
				},
			})
	})
	require.Empty(t, rosters[0].Entries)
	require.Equal(t, []draw.Entry{{Code: "b", Weight: 1}}, rosters[1].Entries)
	require.Equal(t, []draw.Entry{{Code: "a", Weight: 1, Size: 2}}, rosters[2].Entries)
	require.Equal(t, []draw.Entry{{Code: "a", Weight: 1}, {Code: "b", Weight: 1}},
		rosters[3].Entries)
}

// TestAnnounceWithinTheQuota: no more seats than the year has left, where it has a quota.
func TestAnnounceWithinTheQuota(t *testing.T) {
	within := func(left ...round.SeatsLeft) round.Announce {
		c := announce
		c.Left = left
		return c
	}
	rule.Given(upTo(toSealed)...).When(within(round.SeatsLeft{Pool: "ordinary", Seats: 1},
		round.SeatsLeft{Pool: "energy", Seats: 5})).Then(t, announced)
	rule.Given(upTo(toSealed)...).When(within(round.SeatsLeft{Pool: "energy", Seats: 4})).Refused(t,
		"quota_exceeded")
	rule.Given(upTo(toSealed)...).When(within(round.SeatsLeft{Pool: "ordinary"})).Refused(t,
		"quota_exceeded")
	rule.Given(upTo(toAnnounced)...).When(within(round.SeatsLeft{Pool: "ordinary"})).Nothing(t)
}
