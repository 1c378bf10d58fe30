package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
)

func TestError(t *testing.T) {
	err := fault.New(fault.RoundClosed, "closed at %d", 7)
	require.EqualError(t, err, "round_closed: closed at 7")
	require.Equal(t, "round_closed", fault.CodeOf(err))
	require.Equal(t, "round_closed", fault.CodeOf(fmt.Errorf("submitting: %w", err)))
	require.Equal(t, "round_closed", fault.CodeOf(errors.Join(errors.New("disk full"), err)))
	require.Empty(t, fault.CodeOf(errors.New("round_closed: closed at 7")))
	require.Empty(t, fault.CodeOf(nil))
	require.ErrorIs(t, fault.New(fault.MissingTile, "reading: %w", fs.ErrNotExist), fs.ErrNotExist)
}

func TestSite(t *testing.T) {
	chinese := fault.Words{
		Leaf: "叶 %d", Revision: "流 %s 修订 %d", File: "文件 %s",
		Line: "第 %d 行", Comma: "，",
	}
	for _, c := range []struct {
		site           fault.Site
		english, other string
	}{
		{fault.Site{}, "", ""},
		{fault.Site{Leaf: new(int64)}, "leaf 0", "叶 0"},
		{
			fault.Site{Leaf: new(int64), Stream: "round-r1", Revision: 3},
			"leaf 0, round-r1 revision 3", "叶 0，流 round-r1 修订 3",
		},
		{fault.Site{File: "results/r1/p.tsv"}, "results/r1/p.tsv", "文件 results/r1/p.tsv"},
		{fault.Site{File: "a", Line: 7}, "a line 7", "文件 a 第 7 行"},
		{fault.Site{Line: 7}, "line 7", "第 7 行"},
		{
			fault.Site{Leaf: new(int64), File: "tile/0/000"},
			"leaf 0, tile/0/000",
			"叶 0，文件 tile/0/000",
		},
	} {
		require.Equal(t, c.english, c.site.String())
		require.Equal(t, c.other, c.site.In(chinese))
		text := "file_wrong"
		if c.english != "" {
			text += ": " + c.english
		}
		require.EqualError(t, c.site.New(fault.FileWrong, "why"), text+": why")
		require.EqualError(t, fault.At(c.site, fault.New(fault.FileWrong, "why")), text+": why")
	}
	other := errors.New("disk full")
	require.Equal(t, other, fault.At(fault.Site{Line: 7}, other))
	require.NoError(t, fault.At(fault.Site{Line: 7}, nil))
}

func TestReport(t *testing.T) {
	for _, c := range []struct {
		report fault.Report
		want   string
	}{
		{fault.Report{Code: fault.IO, Message: "m"}, `{"code":"io","message":"m"}`},
		{
			fault.Report{
				Code: "c", Site: fault.Site{
					Leaf: new(int64), Stream: "s", Revision: 1, File: "f",
					Line: 2,
				}, Place: "p", Message: "m",
			},
			`{"code":"c","leaf":0,"file":"f","line":2,"place":"p","message":"m"}`,
		},
	} {
		got, err := json.Marshal(c.report)
		require.NoError(t, err)
		require.Equal(t, c.want, string(got))
	}
}
