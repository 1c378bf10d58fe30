package eventstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/reservation"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// Event is any event that the ledger stores.
type Event interface{ EventType() string }

// ErrNotCanonical: the bytes are not the one form in which this event is written.
var ErrNotCanonical = errors.New("not in canonical form")

// ErrUnknownType: no event of this name is in the catalog.
var ErrUnknownType = errors.New("unknown event type")

// entry is a line of the catalog.
type entry struct {
	name   string
	decode func(data []byte) (Event, error)
}

func typed[E Event]() entry {
	var zero E
	r := newReader[E]()
	scratch := sync.Pool{New: func() any { return new(E) }}
	return entry{zero.EventType(), func(data []byte) (Event, error) {
		e := scratch.Get().(*E)
		defer scratch.Put(e)
		*e = zero
		if err := r.read(data, e); err != nil {
			return nil, err
		}
		return *e, nil
	}}
}

// catalog lists every event type ever stored.
var catalog = index(
	typed[rules.Adopted](),
	typed[officer.Appointed](), typed[officer.RoleChanged](), typed[officer.KeyChanged](), typed[officer.Dismissed](),
	typed[proposal.Made](), typed[proposal.Approved](),
	typed[applicant.Registered](), typed[applicant.ContactChanged](), typed[applicant.Erased](),
	typed[reservation.Claimed](), typed[reservation.Released](), typed[reservation.Barred](),
	typed[application.Submitted](), typed[application.Edited](), typed[application.Approved](),
	typed[application.Rejected](), typed[application.Withdrawn](), typed[application.Awarded](),
	typed[application.CheckRecorded](), typed[application.RecheckAsked](), typed[application.RecheckAnswered](), typed[application.Renewed](),
	typed[application.Expired](), typed[application.Disqualified](), typed[application.Credited](),
	typed[round.Opened](), typed[round.Closed](), typed[round.Sealed](), typed[round.Announced](),
	typed[round.BeaconRecorded](), typed[round.Drawn](), typed[round.Ranked](), typed[round.Published](), typed[round.Voided](),
	typed[round.AnnouncementSuperseded](), typed[round.Anchored](), typed[round.CeremonyRecorded](), typed[round.Settled](),
	typed[indicator.Awarded](), typed[indicator.Confirmed](), typed[indicator.Revoked](), typed[indicator.Used](), typed[indicator.Forfeited](),
	typed[indicator.Promoted](),
	typed[notice.Published](), typed[notice.Replaced](), typed[notice.Withdrawn](),
	typed[quota.Set](), typed[quota.Adjusted](), typed[quota.CarriedOver](),
	typed[access.Read](),
	typed[CheckpointSigned](),
)

func index(entries ...entry) map[string]entry {
	m := make(map[string]entry, len(entries))
	for _, e := range entries {
		m[e.name] = e
	}
	return m
}

// Types lists the stored names of the catalog, in no order.
func Types() []string {
	names := make([]string, 0, len(catalog))
	for n := range catalog {
		names = append(names, n)
	}
	return names
}

// TypeName is the stored name that b spells, without making a new string for a name of the catalog.
func TypeName(b []byte) string {
	if e, ok := catalog[string(b)]; ok {
		return e.name
	}
	return string(b)
}

// Decode reads the data of a stored event.
func Decode(eventType string, data []byte) (Event, error) {
	e, ok := catalog[eventType]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknownType, eventType)
	}
	v, err := e.decode(data)
	if err != nil {
		return nil, fmt.Errorf("decoding %s: %w", eventType, err)
	}
	return v, nil
}

// Encode writes the data of an event to be stored.
func Encode(e Event) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", e.EventType(), err)
	}
	return b, nil
}

// PublicStreams begin the names of all streams whose events become leaves of the
// public ledger. All others are private: [LedgerStream] and [access.Stream].
var PublicStreams = []string{
	rules.Stream, officer.Stream, proposal.Stream, applicant.Stream, reservation.Stream,
	application.Stream, round.Stream, indicator.Stream, quota.Stream, notice.Stream,
}

// Split takes a public stream name apart: the prefix out of [PublicStreams] and
// the id. It also checks that an event of this type may stand in it.
func Split(stream, eventType string) (prefix, id string, err error) {
	dash, dot := strings.IndexByte(stream, '-'), strings.IndexByte(eventType, '.')
	if dash <= 0 || dot <= 0 || stream[:dash] != eventType[:dot] || dash+1 == len(stream) {
		return "", "", fmt.Errorf("an event of type %q does not belong in stream %q", eventType, stream)
	}
	return stream[:dash+1], stream[dash+1:], nil
}
