package notice

// Event is what may be stored in a notice's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isNotice()
}

// Published shows a notice.
type Published struct {
	Texts []Text `json:"texts"` // in the order of Languages
}

// Replaced puts other texts in the place of those before.
type Replaced struct {
	Texts []Text `json:"texts"` // as in Published
}

// Withdrawn ends it: it is no longer in force, and not published again.
type Withdrawn struct{}

// The stored types.
const (
	TypePublished = "notice.published.v1"
	TypeReplaced  = "notice.replaced.v1"
	TypeWithdrawn = "notice.withdrawn.v1"
)

func (Published) EventType() string { return TypePublished }
func (Replaced) EventType() string  { return TypeReplaced }
func (Withdrawn) EventType() string { return TypeWithdrawn }

func (Published) isNotice() {}
func (Replaced) isNotice()  {}
func (Withdrawn) isNotice() {}
