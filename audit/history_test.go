package audit_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// record is a leaf to be: an event with its author, time and command. Its bytes are
// made anew each time, so that a changed record is as consistent as an operator can
// make it.
type record struct {
	stream   string
	revision uint64
	actor    string // an officer's id, or an actor in full
	at       domain.Time
	command  uuid.UUID
	event    catalog.Event
	raw      func(leaf []byte) []byte // changes the bytes behind the back of every format
	key      string                   // whose key signs it; "" does not sign
}

func (r record) leaf(t require.TestingT) []byte {
	actor := r.actor
	if !strings.Contains(actor, ":") && actor != catalog.ActorClock {
		actor = catalog.ActorOfficer + actor
	}
	meta, err := catalog.Meta{Command: r.command, Actor: actor, At: r.at}.Bytes()
	require.NoError(t, err)
	data, err := catalog.Encode(r.event)
	require.NoError(t, err)
	id := catalog.EventID(r.command, r.stream, 0)
	b := fmt.Appendf(nil, `{"stream":"%s","revision":%d,"id":"%s","type":"%s","meta":%s,"data":%s}`,
		r.stream, r.revision, id, r.event.EventType(), meta, data)
	if r.key != "" {
		b = signLeaf(b, r.key)
	}
	if r.raw != nil {
		b = r.raw(b)
	}
	return b
}

func (r record) place() string { return fmt.Sprintf("%s revision %d", r.stream, r.revision) }

// entrant is an application as the operator knows it.
type entrant struct {
	code, who   string
	kind        domain.IndicatorKind
	standing    rules.Standing
	persons     []domain.Digest
	from, until int // leaves: approved, out
	losses      int
	terms       rules.Version // of the round it was submitted for
	validity    []validity    // approval, then renewals
}

// validity is what a leaf says of how long an application is valid.
type validity struct {
	leaf  int
	until domain.Time // 0: without end
}

// validUntil is what the first n leaves say.
func (a *entrant) validUntil(n int) (until domain.Time) {
	for _, v := range a.validity {
		if v.leaf < n {
			until = v.until
		}
	}
	return until
}

// history is an operator at work: it stores events, keeps its own books, and
// publishes files out of them. Nothing here asks package audit what is right.
type history struct {
	t       require.TestingT
	records []record
	next    map[string]uint64
	now     domain.Time
	version rules.Version
	adopted domain.Digest
	apps    []*entrant
	people  int
	files   map[string][]byte
	won     map[string]map[string][]string // codes on the seats by round and pool
	order   map[string][]string            // all codes of the last draw by pool
	// those of the ordinary pool in the first draw, where a history needs them
	first []string
	hooks hooks

	opens, closes domain.Time // window of the rounds to be opened
}

const (
	opens  domain.Time = 1_790_000_000
	closes             = opens + 30*86400
	notice             = 3600
)

// newHistory is a ledger with officers and rules.
func newHistory(t require.TestingT, k hooks) *history {
	h := &history{
		t: t, next: map[string]uint64{}, now: opens - 86400, version: rules.Beijing2021(),
		files: map[string][]byte{}, won: map[string]map[string][]string{}, hooks: k,
		opens: opens, closes: closes,
	}
	// see twoOfficers
	h.version.Name, h.version.NoticeSeconds, h.version.TwoOfficers = "test-2026", notice, false
	h.version.OrganisationWeights = []rules.Threshold{
		{From: 0, Weight: 1},
		{From: 200, Weight: 3},
		{From: 600, Weight: 10},
	}
	if k.version != nil {
		k.version(&h.version)
	}
	h.put("chief", "officer-chief", officer.Appointed{Roles: []officer.Role{officer.Administrator}})
	h.put("chief", "officer-rita", officer.Appointed{Roles: []officer.Role{officer.Registrar}})
	h.put("chief", "officer-rex", officer.Appointed{Roles: []officer.Role{officer.Reviewer}})
	h.put("chief", "officer-cora", officer.Appointed{Roles: []officer.Role{officer.Conductor}})
	h.put("chief", "officer-dora", officer.Appointed{Roles: []officer.Role{officer.Reviewer}})
	if h.version.TwoOfficers {
		h.put("chief", "officer-carl", officer.Appointed{Roles: []officer.Role{officer.Conductor}})
	}
	h.adopt(h.version)
	return h
}

