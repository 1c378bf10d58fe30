package catalog

import (
	"slices"
	"strings"

	"lotteryledger/domain/application"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
)

// Deed is an event that somebody wants to cause, at its place.
type Deed struct {
	Actor  string
	Stream string // whole name
	Type   *Type
	Event  Event // nil for any event of the type
}

// Known is what the rule about authors rests on beside the event: other streams, as they stand
// before it. The office reads them from its store, and a replay from the leaves before.
type Known interface {
	// Founded reports whether the ledger has an officer.
	Founded() (bool, error)
	// Keys returns the keys with which the officer may sign what the role allows, "" for none.
	// There is one for each term in office in which the event may have been decided, and none
	// if the officer does not hold the role.
	Keys(id string, role officer.Role) ([]officer.PublicKey, error)
	// Application returns the state of an application, the zero one if it was not submitted.
	Application(code string) (application.State, error)
	// Promoted reports whether the indicator is that of a rank of the reserve that moved up.
	Promoted(indicator string) (bool, error)
	// Proposed returns the type of the event that the proposal asks for, or "".
	Proposed(id string) (string, error)
}

// unkeyed is the one "key" of those who have none.
var unkeyed = []officer.PublicKey{""}

// Authorise refuses an event that its author may not cause. Otherwise it returns the keys of
// which one has to sign the event; the key "" means that it is not signed. Without an event it
// answers for the type: it refuses an author who may cause no event of it.
func Authorise(d Deed, k Known) ([]officer.PublicKey, error) {
	founded, err := k.Founded()
	if err != nil {
		return nil, err
	}
	if d.Actor == ActorClock && founded {
		return unkeyed, d.requireClock(k)
	}
	if who, ok := strings.CutPrefix(d.Actor, ActorApplicant); ok {
		return unkeyed, d.requireApplicant(who, k)
	}
	id, err := OfficerOf(d.Actor)
	if err != nil {
		return nil, err
	}
	if !founded {
		return d.requireFounder(id)
	}
	return d.requireOfficer(id, k)
}

// requireFounder lets an officer begin a ledger who appoints themselves administrator.
func (d Deed) requireFounder(id string) ([]officer.PublicKey, error) {
	if d.Stream == officer.StreamPrefix+id && d.Type.Name == officer.TypeAppointed {
		switch e := d.Event.(type) {
		case nil:
			return unkeyed, nil
		case officer.Appointed:
			if slices.Contains(e.Roles, officer.Administrator) {
				return []officer.PublicKey{e.Key}, nil
			}
		}
	}
	return nil, fault.New(fault.NotAllowed,
		"a ledger begins with an officer who appoints themselves administrator")
}

func (d Deed) requireOfficer(id string, k Known) ([]officer.PublicKey, error) {
	role, also, err := d.roles(k)
	if err != nil {
		return nil, err
	}
	if role == "" {
		return nil, fault.New(fault.NotAllowed, "no officer may cause %s", d.Type.Name)
	}
	keys, err := k.Keys(id, role)
	if err == nil && len(keys) == 0 && also != "" {
		keys, err = k.Keys(id, also)
	}
	if err == nil && len(keys) == 0 {
		err = fault.New(fault.NotAllowed, "%s needs the role %s, which officer %s does not hold",
			d.Type.Name, role, id)
	}
	return keys, err
}

// roles returns the role that allows an officer to cause the event, and another one that allows
// it too, or "".
func (d Deed) roles(k Known) (role, also officer.Role, err error) {
	switch e := d.Event.(type) {
	case proposal.Made:
		return proposedRole(e.Type), "", nil
	case draft.Written:
		return proposedRole(e.Type), "", nil
	case proposal.Event: // about the proposal that is there
		name, err := k.Proposed(strings.TrimPrefix(d.Stream, proposal.StreamPrefix))
		return proposedRole(name), "", err
	case person.Released:
		a, err := k.Application(e.Application)
		if a.Phase == application.PhaseDisqualified || a.Phase == application.PhaseAwarded {
			return d.Type.Role, d.Type.Also, err
		}
		return d.Type.Role, "", err
	case nil:
		return d.Type.Role, d.Type.Also, nil
	}
	return d.Type.Role, "", nil
}

// proposedRole returns the role that a proposal of such an event needs.
func proposedRole(name string) officer.Role {
	if t := Public.Find(name); t != nil && t.TwoOfficers {
		return t.Role
	}
	return ""
}

// requireClock checks that the event is one that falls due by itself. Whether it is due is for
// the rules of its stream.
func (d Deed) requireClock(k Known) error {
	due := true
	var err error
	switch e := d.Event.(type) {
	case indicator.Revoked:
		due = e.Reason == indicator.NotConfirmed
	case indicator.Forfeited:
		due = e.Reason == indicator.Lapsed
	case indicator.Awarded:
		due, err = k.Promoted(strings.TrimPrefix(d.Stream, indicator.StreamPrefix))
	case application.Awarded:
		due, err = k.Promoted(e.Indicator)
	case person.Released:
		var a application.State
		a, err = k.Application(e.Application)
		due = a.Phase == application.PhaseExpired || a.Phase == application.PhaseAwarded
	}
	if err == nil && !(due && d.Type.Clock) {
		err = fault.New(fault.NotAllowed, "the clock may not cause this %s", d.Type.Name)
	}
	return err
}

// requireApplicant checks that an applicant may cause such an event, on an application of their
// own.
func (d Deed) requireApplicant(who string, k Known) error {
	if !d.Type.Applicant {
		return fault.New(fault.NotAllowed, "%s needs an officer", d.Type.Name)
	}
	code, about := strings.CutPrefix(d.Stream, application.StreamPrefix)
	if e, ok := d.Event.(person.Released); ok {
		code, about = e.Application, true
	}
	if !about {
		return nil // no event yet that names an application
	}
	a, err := k.Application(code)
	if err != nil {
		return err
	}
	if a.Applicant != who && (a.Phase != "" || d.Event != nil) {
		return fault.New(fault.NotOwn, "application %s is not of applicant %s", code, who)
	}
	return nil
}
