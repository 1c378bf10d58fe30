package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain/round"
)

// TestPoolText: seats are shown once they are announced, and who holds them once the result is
// published.
func TestPoolText(t *testing.T) {
	const pool = "    pool ordinary: 9 applications, weight 30; "
	for _, c := range []struct {
		phase    round.Phase
		beacon   uint64
		want, zh string
	}{
		{round.PhaseSealed, 0, "its seats are not announced yet", "指标数尚未公告"},
		{round.PhaseVoided, 0, "its seats are not announced yet", "指标数尚未公告"},
		{round.PhaseAnnounced, 7, "4 seats, no result yet", "指标 4 个，尚无结果"},
		{round.PhaseDrawn, 7, "4 seats, no result yet", "指标 4 个，尚无结果"},
		{
			round.PhasePublished, 7, "4 seats, 4 selected, 2 in reserve",
			"指标 4 个，中签 4 个，候补 2 个",
		},
	} {
		o := audit.RoundReport{
			Round: "r1", Phase: c.phase, BeaconRound: c.beacon, Chain: strings.Repeat("0", 64),
			Pools: []audit.PoolReport{{Pool: "ordinary", Count: 9, Weight: 30}},
		}
		if c.beacon != 0 {
			o.Pools[0].Seats = 4
		}
		if c.phase == round.PhasePublished {
			o.Pools[0].Selected, o.Pools[0].Reserve = 4, 2
		}
		r := ledgerReport{true, &audit.Report{Rounds: []audit.RoundReport{o}}}
		for lang, want := range map[string]string{"en": pool + c.want, "zh": c.zh} {
			var text strings.Builder
			require.NoError(t, r.writeText(&text, vocabulary[lang]))
			require.Contains(t, text.String(), want+"\n", "%s %s", lang, c.phase)
		}
	}
}
