package audit

import (
	"errors"
	"io/fs"
	"strings"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// KeyFile holds the verifier key of the ledger, for those who have no better source.
const KeyFile = "ledger.vkey"

// Report is what a proven folder holds.
type Report struct {
	Origin        string        `json:"origin"`
	Key           string        `json:"key"`
	KeyFromFolder bool          `json:"key_from_folder"` // nobody else vouched for the key
	Leaves        int64         `json:"leaves"`
	Root          domain.Digest `json:"root"`
	// rosters, announcements and results recomputed and compared
	Files  int           `json:"files"`
	Texts  int           `json:"texts"` // of notices, compared with their digests
	Rounds []RoundReport `json:"rounds"`
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

	// the voided round that it stands for
	Reruns string `json:"reruns,omitempty"`
	// announcements before the valid one
	Superseded uint64 `json:"superseded,omitempty"`
	// evidence from outside, not verified here
	Anchors  []round.Anchored   `json:"anchors,omitempty"`
	Ceremony string             `json:"ceremony,omitempty"` // its bytes in hex
	Void     round.VoidReason   `json:"void,omitempty"`
	Settled  []round.Settlement `json:"settled,omitempty"`

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
// A disproof is a [fault.Error]; any other error is a failure to read, such as a pipe or a
// device in the place of a file, which is not opened.
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
		return nil, fault.At(fault.Site{File: KeyFile}, err)
	}
	raw, err := read(files, tiles.CheckpointFile)
	if err != nil {
		return nil, err
	}
	c, err := checkpoint.Open(raw, verifier)
	if err != nil {
		return nil, fault.At(fault.Site{File: tiles.CheckpointFile}, err)
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
	if r.Texts, err = cmp.notices(&l.State); err != nil {
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

func (s *State) report(id string) RoundReport {
	o, selected := s.Round(id)
	r := RoundReport{
		Round: id, Phase: o.Phase, Rules: o.Opened.Rules, Reruns: o.Opened.Reruns,
		Superseded: o.Superseded,
		Anchors:    o.Anchors, Ceremony: o.Ceremony, Void: o.Void, Settled: o.Settled.Pools,
	}
	if o.Phase == round.PhaseVoided {
		r.voided = s.rounds[id].next - 1 // nothing follows
	}
	if o.Announced.BeaconRound != 0 {
		r.DrawTime, r.Chain, r.BeaconRound = o.Announced.DrawTime, o.Announced.Chain.String(),
			o.Announced.BeaconRound
		r.Signature = o.Signature
		chain, _ := draw.ChainByName(r.Chain)
		r.Demonstration = chain.Demonstration
	}
	for i, roster := range o.Sealed.Rosters {
		p := PoolReport{
			Pool: roster.Pool, Count: roster.Count, Weight: roster.Weight,
			Selected: uint64(len(selected[roster.Pool])),
		}
		if i < len(o.Announced.Pools) {
			p.Seats, p.Reserve = o.Announced.Pools[i].Seats, o.Announced.Pools[i].Reserve
		}
		r.Pools = append(r.Pools, p)
	}
	return r
}

func read(files fs.FS, name string) ([]byte, error) {
	raw, err := fs.ReadFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Site{File: name}.New(fault.FileMissing, "the folder does not have it")
	}
	return raw, err
}
