package audit

import (
	"crypto/sha256"
	"io"
	"slices"
	"strconv"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

// Files receives the files that a ledger implies, as soon as a leaf implies them:
// path is relative to the public folder, write gives the content. The publisher
// writes them, the verifier compares; both fail by returning an error.
type Files func(path string, write func(io.Writer) error) error

// RosterPath is where the roster of a pool is published.
func RosterPath(id, pool string) string { return "rosters/" + id + "/" + pool + ".tsv" }

// AnnouncementPath is where the first announcement of a round is published.
func AnnouncementPath(id string) string { return "announcements/" + id + ".json" }

// SupersedingPath is where the announcement is published that is the n-th, from 1, to take
// the place of another. A file that was published is never replaced.
func SupersedingPath(id string, n uint64) string {
	return "announcements/" + id + "." + strconv.FormatUint(n, 10) + ".json"
}

// ResultPath is where the result of a pool is published.
func ResultPath(id, pool string) string { return "results/" + id + "/" + pool + ".tsv" }

const noticesDir = "notices"

// NoticePath is where the text of a notice is published: under its digest.
func NoticePath(text domain.Digest) string { return noticesDir + "/" + text.String() + ".md" }

// Implied lists the files that the leaves imply, by path, without those of notices.
func (s *State) Implied() (paths []string) {
	for id, r := range s.rounds {
		for _, p := range r.state.Sealed.Rosters {
			paths = append(paths, RosterPath(id, p.Pool))
		}
		if r.state.Announced.Document != (domain.Digest{}) {
			paths = append(paths, AnnouncementPath(id))
		}
		for n := range r.state.Superseded {
			paths = append(paths, SupersedingPath(id, n+1))
		}
		if r.state.Phase == round.PhasePublished || r.state.Phase == round.PhaseSettled {
			for _, p := range r.state.Drawn.Results {
				paths = append(paths, ResultPath(id, p.Pool))
			}
		}
	}
	slices.Sort(paths)
	return paths
}

// roundFiles gives out the files that an event of a round implies. s is the state of the round
// with the event.
func (l *Ledger) roundFiles(d *Decoded, s round.State, c computed, e round.Event) error {
	if l.files == nil {
		return nil
	}
	switch e := e.(type) {
	case round.Sealed:
		return l.rosterFiles(d.StreamID, c.rosters)
	case round.Announced:
		_, terms := round.Terms(l.Version(d.StreamID))
		doc, err := round.Document(d.StreamID, s, e, terms)
		return l.document(d, AnnouncementPath(d.StreamID), doc, err)
	case round.AnnouncementSuperseded:
		_, terms := round.Terms(l.Version(d.StreamID))
		doc, err := round.SupersedingDocument(d.StreamID, s, e, terms)
		return l.document(d, SupersedingPath(d.StreamID, s.Superseded), doc, err)
	case round.Published:
		return l.resultFiles(d.StreamID, c.results)
	case round.Opened, round.Closed, round.Anchored, round.CeremonyRecorded, round.BeaconRecorded,
		round.Drawn, round.Ranked, round.Settled, round.Voided:
	}
	return nil
}

func (l *Ledger) rosterFiles(id string, rosters []draw.Roster) error {
	for _, roster := range rosters {
		if err := l.files(RosterPath(id, roster.Pool), func(w io.Writer) error {
			_, err := roster.WriteTo(w)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) document(d *Decoded, path string, doc []byte, err error) error {
	if err != nil {
		return asFault(d, err)
	}
	return l.files(path, func(w io.Writer) error {
		_, err := w.Write(doc)
		return err
	})
}

func (l *Ledger) resultFiles(id string, results []PoolResult) error {
	for _, p := range results {
		if err := l.files(ResultPath(id, p.Pool), func(w io.Writer) error {
			return draw.WriteResult(w, p.Pool, p.Method, p.Ranks)
		}); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(b []byte) domain.Digest { return sha256.Sum256(b) }