// adopt puts a version of the rules into force, for the rounds to come.
func (h *history) adopt(v rules.Version) {
	h.version = v
	e := rules.Adopted{Version: v}
	h.put("chief", "rules-"+v.Name, e)
	data, err := catalog.Encode(e)
	require.NoError(h.t, err)
	h.adopted = sha256.Sum256(data)
}

// put stores the next event of a stream and returns its index.
func (h *history) put(actor, stream string, e catalog.Event) int {
	if h.version.TwoOfficers && catalog.Public.Find(e.EventType()).TwoOfficers &&
		strings.HasPrefix(stream, round.StreamPrefix) {
		h.propose("cora", "carl", stream, e)
	}
	h.now++
	h.records = append(h.records, h.newRecord(actor, stream, e))
	h.next[stream]++
	return len(h.records) - 1
}

// newRecord is the record that put would store.
func (h *history) newRecord(actor, stream string, e catalog.Event) record {
	command := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, stream, "/", h.next[stream]))
	r := record{
		stream: stream, revision: h.next[stream], actor: actor, at: h.now, command: command,
		event: e,
	}
	if h.hooks.keys {
		r.key = actor
		if a, ok := e.(officer.Appointed); ok {
			a.Key = publicKey(strings.TrimPrefix(stream, officer.StreamPrefix))
			r.event = a
		}
	}
	return r
}

func (h *history) person() domain.Digest {
	h.people++
	return sha256.Sum256(fmt.Append(nil, "person ", h.people))
}

// open begins a round.
func (h *history) open(id string) {
	h.now = max(h.now, h.opens)
	h.put("cora", "round-"+id,
		round.Opened{
			Rules: h.version.Name, RulesSHA256: h.adopted, Opens: h.opens,
			Closes: h.closes,
		})
}

// submit reserves new people and applies for them.
func (h *history) submit(id string, kind domain.IndicatorKind, s rules.Standing) *entrant {
	var persons []domain.Digest
	for range s.Members {
		persons = append(persons, h.person())
	}
	return h.submitFor(id, kind, s, persons)
}

func (h *history) submitFor(id string, kind domain.IndicatorKind, s rules.Standing,
	persons []domain.Digest,
) *entrant {
	code, err := identity.NewCode(uint64(len(h.apps)+1) * 7_919_000_017 % 1_000_000_000_000)
	require.NoError(h.t, err)
	who := sha256.Sum256([]byte(code))
	a := &entrant{
		code: string(code), who: hex.EncodeToString(who[:16]), kind: kind, standing: s,
		persons: persons, from: never, until: never, terms: h.version,
	}
	h.apps = append(h.apps, a)
	for _, p := range persons {
		h.put("rita", "identity-"+p.String(), person.Claimed{Kind: kind, Application: a.code})
	}
	h.put("rita", "applicant-"+a.who, applicant.Registered{Kind: s.Applicant})
	h.put("rita", "application-"+a.code, application.Submitted{
		Applicant: a.who, Indicator: kind, Round: id, SubmittedAt: min(h.now, h.closes-1),
		Persons: persons, Standing: s,
	})
	return a
}

const never = 1 << 40

// nobody is a code that no application has.
const nobody = "0000000000012"

func (h *history) approve(a *entrant) {
	until := a.terms.ValidUntil(a.standing.Applicant, h.now+1)
	a.from = h.put("rex", of(a), application.Approved{ValidUntil: until})
	a.validity = append(a.validity, validity{a.from, until})
}

// reject dates the recheck by the time of the rejection itself.
func (h *history) reject(actor string, a *entrant, reasons ...application.Reason) {
	e := application.Rejected{Reasons: reasons}
	if seconds := a.terms.RecheckSeconds; seconds != 0 {
		e.RecheckUntil = h.now + 1 + domain.Time(seconds)
	}
	h.put(actor, of(a), e)
}

func (h *history) withdraw(a *entrant) {
	a.until = min(a.until, h.put("rita", "application-"+a.code, application.Withdrawn{}))
	for _, p := range a.persons {
		h.put("rita", "identity-"+p.String(), person.Released{Kind: a.kind, Application: a.code})
	}
}

func individual(draws int) rules.Standing {
	return rules.Standing{Applicant: domain.Individual, Members: []rules.Member{
		{
			Role: rules.Main, DrawsUntil2020: draws, DrawsSince2021: draws % 7,
			RegisteredOn: 1_500_000_000,
		},
	}}
}

