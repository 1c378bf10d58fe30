package histories

import (
	"maps"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// cycle is a round.
type cycle struct {
	phase         round.Phase
	rules         string
	opens, closes domain.Time
	reruns        string
	changed       domain.Time // when its last event was caused
	closed        int64       // leaves once it was closed
	voided        round.VoidReason

	sealed  int64 // leaves that the rosters follow from
	rosters map[string][]line

	offer      []round.Seats
	drawTime   domain.Time
	ceremonial bool // the announcement promises a ceremony
	superseded int
	anchors    []domain.Digest
	ceremony   string

	seed      domain.Digest
	results   map[string]result
	recorded  map[string]int
	published int64 // leaves before its publication
	promoted  map[string][]move
	settled   []round.Settlement
}

// result is the ranking of a pool.
type result struct {
	ranks    []line
	selected int
}

// move is a rank of the reserve that took the seat of another.
type move struct{ rank, seat int }

// before reports whether a round has not come as far as this phase.
func (r *cycle) before(p round.Phase) bool {
	order := []round.Phase{
		round.PhaseOpened, round.PhaseClosed, round.PhaseSealed, round.PhaseAnnounced,
		round.PhaseSeeded, round.PhaseDrawn,
		round.PhasePublished, round.PhaseSettled,
	}
	return slices.Index(order, r.phase) < slices.Index(order, p)
}

func (r *cycle) ended() bool {
	return r.phase == round.PhaseVoided ||
		!r.before(round.PhasePublished)
}

// underWay: its rosters are sealed and its result is not out.
func (r *cycle) underWay() bool { return !r.ended() && !r.before(round.PhaseSealed) }

// conducting is the refusal of everything that a conductor or the clock asks of a round too
// early in time, without the role, or when there is no such round.
func (m *model) conducting(actor string, at domain.Time, id string, due bool) string {
	if code := m.lacks(actor, officer.Conductor, due); code != "" {
		return code
	}
	switch r := m.rounds[id]; {
	case r == nil:
		return "unknown_round"
	case at < r.changed:
		return "clock_behind"
	case r.phase == round.PhaseVoided:
		return "round_voided"
	}
	return ""
}

func (m *model) open(actor string, at domain.Time, id, version string, opens, closes domain.Time,
	reruns string,
) answer {
	if code := m.lacks(actor, officer.Conductor, false); code != "" {
		return refused(code)
	}
	v, adopted := m.rules[version]
	if !adopted {
		return refused("unknown_rules")
	}
	if r := m.rounds[id]; r != nil {
		switch {
		case at < r.changed:
			return refused("clock_behind")
		case r.rules == version && r.opens == opens && r.closes == closes && r.reruns == reruns:
			return already
		}
		return refused("round_exists")
	}
	switch {
	case opens >= closes:
		return refused("invalid_window")
	case opens < v.ValidFrom:
		return refused("rules_not_in_force")
	case reruns != "" && (m.rounds[reruns] == nil || m.rounds[reruns].phase != round.PhaseVoided):
		return refused("not_voided")
	}
	for _, other := range m.rounds {
		if reruns != "" && other.reruns == reruns {
			return refused("rerun_exists")
		}
	}
	m.rounds[id] = &cycle{
		phase: round.PhaseOpened, rules: version, opens: opens, closes: closes,
		reruns: reruns, changed: at,
	}
	return changed
}

// close: leaves are those of the ledger once the event is stored, if it is.
func (m *model) close(actor string, at domain.Time, id string, leaves int64) answer {
	if code := m.conducting(actor, at, id, true); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.phase != round.PhaseOpened:
		return already
	case at < r.closes:
		return refused("window_open")
	}
	r.phase, r.changed, r.closed = round.PhaseClosed, at, leaves
	return changed
}

// unsealable is why no roster of a round can be worked out from the first n leaves.
func (m *model) unsealable(id string, n int64) string {
	if m.rounds[id] == nil {
		return "unknown_round"
	}
	for other, r := range m.rounds {
		if other != id && (r.underWay() ||
			(r.phase == round.PhasePublished || r.phase == round.PhaseSettled) &&
				r.published >= n) {
			return "round_overlap"
		}
	}
	return ""
}

// seal: evidence is why there were no rosters when they were looked for at n leaves.
func (m *model) seal(actor string, at domain.Time, id string, n int64, evidence string) answer {
	if evidence != "" {
		return refused(evidence)
	}
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	rosters := m.rostersOf(r, n)
	switch {
	case r.before(round.PhaseClosed):
		return refused("round_phase")
	case !r.before(round.PhaseSealed) && r.sealed == n:
		return already
	case !r.before(round.PhaseSealed):
		return refused("round_sealed")
	}
	r.phase, r.changed, r.sealed, r.rosters = round.PhaseSealed, at, n, rosters
	return changed
}

