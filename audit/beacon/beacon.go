// Package beacon verifies rounds of a public randomness beacon: the 48 bytes
// that a draw takes as its last input.
//
// The scheme is drand's bls-unchained-g1-rfc9380. A signature of round r is
// the point secret*hash(SHA-256(u64(r))) of G1 on BLS12-381, hashed to the
// curve under the tag BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_, and checked
// with one pairing against the chain's public key in G2. It is unique, so
// nobody can choose it, as long as it also has one encoding: some decoders take
// x+p for x, which would give a second seed for the same round. [Verify]
// therefore demands exactly 48 bytes that decode, are not the point at
// infinity, and encode back to themselves.
//
// Nothing here reads a network. [DemonstrationSignature] signs for the
// demonstration chain, whose secret key is public by design.
package beacon

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/sign/bls"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

// SignatureSize is the length of a round's signature in bytes.
const SignatureSize = 48

// Verify returns nil if signature is the chain's signature of round in its one
// canonical encoding, and a [fault.Error] if not. Only the chains that package draw
// pins are known.
func Verify(chain draw.Chain, round uint64, signature []byte) error {
	if chain != draw.Quicknet && chain != draw.Demonstration {
		return fault.New(fault.UnknownChain, "the chain is not one of the pinned ones")
	}
	return verify(chain.PublicKey[:], round, signature)
}

// verify is Verify under any public key.
func verify(publicKey []byte, round uint64, signature []byte) error {
	if round == 0 {
		return fault.New(fault.BeaconRound, "rounds count from 1")
	}
	if len(signature) != SignatureSize {
		return fault.New(fault.BeaconLength,
			"a signature is %d bytes, not %d", SignatureSize, len(signature))
	}
	var point bls12381.G1
	if err := point.SetBytes(signature); err != nil {
		return fault.New(fault.BeaconEncoding, "the signature is no point of the group")
	}
	if point.IsIdentity() {
		return fault.New(fault.BeaconEncoding, "the signature is the point at infinity")
	}
	// The decoder in use refuses x+p itself; the rule does not rest on that.
	if !bytes.Equal(point.BytesCompressed(), signature) {
		return fault.New(fault.BeaconEncoding, "the signature is not in its canonical encoding")
	}
	var key bls.PublicKey[bls.KeyG2SigG1]
	if err := key.UnmarshalBinary(publicKey); err != nil {
		return fault.New(fault.UnknownChain, "the chain's public key is no point of the group")
	}
	if !bls.Verify(&key, message(round), signature) {
		return fault.New(fault.BeaconSignature,
			"the signature is not the chain's signature of round %d", round)
	}
	return nil
}

// Randomness is SHA-256 of the signature: the field of that name in drand's
// responses. Draws use the signature itself, never this.
func Randomness(signature []byte) [32]byte {
	return sha256.Sum256(signature)
}

// message is what the chain signs for a round.
func message(round uint64) []byte {
	m := sha256.Sum256(binary.BigEndian.AppendUint64(nil, round))
	return m[:]
}
