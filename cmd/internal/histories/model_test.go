package histories

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// The plain model: what docs/rules.md and docs/ledger.md say, over maps, with no thought of
// streams, revisions or repetition. It reads the data of a version of the rules and the
// names that are stored, and calls nothing of the domain.

// answer is what the model expects of a command.
type answer struct {
	code    string // of the refusal, "" when it is accepted
	changes bool   // something new is stored
}

var (
	changed = answer{changes: true}
	already = answer{} // the wish is fulfilled
)

func refused(code string) answer { return answer{code: code} }

type model struct {
	rules      map[string]rules.Version
	officers   map[string]*staff
	persons    map[domain.Digest]*personState
	apps       map[string]*request
	rounds     map[string]*cycle
	rights     map[string]*right
	quotas     map[int]map[string]*seats
	candidates map[int64][]candidate // by number of leaves, where somebody looked
}

func newModel() *model {
	return &model{
		rules: map[string]rules.Version{}, officers: map[string]*staff{},
		persons: map[domain.Digest]*personState{},
		apps:    map[string]*request{}, rounds: map[string]*cycle{}, rights: map[string]*right{},
		quotas: map[int]map[string]*seats{}, candidates: map[int64][]candidate{},
	}
}

type staff struct{ roles []officer.Role }

// personState is one human being or organisation.
type personState struct {
	holder map[domain.IndicatorKind]string // application, by kind
	barred domain.Time
	reset  bool
}

func (m *model) personState(tag domain.Digest) *personState {
	p, ok := m.persons[tag]
	if !ok {
		p = &personState{holder: map[domain.IndicatorKind]string{}}
		m.persons[tag] = p
	}
	return p
}

// request is an application.
type request struct {
	phase      application.Phase
	applicant  string
	kind       domain.IndicatorKind
	round      string
	persons    []domain.Digest
	standing   rules.Standing
	checks     map[string]application.CheckRecorded // by department and item
	reasons    []application.Reason
	rejectedBy string
	askUntil   domain.Time
	answerBy   domain.Time
	upheld     bool
	credits    map[int]application.Credit
	banned     application.DisqualifyReason
	validUntil domain.Time
	losses     int
	pooled     bool   // in the pools
	selected   string // id of the indicator of the seat that a draw gave
	won        string // id of the indicator
}

// seats is the quota of a pool in a year.
type seats struct {
	total   int64
	changes []any
}

// right is an indicator.
type right struct {
	phase     indicator.Phase
	app       string
	confirmBy domain.Time
	useBy     domain.Time
	vacated   string
	lapsed    bool
	barred    domain.Time
	reset     bool
}

// lacks is the refusal of an actor who may not cause what needs the role. Only what falls
// due by itself may be the clock's.
func (m *model) lacks(actor string, role officer.Role, due bool) string {
	if actor == catalog.ActorClock && due {
		return ""
	}
	id, is := strings.CutPrefix(actor, catalog.ActorOfficer)
	switch s := m.officers[id]; {
	case actor == catalog.ActorClock:
		return "not_allowed"
	case !is:
		return "unknown_actor"
	case s == nil || !slices.Contains(s.roles, role):
		return "not_allowed"
	}
	return ""
}

func (m *model) appoint(actor, id string, roles []officer.Role) answer {
	founding := len(m.officers) == 0 && actor == catalog.ActorOfficer+id &&
		slices.Contains(roles, officer.Administrator)
	if code := m.lacks(actor, officer.Administrator, false); code != "" && !founding {
		return refused(code)
	}
	s := m.officers[id]
	switch {
	case len(roles) == 0:
		return refused("invalid_role")
	case s != nil && slices.Equal(s.roles, roles):
		return already
	case s != nil && len(s.roles) > 0:
		return refused("officer_exists")
	}
	m.officers[id] = &staff{roles}
	return changed
}

func (m *model) dismiss(actor, id string) answer {
	if code := m.lacks(actor, officer.Administrator, false); code != "" {
		return refused(code)
	}
	s := m.officers[id]
	switch {
	case s == nil:
		return refused("unknown_officer")
	case len(s.roles) == 0:
		return already
	}
	s.roles = nil
	return changed
}

