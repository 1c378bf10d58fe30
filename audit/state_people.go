package audit

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/person"
)

// applicants are all who were registered.
type applicants struct {
	table[applicantID, packedApplicant]
}

// packedApplicant is the stream of an applicant.
type packedApplicant struct {
	commitment domain.Digest
	next       uint32
	kind       byte
	erased     bool
}

// get returns the stream of an applicant, the empty one if there is none.
func (all *applicants) get(id applicantID) (s stream[applicant.State]) {
	if i, ok := all.find(id); ok {
		p := all.at(i)
		s.next = uint64(p.next)
		s.state = applicant.State{
			Kind: applicantKinds[p.kind], Commitment: p.commitment, Erased: p.erased,
		}
	}
	return s
}

// put keeps the stream of an applicant.
func (all *applicants) put(id applicantID, s stream[applicant.State]) {
	var p packer
	kind := word(&p, applicantKinds, s.state.Kind)
	p.must(s)
	*all.at(all.add(id)) = packedApplicant{s.state.Commitment, uint32(s.next), kind, s.state.Erased}
}

// persons are the reservations of people, by identity tag.
type persons struct {
	table[domain.Digest, packedPerson]
	rare   map[uint32]stream[person.State] // with more to say than a packedPerson
	resets map[uint32]domain.Time          // when the ladder of a person was reset first
}

// packedPerson is the stream of somebody who is reserved for one application, or none.
type packedPerson struct {
	code codeNumber
	next uint32
	kind byte // of indicator
	rare bool // the stream is among the rare ones
}

// get returns the stream of a person, the empty one if there is none.
func (all *persons) get(tag domain.Digest) (s stream[person.State]) {
	i, ok := all.find(tag)
	if !ok {
		return s
	}
	p := all.at(i)
	if p.rare {
		return all.rare[i]
	}
	s.next = uint64(p.next)
	switch code := p.code.String(); indicatorKinds[p.kind] {
	case domain.Ordinary:
		s.state.Ordinary = code
	case domain.NewEnergy:
		s.state.NewEnergy = code
	case domain.Dwelling:
		s.state.Dwelling = code
	}
	return s
}

// put keeps the stream of a person.
func (all *persons) put(tag domain.Digest, s stream[person.State]) {
	i := all.add(tag)
	record := all.at(i)
	if record.rare {
		delete(all.rare, i)
	}
	var p packer
	packed := packedPerson{next: uint32(s.next)}
	left := s.state // what is not packed yet
	switch {
	case left.Ordinary != "":
		packed.code, left.Ordinary = numberOf(left.Ordinary), ""
		packed.kind = word(&p, indicatorKinds, domain.Ordinary)
	case left.NewEnergy != "":
		packed.code, left.NewEnergy = numberOf(left.NewEnergy), ""
		packed.kind = word(&p, indicatorKinds, domain.NewEnergy)
	case left.Dwelling != "":
		packed.code, left.Dwelling = numberOf(left.Dwelling), ""
		packed.kind = word(&p, indicatorKinds, domain.Dwelling)
	}
	if left != (person.State{}) {
		packed = packedPerson{rare: true}
		all.rare[i] = s
	}
	*record = packed
}

// reset notes that the ladder of a person was reset.
func (all *persons) reset(tag domain.Digest, at domain.Time) {
	i := all.add(tag)
	if _, before := all.resets[i]; !before {
		all.resets[i] = at
	}
}

// resetBefore reports whether the ladder of a person was reset before that time.
func (all *persons) resetBefore(tag domain.Digest, at domain.Time) bool {
	if len(all.resets) == 0 {
		return false
	}
	i, ok := all.find(tag)
	if !ok {
		return false
	}
	reset, ok := all.resets[i]
	return ok && reset < at
}

// holds reports whether a person is reserved for an application of this kind.
func (all *persons) holds(tag domain.Digest, kind domain.IndicatorKind, code string) bool {
	i, ok := all.find(tag)
	if !ok {
		return false
	}
	if p := all.at(i); !p.rare {
		return p.code != 0 && p.code == numberOf(code) && indicatorKinds[p.kind] == kind
	}
	return all.rare[i].state.Holder(kind) == code
}

// reserved reports whether one of the people of an application is still reserved for it.
func (s *State) reserved(code string) bool {
	a := s.applications.find(code)
	return a != nil && slices.ContainsFunc(a.state.Persons, func(tag domain.Digest) bool {
		return s.persons.holds(tag, a.state.Indicator, code)
	})
}

// noteExpired notes whether an expired application holds people still.
func (s *State) noteExpired(code string) {
	if s.reserved(code) {
		s.expired[code] = true
	} else {
		delete(s.expired, code)
	}
}

// free reports whether an application has ended so that its people may apply again.
func (s *State) free(a application.State) bool {
	return a.Phase.Over() || a.Phase == application.PhaseAwarded &&
		s.indicators.state(a.Won).Frees()
}
