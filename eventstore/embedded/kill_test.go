package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore/embedded"
)

// childDir names, in the environment of a child process, the folder it writes to.
const childDir = "EMBEDDED_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // it is meant to be killed
	}
	os.Exit(m.Run())
}

// child opens a store and writes to it for ever, printing every acknowledged event.
func child(dir string) error {
	s, err := embedded.Open(embedded.Options{Dir: dir})
	if err != nil {
		return err
	}
	config, err := client.ParseConnectionString(s.ConnectionString())
	if err != nil {
		return err
	}
	c, err := client.NewClient(config)
	if err != nil {
		return err
	}
	var out sync.Mutex
	errs := make(chan error)
	for range 4 {
		go func() {
			stream := "k-" + uuid.NewString()
			for {
				e := some(3)
				if _, err := c.AppendToStream(context.Background(), stream, client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, e...); err != nil {
					errs <- err
					return
				}
				out.Lock()
				for _, e := range e {
					fmt.Println("acknowledged", stream, e.EventID)
				}
				out.Unlock()
			}
		}()
	}
	return <-errs
}

// TestKill kills a writing process again and again: whatever it saw acknowledged is
// there when the folder is opened again.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	const cycles = 20
	dir := t.TempDir()
	l := &ledger{streams: make(map[string][]uuid.UUID)}
	for range cycles {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		kill := 10 + rand.IntN(300)
		for n := 0; lines.Scan(); n++ {
			if n == kill {
				require.NoError(t, cmd.Process.Kill())
			}
			word := strings.Fields(lines.Text())
			if len(word) != 3 || len(word[2]) != 36 {
				break // cut off by the kill
			}
			l.streams[word[1]] = append(l.streams[word[1]], uuid.MustParse(word[2]))
		}
		require.Error(t, cmd.Wait())
	}
	require.NotEmpty(t, l.streams)
	began := time.Now()
	l.check(serve(t, embedded.Options{Dir: dir}))
	t.Logf("%d streams checked in %s", len(l.streams), time.Since(began))
}