func (m *model) adopt(actor string, v rules.Version, broken bool) answer {
	if broken {
		return refused("invalid_rules")
	}
	if code := m.lacks(actor, officer.Administrator, false); code != "" {
		return refused(code)
	}
	if known, ok := m.rules[v.Name]; ok && reflect.DeepEqual(known, v) {
		return already
	} else if ok {
		return refused("rules_exist")
	}
	m.rules[v.Name] = v
	return changed
}

// taken is what the rounds of a year have taken of a pool's quota, but for one round.
func (m *model) taken(year int, pool, but string) (n uint64) {
	for id, r := range m.rounds {
		if id == but || r.phase == round.PhaseVoided || r.drawTime.Year() != year {
			continue
		}
		for _, s := range r.offer {
			if s.Pool == pool {
				n += s.Seats
			}
		}
	}
	return n
}

func (m *model) setQuota(actor string, year int, pool string, n uint64) answer {
	if code := m.lacks(actor, officer.Administrator, false); code != "" {
		return refused(code)
	}
	q := m.quotas[year][pool]
	switch {
	case q != nil && len(q.changes) == 0 && q.total == int64(n):
		return already
	case q != nil:
		return refused("quota_exists")
	}
	if m.quotas[year] == nil {
		m.quotas[year] = map[string]*seats{}
	}
	m.quotas[year][pool] = &seats{total: int64(n)}
	return changed
}

// adjustment is a change to a quota; a change that is alike has the same number.
type adjustment struct {
	pool   string
	number int
	amount int64
	why    string
}

func (m *model) adjust(actor string, year int, a adjustment) answer {
	if code := m.lacks(actor, officer.Administrator, false); code != "" {
		return refused(code)
	}
	q := m.quotas[year][a.pool]
	switch {
	case q == nil:
		return refused("unknown_quota")
	case a.number >= 1 && a.number <= len(q.changes) && q.changes[a.number-1] == any(a):
		return already
	case a.number != len(q.changes)+1:
		return refused("quota_changed")
	case a.why == "returned" && a.amount < 0 || a.why == "carried_over" && a.amount > 0 ||
		a.amount == 0:
		return refused("invalid_quota")
	case a.why == "returned" && a.amount > m.unused(year, a.pool):
		return refused("not_returned")
	case a.amount < 0 && q.total+a.amount < int64(m.taken(year, a.pool, "")):
		return refused("quota_used")
	}
	q.total += a.amount
	q.changes = append(q.changes, a)
	return changed
}

// unused is what comes back to a year and has not come back yet.
func (m *model) unused(year int, pool string) (n int64) {
	for id, r := range m.rounds {
		left := int64(0)
		for _, s := range r.settled {
			if s.Pool == pool && r.drawTime.Year() == year {
				left = int64(s.Returned)
			}
		}
		for name, i := range m.rights {
			if k := rankOf(name); k.round == id && k.pool == pool && i.barred != 0 &&
				m.versionOf(id).Lapse.Returns {
				left--
				n += int64(one(i.useBy.Year() == year))
			}
		}
		n += max(0, left)
	}
	for _, c := range m.quotas[year][pool].changes {
		if a, is := c.(adjustment); is && a.why == "returned" {
			n -= a.amount
		}
	}
	return max(0, n)
}

// carryOver takes the seats from one year and gives them to the other, or does nothing.
func (m *model) carryOver(actor string, from, to int, pool string, amount int64) answer {
	source, target := m.quotas[from][pool], m.quotas[to][pool]
	switch {
	case target == nil:
		return refused("unknown_quota")
	case from >= to || amount == 0:
		return refused("invalid_quota")
	}
	if code := m.lacks(actor, officer.Administrator, false); code != "" {
		return refused(code)
	}
	if source == nil {
		return refused("unknown_quota")
	}
	if got := m.adjust(actor, from,
		adjustment{pool, len(source.changes) + 1, -amount, "carried_over"}); got.code != "" {
		return got
	}
	target.total += amount
	target.changes = append(target.changes, carried{from, amount})
	return changed
}

type carried struct {
	from   int
	amount int64
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
