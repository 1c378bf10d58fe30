package access

// Event is what may be stored in an officer's stream of reads.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isAccess()
}

// RecordRead is one look at one applicant's personal data.
type RecordRead struct {
	Applicant string `json:"applicant"` // id
	Reason    Reason `json:"reason"`
	Record    Kind   `json:"record"`
}

// The stored types.
const (
	TypeRecordRead = "access.read.v1"
)

func (RecordRead) EventType() string { return TypeRecordRead }

func (RecordRead) isAccess() {}

// Reason is why personal data is looked at.
type Reason string

// The reasons.
const (
	ApplicantRequest Reason = "applicant_request"
	IdentityCheck    Reason = "identity_check"
	Complaint        Reason = "complaint"
	OrderOfCourt     Reason = "order_of_court"
	Inspection       Reason = "inspection"
	Message          Reason = "message"
)

// Reasons lists all of them.
var Reasons = []Reason{
	ApplicantRequest, IdentityCheck, Complaint, OrderOfCourt, Inspection, Message,
}

// Kind is how much is looked at.
type Kind string

// The kinds.
const (
	Masked  Kind = "masked"  // the record with names and numbers masked
	Receipt Kind = "receipt" // the whole record with its salt
	// the codes of applications, by the identity number of somebody in them
	Codes  Kind = "codes"
	Mobile Kind = "mobile" // the mobile number of the main applicant
)

var kinds = []Kind{Masked, Receipt, Codes, Mobile}
