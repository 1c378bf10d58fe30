package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
)

// KeyFile holds the verifier key of the ledger, for whoever has no better source.
const KeyFile = "ledger.vkey"

// Report is what a proven folder holds.
type Report struct {
	Origin        string        `json:"origin"`
	Key           string        `json:"key"`
	KeyFromFolder bool          `json:"key_from_folder"` // nobody else vouched for the key
	Leaves        int64         `json:"leaves"`
	Root          domain.Digest `json:"root"`
	Files         int           `json:"files"` // rosters, announcements and results recomputed and compared
	Texts         int           `json:"texts"` // of notices, compared with their digests
	Rounds        []RoundReport `json:"rounds"`
}

// RoundReport is what a proven folder says of a round.
type RoundReport struct {
	Round         string       `json:"round"`
	Phase         round.Phase  `json:"phase"`
	Rules         string       `json:"rules"`
	DrawTime      domain.Time  `json:"draw_time,omitzero"`
	Chain         string       `json:"chain,omitempty"`
	BeaconRound   uint64       `json:"beacon_round,omitempty"`
	Signature     string       `json:"signature,omitempty"` // of the beacon round, once recorded
	Demonstration bool         `json:"demonstration"`       // the beacon proves nothing
	Pools         []PoolReport `json:"pools,omitempty"`

	Reruns     string             `json:"reruns,omitempty"`     // the voided round that it stands for
	Superseded uint64             `json:"superseded,omitempty"` // announcements before the valid one
	Anchors    []round.Anchored   `json:"anchors,omitempty"`    // evidence from outside, not verified here
	Ceremony   string             `json:"ceremony,omitempty"`   // its bytes in hex
	Void       round.VoidReason   `json:"void,omitempty"`
	Settled    []round.Settlement `json:"settled,omitempty"`

	voided uint64 // revision of the event that voided it
}

// PoolReport is what a proven folder says of a pool in a round.
type PoolReport struct {
	Pool     string `json:"pool"`
	Count    uint64 `json:"count"`
	Weight   uint64 `json:"weight"`
	Seats    uint64 `json:"seats"`
	Selected uint64 `json:"selected"`
	Reserve  uint64 `json:"reserve"`
}

// VerifyFolder proves a public folder: the signature of its checkpoint, the tree, every leaf
// against the rules, and every roster, announcement and result by computing it again.
// Without a key it takes the one in the folder, and says so in the report. Progress,
// unless nil, is called with leaves done and leaves in all.
//
// A disproof is an error that [Fault] recognises; any other error is a failure to read, such as
// a pipe or a device in the place of a file, which is not opened.
func VerifyFolder(files fs.FS, vkey string, progress func(done, all int64)) (*Report, error) {
	files = regular{files}
	r := &Report{Key: vkey}
	if vkey == "" {
		raw, err := read(files, KeyFile)
		if err != nil {
			return nil, err
		}
		r.Key, r.KeyFromFolder = strings.TrimSuffix(string(raw), "\n"), true
	}
	verifier, err := checkpoint.NewVerifier(r.Key)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	raw, err := read(files, tiles.CheckpointFile)
	if err != nil {
		return nil, err
	}
	c, err := checkpoint.Open(raw, verifier)
	if err != nil {
		return nil, err
	}
	r.Origin, r.Leaves, r.Root = c.Origin, c.Size, domain.Digest(c.Root)

	cmp := comparer{files: files, seen: map[string]bool{}}
	l := NewLedger(cmp.compare)
	err = Replay(files, c.Size, c.Root, l, func(done int64) {
		if progress != nil {
			progress(done, c.Size)
		}
	})
	if err != nil {
		return nil, err
	}
	r.Files = len(cmp.seen)
	if r.Texts, err = cmp.notices(l); err != nil {
		return nil, err
	}
	if err := cmp.unknown(); err != nil {
		return nil, err
	}
	for _, id := range l.Rounds() {
		r.Rounds = append(r.Rounds, l.report(id))
	}
	return r, nil
}

