package eventstore

import "github.com/google/uuid"

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
