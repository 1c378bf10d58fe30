package quota_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/quota"
)

var (
	rule = domaintest.For(quota.Decide, quota.Evolve)

	set   = quota.SeatsSet{Pool: "ordinary", Seats: 100}
	less  = quota.Adjusted{Pool: "ordinary", Number: 1, Amount: -30, Reason: quota.Policy}
	taken = quota.CarriedOver{
		Pool: "ordinary", Number: 1, Amount: 20, FromYear: 2025,
		FromPool: "old",
	}
)

func adjust(number uint64, amount int64, reason quota.Reason, used uint64) quota.Adjust {
	return quota.Adjust{
		Pool: "ordinary", Number: number, Amount: amount, Reason: reason,
		Used: used,
	}
}

func carry(change func(*quota.CarryOver)) quota.CarryOver {
	c := quota.CarryOver{
		Year: 2026, Pool: "ordinary", Number: 1, Amount: 20, FromYear: 2025,
		FromPool: "old", Given: 20,
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestSet(t *testing.T) {
	rule.Given().When(quota.SetSeats(set)).Then(t, set)
	rule.Given().When(quota.SetSeats{Pool: "ordinary"}).Then(t, quota.SeatsSet{Pool: "ordinary"})
	rule.Given(set).When(quota.SetSeats(set)).Nothing(t)
	rule.Given(set).When(quota.SetSeats{Pool: "ordinary", Seats: 99}).Refused(t, "quota_exists")
	rule.Given(set, less).When(quota.SetSeats{Pool: "ordinary", Seats: 70}).Refused(t,
		"quota_exists")
	rule.Given(set).When(quota.SetSeats{Pool: "other", Seats: 5}).Then(t,
		quota.SeatsSet{Pool: "other", Seats: 5})
	rule.Given().When(quota.SetSeats{Pool: "a pool"}).Refused(t, "invalid_id")
	rule.Given().When(quota.SetSeats{Pool: "p", Seats: quota.MaxSeats + 1}).Refused(t,
		"invalid_quota")
}

func TestAdjust(t *testing.T) {
	rule.Given(set).When(adjust(1, -30, quota.Policy, 70)).Then(t, less)
	back := quota.Adjust{
		Pool: "ordinary", Number: 1, Amount: 7, Reason: quota.Returned, Used: 100,
		Unused: 7,
	}
	rule.Given(set).When(back).Then(t,
		quota.Adjusted{Pool: "ordinary", Number: 1, Amount: 7, Reason: quota.Returned})
	back.Unused = 6
	rule.Given(set).When(back).Refused(t, "not_returned")
	rule.Given(set).When(adjust(1, -100, quota.Carried, 0)).Then(t,
		quota.Adjusted{Pool: "ordinary", Number: 1, Amount: -100, Reason: quota.Carried})
	rule.Given(set, less).When(adjust(1, -30, quota.Policy, 70)).Nothing(t)
	rule.Given(set, less).When(adjust(2, -30, quota.Policy, 40)).Then(t,
		quota.Adjusted{Pool: "ordinary", Number: 2, Amount: -30, Reason: quota.Policy})
	rule.Given(set, less).When(adjust(1, -31, quota.Policy, 0)).Refused(t, "quota_changed")
	rule.Given(set).When(adjust(2, 1, quota.Policy, 0)).Refused(t, "quota_changed")
	rule.Given(set).When(adjust(0, 1, quota.Policy, 0)).Refused(t, "quota_changed")
	rule.Given().When(adjust(1, 1, quota.Policy, 0)).Refused(t, "unknown_quota")
	rule.Given(set).When(adjust(1, -30, quota.Policy, 71)).Refused(t, "quota_used")
	rule.Given(set).When(adjust(1, -101, quota.Correction, 0)).Refused(t, "quota_used")
	rule.Given(set).When(adjust(1, 1, "whim", 0)).Refused(t, "invalid_reason")
	for _, c := range []quota.Adjust{
		adjust(1, 0, quota.Policy, 0), adjust(1, quota.MaxSeats+1, quota.Policy, 0),
		adjust(1, -quota.MaxSeats-1, quota.Policy, 0),
		adjust(1, 1, quota.Carried, 0), adjust(1, -1, quota.Returned, 0),
	} {
		rule.Given(set).When(c).Refused(t, "invalid_quota")
	}
}

func TestCarryOver(t *testing.T) {
	rule.Given(set).When(carry(nil)).Then(t, taken)
	rule.Given(set, taken).When(carry(nil)).Nothing(t)
	rule.Given(set, taken).When(carry(func(c *quota.CarryOver) { c.FromPool = "x" })).Refused(t,
		"quota_changed")
	rule.Given().When(carry(nil)).Refused(t, "unknown_quota")
	rule.Given(set).When(carry(func(c *quota.CarryOver) { c.Given = 19 })).Refused(t,
		"quota_not_given")
	for _, change := range []func(*quota.CarryOver){
		func(c *quota.CarryOver) { c.FromYear = 2026 },
		func(c *quota.CarryOver) { c.FromYear = 0 },
		func(c *quota.CarryOver) { c.Amount = 0 },
		func(c *quota.CarryOver) { c.Amount, c.Given = quota.MaxSeats+1, quota.MaxSeats+1 },
	} {
		rule.Given(set).When(carry(change)).Refused(t, "invalid_quota")
	}
}

// TestQuotaStream: whatever is asked, a pool never has fewer seats than are used, and
// its seats are the sum of what is stored.
func TestQuotaStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s quota.State
		sum, gone := map[string]int64{}, map[string]uint64{}
		for range rapid.IntRange(1, 20).Draw(t, "commands") {
			pool := rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "pool")
			number := s.Next(pool)
			if rapid.IntRange(0, 3).Draw(t, "again") == 0 {
				number = rapid.Uint64Range(0, 5).Draw(t, "number")
			}
			used := rapid.Uint64Range(0, 30).Draw(t, "used")
			cmd := rapid.SampledFrom([]quota.Command{
				quota.SetSeats{Pool: pool, Seats: rapid.Uint64Range(0, 50).Draw(t, "seats")},
				quota.Adjust{
					Pool: pool, Number: number,
					Amount: rapid.Int64Range(-20, 20).Draw(t, "amount"),
					Reason: rapid.SampledFrom(quota.Reasons).Draw(t, "reason"), Used: used,
				},
				quota.CarryOver{
					Year: 2026, Pool: pool, Number: number,
					Amount: rapid.Uint64Range(0, 5).Draw(t, "amount"), FromYear: 2025,
					FromPool: "z", Given: 4,
				},
			}).Draw(t, "command")
			next, events, _ := rule.Step(t, s, cmd)
			require.LessOrEqual(t, len(events), 1)
			for _, e := range events {
				switch e := e.(type) {
				case quota.SeatsSet:
					sum[e.Pool] = int64(e.Seats)
				case quota.Adjusted:
					sum[e.Pool] += e.Amount
					if e.Amount < 0 {
						require.GreaterOrEqual(t, sum[e.Pool], int64(used))
					}
					if e.Reason == quota.Carried {
						gone[e.Pool] += uint64(-e.Amount)
					}
				case quota.CarriedOver:
					sum[e.Pool] += int64(e.Amount)
				}
			}
			for name, p := range next.Pools {
				require.Equal(t, sum[name], p.Seats)
				require.Equal(t, gone[name], next.Given(name))
				require.GreaterOrEqual(t, p.Seats, int64(0))
			}
			s = next
		}
	})
}

func TestTaken(t *testing.T) {
	s := quota.Evolve(quota.Evolve(quota.State{}, set), taken)
	require.EqualValues(t, 20, s.Taken(2025, "old"))
	require.Zero(t, s.Taken(2024, "old"))
	require.Zero(t, s.Taken(2025, "ordinary"))
	require.EqualValues(t, 120, s.Pools["ordinary"].Seats)
}

func TestParseYear(t *testing.T) {
	for text, want := range map[string]int{"1970": 1970, "2026": 2026, "9999": 9999} {
		year, err := quota.ParseYear(text)
		require.NoError(t, err)
		require.Equal(t, want, year)
	}
	for _, text := range []string{
		"", "1969", "10000", "02026", "+2026", "２０２６", "2026 ",
		"year",
	} {
		_, err := quota.ParseYear(text)
		require.Equal(t, "invalid_id", fault.CodeOf(err), text)
	}
}