func (m *model) seed(actor string, at domain.Time, id string) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.before(round.PhaseAnnounced):
		return refused("round_phase")
	case !r.before(round.PhaseSeeded):
		return already
	case at < r.drawTime:
		return refused("beacon_too_early")
	case r.ceremonial && r.ceremony == "":
		return refused("ceremony_missing")
	}
	r.phase, r.changed = round.PhaseSeeded, at
	return changed
}

// undrawable is why no result of a round can be worked out.
func (m *model) undrawable(id string) string {
	if r := m.rounds[id]; r == nil || r.ended() || r.before(round.PhaseSeeded) {
		return "round_phase"
	}
	return ""
}

// draw: evidence is why there was no result when it was worked out.
func (m *model) draw(actor string, at domain.Time, id, evidence string,
	seed func(*cycle) domain.Digest,
) answer {
	if evidence != "" {
		return refused(evidence)
	}
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	if !r.before(round.PhaseDrawn) {
		return already
	}
	r.phase, r.changed, r.seed, r.recorded = round.PhaseDrawn, at, seed(r), map[string]int{}
	r.results = drawn(m.rules[r.rules], r)
	return changed
}

// rank: n ranks of a pool from first on, as they were drawn.
func (m *model) rank(actor string, at domain.Time, id, pool string, first, n int) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.before(round.PhaseDrawn):
		return refused("round_phase")
	case !r.before(round.PhasePublished):
		return already
	}
	res, known := r.results[pool]
	next := r.recorded[pool] + 1
	switch {
	case !known:
		return refused("unknown_pool")
	case n > 0 && first < next && first+n-1 < next:
		return already
	case n == 0 || first != next || first+n-1 > len(res.ranks):
		return refused("invalid_ranks")
	}
	r.changed, r.recorded[pool] = at, first+n-1
	return changed
}

// publish: leaf is the index that the event has in the ledger, if it is stored.
func (m *model) publish(actor string, at domain.Time, id string, leaf int64) answer {
	if code := m.conducting(actor, at, id, false); code != "" {
		return refused(code)
	}
	r := m.rounds[id]
	switch {
	case r.before(round.PhaseDrawn):
		return refused("round_phase")
	case !r.before(round.PhasePublished):
		return already
	}
	for pool, res := range r.results {
		if r.recorded[pool] != len(res.ranks) {
			return refused("ranks_missing")
		}
	}
	r.phase, r.changed, r.published, r.promoted = round.PhasePublished, at, leaf,
		map[string][]move{}
	won := map[string]bool{}
	for pool, res := range r.results {
		for i, l := range res.ranks[:res.selected] {
			won[l.code] = true
			a := m.apps[l.code]
			a.pooled = false
			if a.phase == "approved" {
				a.selected = rightID(id, pool, i+1)
			}
		}
	}
	lost := map[string]bool{}
	for _, p := range m.rules[r.rules].Pools {
		for _, l := range r.rosters[p.Name] {
			lost[l.code] = lost[l.code] || p.Method == draw.PLD1 && !won[l.code]
		}
	}
	for _, code := range slices.Sorted(maps.Keys(lost)) {
		if lost[code] {
			m.apps[code].losses++
		}
	}
	return changed
}

func (m *model) void(actor string, at domain.Time, id string, why round.VoidReason) answer {
	r := m.rounds[id]
	if code := m.conducting(actor, at, id, false); code == "round_voided" && r.voided == why {
		return already
	} else if code != "" {
		return refused(code)
	}
	abort := domain.Time(m.rules[r.rules].AbortSeconds)
	if abort == 0 {
		abort = 7 * 86400
	}
	waiting := r.phase == round.PhaseAnnounced
	switch {
	case !r.before(round.PhasePublished):
		return refused("round_published")
	case why == round.CeremonyLate &&
		(!waiting || !r.ceremonial || r.ceremony != "" || at <= m.lateFor(r)):
		return refused("reason_unfounded")
	case why == round.BeaconMissing && !waiting:
		return refused("reason_unfounded")
	case why == round.BeaconMissing && at < r.drawTime+abort:
		return refused("abort_too_early")
	}
	r.phase, r.changed, r.voided = round.PhaseVoided, at, why
	return changed
}

// versionOf is the version of the rules of a round.
func (m *model) versionOf(id string) rules.Version { return m.rules[m.rounds[id].rules] }
