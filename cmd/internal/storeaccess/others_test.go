//go:build linux

package storeaccess

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/esdb"
)

// folderVariable names the folder that another user tries to open.
const folderVariable = "STOREACCESS_FOLDER"

// TestOthers: another user of the machine, who may look into the data folder, reaches neither
// the store nor what its server has left there.
func TestOthers(t *testing.T) {
	if data := os.Getenv(folderVariable); data != "" {
		f := Folder{Data: data, Dir: filepath.Join(data, "store")}
		_, err := f.Open(t.Context(), zerolog.Nop(), esdb.Options{})
		require.ErrorIs(t, err, os.ErrPermission)
		_, err = read(filepath.Join(data, fileName))
		require.ErrorIs(t, err, os.ErrPermission)
		_, err = os.ReadFile(filepath.Join(data, "serve.key"))
		require.ErrorIs(t, err, os.ErrPermission)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can run a program as another user")
	}
	data, err := os.MkdirTemp("", "others-")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(data)) })
	require.NoError(t, os.Chmod(data, 0o755))
	f := Folder{Data: data, Dir: filepath.Join(data, "store")}
	s, err := f.Serve(embedded.Options{Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, open(t, f).Close())

	program := filepath.Join(data, "program")
	copyProgram(t, program)
	c := exec.Command(program, "-test.run=^TestOthers$", "-test.v")
	c.Env = append(os.Environ(), folderVariable+"="+data)
	c.Dir = data
	const nobody = 65534
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := c.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestOthers")
}

func copyProgram(t *testing.T, to string) {
	self, err := os.Executable()
	require.NoError(t, err)
	in, err := os.Open(self)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, err)
	require.NoError(t, out.Close())
}
