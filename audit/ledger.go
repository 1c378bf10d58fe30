package audit

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// Ledger is what the leaves say, up to the last one applied. Applying a leaf decides
// the command behind it again, with evidence taken from the leaves before, so a
// ledger that has been applied without an error holds no event that the rules forbid.
// It is not safe for concurrent use.
type Ledger struct {
	files        Files
	size         int64
	latest       domain.Time // of all leaves
	proven       proven
	rules        map[string]*versionOf
	officers     map[string]*officerOf
	applicants   map[string]*slot[applicant.State]
	persons      map[domain.Digest]*slot[person.State]
	applications map[string]*applicationOf
	rounds       map[string]*roundOf
	indicators   map[string]*slot[indicator.State]
	quotas       map[int]*quotaOf // by year
	proposals    map[string]*proposalOf
	notices      map[string]*slot[notice.State]
	texts        map[notice.Text]bool // of all notices that ever were
}

// NewLedger begins before the first leaf. The files that leaves imply are given to
// files as soon as they are known; nil ignores them.
func NewLedger(files Files) *Ledger {
	return &Ledger{
		files:        files,
		proven:       proven{},
		rules:        map[string]*versionOf{},
		officers:     map[string]*officerOf{},
		applicants:   map[string]*slot[applicant.State]{},
		persons:      map[domain.Digest]*slot[person.State]{},
		applications: map[string]*applicationOf{},
		rounds:       map[string]*roundOf{},
		indicators:   map[string]*slot[indicator.State]{},
		quotas:       map[int]*quotaOf{},
		proposals:    map[string]*proposalOf{},
		notices:      map[string]*slot[notice.State]{},
		texts:        map[notice.Text]bool{},
	}
}

// slot is a folded stream.
type slot[S any] struct {
	next  uint64 // revision of the next event
	state S
}

type versionOf struct {
	slot[rules.State]
	sha256  domain.Digest // of the adoption's data
	adopted domain.Time
}

type officerOf struct {
	slot[officer.State]
	former   []term
	watching domain.Time // since when he is an administrator with a key, if he is
}

type applicationOf struct {
	slot[application.State]
	from, until int64 // leaves between which it is in the pools: [from, until)
	losses      int
	past        *past // nil for most
}

// inFlight is how long, in seconds, a close or a dismissal may take from being decided
// to being stored. What others decide meanwhile was allowed as far as they could see.
const inFlight domain.Time = proposal.Drift

// never is a leaf index that is not reached.
const never = math.MaxInt64

// Size is the number of leaves applied.
func (l *Ledger) Size() int64 { return l.size }

// Apply checks the next leaf against everything before it and takes it in. An error
// that disproves the ledger is an *Error; any other came from writing or comparing files.
func (l *Ledger) Apply(d *Decoded) error {
	if d.Index != l.size {
		return fmt.Errorf("applying leaf %d to a ledger of %d", d.Index, l.size)
	}
	if err := l.allowed(d); err != nil {
		return err
	}
	if err := l.seconded(d); err != nil {
		return err
	}
	var err error
	switch e := d.Event.(type) {
	case rules.Event:
		err = l.applyRules(d, e)
	case officer.Event:
		err = l.applyOfficer(d, e)
	case proposal.Event:
		err = l.applyProposal(d, e)
	case applicant.Event:
		err = l.applyApplicant(d, e)
	case person.Event:
		err = l.applyPerson(d, e)
	case application.Event:
		err = l.applyApplication(d, e)
	case round.Event:
		err = l.applyRound(d, e)
	case indicator.Event:
		err = l.applyIndicator(d, e)
	case notice.Event:
		err = l.applyNotice(d, e)
	case quota.Event:
		err = l.applyQuota(d, e)
	default:
		err = d.fault(EventUnknown, "%s has no place in the public ledger", d.Leaf.Type)
	}
	if err != nil {
		return err
	}
	l.size++
	l.latest = max(l.latest, d.Meta.At)
	return nil
}

// decide checks that the rules answer cmd with just this event, and folds it.
func decide[S any, E catalog.Event, C any](a catalog.Aggregate[S, E, C], s *slot[S], d *Decoded, e E, cmd C) error {
	if d.Leaf.Revision != s.next {
		return d.fault(RevisionGap, "revision %d was to come next", s.next)
	}
	events, err := a.Decide(s.state, cmd)
	if err != nil {
		return refusal(d, err)
	}
	if len(events) != 1 || !reflect.DeepEqual(events[0], e) {
		return d.fault(EventUncaused, "the rules answer this command with %s", names(events))
	}
	s.state = a.Evolve(s.state, e)
	s.next++
	return nil
}

