package importer_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/internal/importer"
)

const digest = "00112233"

func openReceipts(t *testing.T, name string) *importer.Receipts {
	t.Helper()
	r, err := importer.OpenReceipts(name, digest, "r1")
	require.NoError(t, err)
	return r
}

// reference imports a file in one go, and returns events and receipts.
func reference(t *testing.T, file []byte) (map[string][]string, string, importer.Summary) {
	o := newOffice(t)
	name := filepath.Join(t.TempDir(), "receipts")
	r := openReceipts(t, name)
	sum := newImport(o, r).run(t, file)
	require.NoError(t, r.Close())
	return stored(t, o), text(t, name), sum
}

func text(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(b)
}

// TestResume stops an import at random appends, before or after they were
// stored, and runs it again until it ends: what is there then is what one run gives.
func TestResume(t *testing.T) {
	file, _ := simulated(t, 2150, 21, 40) // more than one batch
	wantEvents, wantReceipts, want := reference(t, file)
	random := rand.New(rand.NewPCG(1, 2))
	o := newOffice(t)
	store := o.Store
	name := filepath.Join(t.TempDir(), "receipts")
	for stops := 0; ; stops++ {
		ctx, stop := context.WithCancel(t.Context())
		s := &interrupted{Store: store, stop: stop, after: random.IntN(2) == 0}
		s.left.Store(int64(1 + random.IntN(3000*(stops+1)))) // a batch is about 6,200 appends
		if o.Store = s; stops == 4 {
			s.stop = nil
		}
		r := openReceipts(t, name)
		m := newImport(o, r)
		sum, err := m.Run(ctx, bytes.NewReader(file))
		require.NoError(t, r.Close())
		stop()
		if err == nil {
			require.Equal(t, want.Stored, sum.Stored)
			require.Equal(t, want.Problems, sum.Problems)
			require.Positive(t, stops)
			break
		}
		require.ErrorIs(t, err, context.Canceled)
	}
	o.Store = store
	require.Equal(t, wantEvents, stored(t, o))
	require.Equal(t, wantReceipts, text(t, name))
	require.Positive(t, recorded(t, o))
}

// TestAVaultThatFails ends the import before any event of the batch is stored.
func TestAVaultThatFails(t *testing.T) {
	file, _ := simulated(t, 30, 2, 0)
	o := newOffice(t)
	require.NoError(t, o.Vault.Close())
	_, err := newImport(o, nil).Run(t.Context(), bytes.NewReader(file))
	require.ErrorContains(t, err, "storing personal records")
	require.Empty(t, stored(t, o))
	o.Vault = newVault(t)
	require.Equal(t, 30, newImport(o, nil).run(t, file).Stored)
	people := recorded(t, o)
	require.Positive(t, people)

	// The vault was lost: the same file brings every record back.
	before := stored(t, o)
	o.Vault = newVault(t)
	require.Equal(t, 30, newImport(o, nil).run(t, file).Stored)
	require.Equal(t, before, stored(t, o))
	require.Equal(t, people, recorded(t, o))
}

// TestTornReceipts: a crash cut the file off somewhere, or all of it is lost.
func TestTornReceipts(t *testing.T) {
	file, _ := simulated(t, 80, 22, 100)
	o := newOffice(t)
	name := filepath.Join(t.TempDir(), "deep", "receipts")
	r := openReceipts(t, name)
	sum := newImport(o, r).run(t, file)
	require.NoError(t, r.Close())
	events, whole := stored(t, o), text(t, name)
	require.Equal(t, sum.Stored+1, strings.Count(whole, "\n"))

	random := rand.New(rand.NewPCG(3, 4))
	head := strings.IndexByte(whole, '\n')
	for _, cut := range []int{
		0, 1, head, head + 1, head + 2, len(whole) - 1, len(whole),
		random.IntN(len(whole)), random.IntN(len(whole)), random.IntN(len(whole)),
	} {
		require.NoError(t, os.WriteFile(name, []byte(whole[:cut]), 0o600))
		kept := max(0, strings.Count(whole[:cut], "\n")-1)
		r := openReceipts(t, name)
		require.Len(t, r.Codes(), kept)
		again := newImport(o, r).run(t, file)
		require.NoError(t, r.Close())
		require.Equal(t, kept, again.Before)
		require.Equal(t, sum.Stored, again.Stored)
		require.Equal(t, whole, text(t, name), "cut at %d", cut)
		require.Equal(t, events, stored(t, o))
	}
	require.NoError(t, os.RemoveAll(filepath.Dir(name)))
	r = openReceipts(t, name)
	require.Zero(t, newImport(o, r).run(t, file).Before)
	require.NoError(t, r.Close())
	require.Equal(t, whole, text(t, name))
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestReceiptsThatAreNone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "receipts")
	r := openReceipts(t, name)
	require.NoError(t, r.Close())
	for _, v := range [][2]string{{"ffff", "r1"}, {digest, "r2"}, {digest + "\tr1", ""}, {"", ""}} {
		_, err := importer.OpenReceipts(name, v[0], v[1])
		require.ErrorContains(t, err, "another file or round", v)
	}
	head := text(t, name)
	for _, line := range []string{
		"\n", "x\ta\tb\n", "2\ta\n", "2\ta\tb\tc\n", "2.5\ta\tb\n",
		"\x00\x00\n",
	} {
		require.NoError(t, os.WriteFile(name, []byte(head+line), 0o600))
		_, err := importer.OpenReceipts(name, digest, "r1")
		require.ErrorContains(t, err, "no receipt", "%q", line)
		require.Equal(t, head+line, text(t, name), "left as it was")
	}
	_, err := importer.OpenReceipts(t.TempDir(), digest, "r1") // a folder
	require.Error(t, err)
}

// FuzzReceipts: whatever the file holds, it opens or is refused, and what opens once
// opens again with the same codes.
func FuzzReceipts(f *testing.F) {
	head := "# import\t" + digest + "\tr1\n"
	for _, s := range []string{
		"", head, head[:9], head + "2\tn-1\t0449190875545\n",
		head + "2\tn-1\t0449190875545\n3\tn-2", head + "2\n", "\n\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		name := filepath.Join(t.TempDir(), "receipts")
		require.NoError(t, os.WriteFile(name, raw, 0o600))
		r, err := importer.OpenReceipts(name, digest, "r1")
		if err != nil {
			return
		}
		codes := r.Codes()
		require.NoError(t, r.Close())
		again := openReceipts(t, name)
		require.Equal(t, codes, again.Codes())
		require.NoError(t, again.Close())
	})
}
