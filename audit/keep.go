package audit

import (
	"crypto/sha256"
	"fmt"
	"io"
	"sync"

	"lotteryledger/audit/snapshot"
	"lotteryledger/domain/quota"
)

// stateVersion is raised when an event folds to something else than before, so that a state
// which another program wrote is not read.
const stateVersion = 1

// stateCodec writes and reads states. The changes of a quota are events.
var stateCodec = sync.OnceValue(func() *snapshot.Codec[State] {
	c, err := snapshot.New[State](quota.SeatsSet{}, quota.Adjusted{}, quota.CarriedOver{})
	if err != nil {
		panic(err) // a test makes it
	}
	return c
})

// StateForm identifies how this program folds a state and writes it. What was written in
// another form cannot be read.
func StateForm() [sha256.Size]byte {
	layout := stateCodec().Layout()
	return sha256.Sum256(fmt.Append(nil, stateVersion, layout))
}

// WriteState writes the state, for [ReadLedger].
func (l *Ledger) WriteState(w io.Writer) error {
	return stateCodec().Write(w, &l.State)
}

// reindex makes what is not written: it follows from the rest.
func (s *State) reindex() {
	s.applicants.reindex()
	s.persons.reindex()
	s.applications.reindex()
	s.applications.applicants, s.applications.persons = s.applicants, s.persons
}

// ReadLedger returns a ledger with a state that [Ledger.WriteState] wrote, in so many bytes. It
// checks nothing: the caller must know that the bytes are those that were written, and that the
// state was good.
func ReadLedger(r io.Reader, size int64, files Files) (*Ledger, error) {
	l := NewLedger(files)
	if err := stateCodec().Read(r, size, &l.State); err != nil {
		return nil, fmt.Errorf("reading the state of a ledger: %w", err)
	}
	l.reindex()
	return l, nil
}