func names[E catalog.Event](events []E) string {
	if len(events) == 0 {
		return "nothing"
	}
	return events[0].EventType() + " of another content"
}

// at returns the entry of a map, making it when it is missing.
func at[K comparable, V any](m map[K]*V, key K) *V {
	v, ok := m[key]
	if !ok {
		v = new(V)
		m[key] = v
	}
	return v
}

// allowed checks that the actor holds the role that this event needs, and has signed it if
// he has a key. What an officer decided before his dismissal was stored may be stored after it.
func (l *Ledger) allowed(d *Decoded) error {
	if d.Meta.Actor == catalog.ActorClock && len(l.officers) > 0 {
		return l.clockMay(d)
	}
	if who, himself := d.Meta.Applicant(); himself {
		return l.allowedApplicant(d, who)
	}
	id, err := d.Meta.Officer()
	if err != nil {
		return refusal(d, err)
	}
	if len(l.officers) == 0 {
		e, ok := d.Event.(officer.Appointed)
		if !ok || id != d.StreamID || !slices.Contains(e.Roles, officer.Administrator) {
			return d.fault(Founder, "a ledger begins with an officer who appoints himself administrator")
		}
		return l.signed(d, id, []officer.PublicKey{e.Key})
	}
	role, err := l.roleFor(d)
	if err != nil {
		return err
	}
	keys := l.officers[id].keys(role, d.Meta.At, l.latest)
	if len(keys) == 0 && l.releasedByReviewer(d) {
		keys = l.officers[id].keys(officer.Reviewer, d.Meta.At, l.latest)
	}
	if len(keys) == 0 {
		return d.fault("not_allowed", "officer %s does not hold the role %s", id, role)
	}
	return l.signed(d, id, keys)
}

func (l *Ledger) applyRules(d *Decoded, e rules.Event) error {
	v := at(l.rules, d.StreamID)
	switch e := e.(type) {
	case rules.Adopted:
		if e.Name != d.StreamID {
			return d.fault(EventStream, "version %s in the stream of %s", e.Name, d.StreamID)
		}
		v.sha256, v.adopted = digestOf(d.Leaf.Data), d.Meta.At
		return decide(catalog.Rules, &v.slot, d, rules.Event(e), rules.Command(rules.Adopt{Version: e.Version}))
	}
	return d.fault(EventUnknown, "%T", e)
}

func (l *Ledger) applyOfficer(d *Decoded, e officer.Event) error {
	if !domain.ValidID(d.StreamID) {
		return d.fault("invalid_id", "officer %q", d.StreamID)
	}
	o := at(l.officers, d.StreamID)
	if o.state.Known {
		o.former = append(o.former, term{o.state, d.Meta.At})
	}
	var cmd officer.Command
	switch e := e.(type) {
	case officer.Appointed:
		cmd = officer.Appoint{Roles: e.Roles, Departments: e.Departments, Key: e.Key, Signed: d.Meta.Signature != catalog.Signature{}}
	case officer.RolesChanged:
		cmd = officer.ChangeRoles(e)
	case officer.KeyChanged:
		cmd = officer.ChangeKey(e)
	case officer.Dismissed:
		cmd = officer.Dismiss{}
	}
	before := o.state
	if err := decide(catalog.Officers, &o.slot, d, e, cmd); err != nil {
		return err
	}
	o.watching = watchingSince(before, o.state, o.watching, d.Meta.At)
	return nil
}

func (l *Ledger) applyApplicant(d *Decoded, e applicant.Event) error {
	if !domain.ValidApplicant(d.StreamID) {
		return d.fault("invalid_id", "an applicant id is 32 lower-case hex digits")
	}
	var cmd applicant.Command
	switch e := e.(type) {
	case applicant.Registered:
		cmd = applicant.Register(e)
	case applicant.ContactChanged:
		cmd = applicant.ChangeContact(e)
	case applicant.Erased:
		cmd = applicant.Erase{}
	}
	return decide(catalog.Applicants, at(l.applicants, d.StreamID), d, e, cmd)
}

func (l *Ledger) applyPerson(d *Decoded, e person.Event) error {
	tag, err := domain.ParseDigest(d.StreamID)
	if err != nil {
		return d.fault("invalid_id", "an identity tag is 64 lower-case hex digits")
	}
	var cmd person.Command
	switch e := e.(type) {
	case person.Claimed:
		if _, err := identity.ParseCode(e.Application); err != nil {
			return d.fault("invalid_id", "application code: %v", err)
		}
		cmd = person.Claim{Kind: e.Kind, Application: e.Application, At: d.Meta.At}
	case person.Released:
		a := l.applications[e.Application]
		if a != nil && !l.free(a.state) && slices.Contains(a.state.Persons, tag) {
			return d.fault(PersonFree, "application %s still stands", e.Application)
		}
		cmd = person.Release(e)
	case person.Barred:
		if err := l.lapsedPeople(d, tag, e); err != nil {
			return err
		}
		cmd = person.Bar(e)
	}
	return decide(catalog.Persons, at(l.persons, tag), d, e, cmd)
}

