package audit_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// rationed is a ledger whose year has a quota: six seats for a round of four, of which
// two were carried over.
func rationed(t require.TestingT, k hooks) *history {
	h := newHistory(t, k)
	year := "quota-" + opens.String()[:4]
	h.put("chief", "quota-2025", quota.SeatsSet{Pool: "ordinary", Seats: 9})
	h.put("chief", "quota-2025",
		quota.Adjusted{Pool: "ordinary", Number: 1, Amount: -2, Reason: quota.Carried})
	h.put("chief", year, quota.SeatsSet{Pool: "ordinary", Seats: 5})
	h.put("chief", year,
		quota.CarriedOver{
			Pool: "ordinary", Number: 1, Amount: 2, FromYear: 2025,
			FromPool: "ordinary",
		})
	h.put("chief", year,
		quota.Adjusted{Pool: "ordinary", Number: 2, Amount: -1, Reason: quota.Policy})
	h.open("r1")
	for n := range 12 {
		h.approve(h.submit("r1", domain.Ordinary, individual(n)))
	}
	h.now = max(h.now, closes) // the last change is long seen
	h.conduct("r1", 4, 2, nil)
	return h
}

const (
	thisYear = "quota-2026"
	lastYear = "quota-2025"
)

func TestQuota(t *testing.T) {
	require.Equal(t, "2026", opens.String()[:4])
	h := rationed(t, hooks{})
	h.verified(t)

	// What is taken is gone: two are left, and a third of the kind needs a third.
	h.open("r2")
	h.conduct("r2", 3, 0, nil)
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, "quota_exceeded", found.Code)
}

// TestVoidedRoundGivesBack: the seats of a voided round may be announced once more.
func TestVoidedRoundGivesBack(t *testing.T) {
	h := rationed(t, hooks{})
	h.records = h.records[:h.index("round-r1", round.Drawn{})]
	h.renumber()
	h.put("cora", "round-r1", round.Voided{Reason: round.OrderOfCourt})
	for _, a := range h.apps {
		a.until, a.losses = never, 0
	}
	for _, p := range h.version.Pools {
		delete(h.files, audit.ResultPath("r1", p.Name))
	}
	h.open("r2")
	h.conduct("r2", 6, 0, nil)
	h.verified(t)
}

// TestQuotaInFlight: an announcement that was decided before the quota fell, and stored
// after it, stands; one decided later does not.
func TestQuotaInFlight(t *testing.T) {
	for _, v := range []struct {
		before domain.Time
		code   string
	}{{0, ""}, {inFlight, ""}, {inFlight + 1, "quota_exceeded"}} {
		h := rationed(t, hooks{})
		i := h.index("round-r1", round.Announced{})
		fell := h.insert(i, "chief", thisYear,
			quota.Adjusted{Pool: "ordinary", Number: 3, Amount: -3, Reason: quota.Correction})
		fell.at = h.records[i+1].at - v.before
		_, err := audit.VerifyFolder(h.publish(), "", nil)
		found, _ := fault.Of(err)
		if v.code == "" {
			require.NoError(t, err)
		} else {
			require.Equal(t, v.code, found.Code)
		}
	}
}

// supersededWith announces again, with another number of seats in the first pool.
func supersededWith(seats uint64) func(*history, string, round.State, round.Announced,
	[]round.PoolTerms) (round.Announced, []byte) {
	return func(h *history, id string, s round.State, a round.Announced,
		terms []round.PoolTerms,
	) (round.Announced, []byte) {
		a.Pools = slices.Clone(a.Pools)
		a.Pools[0].Seats = seats
		s.Announced = a
		e := h.superseding(id, s, a, terms,
			func(e *round.AnnouncementSuperseded) { e.DrawTime += 2 * inFlight })
		h.put("cora", "round-"+id, e)
		return round.Announced{
			Document: e.Document, DrawTime: e.DrawTime, Chain: e.Chain,
			BeaconRound: e.BeaconRound, Pools: e.Pools, Mode: e.Mode,
		}, nil
	}
}

// TestQuotaOfTheValidAnnouncement: the last announcement counts. A quota may fall to what
// any announcement says that whoever lowers it may have seen as the valid one.
func TestQuotaOfTheValidAnnouncement(t *testing.T) {
	for _, v := range []struct {
		seats uint64 // superseding 4
		after domain.Time
		fall  int64 // of 6
		code  string
	}{
		{2, inFlight + 1, -4, ""},
		{2, inFlight + 1, -5, "quota_used"},
		{2, 1, -4, ""},
		{6, inFlight + 1, -1, "quota_used"},
		{6, 1, -2, ""},
		{6, 1, -3, "quota_used"},
	} {
		h := rationed(t, hooks{
			version: func(v *rules.Version) { v.SupersedeMarginSeconds = 60 },
			timetable: func(h *history, id string, s round.State, a round.Announced,
				terms []round.PoolTerms,
			) (round.Announced, []byte) {
				h.now += inFlight + 1 // the first announcement is long seen
				return supersededWith(v.seats)(h, id, s, a, terms)
			},
		})
		i := h.index("round-r1", round.AnnouncementSuperseded{})
		h.insert(i+1, "chief", thisYear,
			quota.Adjusted{
				Pool: "ordinary", Number: 3, Amount: v.fall,
				Reason: quota.Correction,
			}).at = h.records[i].at + v.after
		_, err := audit.VerifyFolder(h.publish(), "", nil)
		found, _ := fault.Of(err)
		if v.code == "" {
			require.NoError(t, err)
		} else {
			require.Equal(t, v.code, found.Code, v)
		}
	}
}