func family(draws int) rules.Standing {
	return rules.Standing{
		Applicant: domain.Family, Generations: 1 + draws%3,
		FamilySince: 1_620_000_000, Members: []rules.Member{
			{Role: rules.Main, DrawsUntil2020: draws, RegisteredOn: 1_500_000_000},
			{Role: rules.Spouse, DrawsSince2021: draws % 5, RegisteredOn: 1_490_000_000},
		},
	}
}

// waiting is an individual in the queue; so few moments make many equals.
func waiting(n int) rules.Standing {
	s := individual(0)
	s.Members[0].WaitingSince = domain.Time(1_600_000_000 + n%3*86400)
	return s
}

func organisation(scale int) rules.Standing {
	s := individual(0)
	s.Applicant, s.Scale = domain.Organisation, scale
	return s
}

// lottery is a good ledger with everything in it: two published rounds with awards.
func lottery(t require.TestingT, k hooks) *history {
	h := newHistory(t, k)
	h.open("r1")
	for n := range 26 {
		h.submit("r1", domain.Ordinary, individual(n))
	}
	for n := range 10 {
		h.submit("r1", domain.Ordinary, family(n))
	}
	for n := range 12 {
		h.submit("r1", domain.NewEnergy, family(n%4)) // with equals in points
	}
	for n := range 12 {
		h.submit("r1", domain.NewEnergy, waiting(n))
	}
	for n := range 8 {
		h.submit("r1", domain.Ordinary, organisation(n*100))
		h.submit("r1", domain.NewEnergy, organisation(n))
	}
	for _, a := range h.apps[:2] {
		a.standing = individual(30)
		h.put("rita", "application-"+a.code, application.Edited{Standing: a.standing})
	}
	for _, a := range h.apps[2:5] {
		h.reject("dora", a, application.OwnsCar)
	}
	h.put("chief", "officer-dora", officer.Dismissed{})
	mended := h.apps[4]
	h.put("rita", "application-"+mended.code, application.Edited{Standing: mended.standing})
	for i, a := range h.apps {
		if i != 2 && i != 3 && i != 25 { // two stay rejected, one waits
			h.approve(a)
		}
	}
	h.withdraw(h.apps[5])
	h.approve(h.submitFor("r1", domain.Ordinary, individual(3), h.apps[5].persons)) // tries again
	h.conduct("r1", 4, 3, late)
	h.award("r1")

	h.open("r2")
	h.approve(h.submit("r2", domain.Ordinary, individual(50)))
	h.conduct("r2", 2, 1, nil)
	return h
}

// late is what others do between the seal's replay and the seal itself.
func late(h *history) {
	h.approve(h.apps[25])
	h.withdraw(h.apps[6])
}

// index of the first event of this kind in the stream.
func (h *history) index(stream string, sample catalog.Event) int {
	return slices.IndexFunc(h.records, func(r record) bool {
		return r.stream == stream && r.event.EventType() == sample.EventType()
	})
}

// insert puts a record of the stream at index i, and renumbers what follows.
func (h *history) insert(i int, actor, stream string, e catalog.Event) *record {
	r := h.newRecord(actor, stream, e)
	r.at = h.records[min(i, len(h.records)-1)].at
	r.command = uuid.NewSHA1(r.command, binary.BigEndian.AppendUint64(nil, uint64(i)))
	h.records = slices.Insert(h.records, i, r)
	h.renumber()
	return &h.records[i]
}

// drop takes an event out as if it had never been.
func (h *history) drop(i int) {
	h.records = slices.Delete(h.records, i, i+1)
	h.renumber()
}

func (h *history) renumber() {
	h.next = map[string]uint64{}
	for i, r := range h.records {
		h.records[i].revision = h.next[r.stream]
		h.next[r.stream]++
	}
}

func (h *history) leaves() [][]byte {
	leaves := make([][]byte, len(h.records))
	for i, r := range h.records {
		leaves[i] = r.leaf(h.t)
	}
	return leaves
}

// rosters are those of the operator's books after n leaves.
func (h *history) rosters(n int) []draw.Roster {
	return round.Rosters(h.version, h.closes, func(yield func(round.Candidate) bool) {
		for _, a := range h.apps {
			if a.from < n && n <= a.until &&
				!yield(round.Candidate{
					Code: a.code, Indicator: a.kind, Standing: a.standing,
					Losses: a.losses, ValidUntil: a.validUntil(n),
				}) {
				return
			}
		}
	})
}
