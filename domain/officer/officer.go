// Package officer says who may issue commands. The first officer of a ledger
// appoints themselves and is its founder; all others are appointed by an administrator. Which role
// an event needs stands in the table of event types.
//
// An officer with a key signs every event they cause; without one they sign none. The key is
// part of the officer's stream, so that anyone can tell which key they had when.
package officer

import (
	"fmt"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
)

// StreamPrefix begins the name of an officer's stream: "officer-" and the id.
const StreamPrefix = "officer-"

// State of an officer's stream. An officer without roles is not in office.
type State struct {
	Known bool // has been appointed at some time
	Roles []Role
	Key   PublicKey

	Departments []string // none: every one
}

// Has reports whether the officer holds the role.
func (s State) Has(r Role) bool { return slices.Contains(s.Roles, r) }

// KeyedAdministrator reports whether the officer is an administrator with a key. These watch
// over each other.
func (s State) KeyedAdministrator() bool { return s.Key != "" && s.Has(Administrator) }

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Appoint:
		return decideAppoint(s, c)
	case ChangeRoles:
		if err := requireInOffice(s); err != nil {
			return nil, err
		}
		if err := checkRoles(c.Roles, c.Departments); err != nil {
			return nil, err
		}
		if slices.Equal(s.Roles, c.Roles) && slices.Equal(s.Departments, c.Departments) {
			return nil, nil
		}
		return []Event{RolesChanged(c)}, nil
	case ChangeKey:
		switch err := requireInOffice(s); {
		case err != nil:
			return nil, err
		case !c.Key.Valid():
			return nil, fault.New(fault.InvalidKey, "a public key is 64 lower-case hex digits")
		case s.Key == c.Key:
			return nil, nil
		}
		return []Event{KeyChanged(c)}, nil
	case Dismiss:
		switch {
		case !s.Known:
			return nil, fault.New(fault.UnknownOfficer, "no such officer was ever appointed")
		case len(s.Roles) == 0:
			return nil, nil
		}
		return []Event{Dismissed{}}, nil
	}
	panic(fmt.Sprintf("officer: no rule for %T", cmd))
}

func decideAppoint(s State, c Appoint) ([]Event, error) {
	if err := checkRoles(c.Roles, c.Departments); err != nil {
		return nil, err
	}
	switch {
	case c.Key != "" && !c.Key.Valid():
		return nil, fault.New(fault.InvalidKey, "a public key is 64 lower-case hex digits")
	case slices.Equal(s.Roles, c.Roles) && slices.Equal(s.Departments, c.Departments) &&
		s.Key == c.Key:
		return nil, nil
	case c.Signed && c.Key == "":
		return nil, fault.New(fault.KeyMissing,
			"whoever signs appoints only officers who sign: name the public key of the new one")
	case len(s.Roles) > 0:
		return nil, fault.New(fault.OfficerExists,
			"the officer holds other roles, departments, or another key; change them")
	}
	return []Event{Appointed{Roles: c.Roles, Key: c.Key, Departments: c.Departments}}, nil
}

func requireInOffice(s State) error {
	if len(s.Roles) == 0 {
		return fault.New(fault.UnknownOfficer, "no such officer is in office")
	}
	return nil
}

// MaxDepartments is the most that a reviewer is bound to.
const MaxDepartments = 20

func checkRoles(roles []Role, departments []string) error {
	if len(roles) == 0 {
		return fault.New(fault.InvalidRole, "an officer needs at least one role")
	}
	last := -1
	for _, r := range roles {
		i := slices.Index(Roles, r)
		if i <= last {
			return fault.New(fault.InvalidRole,
				"role %q is unknown, named twice or out of order (%v)", r, Roles)
		}
		last = i
	}
	bad := len(departments) > MaxDepartments || departments != nil && len(departments) == 0 ||
		len(departments) > 0 && !slices.Contains(roles, Reviewer)
	for i, name := range departments {
		bad = bad || !domain.ValidID(name) || i > 0 && departments[i-1] >= name
	}
	if bad {
		return fault.New(fault.InvalidDepartment,
			"a reviewer is bound to 1 to %d departments, in ascending order, or to none",
			MaxDepartments)
	}
	return nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Appointed:
		s.Known, s.Roles, s.Key, s.Departments = true, e.Roles, e.Key, e.Departments
	case RolesChanged:
		s.Roles, s.Departments = e.Roles, e.Departments
	case KeyChanged:
		s.Key = e.Key
	case Dismissed:
		s.Roles, s.Key, s.Departments = nil, "", nil
	}
	return s
}