// quotaCheats take more than a year has.
func quotaCheats() []cheat {
	announced := at("round-r1", round.Announced{})
	return []cheat{
		{
			name: "more_seats_in_the_place_of_fewer", code: "quota_exceeded", ledger: rationed,
			do: at("round-r1", round.AnnouncementSuperseded{}), hooks: hooks{
				timetable: supersededWith(7),
			},
		},
		{
			name: "more_seats_than_the_year_has", code: "quota_exceeded", ledger: rationed,
			do: announced, hooks: hooks{
				announce: func(_ *history, a *round.Announced) { a.Pools[0].Seats = 7 },
			},
		},
		{
			name: "quota_cut_below_what_rounds_took", code: "quota_used", ledger: rationed,
			do: func(h *history) string {
				h.now += inFlight
				i := h.put("chief", thisYear,
					quota.Adjusted{Pool: "ordinary", Number: 3, Amount: -3, Reason: quota.Policy})
				return h.records[i].place()
			},
		},
		{
			name: "returned_twice", code: "not_returned", ledger: aftermath,
			do: func(h *history) string {
				to := h.records[h.index(right(4),
					indicator.Forfeited{})].event.(indicator.Forfeited).ReturnsTo
				year := quota.StreamPrefix + strconv.Itoa(to.Year)
				h.put("chief", year, quota.SeatsSet{Pool: to.Pool, Seats: 1})
				h.put("chief", year,
					quota.Adjusted{Pool: to.Pool, Number: 1, Amount: 1, Reason: quota.Returned})
				return h.records[h.put("chief", year,
					quota.Adjusted{
						Pool: to.Pool, Number: 2, Amount: 1,
						Reason: quota.Returned,
					})].place()
			},
		},
		{
			name: "returned_though_all_were_used", code: "not_returned", ledger: rationed,
			do: func(h *history) string {
				return h.records[h.put("chief", thisYear,
					quota.Adjusted{
						Pool: "ordinary", Number: 3, Amount: 1,
						Reason: quota.Returned,
					})].place()
			},
		},
		{
			name: "carried_over_more_than_given", code: "quota_not_given", ledger: rationed,
			do: changed(thisYear, func(_ *history, e *quota.CarriedOver) { e.Amount = 3 }),
		},
		{
			name: "carried_over_twice", code: "quota_not_given", ledger: rationed,
			do: func(h *history) string {
				i := h.put("chief", thisYear,
					quota.CarriedOver{
						Pool: "ordinary", Number: 3, Amount: 1, FromYear: 2025,
						FromPool: "ordinary",
					})
				return h.records[i].place()
			},
		},
		{
			name: "carried_over_from_the_future", code: "invalid_quota", ledger: rationed,
			do: changed(thisYear, func(_ *history, e *quota.CarriedOver) { e.FromYear = 2027 }),
		},
		{
			name: "quota_set_again", code: "quota_exists", ledger: rationed,
			do: added("chief", lastYear, quota.SeatsSet{},
				quota.SeatsSet{Pool: "ordinary", Seats: 90}),
		},
		{
			name: "quota_changed_out_of_turn", code: "quota_changed", ledger: rationed,
			do: changed(lastYear, func(_ *history, e *quota.Adjusted) { e.Number = 2 }),
		},
		{
			name: "quota_of_nothing_adjusted", code: "unknown_quota", ledger: rationed,
			do: changed(lastYear, func(_ *history, e *quota.Adjusted) { e.Pool = "moon" }),
		},
		{
			name: "quota_of_no_year", code: "invalid_id", ledger: rationed,
			do: func(h *history) string {
				i := h.put("chief", "quota-next", quota.SeatsSet{Pool: "ordinary", Seats: 1})
				return h.records[i].place()
			},
		},
		{
			name: "quota_adjusted_on_a_whim", code: "invalid_reason", ledger: rationed,
			do: changed(lastYear, func(_ *history, e *quota.Adjusted) { e.Reason = "whim" }),
		},
		{
			name: "quota_set_by_conductor", code: "not_allowed", ledger: rationed,
			do: func(h *history) string {
				i := h.put("cora", "quota-2027", quota.SeatsSet{Pool: "ordinary", Seats: 1})
				return h.records[i].place()
			},
		},
	}
}
