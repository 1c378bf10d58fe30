package version

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescribe(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.0"}
	require.Equal(t, "(devel), go1.26.0", describe(info))
	info.Main.Version = "v1.2.3"
	info.Settings = []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"},
		{Key: "vcs.time", Value: "2026-12-01T00:00:00Z"},
		{Key: "vcs.modified", Value: "true"},
	}
	require.Equal(t, "v1.2.3, revision abc of 2026-12-01T00:00:00Z with changes, go1.26.0",
		describe(info))
	require.Contains(t, String(), "go1.")
}
