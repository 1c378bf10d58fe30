package draw

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"lotteryledger/domain/merkle"
)

// ResultLine is the line of one rank without its LF, its fields parted by TAB:
//
//	pld1    pool  rank  code  weight  score
//	points  pool  rank  code  points  since  score
//	queue   pool  rank  code  since   score
//
// Numbers are decimal, times RFC 3339 in UTC, scores 64 lower-case hex digits.
func ResultLine(pool string, m Method, r Ranked) []byte {
	b := append([]byte(pool), '\t')
	b = strconv.AppendInt(b, int64(r.Rank), 10)
	b = append(append(b, '\t'), r.Code...)
	if m != Queue {
		b = strconv.AppendUint(append(b, '\t'), uint64(r.Weight), 10)
	}
	if m != PLD1 {
		b = appendTime(append(b, '\t'), r.Since)
	}
	return hex.AppendEncode(append(b, '\t'), r.Score[:])
}

// WriteResult writes a result file: the lines of the ranks, each ended by LF.
func WriteResult(w io.Writer, pool string, m Method, ranks []Ranked) error {
	b := bufio.NewWriter(w)
	for _, r := range ranks {
		b.Write(append(ResultLine(pool, m, r), '\n'))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	return nil
}

// ResultRoot is the root of the RFC 6962 tree over the lines of the ranks,
// without their LF.
func ResultRoot(pool string, m Method, ranks []Ranked) [32]byte {
	var t merkle.Edge
	for _, r := range ranks {
		t.Add(ResultLine(pool, m, r))
	}
	return t.Root()
}
