package main

import (
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"time"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// beaconFlags name a round of a beacon and the signature said to be its own.
type beaconFlags struct {
	round     uint64
	signature string
	chain     string
}

func (f *beaconFlags) register(fs *flag.FlagSet) {
	fs.Uint64Var(&f.round, "round", 0, "`number` of the beacon round")
	fs.StringVar(&f.signature, "signature", "", "the round's 48-byte signature in `hex`")
	fs.StringVar(&f.chain, "chain", "quicknet", "quicknet, demonstration, or a chain `hash` in hex")
}

// verified is a round whose signature was checked.
type verified struct {
	chain     draw.Chain
	hash      [32]byte
	round     uint64
	time      int64
	signature []byte
}

func (f *beaconFlags) verify() (verified, error) {
	signature, err := hex.DecodeString(f.signature)
	if err != nil {
		return verified{}, misuse("the signature is not hex")
	}
	chain, ok := draw.ChainByName(f.chain)
	if !ok {
		return verified{}, fault.New(fault.UnknownChain, "the chain is not one of the pinned ones")
	}
	if err := beacon.Verify(chain, f.round, signature); err != nil {
		return verified{}, fmt.Errorf("verifying round %d of %s: %w", f.round, chain.ID, err)
	}
	at, err := chain.TimeOf(f.round)
	if err != nil {
		return verified{}, fmt.Errorf("dating round %d of %s: %w", f.round, chain.ID, err)
	}
	return verified{
		chain: chain, hash: chain.Hash(), round: f.round, time: at,
		signature: signature,
	}, nil
}

// warn says on stderr that a demonstration proves nothing.
func (v verified) warn(o output) {
	if v.chain.Demonstration {
		fmt.Fprintln(o.stderr, "lottery-verify: "+o.words.foreseen)
	}
}

type beaconReport struct {
	Valid         bool   `json:"valid"`
	Chain         string `json:"chain"`
	ChainHash     string `json:"chain_hash"`
	Demonstration bool   `json:"demonstration"`
	Round         uint64 `json:"round"`
	Time          string `json:"time"`
	Randomness    string `json:"randomness"`
}

func (r beaconReport) writeText(w io.Writer, t words) error {
	_, err := fmt.Fprintf(w, t.beacon+"\n",
		r.Round, r.Chain, r.Time, r.ChainHash, r.Randomness)
	return err
}

func bindBeacon(fs *flag.FlagSet) action {
	var f beaconFlags
	f.register(fs)
	return func(o output, fs *flag.FlagSet, _ string) (report, error) {
		return checkBeacon(fs, f, o)
	}
}

func checkBeacon(fs *flag.FlagSet, f beaconFlags, o output) (report, error) {
	if err := required(fs, "round", "signature"); err != nil {
		return nil, err
	}
	v, err := f.verify()
	if err != nil {
		return nil, err
	}
	v.warn(o)
	randomness := beacon.Randomness(v.signature)
	return beaconReport{
		Valid:         true,
		Chain:         v.chain.ID,
		ChainHash:     hex.EncodeToString(v.hash[:]),
		Demonstration: v.chain.Demonstration,
		Round:         v.round,
		Time:          time.Unix(v.time, 0).UTC().Format(time.RFC3339),
		Randomness:    hex.EncodeToString(randomness[:]),
	}, nil
}
