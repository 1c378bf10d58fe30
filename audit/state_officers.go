package audit

import (
	"iter"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
)

// inFlight is how long an event may take, in seconds, from being decided to being stored. A
// decision that rests on an older state is accepted within it.
const inFlight domain.Time = proposal.Drift

// officers are all who ever held a role, by id.
type officers map[string]*officerRecord

type officerRecord struct {
	stream[officer.State]
	former   []term
	watching domain.Time // since when they are an administrator with a key, if they are
}

// term is a time that an officer spent with these roles, departments and this key, or out of
// office.
type term struct {
	officer.State
	until domain.Time
}

// fold takes in an event of this date.
func (o *officerRecord) fold(after stream[officer.State], at domain.Time) {
	if o.state.Known {
		o.former = append(o.former, term{o.state, at})
	}
	if !o.state.KeyedAdministrator() && after.state.KeyedAdministrator() {
		o.watching = at
	}
	o.stream = after
}

// terms yields the terms that include the role at this time: the current one, or one that ended
// at most inFlight ago. None means that the officer may not cause the event. latest is the
// latest time of the leaves before; it keeps an event from being dated back into an old term.
func (o *officerRecord) terms(role officer.Role, at, latest domain.Time) iter.Seq[*officer.State] {
	return func(yield func(*officer.State) bool) {
		if o == nil || o.state.Has(role) && !yield(&o.state) {
			return
		}
		for i := range o.former {
			t := &o.former[i]
			if t.recent(at, latest) && t.Has(role) && !yield(&t.State) {
				return
			}
		}
	}
}

// recent reports whether somebody who acts at this time may still have seen the term.
func (t *term) recent(at, latest domain.Time) bool {
	return at <= t.until+inFlight && latest <= t.until+2*inFlight
}

// keys appends the keys that may sign an event which needs the role, decided at this time. The
// key "" stands for no signature.
func (o *officerRecord) keys(
	keys []officer.PublicKey, role officer.Role, at, latest domain.Time,
) []officer.PublicKey {
	for t := range o.terms(role, at, latest) {
		keys = append(keys, t.Key)
	}
	return keys
}

// left reports whether the officer lacks the role now, or lacked it within inFlight, so that
// somebody else may have decided on that basis.
func (o *officerRecord) left(role officer.Role, at, latest domain.Time) bool {
	if o == nil {
		return false
	}
	away := slices.ContainsFunc(o.former, func(t term) bool {
		return !t.Has(role) && t.recent(at, latest)
	})
	return away || !o.state.Has(role)
}

// watching counts the administrators with a key whom the author of an event of this date must
// know. One counts once appointed more than inFlight before that date, or more than 2·inFlight
// before the latest date in the ledger: an event that is dated back hides nobody.
func (all officers) watching(at, latest domain.Time) (n int) {
	for _, o := range all {
		if o.state.KeyedAdministrator() &&
			(o.watching+inFlight < at || o.watching+2*inFlight < latest) {
			n++
		}
	}
	return n
}
