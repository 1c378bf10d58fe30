package audit_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

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
	"lotteryledger/domain/reservation"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
)

// BenchmarkReplay proves a ledger of 100,000 applications, 400,000 leaves: tree, decoding
// and rules. BenchmarkTree is the yardstick: the same folder, the tree alone.
func BenchmarkReplay(b *testing.B) {
	dir, size, root := bigLedger(b, 100_000)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, audit.Replay(os.DirFS(dir), size, root, audit.NewLedger(nil), nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkTree(b *testing.B) {
	dir, size, root := bigLedger(b, 100_000)
	b.ResetTimer()
	for b.Loop() {
		require.NoError(b, tiles.Verify(os.DirFS(dir), size, root, nil, nil))
	}
	b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// bigLedger writes the tiles of a ledger with so many individuals' applications, all approved.
func bigLedger(b *testing.B, applications int) (dir string, size int64, root tlog.Hash) {
	dir = filepath.Join(b.TempDir(), "public")
	w, err := tiles.Create(dir)
	require.NoError(b, err)
	n := uint64(0)
	add := func(stream string, revision uint64, e eventstore.Event) []byte {
		n++
		var command uuid.UUID
		binary.BigEndian.PutUint64(command[:], n)
		meta, err := eventstore.Meta{Command: command, Actor: "officer:chief", At: 1_790_000_000}.Bytes()
		require.NoError(b, err)
		data, err := eventstore.Encode(e)
		require.NoError(b, err)
		leaf, err := audit.Leaf{
			Stream: stream, Revision: revision, ID: eventstore.EventID(command, stream, 0), Type: e.EventType(), Meta: meta, Data: data,
		}.Bytes()
		require.NoError(b, err)
		require.NoError(b, w.Append(leaf))
		return data
	}
	add("officer-chief", 0, officer.Appointed{Roles: officer.Roles})
	adopted := add("rules-beijing-2021", 0, rules.Adopted{Version: rules.Beijing2021()})
	add("round-r1", 0, round.Opened{Rules: "beijing-2021", RulesSHA256: sha256.Sum256(adopted), Opens: 1_780_000_000, Closes: 1_785_000_000})
	for i := range uint64(applications) {
		tag := domain.Digest(sha256.Sum256(binary.BigEndian.AppendUint64(nil, i)))
		who := fmt.Sprintf("%x", tag[:16])
		code, err := identity.NewCode(i * 7919 % 1_000_000_000_000)
		require.NoError(b, err)
		add("identity-"+tag.String(), 0, reservation.Claimed{Kind: domain.Ordinary, Application: string(code)})
		add("applicant-"+who, 0, applicant.Registered{Kind: domain.Individual})
		add("application-"+string(code), 0, application.Submitted{
			Applicant: who, Indicator: domain.Ordinary, Round: "r1", SubmittedAt: 1_782_000_000, Persons: []domain.Digest{tag},
			Standing: rules.Standing{Applicant: domain.Individual, Members: []rules.Member{{Role: rules.Main, DrawsUntil2020: 12, DrawsSince2021: int(i % 20), RegisteredOn: 1_500_000_000}}},
		})
		add("application-"+string(code), 1, application.Approved{})
	}
	size, root, err = w.Sync()
	require.NoError(b, err)
	require.NoError(b, w.Close())
	return dir, size, root
}
