package beacon

import (
	"encoding/hex"
	"testing"

	gnark "github.com/consensys/gnark-crypto/ecc/bls12-381"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
)

const (
	// Rounds of quicknet, as published.
	round1    = "b55e7cb2d5c613ee0b2e28d6750aabbb78c39dcc96bd9d38c2c2e12198df95571de8e8e402a0cc48871c7089a2b3af4b"
	round42   = "95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a"
	round1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"

	// A key of no chain, its signature of round 1, and a second encoding of that
	// signature which some decoders take.
	otherKey = "b1f2fcf10530672966947fb09ed2706cef787121d20014c1d68cbae4485c0c127ecbee2b1aa86ebd7ca4ef56c8d5a24c" +
		"0e26b3545c2cab53fae32cc5c001772f7a5b963d6dde0eb23748f911d877d6b2f7c9db879a8d591f7439bc63ab461835"
	otherRound1     = "a0e12e4c1b76b7483f70a465eb676910d8c8c2b85b6791fea5e4e381bb091e9e0d39ac61b32d460277f63f69ecbbfe44"
	otherRound1Bent = "bae2403654f69de28a8c4c1c2eb315e83d400e3d4eeca4be0d15b622b1ba14c22be5ac606481460231f53f69ecbba8ef"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func requireCode(t testing.TB, err error, code string) {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code)
	require.Contains(t, err.Error(), code)
}

func TestVerifyQuicknet(t *testing.T) {
	for round, v := range map[uint64]struct{ signature, randomness string }{
		1:    {round1, "1466a6cd24e327188770752f6134001c64d6efcc590ccc26b721611ad96f165a"},
		42:   {round42, ""},
		1000: {round1000, "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"},
	} {
		signature := unhex(t, v.signature)
		require.NoError(t, Verify(draw.Quicknet, round, signature))
		require.NoError(t, gnarkVerify(draw.Quicknet.PublicKey[:], round, signature))
		if v.randomness != "" {
			randomness := Randomness(signature)
			require.Equal(t, v.randomness, hex.EncodeToString(randomness[:]))
		}
	}
}

