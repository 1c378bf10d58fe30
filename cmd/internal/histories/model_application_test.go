package histories

import (
	"reflect"
	"slices"
	"time"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// submission is an application as somebody brings it. broken is the code with which the
// facts about its members are refused, if they are.
type submission struct {
	round    string
	kind     domain.IndicatorKind
	at       domain.Time // of the submission
	persons  []domain.Digest
	standing rules.Standing
	broken   string
}

// submit: code is the receipt, and the applicant's id is what the office made of them.
func (m *model) submit(actor string, at domain.Time, s submission, code, who string) answer {
	if code := m.lacks(actor, officer.Registrar, false); code != "" {
		return refused(code)
	}
	r := m.rounds[s.round]
	switch {
	case r == nil:
		return refused("unknown_round")
	case r.phase != round.PhaseOpened:
		return refused("round_closed")
	case s.at < r.opens:
		return refused("round_not_open")
	case s.at >= r.closes:
		return refused("round_closed")
	case s.broken != "":
		return refused(s.broken)
	}
	for i, tag := range s.persons {
		if slices.Contains(s.persons[:i], tag) {
			return refused("duplicate_member")
		}
	}
	for i, tag := range s.persons {
		p, f := m.personState(tag), s.standing.Members[i]
		switch {
		case p.holder[s.kind] != "":
			return refused("duplicate_person")
		case at < p.barred:
			return refused("person_barred")
		case p.reset && f.DrawsUntil2020+f.DrawsSince2021 > 0:
			return refused("ladder_reset")
		}
	}
	for _, tag := range s.persons {
		m.personState(tag).holder[s.kind] = code
	}
	m.apps[code] = &request{
		phase: application.PhaseSubmitted, applicant: who, kind: s.kind, round: s.round,
		persons: s.persons, standing: s.standing,
		checks: map[string]application.CheckRecorded{}, credits: map[int]application.Credit{},
	}
	return changed
}

// over is the refusal of what is asked of an application that does not stand.
func (a *request) over() string {
	if a == nil {
		return "unknown_application"
	}
	switch a.phase {
	case application.PhaseWithdrawn, application.PhaseAwarded, application.PhaseExpired,
		application.PhaseDisqualified:
		return "application_" + string(a.phase)
	}
	return ""
}

// person or role: who may act on an application, and what is refused to the others.
func (m *model) acting(actor string, a *request, role officer.Role, byApplicant, due bool) string {
	if who, is := (catalog.Meta{Actor: actor}).Applicant(); is {
		switch {
		case !byApplicant:
			return "not_allowed"
		case a == nil:
			return "unknown_application"
		case a.applicant != who:
			return "not_own"
		}
		return ""
	}
	return m.lacks(actor, role, due)
}

// resets reports whether draws are stated for somebody whose draws count no longer.
func (m *model) resets(a *request, s rules.Standing) bool {
	for i, tag := range a.persons {
		if i < len(s.Members) && m.personState(tag).reset && s.Members[i].DrawsUntil2020+
			s.Members[i].DrawsSince2021 > 0 {
			return true
		}
	}
	return false
}

func (m *model) edit(actor, code string, s rules.Standing, broken string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Registrar, false, false); code != "" {
		return refused(code)
	}
	if a != nil && m.resets(a, s) {
		return refused("ladder_reset")
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	switch {
	case a.phase == application.PhaseApproved:
		return refused("application_approved")
	case broken != "":
		return refused(broken)
	case s.Applicant != a.standing.Applicant || len(s.Members) != len(a.standing.Members):
		return refused("members_changed")
	}
	for i := range s.Members {
		if s.Members[i].Role != a.standing.Members[i].Role {
			return refused("members_changed")
		}
	}
	for n, c := range a.credits {
		if f := s.Members[n-1]; f.DrawsUntil2020 != c.DrawsUntil2020 ||
			f.DrawsSince2021 != c.DrawsSince2021 {
			return refused("member_credited")
		}
	}
	if a.phase == application.PhaseSubmitted && reflect.DeepEqual(s, a.standing) {
		return already
	}
	a.phase, a.standing, a.reasons = application.PhaseSubmitted, s, nil
	a.checks = map[string]application.CheckRecorded{}
	a.askUntil, a.answerBy, a.upheld = 0, 0, false
	return changed
}

func (m *model) credit(actor, code string, c application.Credit, broken string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if a != nil {
		s := a.standing
		s.Members = slices.Clone(s.Members)
		if c.Member >= 1 && c.Member <= len(a.persons) {
			s.Members[c.Member-1].DrawsUntil2020,
				s.Members[c.Member-1].DrawsSince2021 = c.DrawsUntil2020, c.DrawsSince2021
		}
		if m.resets(a, s) {
			return refused("ladder_reset")
		}
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	switch {
	case a.phase == application.PhaseApproved:
		return refused("application_approved")
	case a.phase == application.PhaseRejected:
		return refused("application_rejected")
	case c.Member < 1 || c.Member > len(a.persons):
		return refused("unknown_member")
	case c.Evidence == domain.Digest{}:
		return refused("invalid_evidence")
	case a.credits[c.Member] == c:
		return already
	case broken != "":
		return refused(broken)
	}
	a.credits[c.Member] = c
	a.standing.Members = slices.Clone(a.standing.Members)
	f := &a.standing.Members[c.Member-1]
	f.DrawsUntil2020, f.DrawsSince2021 = c.DrawsUntil2020, c.DrawsSince2021
	return changed
}

// required lists the checks that an application needs.
func (m *model) required(a *request) (need []rules.RequiredCheck) {
	for _, c := range m.rules[m.rounds[a.round].rules].RequiredChecks {
		if (c.Indicators == nil || slices.Contains(c.Indicators, a.kind)) &&
			(c.Applicants == nil || slices.Contains(c.Applicants, a.standing.Applicant)) {
			need = append(need, c)
		}
	}
	return need
}

func (m *model) check(actor, code string, c application.CheckRecorded) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	asked := slices.ContainsFunc(m.required(a), func(r rules.RequiredCheck) bool {
		return r.Department == c.Department && r.Item == c.Item
	})
	was, before := a.checks[c.Department+c.Item]
	switch {
	case !asked:
		return refused("unknown_check")
	case (c.Outcome == application.Failed) != (len(c.Reasons) > 0):
		return refused("invalid_reason")
	case a.phase == application.PhaseApproved:
		return refused("application_approved")
	case a.phase == application.PhaseRejected && (a.answerBy == 0 || a.upheld):
		return refused("application_rejected")
	case before && was.Outcome == c.Outcome && slices.Equal(was.Reasons, c.Reasons):
		return already
	}
	a.checks[c.Department+c.Item] = c
	return changed
}

func (m *model) approve(actor string, at domain.Time, code string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	switch a.phase {
	case application.PhaseApproved:
		return already
	case application.PhaseRejected:
		return refused("application_rejected")
	}
	for _, r := range m.required(a) {
		if c, ok := a.checks[r.Department+r.Item]; !ok {
			return refused("checks_missing")
		} else if c.Outcome != application.Passed {
			return refused("check_failed")
		}
	}
	a.phase, a.pooled, a.validUntil = application.PhaseApproved, true, m.validity(a, at)
	a.checks = map[string]application.CheckRecorded{}
	return changed
}

// validity is the first moment at which an application is no longer valid; 0 is never.
func (m *model) validity(a *request, at domain.Time) domain.Time {
	for _, v := range m.rules[m.rounds[a.round].rules].Validity {
		switch {
		case v.Applicant != a.standing.Applicant:
		case v.Seconds != 0:
			return at + domain.Time(v.Seconds)
		default:
			zone := time.FixedZone("", int(v.UTCOffset))
			year := time.Unix(int64(at), 0).In(zone).Year()
			return domain.Time(time.Date(year+v.Years, time.Month(v.Month), v.Day, 24, 0, 0, 0,
				zone).Unix())
		}
	}
	return 0
}

func (m *model) reject(actor string, at domain.Time, code string,
	reasons []application.Reason,
) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	if len(reasons) == 0 {
		for _, r := range application.Reasons {
			for _, c := range a.checks {
				if slices.Contains(c.Reasons, r) && !slices.Contains(reasons, r) {
					reasons = append(reasons, r)
				}
			}
		}
	}
	switch {
	case len(reasons) == 0:
		return refused("invalid_reason")
	case a.phase == application.PhaseApproved:
		return refused("application_approved")
	case a.phase == application.PhaseRejected && slices.Equal(a.reasons, reasons):
		return already
	case a.phase == application.PhaseRejected:
		return refused("application_rejected")
	}
	a.phase, a.reasons, a.rejectedBy = application.PhaseRejected, reasons, actor
	a.askUntil, a.answerBy, a.upheld = 0, 0, false
	if s := m.rules[m.rounds[a.round].rules].RecheckSeconds; s != 0 {
		a.askUntil = at + domain.Time(s)
	}
	return changed
}

