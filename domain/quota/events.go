package quota

// Event is what may be stored in a year's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isQuota()
}

// Set says how many seats a pool has in the year.
type Set struct {
	Pool  string `json:"pool"`
	Seats uint64 `json:"seats"`
}

// Adjusted adds seats or takes them away.
type Adjusted struct {
	Pool   string `json:"pool"`
	Number uint64 `json:"number"` // of the change to the pool, from 1
	Amount int64  `json:"amount"`
	Reason Reason `json:"reason"`
}

// CarriedOver adds seats that a pool of an earlier year gave away.
type CarriedOver struct {
	Pool     string `json:"pool"`
	Number   uint64 `json:"number"` // of the change to the pool, from 1
	Amount   uint64 `json:"amount"`
	FromYear int    `json:"from_year"`
	FromPool string `json:"from_pool"`
}

// Reason says why a quota was adjusted.
type Reason string

// The reasons for adjusting a quota.
const (
	Policy     Reason = "policy"       // the city decided so
	Correction Reason = "correction"   // the figure was wrong
	Returned   Reason = "returned"     // indicators that nobody used
	Carried    Reason = "carried_over" // given to a later year
)

// Reasons lists all reasons.
var Reasons = []Reason{Policy, Correction, Returned, Carried}

// EventType is the stored name.
func (Set) EventType() string { return "quota.set.v1" }

// EventType is the stored name.
func (Adjusted) EventType() string { return "quota.adjusted.v1" }

// EventType is the stored name.
func (CarriedOver) EventType() string { return "quota.carried_over.v1" }

func (Set) isQuota()         {}
func (Adjusted) isQuota()    {}
func (CarriedOver) isQuota() {}
