package audit

import (
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
)

// evidence is what the decision behind a leaf rests on, taken from the leaves before. It is the
// evidence of every aggregate, and [catalog.Known]. The office takes the same from its store.
//
// The office decides on what it sees, and a replay allows for what it may not have seen: all that
// differs is inFlight.
type evidence struct {
	*Ledger
	d *Decoded
}

// evidence returns that of a leaf, until it is asked for that of the next.
func (l *Ledger) evidence(d *Decoded) *evidence {
	l.before = evidence{l, d}
	return &l.before
}

var (
	_ catalog.Known        = &evidence{}
	_ application.Evidence = &evidence{}
	_ indicator.Evidence   = &evidence{}
	_ officer.Evidence     = &evidence{}
	_ person.Evidence      = &evidence{}
	_ proposal.Evidence    = &evidence{}
	_ quota.Evidence       = &evidence{}
	_ round.Evidence       = &evidence{}
)

// At returns the date of the event.
func (e *evidence) At() domain.Time { return e.d.Meta.At }

// Officer returns the author of the event.
func (e *evidence) Officer() (string, error) { return e.d.Meta.Officer() }

// Signs reports whether the event is signed.
func (e *evidence) Signs() (bool, error) { return e.d.signs(), nil }

// Departments returns those that the author may speak for: the ones of the term that covers this
// department, or of the latest term if none does. None means all.
func (e *evidence) Departments(department string) (bound []string, err error) {
	author := e.officers[e.d.officer()]
	for t := range author.terms(officer.Reviewer, e.At(), e.latest) {
		bound = t.Departments
		if len(bound) == 0 || slices.Contains(bound, department) {
			return bound, nil
		}
	}
	return bound, nil
}

// Founded reports whether the ledger has an officer.
func (e *evidence) Founded() (bool, error) { return len(e.officers) > 0, nil }

// Keys returns those of the terms in which the officer held the role, as far as the author may
// have seen. They are valid until it is called again.
func (e *evidence) Keys(id string, role officer.Role) ([]officer.PublicKey, error) {
	e.keys = e.officers[id].keys(e.keys[:0], role, e.At(), e.latest)
	return e.keys, nil
}

// Application returns the state of an application.
func (e *evidence) Application(code string) (application.State, error) {
	if a := e.applications.find(code); a != nil {
		return a.state, nil
	}
	return application.State{}, nil
}

// Promoted reports whether the indicator is that of a promoted rank.
func (e *evidence) Promoted(id string) (bool, error) {
	return e.indicators.state(id).Vacated != "", nil
}

// Won returns the indicator that an application won.
func (e *evidence) Won(code string) (string, error) {
	a, err := e.Application(code)
	return a.Won, err
}

// Rules returns those of the round that the leaf is about.
func (e *evidence) Rules() (rules.Version, error) { return e.RulesOf(e.d.StreamID) }

// RulesOf returns those of a round.
func (e *evidence) RulesOf(id string) (rules.Version, error) {
	if r := e.rounds[id]; r == nil || r.state.Phase == "" {
		return rules.Version{}, fault.New(fault.UnknownRound, "no round %q was opened", id)
	}
	return e.Version(id), nil
}

// Window returns that of a round, as the author may have seen it.
func (e *evidence) Window(id string) (application.Window, error) {
	r := e.rounds[id]
	if r == nil || r.state.Phase == "" {
		return application.Window{}, nil
	}
	return application.Window{
		Open:  r.open() || e.At() <= r.closed+inFlight,
		Opens: r.state.Opened.Opens, Closes: r.state.Opened.Closes,
	}, nil
}

// RejectedBy returns the officer who rejected the application last.
func (e *evidence) RejectedBy() (string, error) {
	return e.application.rejectedBy(), nil
}

// RequireDraws refuses draws of a person that a lapse has ended, as far as the author must know.
func (e *evidence) RequireDraws(tag domain.Digest, draws int) error {
	if !e.persons.resetBefore(tag, e.At()-inFlight) {
		return nil
	}
	return e.persons.get(tag).state.RequireDraws(draws)
}

// Reserved reports whether a person is reserved for the application.
func (e *evidence) Reserved(tag domain.Digest, kind domain.IndicatorKind) (bool, error) {
	return e.persons.holds(tag, kind, e.d.StreamID), nil
}

// Registered returns the kind of an applicant.
func (e *evidence) Registered(applicant string) (domain.ApplicantKind, error) {
	if id, ok := parseApplicant(applicant); ok {
		return e.applicants.get(id).state.Kind, nil
	}
	return "", nil
}

// Holds reports whether an application stands that the person is a member of.
func (e *evidence) Holds(code string) (bool, error) {
	a := e.applications.find(code)
	return a != nil && !e.free(a.state) && e.member(a.state), nil
}

