package quota

// Command is what may be asked of a year's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isQuotaCommand()
}

// SetSeats asks to say how many seats a pool has.
type SetSeats SeatsSet

// Adjust asks to change it. Number tells apart two changes that are alike. Used and Unused are
// evidence: the seats that this year's rounds have taken, and the seats that are still to be
// returned to it.
type Adjust struct {
	Pool   string
	Number uint64
	Amount int64
	Reason Reason
	Used   uint64
	Unused uint64
}

// CarryOver asks to add what an earlier year gave away. Year is that of the stream;
// Given is evidence: what that year's pool gave away and no year has taken yet.
type CarryOver struct {
	Year     int
	Pool     string
	Number   uint64
	Amount   uint64
	FromYear int
	FromPool string
	Given    uint64
}

func (SetSeats) Leads() string  { return TypeSeatsSet }
func (Adjust) Leads() string    { return TypeAdjusted }
func (CarryOver) Leads() string { return TypeCarriedOver }

func (SetSeats) isQuotaCommand()  {}
func (Adjust) isQuotaCommand()    {}
func (CarryOver) isQuotaCommand() {}
