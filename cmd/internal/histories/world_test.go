package histories

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"

	"lotteryledger/audit"
	"lotteryledger/cmd/internal/clock"
	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections"
)

var ctx = context.Background()

// world is one history: an office, what it works on, and the plain model beside it.
type world struct {
	seed   uint64
	rng    *rand.Rand
	now    domain.Time
	env    *environment
	store  *faulty
	office *office.Office
	m      *model

	clock *clock.Clock // and the ledger, as far as somebody has looked

	people  []human
	firms   []firm
	codes   []string // of all applications
	rounds  []string
	working *command
	done    []*command // that have stored something
	quiet   bool       // nothing goes wrong
	nested  bool       // another writer is at work
	eager   bool       // to see what follows a draw
	log     []string
	count   map[string]int // what happened, by name
}

// environment is what histories share: the file of the projections, emptied for each.
type environment struct {
	db    *projections.DB
	open  func() (*projections.DB, error)
	store func() eventstore.Store // makes the store of a history
	spoil func(*model)            // makes the model wrong before each step
}

type human struct {
	number identity.Number
	tag    domain.Digest
}

type firm struct {
	code identity.OrganisationCode
	tag  domain.Digest
}

// difference is what a history shows to be wrong.
type difference struct{ text string }

// fail ends the history.
func (w *world) fail(format string, args ...any) {
	panic(difference{fmt.Sprintf(format, args...)})
}

func (w *world) ok(err error) {
	if err != nil {
		w.fail("%v", err)
	}
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, fmt.Sprintf("%s %s", w.now, fmt.Sprintf(format, args...)))
}

// chance is true once in n times.
func (w *world) chance(n int) bool { return w.rng.IntN(n) == 0 }

func pick[T any](w *world, from ...T) T { return from[w.rng.IntN(len(from))] }

// between is a number of from to to, both included.
func (w *world) between(from, to int) int { return from + w.rng.IntN(to-from+1) }

// command is what somebody asks for. It is given again, with the same metadata, until an
// answer is known.
type command struct {
	text   string
	meta   catalog.Meta
	do     func(m catalog.Meta) error
	expect func() answer // decides and applies the command in the model
	// what another writer does before an append to the stream; may be nil
	rival  func(stream, eventType string) *command
	stored int  // events
	undone bool // what a refusal leaves may be done and undone
	// told of the first event of each append; may be nil
	follow func(stream string, e catalog.Event)
	tries  int // without an answer
}

