package histories

import (
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
)

// end takes an application out of the pools and gives its people free.
func (m *model) end(code string, p application.Phase) answer {
	a := m.apps[code]
	a.phase, a.pooled = p, false
	m.letGo(code)
	return changed
}

// letGo gives the people of an application free.
func (m *model) letGo(code string) {
	for _, tag := range m.apps[code].persons {
		delete(m.personState(tag).holder, m.apps[code].kind)
	}
}

func (m *model) withdraw(actor, code string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Registrar, true, false); code != "" {
		return refused(code)
	}
	if a != nil && a.phase == application.PhaseWithdrawn {
		return already
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	return m.end(code, application.PhaseWithdrawn)
}

func (m *model) disqualify(actor, code string, why application.DisqualifyReason) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if a != nil && a.phase == application.PhaseDisqualified && a.banned == why {
		return already
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	a.banned = why
	return m.end(code, application.PhaseDisqualified)
}

func (m *model) renew(actor string, at domain.Time, code string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Registrar, true, false); code != "" {
		return refused(code)
	}
	if code := a.limited(); code != "" {
		return refused(code)
	}
	until := m.validity(a, at)
	switch {
	case at >= a.validUntil:
		return refused("validity_over")
	case until <= a.validUntil:
		return already
	}
	a.validUntil = until
	return changed
}

// limited is the refusal of what is asked of an application without an end of validity.
func (a *request) limited() string {
	switch code := a.over(); {
	case code != "":
		return code
	case a.phase != application.PhaseApproved:
		return "not_approved"
	case a.validUntil == 0:
		return "validity_unlimited"
	}
	return ""
}

func (m *model) expire(actor string, at domain.Time, code string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Registrar, false, true); code != "" {
		return refused(code)
	}
	if a != nil && a.phase == application.PhaseExpired {
		return already
	}
	if code := a.limited(); code != "" {
		return refused(code)
	}
	switch {
	case at < a.validUntil:
		return refused("application_valid")
	case m.drawing(a):
		return refused("application_in_draw")
	}
	return m.end(code, application.PhaseExpired)
}

// drawing reports whether a round may still select the application, or has.
func (m *model) drawing(a *request) bool {
	if a.selected != "" {
		return true
	}
	for _, r := range m.rounds {
		if !r.ended() && r.closes < a.validUntil {
			return true
		}
	}
	return false
}

// dueExpiries lists what the clock has to expire.
func (m *model) dueExpiries(at domain.Time) (codes []string) {
	for _, code := range sorted(m.apps) {
		a := m.apps[code]
		if a.phase == application.PhaseApproved && a.validUntil != 0 && a.validUntil <= at &&
			!m.drawing(a) {
			codes = append(codes, code)
		}
	}
	return codes
}
