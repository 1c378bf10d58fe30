package access

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// Command is what may be asked of an officer's stream of reads.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isAccessCommand()
}

// ReadRecords asks to see one or more personal records. All reads are stored, or none.
type ReadRecords []Look

// Look asks to see an applicant's personal data.
type Look RecordRead

// Check refuses a look without a person, a reason or a kind.
func (l Look) Check() error {
	switch {
	case !domain.ValidApplicant(l.Applicant):
		return fault.New(fault.InvalidID, "an applicant id is 32 lower-case hex digits")
	case !slices.Contains(Reasons, l.Reason):
		return fault.New(fault.InvalidReason, "a reason is one of %v", Reasons)
	case !slices.Contains(kinds, l.Record):
		return fault.New(fault.UnknownKind, "what is read is one of %v", kinds)
	}
	return nil
}

func (ReadRecords) Leads() string { return TypeRecordRead }

func (ReadRecords) isAccessCommand() {}
