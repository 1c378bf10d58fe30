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
//	pld1      pool  rank  code  weight  score
//	points    pool  rank  code  points  since  score
//	queue     pool  rank  code  since   score
//	priority  pool  rank  code  priority  score
//
// Numbers are decimal, times RFC 3339 in UTC, scores 64 lower-case hex digits.
func ResultLine(pool string, m Method, r Ranked) []byte { return m.find().resultLine(pool, r) }

func (m *method) resultLine(pool string, r Ranked) []byte {
	b := append([]byte(pool), '\t')
	b = strconv.AppendInt(b, int64(r.Rank), 10)
	b = append(append(b, '\t'), r.Code...)
	b = m.append(b, r.Weight, r.Since)
	return hex.AppendEncode(append(b, '\t'), r.Score[:])
}

// WriteResult writes a result file: the lines of the ranks, each ended by LF.
func WriteResult(w io.Writer, pool string, m Method, ranks []Ranked) error {
	b, found := bufio.NewWriter(w), m.find()
	for _, r := range ranks {
		b.Write(append(found.resultLine(pool, r), '\n'))
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing result: %w", err)
	}
	return nil
}

// ResultRoot is the root of the RFC 6962 tree over the lines of the ranks,
// without their LF.
func ResultRoot(pool string, m Method, ranks []Ranked) [32]byte {
	t, found := merkle.Edge{}, m.find()
	for _, r := range ranks {
		t.Add(found.resultLine(pool, r))
	}
	return t.Root()
}
