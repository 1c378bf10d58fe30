package audit_test

import (
	"bytes"
	"testing"
	"testing/fstest"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
)

// seeds are one leaf of every type that the good ledger holds, and some that are none.
func seeds(f *testing.F) {
	seen := map[string]bool{}
	for _, r := range append(lottery(f, hooks{}).records, lottery(f, twoOfficers).records...) {
		if !seen[r.event.EventType()] {
			seen[r.event.EventType()] = true
			f.Add(r.leaf(f))
		}
	}
	f.Add(lottery(f, everybodySigns).records[6].leaf(f))
	f.Add([]byte(`{"stream":"round-r1","revision":0,"id":"","type":"","meta":{},"data":{}}`))
	f.Add([]byte(`{"stream":"`))
	f.Add([]byte{})
}

// FuzzParseLeaf: what is accepted is the one form of what was read.
func FuzzParseLeaf(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := catalog.ParseLeaf(b)
		if err != nil {
			return
		}
		back, err := l.Bytes()
		require.NoError(t, err)
		require.Equal(t, string(b), string(back))
	})
}

// FuzzDecode: metadata and data that are accepted are in their one form too; whatever is
// refused is so by a fault of this leaf. A ledger takes any decoded leaf without a panic.
func FuzzDecode(f *testing.F) {
	seeds(f)
	good := lottery(f, hooks{})
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := audit.Decode(6, b)
		if err != nil {
			e, ok := fault.Of(err)
			require.True(t, ok, err)
			require.EqualValues(t, 6, *e.Site.Leaf)
			return
		}
		meta, err := d.Meta.Bytes()
		require.NoError(t, err)
		data, err := catalog.Encode(d.Event)
		require.NoError(t, err)
		require.Equal(t, string(d.Leaf.Meta), string(meta))
		require.Equal(t, string(d.Leaf.Data), string(data))

		l := audit.NewLedger(nil)
		for i, r := range good.records[:6] { // officers and rules
			first, err := audit.Decode(int64(i), r.leaf(t))
			require.NoError(t, err)
			require.NoError(t, l.Apply(first))
		}
		if err := l.Apply(d); err != nil {
			require.NotEmpty(t, fault.CodeOf(err), err)
			require.EqualValues(t, 6, l.Size())
		}
	})
}

// FuzzVerifyFolder gives the verifier a folder of rubbish, and one of rubbish well signed.
func FuzzVerifyFolder(f *testing.F) {
	h := lottery(f, hooks{})
	h.records, h.files = h.records[:12], nil
	folder := h.publish()
	tile, bundle := tiles.Path(0, 0, 12), tiles.EntriesPath(0, 12)
	f.Add(folder[tiles.CheckpointFile].Data, folder[tile].Data, folder[bundle].Data,
		bytes.Join(h.leaves(), []byte("\n")))
	f.Add([]byte("lottery.example/test\n1\n"), []byte{}, []byte{0, 1, 'x'}, []byte("{}\n"))
	_, vkey := testKeys(f, origin, 1)
	f.Fuzz(func(t *testing.T, checkpoint, hashes, entries, lines []byte) {
		rubbish := fstest.MapFS{
			audit.KeyFile:             {Data: []byte(vkey + "\n")},
			tiles.CheckpointFile:      {Data: checkpoint},
			tile:                      {Data: hashes},
			bundle:                    {Data: entries},
			"results/r1/ordinary.tsv": {Data: entries},
		}
		if _, err := audit.VerifyFolder(rubbish, "", nil); err == nil {
			t.Fatal("rubbish was proven")
		}

		var leaves [][]byte
		for line := range bytes.SplitSeq(lines, []byte("\n")) {
			if len(line) > 0 && len(line) <= catalog.MaxLeaf {
				leaves = append(leaves, line)
			}
		}
		signed, root := tree(leaves)
		sign(t, signed, int64(len(leaves)), root)
		report, err := audit.VerifyFolder(signed, vkey, nil)
		if err != nil {
			_, disproven := fault.Of(err)
			require.True(t, disproven, err)
			return
		}
		require.EqualValues(t, len(leaves), report.Leaves)
	})
}

// TestLeafTooLong: the bundle format counts with 16 bits, and so must everybody.
func TestLeafTooLong(t *testing.T) {
	r := lottery(t, hooks{}).records[8]
	r.raw = func(b []byte) []byte {
		pad := bytes.Repeat([]byte{'x'}, catalog.MaxLeaf-len(b)-len(`"":"",`))
		return bytes.Replace(b, []byte(`"data":{`),
			append(append([]byte(`"data":{"":"`), pad...), `",`...), 1)
	}
	b := r.leaf(t)
	require.Len(t, b, catalog.MaxLeaf)
	l, err := catalog.ParseLeaf(b)
	require.NoError(t, err)
	_, err = l.Bytes()
	require.NoError(t, err)

	_, err = catalog.ParseLeaf(bytes.Replace(b, []byte("xxx"), []byte("xxxx"), 1))
	require.Error(t, err)
	l.Data = bytes.Replace(l.Data, []byte("xxx"), []byte("xxxx"), 1)
	_, err = l.Bytes()
	require.Error(t, err)
}