// Lapse returns the penalty that the application of the person brought.
func (e *evidence) Lapse(code string) (person.Penalty, error) {
	a := e.applications.find(code)
	if a == nil || !e.member(a.state) {
		return person.Penalty{}, nil
	}
	i := e.indicators.state(a.state.Won)
	return person.Penalty{BarredUntil: i.BarredUntil, ResetLadder: i.ResetLadder}, nil
}

// member reports whether the person that the leaf is about is in the application.
func (e *evidence) member(a application.State) bool {
	tag, err := domain.ParseDigest(e.d.StreamID)
	return err == nil && slices.Contains(a.Persons, tag)
}

// Adopted returns a version of the rules, if the event names the digest of its adoption.
func (e *evidence) Adopted(version string) (rules.Version, domain.Digest, error) {
	v, opened := e.versions[version], e.d.Event.(round.Opened)
	if v == nil || v.sha256 != opened.RulesSHA256 {
		return rules.Version{}, domain.Digest{}, fault.New(fault.UnknownRules,
			"rules %s with SHA-256 %s are not adopted", version, opened.RulesSHA256)
	}
	return v.state.Version, v.sha256, nil
}

// Replacing returns the version that has taken the place of another one at that time, as far as
// the author must know.
func (e *evidence) Replacing(version string, opens domain.Time) (string, error) {
	return e.versions.replacing(version, opens, e.At()-inFlight), nil
}

// Rerun returns what is known of a round that another one is to rerun.
func (e *evidence) Rerun(id string) (voided bool, by string, err error) {
	if r := e.rounds[id]; r != nil {
		return r.state.Phase == round.PhaseVoided, r.rerunBy, nil
	}
	return false, "", nil
}

// Selected returns the code on the rank of an indicator.
func (e *evidence) Selected(id string) (string, error) { return e.State.Selected(id), nil }

// Drawing returns a round that may still select the application.
func (e *evidence) Drawing() (string, error) { return e.State.Drawing(e.d.StreamID), nil }

// Reserve returns what is known of a seat that a rank is to take.
func (e *evidence) Reserve(id, vacated string) (indicator.Reserve, error) {
	return e.State.Reserve(id, vacated), nil
}

// Settlement returns what became of each pool of the round.
func (e *evidence) Settlement() (pools []round.Settlement, open string, err error) {
	pools, open = e.State.Settlement(e.d.StreamID)
	return pools, open, nil
}

// SeatsLeft returns what the year of a draw has left, as the author may have seen it.
func (e *evidence) SeatsLeft(
	draw domain.Time, pools []round.Seats,
) ([]round.SeatsLeft, error) {
	return e.seatsLeft(e.d.StreamID, draw, pools, e.At()-inFlight), nil
}

// Used returns how many seats of a pool the rounds of a year have announced, as far as the author
// must know.
func (e *evidence) Used(year int, pool string) (uint64, error) {
	return e.rounds.used(year, pool, "", e.At()-inFlight), nil
}

// Unused returns how many seats of a pool are still to come back to a year.
func (e *evidence) Unused(year int, pool string) (uint64, error) {
	return e.QuotaUnused(year, pool), nil
}

// Years returns the quotas of all years.
func (e *evidence) Years() (map[int]quota.State, error) {
	years := map[int]quota.State{}
	for year, q := range e.quotas {
		years[year] = q.state
	}
	return years, nil
}

// Kind returns what a proposal needs to know of a type.
func (e *evidence) Kind(eventType string) proposal.Kind {
	return catalog.Public.Find(eventType).Proposed()
}

// proposal returns the one that the leaf is about.
func (e *evidence) proposal() *proposalRecord { return find(e.proposals, e.d.StreamID) }

// Proposed returns the type of the event that a proposal asks for.
func (e *evidence) Proposed(id string) (string, error) {
	return find(e.proposals, id).state.Made.Type, nil
}

// ProposerSigned reports whether the proposal is signed.
func (e *evidence) ProposerSigned() (bool, error) { return e.proposal().signed, nil }

// ProposerLeft reports whether the author may have seen the proposer without the role.
func (e *evidence) ProposerLeft() (bool, error) {
	made := e.proposal().state.Made
	return e.officers[made.Officer].left(catalog.Public.Find(made.Type).Role, e.At(), e.latest), nil
}

// ProposerHolds reports whether the author may have seen the proposer with the role.
func (e *evidence) ProposerHolds() (bool, error) {
	made := e.proposal().state.Made
	keys, err := e.Keys(made.Officer, catalog.Public.Find(made.Type).Role)
	return len(keys) > 0, err
}

// author names the author of the event in a message.
func (d *Decoded) author() string {
	_, id, named := strings.Cut(d.Meta.Actor, ":")
	if !named {
		return "the " + d.Meta.Actor
	}
	return id
}
