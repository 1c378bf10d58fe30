// Package officer says who may issue commands. The first officer of a ledger
// appoints himself and is thereby its founder; everybody else is appointed by an
// administrator. Which role an event needs is a closed table, [RoleFor].
//
// An officer with a key signs every event that he causes; without one he signs none. His
// key is part of his own stream, so that anyone can tell which key was his when.
package officer

import (
	"encoding/hex"
	"fmt"
	"slices"

	"lotteryledger/domain"
)

// Stream of an officer: "officer-" and the id.
const Stream = "officer-"

// Role is a bundle of commands.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // officers, rules, quotas and notices
	Registrar     Role = "registrar"     // applicants and their applications
	Reviewer      Role = "reviewer"      // approvals, rejections, checks after winning
	Conductor     Role = "conductor"     // rounds, draws and awards
	Custodian     Role = "custodian"     // looks at personal data, and erases it
)

// Roles lists all roles in their one order.
var Roles = []Role{Administrator, Registrar, Reviewer, Conductor, Custodian}

// RoleFor returns the role that the author of an event of this stored type must
// have, or false for a type that no officer may cause.
func RoleFor(eventType string) (Role, bool) {
	switch eventType {
	case "officer.appointed.v1", "officer.role_changed.v1", "officer.key_changed.v1", "officer.dismissed.v1", "rules.adopted.v1",
		"quota.set.v1", "quota.adjusted.v1", "quota.carried_over.v1",
		"notice.published.v1", "notice.replaced.v1", "notice.withdrawn.v1":
		return Administrator, true
	case "applicant.registered.v1", "applicant.contact_changed.v1", "identity.claimed.v1", "identity.released.v1",
		"application.submitted.v1", "application.edited.v1", "application.withdrawn.v1",
		"application.recheck_asked.v1", "application.renewed.v1", "application.expired.v1":
		return Registrar, true
	case "application.approved.v1", "application.rejected.v1", "application.check_recorded.v1",
		"application.recheck_answered.v1", "application.disqualified.v1", "application.credited.v1",
		"indicator.confirmed.v1", "indicator.revoked.v1", "indicator.used.v1", "indicator.forfeited.v1",
		"identity.barred.v1":
		return Reviewer, true
	case "round.opened.v1", "round.closed.v1", "round.sealed.v1", "round.announced.v1",
		"round.beacon_recorded.v1", "round.ranked.v1", "round.drawn.v1", "round.published.v1", "round.voided.v1",
		"round.announcement_superseded.v1", "round.anchored.v1", "round.ceremony_recorded.v1", "round.settled.v1",
		"application.awarded.v1", "indicator.awarded.v1", "indicator.promoted.v1":
		return Conductor, true
	case "applicant.erased.v1", "access.read.v1":
		return Custodian, true
	}
	return "", false
}

// Event is what may be stored in an officer's stream.
//
//sumtype:decl
type Event interface {
	EventType() string
	isOfficer()
}

// PublicKey is an Ed25519 key, as 64 lower-case hex digits.
type PublicKey string

// Valid reports whether k has the form of a key.
func (k PublicKey) Valid() bool {
	raw, err := hex.DecodeString(string(k))
	return err == nil && len(raw) == 32 && hex.EncodeToString(raw) == string(k)
}

// Appointed gives an officer roles; it may be stored again after a dismissal.
type Appointed struct {
	Roles []Role    `json:"roles"`               // in the order of Roles, each once
	Key   PublicKey `json:"public_key,omitzero"` // signs his events; without one nothing is signed

	// Departments are those whose checks a reviewer records, ascending; left out: every department.
	Departments []string `json:"departments,omitzero"`
}

// RoleChanged exchanges the roles of an officer, and the departments.
type RoleChanged struct {
	Roles       []Role   `json:"roles"`                // as in Appointed
	Departments []string `json:"departments,omitzero"` // likewise
}

// KeyChanged exchanges the key of an officer, or gives him one.
type KeyChanged struct {
	Key PublicKey `json:"public_key"`
}

// Dismissed ends all roles.
type Dismissed struct{}

// EventType is the stored name.
func (Appointed) EventType() string { return "officer.appointed.v1" }

// EventType is the stored name.
func (RoleChanged) EventType() string { return "officer.role_changed.v1" }