func TestVerifyRefusals(t *testing.T) {
	good := unhex(t, round1000)
	changed := func(at int, to byte) []byte {
		b := append([]byte{}, good...)
		b[at] = to
		return b
	}
	infinity := make([]byte, 48)
	infinity[0] = 0xc0
	uncompressed := make([]byte, 48)
	for _, v := range []struct {
		name      string
		round     uint64
		signature []byte
		code      string
	}{
		{"the next round", 1001, good, "beacon_signature"},
		{"the round before", 999, good, "beacon_signature"},
		{"round 0", 0, good, "beacon_round"},
		{"negated", 1000, changed(0, good[0]^0x20), "beacon_signature"},
		{"another round's", 1000, unhex(t, round1), "beacon_signature"},
		{"infinity", 1000, infinity, "beacon_encoding"},
		{"infinity with a sign", 1000, append([]byte{0xe0}, infinity[1:]...), "beacon_encoding"},
		{"uncompressed flag", 1000, changed(0, good[0]&0x7f), "beacon_encoding"},
		{"zeros", 1000, uncompressed, "beacon_encoding"},
		{
			"x past the field", 1000, append([]byte{0x9f}, changed(0, 0xff)[1:]...),
			"beacon_encoding",
		},
		{"47 bytes", 1000, good[:47], "beacon_length"},
		{"49 bytes", 1000, append(append([]byte{}, good...), 0), "beacon_length"},
		{"nothing", 1000, nil, "beacon_length"},
		{"the public key", 1000, draw.Quicknet.PublicKey[:], "beacon_length"},
	} {
		t.Run(v.name, func(t *testing.T) {
			requireCode(t, Verify(draw.Quicknet, v.round, v.signature), v.code)
		})
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	good := unhex(t, round1000)
	step := 7 // every bit would take half a second more for no more insight
	for bit := 0; bit < len(good)*8; bit += step {
		b := append([]byte{}, good...)
		b[bit/8] ^= 1 << (bit % 8)
		require.Error(t, Verify(draw.Quicknet, 1000, b), bit)
	}
}

// TestSecondEncoding: x+p decodes to the same point in careless libraries, and
// would give a second seed for one round.
func TestSecondEncoding(t *testing.T) {
	key := unhex(t, otherKey)
	require.NoError(t, verify(key, 1, unhex(t, otherRound1)))
	requireCode(t, verify(key, 1, unhex(t, otherRound1Bent)), "beacon_encoding")
	require.Error(t, gnarkVerify(key, 1, unhex(t, otherRound1Bent)))
}

func TestUnknownChains(t *testing.T) {
	signature := unhex(t, round1000)
	for _, bend := range []func(*draw.Chain){
		func(c *draw.Chain) { c.PublicKey = [96]byte(unhex(t, otherKey)) },
		func(c *draw.Chain) { c.Genesis++ },
		func(c *draw.Chain) { c.Period = 30 },
		func(c *draw.Chain) { c.Demonstration = true },
		func(c *draw.Chain) { *c = draw.Chain{} },
	} {
		chain := draw.Quicknet
		bend(&chain)
		requireCode(t, Verify(chain, 1000, signature), "unknown_chain")
	}
	requireCode(t, Verify(draw.Demonstration, 1000, signature), "beacon_signature")
	requireCode(t, verify(make([]byte, 96), 1000, signature), "unknown_chain")
}

func TestDemonstration(t *testing.T) {
	key, err := demonstrationKey()
	require.NoError(t, err)
	public, err := key.PublicKey().MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, draw.Demonstration.PublicKey[:], public,
		"the pinned key is that of the published secret")

	for _, round := range []uint64{1, 2, 1 << 40} {
		signature, err := DemonstrationSignature(round)
		require.NoError(t, err)
		require.NoError(t, Verify(draw.Demonstration, round, signature))
		require.NoError(t, gnarkVerify(draw.Demonstration.PublicKey[:], round, signature))
		requireCode(t, Verify(draw.Quicknet, round, signature), "beacon_signature")
		requireCode(t, Verify(draw.Demonstration, round+1, signature), "beacon_signature")
	}
	_, err = DemonstrationSignature(0)
	requireCode(t, err, "beacon_round")
}

// gnarkVerify is a second opinion by another library.
func gnarkVerify(publicKey []byte, round uint64, signature []byte) error {
	if len(signature) != SignatureSize {
		return fault.New(fault.BeaconLength, "gnark reads on past the end")
	}
	var s gnark.G1Affine
	if _, err := s.SetBytes(signature); err != nil {
		return err
	}
	var p gnark.G2Affine
	if _, err := p.SetBytes(publicKey); err != nil {
		return err
	}
	m, err := gnark.HashToG1(message(round), []byte("BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"))
	if err != nil {
		return err
	}
	_, _, _, g := gnark.Generators()
	s.Neg(&s)
	ok, err := gnark.PairingCheck([]gnark.G1Affine{m, s}, []gnark.G2Affine{p, g})
	if err == nil && !ok {
		err = fault.New(fault.BeaconSignature, "the pairing fails")
	}
	return err
}

// FuzzVerify: two libraries agree on every signature.
func FuzzVerify(f *testing.F) {
	f.Add(uint64(1000), unhex(f, round1000))
	f.Add(uint64(1), unhex(f, round1))
	f.Add(uint64(1), unhex(f, otherRound1Bent))
	f.Fuzz(func(t *testing.T, round uint64, signature []byte) {
		err := Verify(draw.Quicknet, round, signature)
		if round != 0 {
			require.Equal(t, gnarkVerify(draw.Quicknet.PublicKey[:], round, signature) == nil,
				err == nil)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	signature := unhex(b, round1000)
	for b.Loop() {
		require.NoError(b, Verify(draw.Quicknet, 1000, signature))
	}
}
