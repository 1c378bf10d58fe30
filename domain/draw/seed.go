package draw

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// AnnouncementDigest is A = H(TAG("announcement"), d), where d is the
// announcement exactly as published, never encoded anew.
func AnnouncementDigest(d []byte) [32]byte {
	return sha256.Sum256(append([]byte("PLD1:announcement\x00"), d...))
}

// Seed is what a draw is computed from. Nobody knows it before the beacon's
// round, and everybody can compute it afterwards.
type Seed [32]byte

// NewSeed is S = H(TAG("seed"), a, LP(chainHash), u64(round), LP(signature),
// LP(ceremony)). The signature is the beacon's, in its canonical encoding and
// already verified (package audit/beacon); the ceremony may be empty.
func NewSeed(a, chainHash [32]byte, round uint64, signature, ceremony []byte) Seed {
	b := append([]byte("PLD1:seed\x00"), a[:]...)
	b = prefixed(b, chainHash[:])
	b = binary.BigEndian.AppendUint64(b, round)
	b = prefixed(b, signature)
	b = prefixed(b, ceremony)
	return sha256.Sum256(b)
}

// Key is K = H(TAG("quota"), S, LP(pool)), the seed of one pool.
func (s Seed) Key(pool string) Key {
	b := append([]byte("PLD1:quota\x00"), s[:]...)
	return sha256.Sum256(prefixed(b, []byte(pool)))
}

// prefixed appends LP(x) to b.
func prefixed(b, x []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(x)))
	return append(b, x...)
}

// Key is the seed of one pool.
type Key [32]byte

// Ticket is H(K, u32(j), code), the value of an application's ticket j,
// counted from 0. An applicant can check it with sha256sum.
func (k Key) Ticket(j uint32, code string) [32]byte {
	var room [64]byte
	b := k.ticket(room[:0], code)
	binary.BigEndian.PutUint32(b[len(k):], j)
	return sha256.Sum256(b)
}

// Score is the least of the tickets 0 to weight-1, compared as bytes. Without
// any ticket it is 32 bytes ff, which no ticket is worse than.
func (k Key) Score(code string, weight uint32) [32]byte {
	var room [64]byte
	b := k.ticket(room[:0], code)
	least := worst
	for j := range weight {
		binary.BigEndian.PutUint32(b[len(k):], j)
		if t := sha256.Sum256(b); less(&t, &least) {
			least = t
		}
	}
	return least
}

var worst = [32]byte(bytes.Repeat([]byte{0xff}, 32))

// less compares two tickets as bytes. The first eight decide nearly always.
func less(a, b *[32]byte) bool {
	x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:])
	return x < y || x == y && bytes.Compare(a[8:], b[8:]) < 0
}

// ticket appends the bytes of ticket 0 to b.
func (k Key) ticket(b []byte, code string) []byte {
	b = append(b, k[:]...)
	b = append(b, 0, 0, 0, 0)
	return append(b, code...)
}
