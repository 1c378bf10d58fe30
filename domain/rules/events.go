package rules

// Event is what may be stored in a rules stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isRules()
}

// Adopted puts a version of the rules into force.
type Adopted struct{ Version }

// The stored types.
const (
	TypeAdopted = "rules.adopted.v1"
)

func (Adopted) EventType() string { return TypeAdopted }

func (Adopted) isRules() {}
