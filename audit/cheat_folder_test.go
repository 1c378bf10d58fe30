package audit_test

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// folderCheat changes published files without being able, or willing, to sign them
// anew. The verifier is given the ledger's own key.
type folderCheat struct {
	name, code, place string
	do                func(t *testing.T, folder fstest.MapFS)
}

// TestFolderCheat expects every change to be found out.
func TestFolderCheat(t *testing.T) {
	_, vkey := testKeys(t, origin, 1)
	for _, c := range folderCheats() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := lottery(t, hooks{}).publish()
			c.do(t, folder)
			_, err := audit.VerifyFolder(folder, vkey, nil)
			found, disproven := fault.Of(err)
			require.True(t, disproven, "the cheat was not found: %v", err)
			require.Equal(t, c.code, found.Code, err)
			require.Equal(t, c.place, found.Site.String(), err)
		})
	}
}

const (
	firstBundle = "tile/entries/000"
	firstTile   = "tile/0/000"
)

func folderCheats() []folderCheat {
	edit := func(name string, change func(b []byte) []byte) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, folder fstest.MapFS) {
			require.Contains(t, folder, name)
			folder[name] = &fstest.MapFile{Data: change(bytes.Clone(folder[name].Data))}
		}
	}
	remove := func(name string) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, folder fstest.MapFS) {
			require.Contains(t, folder, name)
			delete(folder, name)
		}
	}
	flip := func(b []byte) []byte {
		b[len(b)/2] ^= 1
		return b
	}
	signedBy := func(name string, seed byte) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, folder fstest.MapFS) {
			skey, vkey := testKeys(t, name, seed)
			signer, err := checkpoint.NewSigner(skey)
			require.NoError(t, err)
			c := opened(t, folder)
			raw, err := checkpoint.Sign(checkpoint.Checkpoint{
				Origin: name, Size: c.Size,
				Root: c.Root,
			}, signer)
			require.NoError(t, err)
			folder[tiles.CheckpointFile] = &fstest.MapFile{Data: raw}
			folder[audit.KeyFile] = &fstest.MapFile{Data: []byte(vkey + "\n")}
		}
	}
	return []folderCheat{
		{"checkpoint_of_another_key", "checkpoint_signature", "checkpoint", signedBy(origin, 2)},
		{
			"checkpoint_of_another_ledger", "checkpoint_signature", "checkpoint",
			signedBy("lottery.example/other", 1),
		},
		{
			"checkpoint_with_another_size", "checkpoint_signature", "checkpoint",
			edit("checkpoint", func(b []byte) []byte {
				size := bytes.IndexByte(b, '\n') + 1
				b[size] = '1' + (b[size]-'0')%9
				return b
			}),
		},
		{
			"checkpoint_with_a_fourth_line", "checkpoint_signature", "checkpoint",
			edit("checkpoint", func(b []byte) []byte {
				return bytes.Replace(b, []byte("\n\n"), []byte("\nmore\n\n"), 1)
			}),
		},
		{
			"checkpoint_cut_off", "checkpoint_malformed", "checkpoint",
			edit("checkpoint", func(b []byte) []byte { return b[:len(b)-10] }),
		},
		{"checkpoint_missing", fault.FileMissing, "checkpoint", remove("checkpoint")},
		{
			"leaf_altered", "entry_hash", "leaf 128, " + firstBundle,
			edit(firstBundle, func(b []byte) []byte {
				at := 0
				for range 128 {
					at += 2 + int(binary.BigEndian.Uint16(b[at:]))
				}
				b[at+20] ^= 1
				return b
			}),
		},
		{
			"bundle_cut_off", "truncated_bundle", "leaf 255, " + firstBundle,
			edit(firstBundle, func(b []byte) []byte { return b[:len(b)-1] }),
		},
		{
			"bundle_torn_in_a_length", "truncated_bundle", "leaf 0, " + firstBundle,
			edit(firstBundle, func(b []byte) []byte { return b[:1] }),
		},
		{
			"bundle_with_one_more", "bundle_trailing", "leaf 255, " + firstBundle,
			edit(firstBundle, func(b []byte) []byte { return append(b, 0, 1, 'x') }),
		},
		{"bundle_missing", "missing_tile", "leaf 0, " + firstBundle, remove(firstBundle)},
		{
			"empty_leaf", "entry_empty", "leaf 0, " + firstBundle,
			edit(firstBundle, func(b []byte) []byte { return append([]byte{0, 0}, b...) }),
		},
		{"tile_altered", "tile_hash", "leaf 0, " + firstTile, edit(firstTile, flip)},
		{
			"tile_cut_off", "tile_length", "leaf 0, " + firstTile,
			edit(firstTile, func(b []byte) []byte { return b[:len(b)-32] }),
		},
		{"tile_missing", "missing_tile", "leaf 0, " + firstTile, remove(firstTile)},
		{"upper_tile_altered", "tile_hash", "leaf 0, tile/1/000.p/1", edit("tile/1/000.p/1", flip)},
		{
			"leaves_rewritten_under_an_old_root", "root_mismatch", "checkpoint",
			func(t *testing.T, folder fstest.MapFS) {
				h := lottery(t, hooks{})
				h.put("chief", "officer-eve", h.records[1].event)
				// as many leaves, another history
				h.records[len(h.records)-2] = h.records[len(h.records)-1]
				h.records = h.records[:len(h.records)-1]
				again, _ := tree(h.leaves())
				for name, f := range again {
					folder[name] = f
				}
			},
		},
		{
			"checkpoint_rolled_back_under_newer_files", fault.FileUnknown,
			"results/r2/new-energy-family.tsv", func(t *testing.T, folder fstest.MapFS) {
				h := lottery(t, hooks{})
				h.records = h.records[:h.index("round-r2", round.Published{})]
				older, root := tree(h.leaves())
				for name, f := range older {
					folder[name] = f
				}
				sign(t, folder, int64(len(h.records)), root)
			},
		},
		{
			"checkpoint_ahead_of_the_files", "missing_tile", "leaf 0, tile/1/000.p/2",
			func(t *testing.T, folder fstest.MapFS) {
				sign(t, folder, 512, opened(t, folder).Root)
			},
		},
		{
			"empty_ledger_with_results", fault.FileUnknown, "rosters/r1/new-energy-family.tsv",
			func(t *testing.T, folder fstest.MapFS) {
				sign(t, folder, 0, tiles.EmptyRoot())
			},
		},
	}
}

