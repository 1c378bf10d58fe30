package beacon

import (
	"crypto/sha256"
	"fmt"

	"github.com/cloudflare/circl/ecc/bls12381"
	"github.com/cloudflare/circl/sign/bls"

	"lotteryledger/domain/fault"
)

// demonstrationSecret is what the demonstration chain's secret key is the
// SHA-256 of. Publishing it is the point.
const demonstrationSecret = "lotteryledger demonstration beacon, secret to nobody"

// DemonstrationSignature signs a round of draw.Demonstration, as anyone can.
func DemonstrationSignature(round uint64) ([]byte, error) {
	if round == 0 {
		return nil, fault.New(fault.BeaconRound, "rounds count from 1")
	}
	key, err := demonstrationKey()
	if err != nil {
		return nil, fmt.Errorf("deriving the demonstration key: %w", err)
	}
	return bls.Sign(key, message(round)), nil
}

// demonstrationKey reduces the digest modulo the group order.
func demonstrationKey() (*bls.PrivateKey[bls.KeyG2SigG1], error) {
	digest := sha256.Sum256([]byte(demonstrationSecret))
	var scalar bls12381.Scalar
	scalar.SetBytes(digest[:])
	reduced, err := scalar.MarshalBinary()
	if err != nil {
		return nil, err
	}
	key := new(bls.PrivateKey[bls.KeyG2SigG1])
	return key, key.UnmarshalBinary(reduced)
}
