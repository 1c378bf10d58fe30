package application_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
)

// model is what a clerk would note on paper about an application under the demanding
// rules, as the tests of single rules describe it.
type model struct {
	status   string // in review, rejected, in the pool, ended
	clock    domain.Time
	passed   map[string]bool // by item; absent: not checked since the last edit
	rejected struct {
		at, asked domain.Time
		by        string
		upheld    bool
	}
	valid  domain.Time
	proven bool // draws of the only member
	draws  int
}

var items = map[string]string{"residence": "police", "paid": "tax"}

// TestReviewModel lets clerks do anything in any order, days apart, and holds every answer
// against the model.
func TestReviewModel(t *testing.T) {
	reached := map[string]int{}
	property := func(t *rapid.T) {
		m := model{status: "in review", clock: later, passed: map[string]bool{}, draws: 4}
		s := application.Evolve(application.State{}, submitted)
		officers := rapid.SampledFrom([]string{"li", "wei"})
		ask := func(t *rapid.T, cmd application.Command, accepted bool) {
			next, events, _ := rule.Step(t, s, cmd)
			require.Equal(t, accepted, len(events) > 0, "%T when %s", cmd, m.status)
			s = next
			if accepted {
				reached[events[0].EventType()]++
			}
		}
		inReview := func() bool { return m.status == "in review" }
		pending := func() bool {
			return m.status == "rejected" && m.rejected.asked != 0 &&
				!m.rejected.upheld
		}
		if rapid.IntRange(0, 2).Draw(t, "fresh") > 0 { // so that what comes late is tried as well
			for item, department := range items {
				ask(t, check(department, item), true)
				m.passed[item] = true
			}
			ask(t, application.Approve{At: m.clock, Rules: demanding}, true)
			m.status, m.valid, m.passed = "in the pool", m.clock+90*day, map[string]bool{}
		}
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) {
				m.clock += domain.Time(rapid.SampledFrom([]int64{1, 10, 20, 60}).Draw(t,
					"days")) * day
			},
			"check": func(t *rapid.T) {
				item := rapid.SampledFrom([]string{"residence", "paid", "paid"}).Draw(t, "item")
				cmd := check(items[item], item)
				pass := rapid.IntRange(0, 3).Draw(t, "failed") > 0
				if !pass {
					cmd = check(items[item], item, application.DataMismatch)
				}
				before, known := m.passed[item]
				accepted := (inReview() || pending()) && (!known || before != pass)
				ask(t, cmd, accepted)
				if accepted {
					m.passed[item] = pass
				}
			},
			"approve": func(t *rapid.T) {
				accepted := inReview() && m.passed["residence"] && m.passed["paid"]
				ask(t, application.Approve{At: m.clock, Rules: demanding}, accepted)
				if accepted {
					m.status, m.valid, m.passed = "in the pool", m.clock+90*day, map[string]bool{}
				}
			},
			"reject": func(t *rapid.T) {
				cmd, reason := application.Reject{At: m.clock, Rules: demanding},
					rapid.Bool().Draw(t, "reason")
				if reason {
					cmd.Reasons = []application.Reason{application.OwnsCar}
				}
				accepted := inReview()
				if !reason { // there has to be a failed check
					failed := false
					for _, pass := range m.passed {
						failed = failed || !pass
					}
					accepted = accepted && failed
				}
				ask(t, cmd, accepted)
				if accepted {
					m.status = "rejected"
					m.rejected.at, m.rejected.asked, m.rejected.upheld = m.clock, 0, false
					m.rejected.by = officers.Draw(t, "by")
				}
			},
			"ask": func(t *rapid.T) {
				accepted := m.status == "rejected" && m.rejected.asked == 0 &&
					m.clock < m.rejected.at+15*day
				ask(t, application.AskRecheck{At: m.clock, Rules: demanding}, accepted)
				if accepted {
					m.rejected.asked = m.clock
				}
			},
			"answer": func(t *rapid.T) {
				by, granted := officers.Draw(t, "by"), rapid.Bool().Draw(t, "granted")
				cmd := application.AnswerRecheck{
					At: m.clock, By: by, RejectedBy: m.rejected.by,
					Answer: application.Upheld,
				}
				if granted {
					cmd.Answer = application.Granted
				}
				accepted := pending() && by != m.rejected.by && m.clock < m.rejected.asked+31*day
				ask(t, cmd, accepted)
				if accepted && granted {
					m.status = "in review"
				} else if accepted {
					m.rejected.upheld = true
				}
			},
			"edit": func(t *rapid.T) {
				draws := rapid.IntRange(4, 6).Draw(t, "draws")
				standing := alone()
				standing.Members[0].DrawsSince2021 = draws
				open := inReview() || m.status == "rejected"
				accepted := open && (!m.proven || draws == m.draws) &&
					(draws != m.draws || m.status == "rejected")
				ask(t, application.Edit{Standing: standing}, accepted)
				if accepted {
					m.status, m.draws, m.passed = "in review", draws, map[string]bool{}
				}
			},
			"credit": func(t *rapid.T) {
				draws := rapid.IntRange(4, 6).Draw(t, "draws")
				accepted := inReview() && (!m.proven || draws != m.draws)
				ask(t, application.Credit{
					Member: 1, DrawsSince2021: draws,
					Evidence: domain.Digest{1},
				}, accepted)
				if accepted {
					m.proven, m.draws = true, draws
				}
			},
			"renew": func(t *rapid.T) {
				accepted := m.status == "in the pool" && m.clock < m.valid && m.clock+
					90*day > m.valid
				ask(t, application.Renew{At: m.clock, Rules: demanding}, accepted)
				if accepted {
					m.valid = m.clock + 90*day
				}
			},
			"expire": func(t *rapid.T) {
				drawing := rapid.SampledFrom([]string{"", "", "2026-1"}).Draw(t, "drawing")
				accepted := m.status == "in the pool" && m.clock >= m.valid && drawing == ""
				ask(t, application.Expire{At: m.clock, Drawing: drawing}, accepted)
				if accepted {
					m.status = "ended"
				}
			},
			"disqualify": func(t *rapid.T) {
				if rapid.IntRange(0, 19).Draw(t, "sure") > 0 {
					return
				}
				accepted := m.status != "ended"
				ask(t, application.Disqualify{Reason: application.FalseStatement}, accepted)
				m.status = "ended"
			},
			"": func(t *rapid.T) {
				require.Equal(t, m.draws, s.Standing.Members[0].DrawsSince2021)
				require.Len(t, s.Review().Checks, len(m.passed))
				if m.status == "in the pool" {
					require.Equal(t, m.valid, s.ValidUntil)
				}
			},
		})
	}
	rapid.Check(t, property)
	for tries := 0; tries < 30 && len(reached) < 10; tries++ {
		rapid.Check(t, property) // the rare ones need luck
	}
	require.Len(t, reached, 10, "the model was tried with every event: %v", reached)
}