func opened(t *testing.T, folder fstest.MapFS) checkpoint.Checkpoint {
	body, _, found := bytes.Cut(folder[tiles.CheckpointFile].Data, []byte("\n\n"))
	require.True(t, found)
	c, err := checkpoint.Parse(append(body, '\n'))
	require.NoError(t, err)
	return c
}

// TestKeys: a folder's own key is a convenience that the report admits to; a key that is
// none is named as such.
func TestKeys(t *testing.T) {
	folder := lottery(t, hooks{}).publish()
	_, vkey := testKeys(t, origin, 1)
	report, err := audit.VerifyFolder(folder, vkey, nil)
	require.NoError(t, err)
	require.False(t, report.KeyFromFolder)
	report, err = audit.VerifyFolder(folder, "", nil)
	require.NoError(t, err)
	require.True(t, report.KeyFromFolder)

	_, other := testKeys(t, "lottery.example/other", 1)
	_, err = audit.VerifyFolder(folder, other, nil)
	found, _ := fault.Of(err)
	require.Equal(t, "checkpoint_signature", found.Code)
	require.Equal(t, fault.Site{File: "checkpoint"}, found.Site)

	_, err = audit.VerifyFolder(folder, "no key", nil)
	found, _ = fault.Of(err)
	require.Equal(t, "checkpoint_key", found.Code)
	require.Equal(t, fault.Site{File: audit.KeyFile}, found.Site)

	delete(folder, audit.KeyFile)
	_, err = audit.VerifyFolder(folder, "", nil)
	found, _ = fault.Of(err)
	require.Equal(t, fault.FileMissing, found.Code)
}

// TestFilesBesides: what stands elsewhere, is hidden, or belongs to a checkpoint to come is no
// part of the ledger, and an older size still verifies from the tiles of a newer one.
func TestFilesBesides(t *testing.T) {
	h := lottery(t, hooks{})
	folder := h.publish()
	for _, name := range []string{
		"index.html", "rosters/.new-1", "tile/0/004",
		"tile/entries/004.p/9",
	} {
		folder[name] = &fstest.MapFile{Data: []byte("anything")}
	}
	_, err := audit.VerifyFolder(folder, "", nil)
	require.NoError(t, err)

	size := h.index("round-r1", round.Sealed{})
	older, root := tree(h.leaves()[:size])
	for name, f := range older {
		folder[name] = f
	}
	sign(t, folder, int64(size), root)
	for name := range folder {
		if strings.HasPrefix(name, "rosters/") || strings.HasPrefix(name, "announcements/") ||
			strings.HasPrefix(name, "results/") {
			delete(folder, name)
		}
	}
	report, err := audit.VerifyFolder(folder, "", nil)
	require.NoError(t, err)
	require.EqualValues(t, size, report.Leaves)
	require.Zero(t, report.Files)
}

// TestUnreadable: a failure to read proves nothing against anybody.
func TestUnreadable(t *testing.T) {
	folder := lottery(t, hooks{}).publish()
	for _, name := range []string{
		audit.KeyFile, tiles.CheckpointFile, firstTile, firstBundle,
		audit.RosterPath("r1", "ordinary"), audit.ResultPath("r2", "ordinary"),
	} {
		_, err := audit.VerifyFolder(failing{folder, name}, "", nil)
		require.ErrorIs(t, err, fs.ErrPermission, name)
		_, disproven := fault.Of(err)
		require.False(t, disproven, name)
	}
}

// failing refuses to open one file.
type failing struct {
	fstest.MapFS
	name string
}

func (f failing) Open(name string) (fs.File, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.Open(name)
}

func (f failing) ReadFile(name string) ([]byte, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.MapFS.ReadFile(name)
}