func (l *Ledger) report(id string) RoundReport {
	s, selected := l.Round(id)
	r := RoundReport{
		Round: id, Phase: s.Phase, Rules: s.Opened.Rules, Reruns: s.Opened.Reruns, Superseded: s.Superseded,
		Anchors: s.Anchors, Ceremony: s.Ceremony, Void: s.Void, Settled: s.Settled.Pools,
	}
	if s.Phase == round.PhaseVoided {
		r.voided = l.rounds[id].slot.next - 1 // nothing follows
	}
	if s.Announced.BeaconRound != 0 {
		r.DrawTime, r.Chain, r.BeaconRound = s.Announced.DrawTime, s.Announced.Chain.String(), s.Announced.BeaconRound
		r.Signature = s.Signature
		chain, _ := draw.ChainByName(r.Chain)
		r.Demonstration = chain.Demonstration
	}
	for i, roster := range s.Sealed.Rosters {
		p := PoolReport{Pool: roster.Pool, Count: roster.Count, Weight: roster.Weight, Selected: uint64(len(selected[roster.Pool]))}
		if i < len(s.Announced.Pools) {
			p.Seats, p.Reserve = s.Announced.Pools[i].Seats, s.Announced.Pools[i].Reserve
		}
		r.Pools = append(r.Pools, p)
	}
	return r
}

// Finding is a disproof in parts: what is wrong, where (in words and in parts), and how.
type Finding struct {
	Code, Place, Detail string
	Site                Site
}

func finding(code string, at Site, detail string) (Finding, bool) {
	return Finding{code, at.String(), detail, at}, true
}

// Fault takes a disproof apart, or returns false when err is none.
func Fault(err error) (Finding, bool) {
	var a *Error
	var t *tiles.Error
	var c *checkpoint.Error
	switch {
	case errors.As(err, &a):
		return finding(a.Code, a.Site, a.Detail)
	case errors.As(err, &t):
		return finding(string(t.Code), Site{Leaf: t.Leaf, File: t.Path}, t.Err.Error())
	case errors.As(err, &c) && c.Code != checkpoint.Key:
		return finding(string(c.Code), Site{Leaf: -1, File: tiles.CheckpointFile}, c.Err.Error())
	case errors.As(err, &c):
		return finding(string(c.Code), Site{Leaf: -1, File: KeyFile}, c.Err.Error())
	}
	return Finding{}, false
}

func read(files fs.FS, name string) ([]byte, error) {
	raw, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, faultyFile(FileMissing, name, 0, "the folder does not have it")
	}
	return raw, err
}

// comparer compares files with what the ledger implies.
type comparer struct {
	files fs.FS
	seen  map[string]bool
}

func (c *comparer) compare(name string, write func(io.Writer) error) error {
	c.seen[name] = true
	f, err := c.files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return faultyFile(FileMissing, name, 0, "the ledger implies it, the folder does not have it")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	w := &comparison{name: name, file: bufio.NewReaderSize(f, 1<<16), line: 1}
	if err := write(w); err != nil {
		return err
	}
	switch _, err := w.file.ReadByte(); err {
	case io.EOF:
		return nil
	case nil:
		return w.differs("the file goes on")
	default:
		return err
	}
}

// comparison is a writer that compares what is written with a file.
type comparison struct {
	name string
	file *bufio.Reader
	line int
	buf  []byte
}

func (c *comparison) Write(want []byte) (int, error) {
	if cap(c.buf) < len(want) {
		c.buf = make([]byte, len(want))
	}
	got := c.buf[:len(want)]
	n, err := io.ReadFull(c.file, got)
	if !bytes.Equal(got[:n], want[:n]) {
		i := 0
		for got[i] == want[i] {
			i++
		}
		c.line += bytes.Count(want[:i], []byte("\n"))
		return 0, c.differs("the ledger implies another text")
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		c.line += bytes.Count(want[:n], []byte("\n"))
		return 0, c.differs("the file ends")
	}
	if err != nil {
		return 0, err
	}
	c.line += bytes.Count(want, []byte("\n"))
	return len(want), nil
}

func (c *comparison) differs(how string) error {
	return faultyFile(FileWrong, c.name, c.line, how)
}

// unknown finds files among rosters, announcements, results and notices that no leaf implies.
func (c *comparer) unknown() error {
	for _, dir := range []string{"rosters", "announcements", "results", noticesDir} {
		err := fs.WalkDir(c.files, dir, func(name string, e fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == dir:
				return fs.SkipDir
			case err != nil:
				return err
			case !e.IsDir() && !c.seen[name] && !strings.HasPrefix(path.Base(name), "."):
				return faultyFile(FileUnknown, name, 0, "the ledger does not imply this file")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
