package officer

import (
	"lotteryledger/domain"
)

// Event is what may be stored in an officer's stream.
//
//sumtype:decl
type Event interface {
	EventType() string // the stored type
	isOfficer()
}

// Appointed gives an officer roles; it may be stored again after a dismissal.
type Appointed struct {
	Roles []Role `json:"roles"` // in the order of Roles, each once
	// Key: signs the officer's events; without one nothing is signed
	Key PublicKey `json:"public_key,omitzero"`

	// Departments are those whose checks a reviewer records, ascending; left out: every department.
	Departments []string `json:"departments,omitzero"`
}

// RolesChanged exchanges the roles of an officer, and the departments.
type RolesChanged struct {
	Roles       []Role   `json:"roles"`                // as in Appointed
	Departments []string `json:"departments,omitzero"` // likewise
}

// KeyChanged exchanges the key of an officer, or gives them one.
type KeyChanged struct {
	Key PublicKey `json:"public_key"`
}

// Dismissed ends all roles.
type Dismissed struct{}

// The stored types.
const (
	TypeAppointed    = "officer.appointed.v1"
	TypeRolesChanged = "officer.role_changed.v1"
	TypeKeyChanged   = "officer.key_changed.v1"
	TypeDismissed    = "officer.dismissed.v1"
)

func (Appointed) EventType() string    { return TypeAppointed }
func (RolesChanged) EventType() string { return TypeRolesChanged }
func (KeyChanged) EventType() string   { return TypeKeyChanged }
func (Dismissed) EventType() string    { return TypeDismissed }

func (Appointed) isOfficer()    {}
func (RolesChanged) isOfficer() {}
func (KeyChanged) isOfficer()   {}
func (Dismissed) isOfficer()    {}

// PublicKey is an Ed25519 key, as 64 lower-case hex digits.
type PublicKey string

// Valid reports whether k has the form of a key.
func (k PublicKey) Valid() bool { return domain.IsHex(string(k), 32) }
