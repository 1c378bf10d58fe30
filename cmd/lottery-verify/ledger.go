package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"lotteryledger/audit"
	"lotteryledger/cmd/internal/progress"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/round"
)

// ledgerReport is the object of a proven folder.
type ledgerReport struct {
	Proven bool `json:"proven"`
	*audit.Report
}

func (r ledgerReport) writeText(w io.Writer, t words) error {
	p := &printer{w: w}
	p.line(t.proven, r.Origin)
	p.line(t.leaves, r.Leaves, r.Root)
	p.line(t.files, r.Files)
	if r.Texts > 0 {
		p.line(t.texts, r.Texts)
	}
	for _, o := range r.Rounds {
		p.line(t.round, o.Round, t.phase(o.Phase), o.Rules)
		if o.BeaconRound > 0 {
			p.line(t.seeded, o.DrawTime, o.BeaconRound, o.Chain[:16])
		}
		for _, q := range o.Pools {
			p.pool(t, o, q)
		}
		p.timetable(t, o)
		if o.Demonstration {
			p.line("%s", t.demonstration)
		}
	}
	if r.KeyFromFolder {
		p.line(t.folderKey, r.Key)
	}
	p.line("%s", t.limits)
	return p.err
}

// printer writes lines until one fails.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// pool says what is known of a pool: its seats once they are announced, who holds them once the
// result is published.
func (p *printer) pool(t words, o audit.RoundReport, q audit.PoolReport) {
	switch {
	case o.BeaconRound == 0:
		p.line(t.unannounced, q.Pool, q.Count, q.Weight)
	case o.Phase == round.PhasePublished || o.Phase == round.PhaseSettled:
		p.line(t.pool, q.Pool, q.Count, q.Weight, q.Seats, q.Selected, q.Reserve)
	default:
		p.line(t.undrawn, q.Pool, q.Count, q.Weight, q.Seats)
	}
}

// timetable says what happened to a round beside its draw, as far as anything did.
func (p *printer) timetable(t words, o audit.RoundReport) {
	if o.Reruns != "" {
		p.line(t.reruns, o.Reruns)
	}
	if o.Superseded > 0 {
		p.line(t.superseded, o.Superseded)
	}
	for _, a := range o.Anchors {
		p.line(t.anchor, a.Kind, a.ClaimedAt, a.Evidence)
	}
	if o.Ceremony != "" {
		p.line(t.ceremony, len(o.Ceremony)/2)
	}
	for _, s := range o.Settled {
		p.line(t.settled, s.Pool, s.Awarded, s.Used, s.Forfeited, s.Revoked, s.Promoted, s.Returned)
	}
	if o.Void != "" {
		p.line(t.voided, o.Void)
	}
	if o.Void == round.BeaconMissing {
		p.line(t.abort, o.BeaconRound, o.Round)
	}
}

func bindLedger(fs *flag.FlagSet) action {
	key := fs.String("key", "",
		"the ledger's verifier `key`, from a source you trust (default: the one in the folder)")
	held := fs.String("beacon", "",
		"`ROUND:SIGNATURE` in hex: refutes that the round was voided for a missing beacon")
	return func(o output, fs *flag.FlagSet, dir string) (report, error) {
		if slices.Contains(setIn(fs), "key") && *key == "" {
			return nil, misuse("--key is empty; leave it out to take the key in the folder")
		}
		return verifyLedger(dir, *key, *held, o.words, o.stderr)
	}
}

func verifyLedger(dir, key, held string, w words, stderr io.Writer) (report, error) {
	id, text, ok := strings.Cut(held, ":")
	signature, err := hex.DecodeString(text)
	if held != "" && (!ok || err != nil) {
		return nil, misuse("--beacon: it is ROUND:SIGNATURE, the signature in hex")
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, explain(fmt.Errorf("opening the folder: %w", err), w)
	} else if !info.IsDir() {
		return nil, misuse(dir + " is not a folder")
	}
	bar := progress.New(stderr, w.verifying)
	defer bar.Done()
	r, err := audit.VerifyFolder(os.DirFS(dir), key, bar.Set)
	if err != nil {
		if e, ok := fault.Of(err); ok && key != "" && e.Code == fault.CheckpointKey {
			return nil, misuse(fmt.Sprintf("--key: %v", e.Err))
		}
		return nil, explain(err, w)
	}
	if held != "" {
		if err := r.RefuteAbort(id, signature); err != nil {
			return nil, refutation(err, w)
		}
	}
	return ledgerReport{true, r}, nil
}

// refutation makes a wrong use of what the ledger simply does not say. That the signature is
// not the beacon's proves nothing about the ledger.
func refutation(err error, w words) error {
	switch fault.CodeOf(err) {
	case fault.AbortRefuted:
		return explain(err, w)
	case fault.UnknownRound, fault.ReasonUnfounded, fault.UnknownChain:
		return misuse("--beacon: " + err.Error())
	}
	return err
}

// disproof is what is wrong with the ledger, in the reader's language.
type disproof struct {
	fault *fault.Error
	words words
}

func (d disproof) place() string { return d.fault.Site.In(d.words.site) }

func (d disproof) Error() string {
	return fmt.Sprintf(d.words.disproven, d.fault.Code, d.place(), d.fault.Err)
}

func (d disproof) Unwrap() error { return d.fault }

// explain makes an error with a code a disproof.
func explain(err error, w words) error {
	if e, ok := fault.Of(err); ok {
		return disproof{e, w}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf(w.noLedger, err)
	}
	return err
}
