package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
)

// TestFault: a fault is told in the reader's language, and to programs in parts.
func TestFault(t *testing.T) {
	for _, c := range []struct {
		err           error
		en, zh, parts string
	}{
		{
			fault.Site{Leaf: new(int64), Stream: "round-r1", Revision: 3}.New(fault.EventUncaused,
				"why"),
			"DISPROVEN event_uncaused at leaf 0, round-r1 revision 3: why",
			"核验不通过：错误代码 event_uncaused，位置：叶 0，流 round-r1 修订 3，详情：why",
			`{"code":"event_uncaused","leaf":0,"place":"leaf 0, round-r1 revision 3","message":"why"}`,
		},
		{
			fault.Site{File: "results/r1/p.tsv", Line: 7}.New(fault.FileWrong, "why"),
			"DISPROVEN file_wrong at results/r1/p.tsv line 7: why",
			"核验不通过：错误代码 file_wrong，位置：文件 results/r1/p.tsv 第 7 行，详情：why",
			`{"code":"file_wrong","file":"results/r1/p.tsv","line":7,"place":"results/r1/p.tsv line 7","message":"why"}`,
		},
		{
			fault.Site{Leaf: new(int64(768)), File: "tile/0/003"}.New(fault.TileHash, "why"),
			"DISPROVEN tile_hash at leaf 768, tile/0/003: why",
			"核验不通过：错误代码 tile_hash，位置：叶 768，文件 tile/0/003，详情：why",
			`{"code":"tile_hash","leaf":768,"file":"tile/0/003","place":"leaf 768, tile/0/003","message":"why"}`,
		},
	} {
		for lang, want := range map[string]string{"en": c.en, "zh": c.zh} {
			var stdout, stderr bytes.Buffer
			err := explain(fmt.Errorf("verifying: %w", c.err), vocabulary[lang])
			o := output{&stdout, &stderr, true, vocabulary[lang]}
			require.Equal(t, statusDisproven, o.conclude(nil, err))
			require.Equal(t, "lottery-verify: "+want+"\n", stderr.String())
			if lang == "en" {
				require.Equal(t, `{"error":`+c.parts+"}\n", stdout.String())
			}
			require.True(t, json.Valid(stdout.Bytes()))
		}
	}
}

// TestStatuses: the help names the exit statuses.
func TestStatuses(t *testing.T) {
	require.Contains(t, english, fmt.Sprintf(
		"\nexit status: %d proven, %d disproven, %d wrong usage, %d input or output failed\n",
		statusProven, statusDisproven, statusUsage, statusFailed))
}
