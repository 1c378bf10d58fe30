package eventstore

import (
	"iter"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/officer"
	"lotteryledger/eventstore/catalog"
)

// Private is the table of the event types that do not become leaves of the public ledger.
var Private = catalog.NewTable(
	catalog.Streams(access.StreamPrefix,
		catalog.Row[access.RecordRead](catalog.By(officer.Custodian))),
	catalog.Streams(draft.StreamPrefix, catalog.Row[draft.Written]()),
	catalog.Streams(LedgerStream, catalog.Row[CheckpointSigned]()),
)

// Accesses is the rule of the private streams of [access.Stream].
var Accesses = catalog.Aggregate[access.State, access.Event, access.Command]{
	Decide: access.Decide, Evolve: access.Evolve,
}

// Drafts is the rule of the private streams that keep what is proposed.
var Drafts = catalog.Aggregate[draft.State, draft.Event, draft.Command]{
	Decide: draft.Decide, Evolve: draft.Evolve,
}

// Types yields the rows of all types, public and private.
func Types() iter.Seq[*catalog.Type] {
	return func(yield func(*catalog.Type) bool) {
		for _, table := range []catalog.Table{catalog.Public, Private} {
			for t := range table.All() {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// TypeOf returns the row of a stored name, public or private, or nil.
func TypeOf(name string) *catalog.Type {
	if t := catalog.Public.Find(name); t != nil {
		return t
	}
	return Private.Find(name)
}

// Decode reads the data of a stored event, public or private.
func Decode(name string, data []byte) (catalog.Event, error) {
	if t := Private.Find(name); t != nil {
		return t.Decode(data)
	}
	return catalog.Decode(name, data)
}

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

	// Latest is the latest time of all leaves, 0 if it was not noted. An office compares its
	// proposals with it, see [proposal.Made.Overdue].
	Latest domain.Time `json:"latest,omitzero"`
}

// EventType is the stored name.
func (CheckpointSigned) EventType() string { return "ledger.checkpoint_signed.v1" }
