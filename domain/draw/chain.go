package draw

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"

	"lotteryledger/domain/fault"
)

// Chain is a beacon: a network that signs the number of every round with one
// threshold key, one round per period. All chains here have drand's scheme
// bls-unchained-g1-rfc9380: signatures are 48 bytes in G1, the message of
// round r is SHA-256(u64(r)). Parameters of quicknet are as published by the
// League of Entropy; its chain hash commits to all of them.
type Chain struct {
	ID            string
	PublicKey     [96]byte // in G2, compressed
	Period        uint32   // seconds
	Genesis       int64    // Unix seconds of round 1
	GenesisSeed   [32]byte
	Demonstration bool // the secret key is public: proves nothing, shows everything
}

// Quicknet is the League of Entropy's network with a round every 3 s.
var Quicknet = Chain{
	ID: "quicknet",
	PublicKey: [96]byte(unhex("83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c" +
		"8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
		"5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a")),
	Period:  3,
	Genesis: 1692803367,
	GenesisSeed: [32]byte(
		unhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e")),
}

// Demonstration is a chain for machines without a network. Its secret key is
// SHA-256("lotteryledger demonstration beacon, secret to nobody"), read as a
// big-endian number and reduced modulo the group order, so anyone can compute
// any of its rounds at any time. A draw on it is an exercise and every output
// says so.
var Demonstration = Chain{
	ID: "lotteryledger-demonstration",
	PublicKey: [96]byte(unhex("a84d2aa4153a5a985a0a47741d12f81bced4db7735e49ea125319bfe253fd6bd" +
		"25e18932e50853bd73b89414443f6fde06ce2babbd3b0389d5afc14620108fbd" +
		"98bfefa9a89fa4d887a40ea3bae27147b09d868531748c61b02d35b1292f26b9")),
	Period:        1,
	Genesis:       1767225600, // 2026-01-01T00:00:00Z
	GenesisSeed:   sha256.Sum256([]byte("lotteryledger demonstration beacon, genesis")),
	Demonstration: true,
}

// ChainByName finds a chain by "quicknet", "demonstration", or its chain hash
// in lower-case hex.
func ChainByName(name string) (Chain, bool) {
	for h, c := range chains {
		short := c.Demonstration && name == "demonstration"
		if short || name == c.ID || name == hex.EncodeToString(h[:]) {
			return c, true
		}
	}
	return Chain{}, false
}

// ChainByHash finds a chain by its chain hash.
func ChainByHash(hash [32]byte) (Chain, bool) {
	c, ok := chains[hash]
	return c, ok
}

// chains are all that are known, by chain hash.
var chains = map[[32]byte]Chain{Quicknet.Hash(): Quicknet, Demonstration.Hash(): Demonstration}

// Hash is the chain hash: SHA-256(u32(period), i64(genesis), public key,
// genesis seed, id), all big-endian.
func (c Chain) Hash() [32]byte {
	b := binary.BigEndian.AppendUint32(nil, c.Period)
	b = binary.BigEndian.AppendUint64(b, uint64(c.Genesis))
	b = append(b, c.PublicKey[:]...)
	b = append(b, c.GenesisSeed[:]...)
	return sha256.Sum256(append(b, c.ID...))
}

// RoundAt is the first round at or after t (Unix seconds): 1 for every t up to
// the genesis, then ceil((t-genesis)/period) + 1.
func (c Chain) RoundAt(t int64) (uint64, error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	if t <= c.Genesis {
		return 1, nil
	}
	past, period := uint64(t-c.Genesis), uint64(c.Period)
	r := (past-1)/period + 2
	if _, err := c.TimeOf(r); err != nil {
		return 0, err
	}
	return r, nil
}

// TimeOf is the Unix second of round r: genesis + period*(r-1). There is no
// round 0.
func (c Chain) TimeOf(r uint64) (int64, error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	if r == 0 {
		return 0, fault.New(fault.BeaconRound, "rounds count from 1")
	}
	if r-1 > uint64(math.MaxInt64-c.Genesis)/uint64(c.Period) {
		return 0, fault.New(fault.BeaconRound, "the round lies beyond the end of time")
	}
	return c.Genesis + int64(r-1)*int64(c.Period), nil
}

func (c Chain) check() error {
	if c.Period == 0 || c.Genesis < 0 {
		return fault.New(fault.BeaconChain,
			"a chain has a period of at least 1 s and a genesis after 1970")
	}
	return nil
}

// unhex decodes a constant of this file.
func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("draw: mistyped constant: " + err.Error())
	}
	return b
}