// EventType is the stored name.
func (KeyChanged) EventType() string { return "officer.key_changed.v1" }

// EventType is the stored name.
func (Dismissed) EventType() string { return "officer.dismissed.v1" }

func (Appointed) isOfficer()   {}
func (RoleChanged) isOfficer() {}
func (KeyChanged) isOfficer()  {}
func (Dismissed) isOfficer()   {}

// Command is what may be asked of an officer's stream.
//
//sumtype:decl
type Command interface{ isOfficerCommand() }

// Appoint asks to give roles, and a key if there is one. Signed is evidence: whoever appoints
// has a key himself, and appoints nobody without one.
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

func (Appoint) isOfficerCommand()     {}
func (ChangeRoles) isOfficerCommand() {}
func (ChangeKey) isOfficerCommand()   {}
func (Dismiss) isOfficerCommand()     {}

// State of an officer's stream. Without roles he is not in office.
type State struct {
	Known bool // has been appointed at some time
	Roles []Role
	Key   PublicKey

	Departments []string // none: every one
}

// Has reports whether the officer holds the role.
func (s State) Has(r Role) bool { return slices.Contains(s.Roles, r) }

// Decide applies the rules.
func Decide(s State, cmd Command) ([]Event, error) {
	switch c := cmd.(type) {
	case Appoint:
		return decideAppoint(s, c)
	case ChangeRoles:
		if err := inOffice(s); err != nil {
			return nil, err
		}
		if err := checkRoles(c.Roles, c.Departments); err != nil {
			return nil, err
		}
		if slices.Equal(s.Roles, c.Roles) && slices.Equal(s.Departments, c.Departments) {
			return nil, nil
		}
		return []Event{RoleChanged(c)}, nil
	case ChangeKey:
		switch err := inOffice(s); {
		case err != nil:
			return nil, err
		case !c.Key.Valid():
			return nil, domain.Reject("invalid_key", "a public key is 64 lower-case hex digits")
		case s.Key == c.Key:
			return nil, nil
		}
		return []Event{KeyChanged(c)}, nil
	case Dismiss:
		switch {
		case !s.Known:
			return nil, domain.Reject("unknown_officer", "no such officer was ever appointed")
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
		return nil, domain.Reject("invalid_key", "a public key is 64 lower-case hex digits")
	case slices.Equal(s.Roles, c.Roles) && slices.Equal(s.Departments, c.Departments) && s.Key == c.Key:
		return nil, nil
	case c.Signed && c.Key == "":
		return nil, domain.Reject("key_missing", "whoever signs appoints only officers who sign: name the public key of the new one")
	case len(s.Roles) > 0:
		return nil, domain.Reject("officer_exists", "the officer holds other roles, departments, or another key; change them")
	}
	return []Event{Appointed{c.Roles, c.Key, c.Departments}}, nil
}

func inOffice(s State) error {
	if len(s.Roles) == 0 {
		return domain.Reject("unknown_officer", "no such officer is in office")
	}
	return nil
}

// MaxDepartments is the most that a reviewer is bound to.
const MaxDepartments = 20

func checkRoles(roles []Role, departments []string) error {
	if len(roles) == 0 {
		return domain.Reject("invalid_role", "an officer needs at least one role")
	}
	last := -1
	for _, r := range roles {
		i := slices.Index(Roles, r)
		if i <= last {
			return domain.Reject("invalid_role", "role %q is unknown, named twice or out of order (%v)", r, Roles)
		}
		last = i
	}
	bad := len(departments) > MaxDepartments || departments != nil && len(departments) == 0 || len(departments) > 0 && !slices.Contains(roles, Reviewer)
	for i, name := range departments {
		bad = bad || !domain.ValidID(name) || i > 0 && departments[i-1] >= name
	}
	if bad {
		return domain.Reject("invalid_department", "a reviewer is bound to 1 to %d departments, in ascending order, or to none", MaxDepartments)
	}
	return nil
}

// Evolve applies a stored event.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Appointed:
		s.Known, s.Roles, s.Key, s.Departments = true, e.Roles, e.Key, e.Departments
	case RoleChanged:
		s.Roles, s.Departments = e.Roles, e.Departments
	case KeyChanged:
		s.Key = e.Key
	case Dismissed:
		s.Roles, s.Key, s.Departments = nil, "", nil
	}
	return s
}
