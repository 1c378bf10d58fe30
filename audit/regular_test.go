package audit_test

import (
	"io/fs"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain/fault"
)

// TestIrregular: what is no file is not opened, for that might wait for ever, and disproves
// nothing.
func TestIrregular(t *testing.T) {
	good := lottery(t, hooks{}).publish()
	for _, mode := range []fs.FileMode{
		fs.ModeNamedPipe, fs.ModeSocket, fs.ModeDevice,
		fs.ModeDevice | fs.ModeCharDevice,
	} {
		for _, name := range []string{
			audit.KeyFile, tiles.CheckpointFile, firstTile, firstBundle,
			audit.ResultPath("r2", "ordinary"),
		} {
			folder := maps.Clone(good)
			folder[name] = &fstest.MapFile{Mode: mode | 0o644}
			_, err := audit.VerifyFolder(unopened{folder, name, t}, "", nil)
			require.ErrorContains(t, err, name+": not a regular file")
			_, disproven := fault.Of(err)
			require.False(t, disproven, name)
		}
	}
}

// unopened fails the test when one file is opened.
type unopened struct {
	fstest.MapFS
	name string
	t    *testing.T
}

func (u unopened) Open(name string) (fs.File, error) {
	require.NotEqual(u.t, u.name, name, "opened")
	return u.MapFS.Open(name)
}

func (u unopened) ReadFile(name string) ([]byte, error) {
	require.NotEqual(u.t, u.name, name, "opened")
	return u.MapFS.ReadFile(name)
}