func (w *world) uuid() uuid.UUID {
	var id uuid.UUID
	for i := range 16 {
		id[i] = byte(w.rng.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

// meta is that of a new command. Now and then the machine of the actor is behind.
func (w *world) meta(actor string) catalog.Meta {
	at := w.now
	if w.chance(40) {
		at -= domain.Time(w.between(1, 3*day))
	}
	return catalog.Meta{Command: w.uuid(), Actor: actor, At: at}
}

const day = 86400

// strike decides what happens to an append.
func (w *world) strike(stream string) mishap {
	if w.quiet {
		return none
	}
	nested := w.nested
	struck := none
	switch n := w.rng.IntN(100); {
	case n < 3:
		struck = refuse
	case n < 6:
		struck = lose
	case n < 8 && !nested:
		struck = crashBefore
	case n < 10 && !nested:
		struck = crashAfter
	case n < 22 && !nested:
		struck = conflict
	}
	if struck != none && struck != conflict {
		w.count[string(struck)]++
		w.note("  %s: %s", struck, stream)
	}
	return struck
}

// unreadable lets a read fail now and then.
func (w *world) unreadable() bool {
	if w.quiet || !w.chance(300) {
		return false
	}
	w.count[string(unread)]++
	w.note("  a read fails")
	return true
}

// quietly does something while nothing goes wrong.
func (w *world) quietly(do func()) {
	before := w.quiet
	w.quiet = true
	do()
	w.quiet = before
}

// interrupt lets another writer come first in a stream.
func (w *world) interrupt(stream, eventType string) {
	outer := w.working
	if c := outer.rival(stream, eventType); c != nil {
		w.count[string(conflict)]++
		w.note("  meanwhile:")
		w.nested = true
		w.issue(c)
		w.nested, w.working = false, outer
		outer.undone = true
	}
}

// issue carries a command out, over all that goes wrong, and holds the answer against the
// model's.
func (w *world) issue(c *command) {
	w.note("%s %s", c.meta.Actor, c.text)
	outer := w.working
	var err error
	for ; ; c.tries++ {
		w.working = c
		if err = c.do(c.meta); err == nil || fault.CodeOf(err) != "" {
			break
		}
		if !errors.Is(err, errDown) && !errors.Is(err, eventstore.ErrConflict) {
			w.fail("%s %s: %v", c.meta.Actor, c.text, err)
		}
		if c.tries == 100 {
			w.fail("%s %s: no answer after 100 tries: %v", c.meta.Actor, c.text, err)
		}
		if w.store.dead {
			w.restart()
		}
		if outer == nil && w.chance(4) {
			w.project()
		}
	}
	w.working = outer
	var want answer
	w.quietly(func() { want = c.expect() })
	got := fault.CodeOf(err)
	w.count["commands"]++
	if got != "" {
		w.count["refused commands"]++
		w.count["refused: "+got]++
	}
	w.note("    = %s %d", got, c.stored)
	switch {
	case want.code != got:
		w.fail("%s %s: the answer is %s, the model expects %s", c.meta.Actor, c.text, orOK(err),
			orAccepted(want.code))
	case got != "" && c.stored > 0 && !c.undone:
		w.fail("%s %s: refused with %s, and left %d events", c.meta.Actor, c.text, got, c.stored)
	case got == "" && want.changes != (c.stored > 0):
		w.fail("%s %s: stored %d events, the model expects a change: %t", c.meta.Actor, c.text,
			c.stored, want.changes)
	}
	if c.stored > 0 && got == "" && c.follow == nil {
		w.done = append(w.done, c)
	}
	if outer == nil {
		w.m.look(w.leaves())
	}
}

func orOK(err error) string {
	if err == nil {
		return "yes"
	}
	return err.Error()
}

func orAccepted(code string) string {
	if code == "" {
		return "yes"
	}
	return code
}

// leaves is the number of leaves of the ledger that is stored.
func (w *world) leaves() int64 { return int64(len(w.store.stored)) }

// repeat gives an old command again, as after a lost reply that was long in coming. Whatever
// the answer is, nothing changes.
func (w *world) repeat() {
	if len(w.done) == 0 {
		return
	}
	c := w.done[w.rng.IntN(len(w.done))]
	w.note("again: %s %s", c.meta.Actor, c.text)
	w.count["repeated commands"]++
	var err error
	before := c.stored
	w.working = c
	w.quietly(func() { err = c.do(c.meta) })
	w.working = nil
	if err != nil && fault.CodeOf(err) == "" {
		w.fail("%s again: %v", c.text, err)
	}
	if c.stored > before {
		w.fail("%s again: stored %d events more", c.text, c.stored-before)
	}
}

// open makes the office anew. Its clock is that of whoever gives the command.
func (w *world) open(key []byte) {
	w.office = &office.Office{Store: w.store, Key: key, Now: func() domain.Time {
		if w.working == nil {
			return w.now
		}
		return w.working.meta.At
	}}
}

func authorOf(m catalog.Meta) office.Author {
	return office.Author{
		Command: m.Command,
		Actor:   m.Actor,
	}
}

func (w *world) execute(m catalog.Meta, r office.Request) error {
	_, err := w.office.Execute(ctx, authorOf(m), r)
	return err
}

// restart forgets everything that the process knew.
func (w *world) restart() {
	w.count["restarts"]++
	w.note("  restart")
	w.store.dead = false
	w.open(w.office.Key)
	if w.chance(6) {
		w.clock = w.newClock()
	}
	w.clock.Office = w.office
	if w.chance(20) {
		w.ok(w.env.db.Close())
		db, err := w.env.open()
		w.ok(err)
		w.env.db = db
	}
}

// replayed is the ledger with all that is stored, applied leaf by leaf.
func (w *world) replayed() (*audit.Ledger, error) {
	l, err := w.clock.CatchUp(ctx)
	if _, disproven := fault.Of(err); disproven {
		w.fail("the replay refuses what the office stored: %v", err)
	}
	return l, err
}

func apply(l *audit.Ledger, r eventstore.Recorded) error {
	leaf, err := r.Leaf().Bytes()
	if err != nil {
		return err
	}
	d, err := audit.Decode(l.Size(), leaf)
	if err != nil {
		return err
	}
	return l.Apply(d)
}

// events are all that are stored.
func (w *world) events() []eventstore.Recorded {
	var all []eventstore.Recorded
	for r, err := range w.store.Store.ReadAll(ctx, eventstore.Start, catalog.PublicStreams...) {
		w.ok(err)
		all = append(all, r)
	}
	return all
}

// bytes are the leaves of the whole history.
func (w *world) bytes() []byte {
	var b bytes.Buffer
	for _, r := range w.events() {
		leaf, err := r.Leaf().Bytes()
		w.ok(err)
		b.Write(append(leaf, '\n'))
	}
	return b.Bytes()
}

// history is what happened, to be read.
func (w *world) history() string { return strings.Join(w.log, "\n") }

func (w *world) counts() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(w.count)) {
		fmt.Fprintf(&b, "%s %d, ", k, w.count[k])
	}
	return b.String()
}