// submittedBy checks the streams that a submission rests on.
func (l *Ledger) submittedBy(d *Decoded, e application.Submitted) error {
	who := l.applicants[e.Applicant]
	if who == nil || who.state.Kind != e.Standing.Applicant {
		return d.fault("unknown_applicant", "applicant %s is not registered as %s", e.Applicant, e.Standing.Applicant)
	}
	for i, tag := range e.Persons {
		p := l.persons[tag]
		if p == nil || p.state.Holder(e.Indicator) != d.StreamID {
			return d.fault(PersonFree, "member %d is not reserved for the application", i+1)
		}
	}
	return l.ladder(d, e.Persons, e.Standing)
}

func (l *Ledger) window(id string, decidedAt domain.Time) application.Window {
	r := l.rounds[id]
	if r == nil || r.state.Phase == "" {
		return application.Window{}
	}
	open := r.state.Phase == round.PhaseOpened || decidedAt <= r.closed+inFlight
	return application.Window{Open: open, Opens: r.state.Opened.Opens, Closes: r.state.Opened.Closes}
}

func (l *Ledger) applyIndicator(d *Decoded, e indicator.Event) error {
	id, pool, _, err := indicator.ParseID(d.StreamID)
	if err != nil {
		return refusal(d, err)
	}
	var cmd indicator.Command
	switch e := e.(type) {
	case indicator.Promoted:
		cmd := l.PromoteCommand(d.StreamID, e.Vacated)
		if err := decide(catalog.Indicators, at(l.indicators, d.StreamID), d, indicator.Event(e), indicator.Command(cmd)); err != nil {
			return err
		}
		l.promoted(d.StreamID, e.Vacated)
		return nil
	case indicator.Awarded:
		a := l.applications[e.Application]
		if a == nil || a.state.Won != d.StreamID {
			return d.fault("not_selected", "application %s was not awarded this indicator", e.Application)
		}
		cmd = indicator.Award{
			Application: e.Application, Selected: l.Selected(d.StreamID),
			At: d.Meta.At, ConfirmSeconds: l.Version(id).ConfirmSeconds,
		}
	case indicator.Confirmed:
		r := l.rounds[id]
		if r == nil {
			return d.fault("unknown_round", "round %s", id)
		}
		cmd = indicator.Confirm{At: d.Meta.At, UseSeconds: l.rules[r.state.Opened.Rules].state.Version.UseSeconds}
	case indicator.Revoked:
		cmd = indicator.Revoke{At: d.Meta.At, Reason: e.Reason}
	case indicator.Used:
		cmd = indicator.Use{At: d.Meta.At}
	case indicator.Forfeited:
		cmd = indicator.Forfeit{At: d.Meta.At, Reason: e.Reason, Pool: pool, Lapse: l.Version(id).Lapse}
	}
	return decide(catalog.Indicators, at(l.indicators, d.StreamID), d, e, cmd)
}

// Selected is the code on the rank that an indicator's id names, or "" when that is
// neither a seat of a published result nor promoted to one.
func (l *Ledger) Selected(id string) string {
	name, pool, rank, err := indicator.ParseID(id)
	if err != nil {
		return ""
	}
	r := l.rounds[name]
	if r == nil || r.state.Phase != round.PhasePublished {
		return ""
	}
	if codes := r.selected[pool]; rank <= uint64(len(codes)) {
		return codes[rank-1]
	}
	if codes := r.ranked[pool]; rank <= uint64(len(codes)) && l.indicatorState(id).Vacated != "" {
		return codes[rank-1]
	}
	return ""
}

// candidates yields every application that is in the pools after the first n leaves.
func (l *Ledger) candidates(n int64) iter.Seq[round.Candidate] {
	return func(yield func(round.Candidate) bool) {
		for code, a := range l.applications {
			if a.from < n && n <= a.until {
				if !yield(round.Candidate{Code: code, Indicator: a.state.Indicator, Standing: a.state.Standing, Losses: a.losses, ValidUntil: a.validUntil(n)}) {
					return
				}
			}
		}
	}
}

// Rounds lists the rounds by id.
func (l *Ledger) Rounds() []string { return slices.Sorted(maps.Keys(l.rounds)) }
