package audit

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/person"
	"lotteryledger/domain/rules"
)

// applicants are all who were registered, by id.
type applicants map[string]*stream[applicant.State]

// persons are the reservations of people, by identity tag.
type persons map[domain.Digest]*stream[person.State]

// holder returns the application that a person is reserved for, or "".
func (all persons) holder(tag domain.Digest, kind domain.IndicatorKind) string {
	if p := all[tag]; p != nil {
		return p.state.Holder(kind)
	}
	return ""
}

// requireDraws refuses draws of members whose ladder was reset.
func (all persons) requireDraws(tags []domain.Digest, s rules.Standing) error {
	for i, tag := range tags[:min(len(tags), len(s.Members))] {
		p := all[tag]
		if p == nil {
			continue
		}
		m := s.Members[i]
		if err := p.state.RequireDraws(m.DrawsUntil2020 + m.DrawsSince2021); err != nil {
			return err
		}
	}
	return nil
}

// reserved reports whether one of the people of an application is still reserved for it.
func (s *State) reserved(code string) bool {
	a := s.applications[code]
	return a != nil && slices.ContainsFunc(a.state.Persons, func(tag domain.Digest) bool {
		return s.persons.holder(tag, a.state.Indicator) == code
	})
}

// free reports whether an application has ended so that its people may apply again.
func (s *State) free(a application.State) bool {
	return a.Phase.Over() || a.Phase == application.PhaseAwarded &&
		s.indicators.state(a.Won).Frees()
}
