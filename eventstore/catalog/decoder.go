package catalog

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/google/uuid"

	"lotteryledger/domain"
)

// Decoder reads leaves, metadata and events one after the other. It remembers short words and
// dates, which recur. The zero Decoder is ready. It is not safe for concurrent use.
type Decoder struct{ c cursor }

// cursor reads the one byte form of a value from the front of rest. The functions that read a
// type are generated. When something is not plainly in this form, bad is set, and encoding/json
// decides.
type cursor struct {
	rest  []byte
	bad   bool
	words [64]string
	dates [64]date
}

// date is the start of a day that was read before.
type date struct {
	text  [len("2006-01-02")]byte
	start domain.Time
}

// Meta reads metadata. See [ParseMeta].
func (d *Decoder) Meta(b []byte) (Meta, error) { return metaForm.read(&d.c, b) }

// Event reads the data of an event of this type. See [Type.Decode].
func (d *Decoder) Event(t *Type, data []byte) (Event, error) {
	e, err := t.read(&d.c, data)
	if err != nil {
		return nil, fmt.Errorf("decoding %s: %w", t.Name, err)
	}
	return e, nil
}

// pooled are decoders for those who have none.
var pooled = sync.Pool{New: func() any { return new(Decoder) }}

// start begins with new bytes.
func (c *cursor) start(b []byte) { c.rest, c.bad = b, false }

// done reports whether all bytes were read in their plain form.
func (c *cursor) done() bool { return !c.bad && len(c.rest) == 0 }

// has skips s and reports true, if s comes next.
func (c *cursor) has(s string) bool {
	if len(c.rest) < len(s) || string(c.rest[:len(s)]) != s {
		return false
	}
	c.rest = c.rest[len(s):]
	return true
}

// optional skips a key, if it comes next, with a comma before it unless the object is empty yet.
func (c *cursor) optional(empty *bool, first, later string) bool {
	if *empty {
		*empty = !c.has(first)
		return !*empty
	}
	return c.has(later)
}

// skip skips s, which has to come next.
func (c *cursor) skip(s string) {
	if !c.has(s) {
		c.bad = true
	}
}

// require notes that a value has to be as it is said.
func (c *cursor) require(ok bool) {
	if !ok {
		c.bad = true
	}
}

// plain has the characters that JSON never escapes.
var plain = func() (is [256]bool) {
	for c := 0x20; c <= 0x7e; c++ {
		is[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return is
}()

// token returns the plain characters of a string.
func (c *cursor) token() []byte {
	if len(c.rest) == 0 || c.rest[0] != '"' {
		c.bad = true
		return nil
	}
	for i := 1; i < len(c.rest); i++ {
		if b := c.rest[i]; plain[b] {
			continue
		} else if b != '"' {
			break
		}
		s := c.rest[1:i]
		c.rest = c.rest[i+1:]
		return s
	}
	c.bad = true
	return nil
}

// word is how long a string may be that is remembered.
const word = 12

// text reads a string. A short one that was read before is not made again.
func (c *cursor) text() string {
	s := c.token()
	if len(s) == 0 || len(s) > word {
		return string(s)
	}
	known := &c.words[(len(s)+7*int(s[0])+13*int(s[len(s)-1]))%len(c.words)]
	if *known != string(s) {
		*known = string(s)
	}
	return *known
}

// time reads a moment.
func (c *cursor) time() domain.Time {
	const form = `"2006-01-02T15:04:05Z"`
	if len(c.rest) < len(form) {
		c.bad = true
		return 0
	}
	s := c.rest[:len(form)]
	c.rest = c.rest[len(form):]
	d := &c.dates[(s[10]^s[9]<<2^s[7]<<3^s[4]<<5)%byte(len(c.dates))]
	if d.text != [len(d.text)]byte(s[1:]) {
		start, err := domain.ParseTime(string(s[1:11]) + "T00:00:00Z")
		if err != nil || start < 0 {
			c.bad = true
			return 0
		}
		*d = date{[len(d.text)]byte(s[1:]), start}
	}
	hour, minute, second := two(s[12:]), two(s[15:]), two(s[18:])
	c.require(s[0] == '"' && s[11] == 'T' && s[14] == ':' && s[17] == ':' && s[20] == 'Z' &&
		s[21] == '"' && hour < 24 && minute < 60 && second < 60)
	return d.start + domain.Time((hour*60+minute)*60+second)
}

// two returns the number of two digits, or one of at least 100.
func two(s []byte) int {
	tens, ones := s[0]-'0', s[1]-'0'
	if tens > 9 || ones > 9 {
		return 100
	}
	return 10*int(tens) + int(ones)
}

// digest reads 64 hex digits.
func (c *cursor) digest() (d domain.Digest) {
	const quoted = 2*len(d) + 2
	if len(c.rest) < quoted || c.rest[0] != '"' || c.rest[quoted-1] != '"' ||
		!domain.DecodeHex(d[:], c.rest[1:quoted-1]) {
		c.bad = true
		return d
	}
	c.rest = c.rest[quoted:]
	return d
}

// uuid reads a UUID in lower case.
func (c *cursor) uuid() (id uuid.UUID) {
	c.require(parseID(c.token(), &id))
	return id
}

// parseID reads the one text form of a UUID: 36 characters, lower case.
func parseID(s []byte, id *uuid.UUID) bool {
	return len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' &&
		domain.DecodeHex(id[:4], s[:8]) && domain.DecodeHex(id[4:6], s[9:13]) &&
		domain.DecodeHex(id[6:8], s[14:18]) && domain.DecodeHex(id[8:10], s[19:23]) &&
		domain.DecodeHex(id[10:], s[24:])
}

// uint reads a whole number.
func (c *cursor) uint() (n uint64) {
	i := 0
	for ; i < len(c.rest) && c.rest[i]-'0' <= 9; i++ {
		n = 10*n + uint64(c.rest[i]-'0')
	}
	if i == 0 || i > 1 && c.rest[0] == '0' || i > 18 { // encoding/json reads longer ones
		c.bad = true
		return 0
	}
	c.rest = c.rest[i:]
	return n
}

// int reads a whole number that is not negative.
func (c *cursor) int() int {
	n := c.uint()
	c.require(n <= 1<<(strconv.IntSize-1)-1)
	return int(n)
}

func (c *cursor) int64() int64 { return int64(c.uint()) }

func (c *cursor) bool() bool {
	if c.has("true") {
		return true
	}
	c.skip("false")
	return false
}

// list reads a list.
func list[E any](c *cursor, read func(*cursor) E) []E {
	c.skip("[")
	if c.has("]") || c.bad {
		return []E{}
	}
	all := make([]E, 0, 1)
	for {
		all = append(all, read(c))
		if c.has("]") {
			return all
		}
		if c.skip(","); c.bad {
			return all
		}
	}
}