func (m *model) askRecheck(actor string, at domain.Time, code string) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Registrar, true, false); code != "" {
		return refused(code)
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	switch {
	case a.phase != application.PhaseRejected:
		return refused("not_rejected")
	case a.upheld:
		return refused("recheck_answered")
	case a.answerBy != 0:
		return already
	case a.askUntil == 0:
		return refused("recheck_not_offered")
	case at >= a.askUntil:
		return refused("recheck_too_late")
	}
	a.answerBy = at + domain.Time(m.rules[m.rounds[a.round].rules].RecheckAnswerSeconds)
	return changed
}

func (m *model) answerRecheck(actor string, at domain.Time, code string,
	says application.Answer,
) answer {
	a := m.apps[code]
	if code := m.acting(actor, a, officer.Reviewer, false, false); code != "" {
		return refused(code)
	}
	if code := a.over(); code != "" {
		return refused(code)
	}
	switch {
	case a.phase != application.PhaseRejected:
		return refused("not_rejected")
	case a.upheld && says == application.Upheld:
		return already
	case a.upheld:
		return refused("recheck_answered")
	case a.answerBy == 0:
		return refused("recheck_not_asked")
	case a.rejectedBy == actor:
		return refused("recheck_same_reviewer")
	case at >= a.answerBy:
		return refused("recheck_answer_too_late")
	}
	if a.upheld = says == application.Upheld; !a.upheld {
		a.phase, a.reasons, a.askUntil, a.answerBy = application.PhaseSubmitted, nil, 0, 0
	}
	return changed
}
