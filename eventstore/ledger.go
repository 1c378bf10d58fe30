package eventstore

import (
	"strconv"

	"github.com/google/uuid"
)

// AppendPublic appends the one byte form of an event of a public stream, which is its leaf in
// the public ledger:
//
//	{"stream":"…","revision":N,"id":"…","type":"…","meta":{…},"data":{…}}
//
// without spaces, where meta and data are the stored bytes. Stream names hold
// 0-9 A-Z a-z . _ - only, type names the same, so nothing is ever escaped.
func AppendPublic(b []byte, r Recorded) []byte {
	b = append(append(b, PublicStream...), r.Stream...)
	b = strconv.AppendUint(append(b, PublicRevision...), r.Revision, 10)
	b = append(append(b, PublicID...), r.ID.String()...)
	b = append(append(b, PublicType...), r.Type...)
	b = append(append(b, PublicMeta...), r.Meta...)
	return append(append(append(b, PublicData...), r.Data...), '}')
}

// The keys of the byte form of a public event, with what stands around them.
const (
	PublicStream   = `{"stream":"`
	PublicRevision = `","revision":`
	PublicID       = `,"id":"`
	PublicType     = `","type":"`
	PublicMeta     = `","meta":`
	PublicData     = `,"data":`
)

// LedgerStream is the private stream that locks the publisher: a checkpoint is
// appended to it, with an expected revision, before it is published.
const LedgerStream = "ledger"

// CheckpointSigned is the publisher's state at a signed checkpoint.
type CheckpointSigned struct {
	Size     uint64    `json:"size"`
	Note     string    `json:"note"`     // the signed checkpoint, whole
	Commit   uint64    `json:"commit"`   // position of the last leaf
	Prepare  uint64    `json:"prepare"`  // likewise
	Stream   string    `json:"stream"`   // of the last leaf
	Revision uint64    `json:"revision"` // likewise
	ID       uuid.UUID `json:"id"`       // likewise
}

// EventType is the stored name.
func (CheckpointSigned) EventType() string { return "ledger.checkpoint_signed.v1" }
