// Package draw is the drawing of lots: from a sealed roster and a public seed
// to the order in which applications are served. It is pure: the same roster
// and seed give the same bytes on every machine, and nothing here reads a
// clock, a file or a source of chance. docs/draw.md specifies every format of
// this package byte by byte; this comment is the summary.
//
// # Rosters
//
// A [Roster] is the ordered, frozen list of a pool. As a file it is one line
// per application, each ended by LF, fields parted by TAB:
//
//	pld1      pool  code  weight
//	points    pool  code  points  registered-since
//	queue     pool  code  waiting-since
//	priority  pool  code  priority
//
// Behind these may stand the size of a party and the place of the pool among the
// application's wishes, where they say something ([Entry]).
//
// Lines ascend strictly by (pool, code), compared as bytes; TAB sorts below
// every character of a pool or a code, so LC_ALL=C sort -c accepts the file.
// [Roster.Seal] commits to it: the root of the RFC 6962 tree whose leaves are
// the lines without their LF, and the SHA-256 of the lines with it.
//
// # Seed
//
// H is SHA-256, u32 and u64 are big-endian, LP(x) is u32(len x) then x, and
// TAG(s) is the ASCII bytes "PLD1:" then s, then one byte 00.
//
//	A = H(TAG("announcement"), D)                          D: the published bytes
//	S = H(TAG("seed"), A, LP(chain hash), u64(round), LP(signature), LP(ceremony))
//	K = H(TAG("quota"), S, LP(pool))
//	ticket(j, code) = H(K, u32(j), code)                   j = 0 .. weight-1
//	score(code, weight) = the least of its tickets, compared as bytes
//
// # Ranking
//
//	pld1      score, code                                    ascending
//	points    points descending, since, score at weight 1, code
//	queue     since, score at weight 1, code
//	priority  priority descending, score at weight 1, code
//
// [Draw] draws the pools of a round together: separately, serially or by preference,
// with orders that several pools share, seats that go on to a later pool when nobody
// takes them, and parties that get all their seats or none.
//
// Ranking by the least of w independent uniform values is drawing without
// replacement with chances in proportion to w, exactly: all orders of all
// tickets are equally likely, so the first ticket's owner is i with chance
// w(i)/W, and once i's tickets are struck out the rest are again in uniformly
// random order. The tests enumerate small pools and compare fractions.
//
// [ReplayBeijing2011] and [ReplayRFC3797] replay historical draws under their
// own rules, quirks included. They are never offered for a new round.
package draw
