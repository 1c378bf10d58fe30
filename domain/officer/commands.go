package officer

import "fmt"

// Command is what may be asked of an officer's stream.
//
//sumtype:decl
type Command interface {
	Leads() string // the type of the events that it leads to
	isOfficerCommand()
}

// Appoint asks to give roles, and a key if there is one. Signed is evidence: the appointing
// officer has a key, so the new one needs a key too.
type Appoint struct {
	Roles       []Role
	Departments []string
	Key         PublicKey
	Signed      bool
}

// ChangeRoles asks to exchange the roles and departments.
type ChangeRoles struct {
	Roles       []Role
	Departments []string
}

// ChangeKey asks to exchange the key.
type ChangeKey struct{ Key PublicKey }

// Dismiss asks to end all roles.
type Dismiss struct{}

func (Appoint) Leads() string     { return TypeAppointed }
func (ChangeRoles) Leads() string { return TypeRolesChanged }
func (ChangeKey) Leads() string   { return TypeKeyChanged }
func (Dismiss) Leads() string     { return TypeDismissed }

func (Appoint) isOfficerCommand()     {}
func (ChangeRoles) isOfficerCommand() {}
func (ChangeKey) isOfficerCommand()   {}
func (Dismiss) isOfficerCommand()     {}

// Behind returns the command that leads to an event, without its evidence.
func Behind(e Event) Command {
	switch e := e.(type) {
	case Appointed:
		return Appoint{Roles: e.Roles, Departments: e.Departments, Key: e.Key}
	case RolesChanged:
		return ChangeRoles(e)
	case KeyChanged:
		return ChangeKey(e)
	case Dismissed:
		return Dismiss{}
	}
	panic(fmt.Sprintf("officer: no command for %T", e))
}
