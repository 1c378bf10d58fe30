package round_test

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// TestDocument: the bytes of an announcement are what everybody hashes; the files
// fix them for good.
func TestDocument(t *testing.T) {
	demonstration := announced
	demonstration.Chain, demonstration.BeaconRound = domain.Digest(draw.Demonstration.Hash()),
		15213602
	for name, a := range map[string]round.Announced{
		"announcement.json":               announced,
		"announcement.demonstration.json": demonstration,
	} {
		want, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		got, err := round.Document("2026-1", round.State{Opened: opened, Sealed: sealed}, a,
			announce.Terms)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

// draft is everything that a document is made from.
type draft struct {
	id    string
	s     round.State
	a     round.Announced
	terms []round.PoolTerms
}

func newDraft() draft {
	d := draft{
		"2026-1",
		round.State{Opened: opened, Sealed: sealed},
		announced,
		slices.Clone(announce.Terms),
	}
	d.s.Sealed.Rosters, d.a.Pools = slices.Clone(sealed.Rosters), slices.Clone(announced.Pools)
	return d
}

// TestDocumentDigest: the event names the document by the SHA-256 of a tag and its
// bytes, and so by all that is in it.
func TestDocumentDigest(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("testdata", "announcement.json"))
	require.NoError(t, err)
	require.Equal(t, domain.Digest(sha256.Sum256(append([]byte("PLD1:announcement\x00"), doc...))),
		announced.Document)

	seen := map[domain.Digest]bool{announced.Document: true}
	for name, change := range map[string]func(*draft){
		"round":       func(d *draft) { d.id = "2026-2" },
		"rules":       func(d *draft) { d.s.Opened.Rules += "x" },
		"rules bytes": func(d *draft) { d.s.Opened.RulesSHA256[0]++ },
		"ledger size": func(d *draft) { d.s.Sealed.LedgerSize++ },
		"count":       func(d *draft) { d.s.Sealed.Rosters[0].Count++ },
		"weight":      func(d *draft) { d.s.Sealed.Rosters[0].Weight++ },
		"root":        func(d *draft) { d.s.Sealed.Rosters[1].Root[0]++ },
		"roster file": func(d *draft) { d.s.Sealed.Rosters[1].SHA256[0]++ },
		"draw time":   func(d *draft) { d.a.DrawTime++ },
		"beacon":      func(d *draft) { d.a.BeaconRound++ },
		"chain":       func(d *draft) { d.a.Chain = domain.Digest(draw.Demonstration.Hash()) },
		"seats":       func(d *draft) { d.a.Pools[0].Seats++ },
		"reserve":     func(d *draft) { d.a.Pools[1].Reserve++ },
		"method":      func(d *draft) { d.terms[0].Method = "points" },
		"ceremony":    func(d *draft) { d.a.Ceremony = true },
	} {
		d := newDraft()
		change(&d)
		doc, err := round.Document(d.id, d.s, d.a, d.terms)
		require.NoError(t, err, name)
		digest := domain.Digest(draw.AnnouncementDigest(doc))
		require.False(t, seen[digest], "the digest does not depend on the %s", name)
		seen[digest] = true
	}
	for _, before := range []domain.Digest{{1}, {2}} {
		e := superseded
		e.Supersedes = before
		doc, err := round.SupersedingDocument("2026-1", newDraft().s, e, announce.Terms)
		require.NoError(t, err)
		require.Contains(t, string(doc), before.String())
		digest := domain.Digest(draw.AnnouncementDigest(doc))
		require.False(t, seen[digest], "the digest does not depend on the announcement before")
		seen[digest] = true
	}
}

func TestDocumentRefused(t *testing.T) {
	for name, v := range map[string]struct {
		code   string
		change func(*draft)
	}{
		"no chain":          {"unknown_chain", func(d *draft) { d.a.Chain = domain.Digest{} }},
		"no terms":          {"invalid_seats", func(d *draft) { d.terms = nil }},
		"terms of one pool": {"invalid_seats", func(d *draft) { d.terms = d.terms[:1] }},
		"terms out of order": {
			"invalid_seats",
			func(d *draft) { d.terms[0], d.terms[1] = d.terms[1], d.terms[0] },
		},
		"seats of one pool": {"invalid_seats", func(d *draft) { d.a.Pools = d.a.Pools[:1] }},
		"not sealed":        {"invalid_seats", func(d *draft) { d.s.Sealed = round.Sealed{} }},
	} {
		d := newDraft()
		v.change(&d)
		_, err := round.Document(d.id, d.s, d.a, d.terms)
		require.Equal(t, v.code, fault.CodeOf(err), name)
	}
}
