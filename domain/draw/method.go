package draw

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"strings"
)

// Method names a way of drawing.
type Method string

// The methods. PLD1, Points and Queue rank a [Roster]; Beijing2011 and
// RFC3797 name the replay of historical draws, whose inputs are of their own.
const (
	PLD1        Method = "pld1"
	Points      Method = "points"
	Queue       Method = "queue"
	Beijing2011 Method = "beijing2011"
	RFC3797     Method = "rfc3797"
)

// Ranks reports whether m ranks a roster, and so may serve a new round.
func (m Method) Ranks() bool {
	return m == PLD1 || m == Points || m == Queue
}

func (m Method) check() *Error {
	if !m.Ranks() {
		return refuse("draw_method", 0, "no roster is ranked by this method; known are pld1, points and queue")
	}
	return nil
}

// Bounds of the formats.
const (
	MaxPool   = 32      // bytes of a pool's name
	MaxCode   = 19      // bytes of an application code: a ticket then fits one block of SHA-256
	MaxWeight = 10_000  // tickets of one application under pld1
	MaxTotal  = 1 << 32 // tickets of one pool under pld1
	MaxSize   = 100     // seats of one application, and wishes of one
)

// compare orders two entries of a pool, the better first.
func (m Method) compare(a, b *Ranked) int {
	switch m {
	case Points:
		if c := cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Since, b.Since)); c != 0 {
			return c
		}
	case Queue:
		if c := cmp.Compare(a.Since, b.Since); c != 0 {
			return c
		}
	}
	if c := bytes.Compare(a.Score[:], b.Score[:]); c != 0 {
		return c
	}
	return strings.Compare(a.Code, b.Code)
}

// key is the head of what compare looks at: an entry with the smaller key is
// the better, and among equal keys compare decides.
func (m Method) key(r *Ranked) uint64 {
	switch m {
	case Points:
		return math.MaxUint64 - uint64(r.Weight)
	case Queue:
		return uint64(r.Since) + 1<<63 // keeps the order of signed numbers
	}
	return binary.BigEndian.Uint64(r.Score[:])
}

// tickets is the number of tickets that the score of e is the least of.
func (m Method) tickets(e Entry) uint32 {
	if m == PLD1 {
		return e.Weight
	}
	return 1
}
