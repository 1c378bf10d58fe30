package quota

// Event is what may be stored in a year's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isQuota()
}

// SeatsSet says how many seats a pool has in the year.
type SeatsSet struct {
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

// The stored types.
const (
	TypeSeatsSet    = "quota.set.v1"
	TypeAdjusted    = "quota.adjusted.v1"
	TypeCarriedOver = "quota.carried_over.v1"
)

func (SeatsSet) EventType() string    { return TypeSeatsSet }
func (Adjusted) EventType() string    { return TypeAdjusted }
func (CarriedOver) EventType() string { return TypeCarriedOver }

func (SeatsSet) isQuota()    {}
func (Adjusted) isQuota()    {}
func (CarriedOver) isQuota() {}

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
