package catalog

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Meta is what is stored beside the data of every event: by which command, by whom
// and when it was caused.
type Meta struct {
	Command uuid.UUID   `json:"command"`
	Actor   string      `json:"actor"` // "officer:" or "applicant:" and the id, or ActorClock
	At      domain.Time `json:"at"`
	// Signature is that of an officer with a key. See [SignedBytes].
	Signature Signature `json:"signature,omitzero"`
}

// ActorOfficer begins the actor of an officer.
const ActorOfficer = "officer:"

// ActorClock is the actor of what falls due by itself, see [Type.Clock].
const ActorClock = "clock"

// ActorApplicant begins the actor of an applicant.
const ActorApplicant = "applicant:"

var metaForm = formOf[Meta]()

// ParseMeta reads the stored bytes; they have one form only.
func ParseMeta(b []byte) (Meta, error) {
	d := pooled.Get().(*Decoder)
	defer pooled.Put(d)
	return d.Meta(b)
}

// Bytes is the stored form.
func (m Meta) Bytes() ([]byte, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("writing event metadata: %w", err)
	}
	return b, nil
}

// Officer returns the id of the officer who is the actor. See [OfficerOf].
func (m Meta) Officer() (string, error) { return OfficerOf(m.Actor) }

// OfficerOf returns the id of the officer who is the actor, or refuses another actor.
func OfficerOf(actor string) (string, error) {
	if id, ok := strings.CutPrefix(actor, ActorOfficer); ok && domain.ValidID(id) {
		return id, nil
	}
	return "", fault.New(fault.UnknownActor, "actor %q is no officer", actor)
}

// Applicant returns the id of the applicant who is the actor, or false when none is.
func (m Meta) Applicant() (string, bool) { return strings.CutPrefix(m.Actor, ActorApplicant) }

// EventID is the id of the event with this index among the events of a command: a
// UUIDv5 of both, so that a repeated command proposes the same ids and the store
// recognises it.
func EventID(command uuid.UUID, stream string, index int) uuid.UUID {
	name := make([]byte, 0, 160)
	name = append(append(append(name, command[:]...), stream...), '/')
	sum := sha1.Sum(strconv.AppendInt(name, int64(index), 10))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80 // version 5, RFC 9562
	return id
}
