package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// BenchmarkReplay proves a ledger of 100,000 applications, 400,000 leaves: tree, decoding
// and rules. BenchmarkReplaySigned has it signed, 64 leaves at a time, BenchmarkReplaySignedAlone
// every leaf by itself. BenchmarkTree is the yardstick: the same folder, the tree alone.
func BenchmarkReplay(b *testing.B)            { benchmarkReplay(b, 0) }
func BenchmarkReplaySigned(b *testing.B)      { benchmarkReplay(b, 64) }
func BenchmarkReplaySignedAlone(b *testing.B) { benchmarkReplay(b, 1) }

func benchmarkReplay(b *testing.B, together int) {
	dir, size, root := bigLedger(b, 100_000, together)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, audit.Replay(os.DirFS(dir), size, root, audit.NewLedger(nil), nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkTree(b *testing.B) {
	dir, size, root := bigLedger(b, 100_000, 0)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, tiles.Verify(os.DirFS(dir), size, root, nil, nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// bigLedger writes the tiles of a ledger with so many individuals' applications, all approved,
// so many events signed together; 0 signs nothing.
func bigLedger(b *testing.B, applications, together int) (dir string, size int64, root tlog.Hash) {
	dir = filepath.Join(b.TempDir(), "public")
	w, err := tiles.Create(dir)
	require.NoError(b, err)
	n := uint64(0)
	var waiting []catalog.Leaf
	store := func() {
		if together > 0 {
			signTogether(b, waiting)
		}
		for _, l := range waiting {
			leaf, err := l.Bytes()
			require.NoError(b, err)
			require.NoError(b, w.Append(leaf))
		}
		waiting = waiting[:0]
	}
	add := func(stream string, revision uint64, e catalog.Event) []byte {
		n++
		var command uuid.UUID
		binary.BigEndian.PutUint64(command[:], n)
		meta, err := catalog.Meta{
			Command: command, Actor: "officer:chief",
			At: 1_790_000_000,
		}.Bytes()
		require.NoError(b, err)
		data, err := catalog.Encode(e)
		require.NoError(b, err)
		waiting = append(waiting, catalog.Leaf{
			Stream: stream, Revision: revision, ID: catalog.EventID(command, stream, 0),
			Type: e.EventType(), Meta: meta, Data: data,
		})
		if len(waiting) >= together {
			store()
		}
		return data
	}
	appointed := officer.Appointed{Roles: officer.Roles}
	if together > 0 {
		appointed.Key = publicKey("chief")
	}
	add("officer-chief", 0, appointed)
	version := rules.Beijing2021()
	version.TwoOfficers = false
	adopted := add("rules-beijing-2021", 0, rules.Adopted{Version: version})
	add("round-r1", 0, round.Opened{
		Rules: "beijing-2021", RulesSHA256: sha256.Sum256(adopted),
		Opens: 1_780_000_000, Closes: 1_785_000_000,
	})
	for i := range uint64(applications) {
		tag := domain.Digest(sha256.Sum256(binary.BigEndian.AppendUint64(nil, i)))
		who := fmt.Sprintf("%x", tag[:16])
		code, err := identity.NewCode(i * 7919 % 1_000_000_000_000)
		require.NoError(b, err)
		add("identity-"+tag.String(), 0,
			person.Claimed{Kind: domain.Ordinary, Application: string(code)})
		add("applicant-"+who, 0, applicant.Registered{Kind: domain.Individual})
		add("application-"+string(code), 0, application.Submitted{
			Applicant: who, Indicator: domain.Ordinary, Round: "r1", SubmittedAt: 1_782_000_000,
			Persons: []domain.Digest{tag},
			Standing: rules.Standing{
				Applicant: domain.Individual,
				Members: []rules.Member{{
					Role: rules.Main, DrawsUntil2020: 12,
					DrawsSince2021: int(i % 20), RegisteredOn: 1_500_000_000,
				}},
			},
		})
		add("application-"+string(code), 1, application.Approved{})
	}
	store()
	size, root, err = w.Sync()
	require.NoError(b, err)
	require.NoError(b, w.Close())
	return dir, size, root
}

// signTogether signs leaves at once, as docs/ledger.md says; a number of them that is a power of
// two, or the last ones one by one.
func signTogether(b *testing.B, leaves []catalog.Leaf) {
	if bits.OnesCount(uint(len(leaves))) != 1 {
		for i := range leaves {
			signTogether(b, leaves[i:i+1])
		}
		return
	}
	levels := [][][sha256.Size]byte{nil}
	for _, l := range leaves {
		signed, err := l.Bytes()
		require.NoError(b, err)
		levels[0] = append(levels[0], sha256.Sum256(append([]byte{0}, signed...)))
	}
	for at := levels[0]; len(at) > 1; at = levels[len(levels)-1] {
		var above [][sha256.Size]byte
		for i := 0; i < len(at); i += 2 {
			above = append(above, sha256.Sum256(slices.Concat([]byte{1}, at[i][:], at[i+1][:])))
		}
		levels = append(levels, above)
	}
	root := levels[len(levels)-1][0]
	s := catalog.Signature{Value: hex.EncodeToString(ed25519.Sign(keyOf("chief"),
		append([]byte("lotteryledger officer signature v1\n"), root[:]...)))}
	for i := range leaves {
		if len(leaves) > 1 {
			s.Of, s.Index, s.Path = uint64(len(leaves)), uint64(i), ""
			for level, at := range levels[:len(levels)-1] {
				s.Path += hex.EncodeToString(at[i>>level^1][:])
			}
		}
		m, err := catalog.ParseMeta(leaves[i].Meta)
		require.NoError(b, err)
		m.Signature = s
		leaves[i].Meta, err = m.Bytes()
		require.NoError(b, err)
	}
}
