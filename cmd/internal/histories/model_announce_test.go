package histories

import (
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/round"
)

// announcement is what a conductor decides about a draw; broken is the code with which it is
// refused whatever the round is.
type announcement struct {
	drawTime domain.Time
	pools    []round.Seats
	ceremony bool
	broken   string
}

func (r *cycle) announces(a announcement) bool {
	return r.drawTime == a.drawTime && slices.Equal(r.offer, a.pools) && r.ceremonial == a.ceremony
}

// short is why a year or a notice is too short for an announcement.
func (m *model) short(id string, at domain.Time, a announcement) string {
	year := a.drawTime.Year()
	for _, s := range a.pools {
		if q := m.quotas[year][s.Pool]; q != nil &&
			int64(s.Seats) > max(0, q.total-int64(m.taken(year, s.Pool, id))) {
			return "quota_exceeded"
		}
	}
	if a.drawTime < at+domain.Time(m.rules[m.rounds[id].rules].NoticeSeconds) {
		return "notice_too_short"
	}
	return ""
}

func (m *model) announce(actor string, at domain.Time, id string, a announcement) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.before(round.PhaseSealed):
		return refused("round_phase")
	case a.broken != "":
		return refused(a.broken)
	case !r.before(round.PhaseAnnounced) && r.superseded == 0 && r.announces(a):
		return already
	case !r.before(round.PhaseAnnounced):
		return refused("round_announced")
	}
	if code := m.short(id, at, a); code != "" {
		return refused(code)
	}
	r.phase, r.changed = round.PhaseAnnounced, at
	r.offer, r.drawTime, r.ceremonial = a.pools, a.drawTime, a.ceremony
	return changed
}

func (m *model) supersede(actor string, at domain.Time, id string, a announcement) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	margin := domain.Time(m.rules[r.rules].SupersedeMarginSeconds)
	if margin == 0 {
		margin = 3600
	}
	switch {
	case r.before(round.PhaseAnnounced):
		return refused("round_phase")
	case a.broken != "":
		return refused(a.broken)
	case r.announces(a):
		return already
	case r.phase != round.PhaseAnnounced:
		return refused("round_phase")
	case r.ceremony != "":
		return refused("ceremony_recorded")
	case at >= r.drawTime-margin:
		return refused("supersede_too_late")
	}
	if code := m.short(id, at, a); code != "" {
		return refused(code)
	}
	r.changed, r.superseded, r.anchors = at, r.superseded+1, nil
	r.offer, r.drawTime, r.ceremonial = a.pools, a.drawTime, a.ceremony
	return changed
}

// anchor: other says that the evidence is about another announcement than the valid one.
func (m *model) anchor(actor string, at domain.Time, id string, evidence domain.Digest,
	claimed domain.Time, other bool,
) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case !other && claimed <= at && slices.Contains(r.anchors, evidence):
		return already
	case r.phase != round.PhaseAnnounced:
		return refused("round_phase")
	case other:
		return refused("anchor_document")
	case at >= r.drawTime:
		return refused("anchor_too_late")
	case claimed > at:
		return refused("invalid_anchor")
	}
	r.changed, r.anchors = at, append(r.anchors, evidence)
	return changed
}

// lateFor is the last moment at which a ceremony may be recorded.
func (m *model) lateFor(r *cycle) domain.Time {
	margin := domain.Time(m.rules[r.rules].CeremonyMarginSeconds)
	if margin == 0 {
		margin = 600
	}
	return r.drawTime - margin
}

func (m *model) hold(actor string, at domain.Time, id, bytes string) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.before(round.PhaseAnnounced):
		return refused("round_phase")
	case !r.ceremonial:
		return refused("ceremony_unannounced")
	case r.ceremony == bytes:
		return already
	case r.ceremony != "":
		return refused("ceremony_recorded")
	case at > m.lateFor(r):
		return refused("ceremony_late")
	}
	r.changed, r.ceremony = at, bytes
	return changed
}
