package audit

import (
	"iter"
	"math"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// applications are all that were submitted, by code. Their people and applicants are among
// those of the ledger.
type applications struct {
	table[codeNumber, packedApplication]
	members    chunks[packedMember]
	applicants *applicants `snapshot:"-"`
	persons    *persons    `snapshot:"-"`
	rounds     []string    // that applications were submitted for
	rare       map[uint32]applicationRecord
	histories  map[uint32]*applicationHistory
	won        map[uint32]string // indicators of the awarded
}

// packedApplication is what there is to say of most applications.
type packedApplication struct {
	from, until                        uint32 // leaves; noLeaf for never
	submitted, validUntil, familySince uint32
	applicant                          uint32 // number
	member                             uint32 // number of the first
	next                               uint32
	losses, scale, round               uint16
	members, generations               byte
	phase, indicator, kind             byte
	rare                               bool // the record is among the rare ones
	history                            bool // among the histories
}

// packedMember is a person in an application, and what the standing says of them.
type packedMember struct {
	person, registeredOn, waitingSince uint32
	drawsUntil2020, drawsSince2021     uint16
	role                               byte
}

// noLeaf stands for never.
const noLeaf = math.MaxUint32

func newApplications(a *applicants, p *persons) *applications {
	return &applications{
		table: newTable[codeNumber, packedApplication](), applicants: a, persons: p,
		rare:      map[uint32]applicationRecord{},
		histories: map[uint32]*applicationHistory{}, won: map[uint32]string{},
	}
}

// find returns an application, or nil.
func (all *applications) find(code string) *applicationRecord {
	if a := new(applicationRecord); all.load(code, a, nil) {
		return a
	}
	return nil
}

// room is memory for the people of an application, to be used again.
type room struct {
	tags    []domain.Digest
	members []rules.Member
}

// load sets a to an application, or returns false if there is none. What a then holds may
// stand in r, unless that is nil.
func (all *applications) load(code string, a *applicationRecord, r *room) bool {
	i, ok := all.table.find(numberOf(code))
	if ok {
		all.unpack(i, a, r)
	}
	return ok
}

// unpack sets a to the application of this number.
func (all *applications) unpack(i uint32, a *applicationRecord, r *room) {
	p := all.at(i)
	if p.rare {
		*a = all.rare[i]
		return
	}
	if r == nil {
		r = new(room)
	}
	r.tags, r.members = r.tags[:0], r.members[:0]
	for n := range uint32(p.members) {
		m := all.members.at(p.member + n)
		r.tags = append(r.tags, all.persons.key(m.person))
		r.members = append(r.members, rules.Member{
			Role:           roles[m.role],
			DrawsUntil2020: int(m.drawsUntil2020), DrawsSince2021: int(m.drawsSince2021),
			RegisteredOn: domain.Time(m.registeredOn), WaitingSince: domain.Time(m.waitingSince),
		})
	}
	*a = applicationRecord{
		from: leafNumber(p.from), until: leafNumber(p.until), losses: int(p.losses),
	}
	if p.history {
		a.history = all.histories[i]
	}
	a.next = uint64(p.next)
	a.state = application.State{
		Phase: phases[p.phase], Indicator: indicatorKinds[p.indicator], Round: all.rounds[p.round],
		Applicant: all.applicants.key(p.applicant).String(),
		Submitted: domain.Time(p.submitted), ValidUntil: domain.Time(p.validUntil),
		Persons: r.tags,
		Standing: rules.Standing{
			Applicant: applicantKinds[p.kind], Members: r.members, Generations: int(p.generations),
			FamilySince: domain.Time(p.familySince), Scale: int(p.scale),
		},
	}
	if a.state.Phase == application.PhaseAwarded {
		a.state.Won = all.won[i]
	}
}

func leafNumber(n uint32) int64 {
	if n == noLeaf {
		return never
	}
	return int64(n)
}

func packLeaf(n int64) uint32 {
	if n == never {
		return noLeaf
	}
	return uint32(n)
}

// put keeps an application.
func (all *applications) put(code string, a *applicationRecord) {
	i := all.add(numberOf(code))
	record := all.at(i)
	if record.rare {
		delete(all.rare, i)
	}
	packed, fits := all.pack(record, a)
	if !fits {
		packed.rare = true
		kept := *a
		kept.state.Persons = slices.Clone(a.state.Persons)
		kept.state.Standing.Members = slices.Clone(a.state.Standing.Members)
		all.rare[i] = kept
	}
	if packed.history = a.history != nil; packed.history {
		all.histories[i] = a.history
	}
	if a.state.Won != "" {
		all.won[i] = a.state.Won
	}
	*record = packed
}

// pack returns an application in its packed form, or false if that has no room for it. before
// is what was kept before.
func (all *applications) pack(
	before *packedApplication, a *applicationRecord,
) (packedApplication, bool) {
	var p packer
	s, t := &a.state, &a.state.Standing
	packed := packedApplication{
		from: packLeaf(a.from), until: packLeaf(a.until), next: uint32(a.next),
		losses: p.uint16(a.losses), scale: p.uint16(t.Scale),
		submitted: p.time(s.Submitted), validUntil: p.time(s.ValidUntil),
		familySince: p.time(t.FamilySince), generations: p.uint8(t.Generations),
		phase: word(&p, phases, s.Phase), indicator: word(&p, indicatorKinds, s.Indicator),
		kind:    word(&p, applicantKinds, t.Applicant),
		members: p.uint8(len(t.Members)), member: before.member,
		round: all.roundNumber(&p, s.Round),
	}
	id, ok := parseApplicant(s.Applicant)
	var known bool
	packed.applicant, known = all.applicants.findFrom(before.applicant, id)
	won := s.Won != "" && s.Phase != application.PhaseAwarded
	if p.full || !ok || !known || won || s.Reasons != nil || s.UnderReview != nil ||
		t.Choices != nil ||
		len(s.Persons) != len(t.Members) {
		packed.members = before.members
		return packed, false
	}
	if before.members != packed.members { // there were none before
		packed.member = all.members.size
		for range t.Members {
			all.members.add(packedMember{})
		}
	}
	for n := range t.Members {
		if !all.packMember(all.members.at(packed.member+uint32(n)), s.Persons[n], &t.Members[n]) {
			return packed, false
		}
	}
	return packed, true
}

// packMember sets to to a member, or returns false if it has no room for them.
func (all *applications) packMember(to *packedMember, tag domain.Digest, m *rules.Member) bool {
	var p packer
	number, known := all.persons.findFrom(to.person, tag)
	*to = packedMember{
		person: number, role: word(&p, roles, m.Role),
		drawsUntil2020: p.uint16(m.DrawsUntil2020), drawsSince2021: p.uint16(m.DrawsSince2021),
		registeredOn: p.time(m.RegisteredOn), waitingSince: p.time(m.WaitingSince),
	}
	return known && !p.full && m.Grounds == nil
}

// roundNumber returns the number of a round, which it gives if there is none.
func (all *applications) roundNumber(p *packer, id string) uint16 {
	for i := len(all.rounds) - 1; i >= 0; i-- { // most are for the last one
		if all.rounds[i] == id {
			return p.uint16(i)
		}
	}
	all.rounds = append(all.rounds, id)
	return p.uint16(len(all.rounds) - 1)
}

// phase returns the phase of an application, or "".
func (all *applications) phase(code string) application.Phase {
	i, ok := all.table.find(numberOf(code))
	if !ok {
		return ""
	}
	if p := all.at(i); !p.rare {
		return phases[p.phase]
	}
	return all.rare[i].state.Phase
}

// leavePools ends the part of an application in the pools, unless that has ended.
func (all *applications) leavePools(code string, leaf int64) {
	i, _ := all.table.find(numberOf(code))
	if p := all.at(i); !p.rare {
		p.until = min(p.until, packLeaf(leaf))
		return
	}
	a := all.rare[i]
	a.leavePools(leaf)
	all.rare[i] = a
}

// addLoss counts a draw that the application did not win.
func (all *applications) addLoss(code string) {
	i, _ := all.table.find(numberOf(code))
	if p := all.at(i); !p.rare && p.losses < math.MaxUint16 {
		p.losses++
		return
	}
	a := all.find(code)
	a.losses++
	all.put(code, a)
}

// candidates yields every application that is in the pools after the first n leaves.
func (all *applications) candidates(n int64) iter.Seq[round.Candidate] {
	return func(yield func(round.Candidate) bool) {
		for code, a := range all.that(func(p *packedApplication) bool {
			return p.rare || leafNumber(p.from) < n && n <= leafNumber(p.until)
		}) {
			if a.from >= n || n > a.until {
				continue
			}
			if !yield(round.Candidate{
				Code: code, Indicator: a.state.Indicator, Standing: a.state.Standing,
				Losses: a.losses, ValidUntil: a.validUntil(n),
			}) {
				return
			}
		}
	}
}

// in yields the applications that are in a phase, and that are valid until this time at most.
func (all *applications) in(
	phase application.Phase, at domain.Time,
) iter.Seq2[string, *applicationRecord] {
	return func(yield func(string, *applicationRecord) bool) {
		for code, a := range all.that(func(p *packedApplication) bool {
			until := domain.Time(p.validUntil)
			return p.rare || phases[p.phase] == phase && until != 0 && until <= at
		}) {
			until := a.state.ValidUntil
			if a.state.Phase == phase && until != 0 && until <= at && !yield(code, a) {
				return
			}
		}
	}
}

// that yields the applications of which this is true in their packed form.
func (all *applications) that(
	is func(*packedApplication) bool,
) iter.Seq2[string, *applicationRecord] {
	return func(yield func(string, *applicationRecord) bool) {
		for i, e := range all.entries.all() {
			if !is(&e.record) {
				continue
			}
			a := new(applicationRecord)
			all.unpack(i, a, nil)
			if !yield(e.key.String(), a) {
				return
			}
		}
	}
}
