package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// about is everything that is said of an application.
type about struct {
	code   string
	state  application.State
	checks []checkOf
	losses int
	found  results.Found
	barred domain.Time // until then its people may not apply, after a lapse
	next   []string    // what may be done now, by names of nextSteps
	events []timeline.Event
}

// checkOf is a check that the rules require, and what was found.
type checkOf struct {
	Department string               `json:"department"`
	Item       string               `json:"item"`
	Outcome    application.Outcome  `json:"outcome,omitempty"` // not checked since the last edit when left out
	Reasons    []application.Reason `json:"reasons,omitempty"`
}

func (o *options) showCommand() *cobra.Command {
	var lang string
	c := leaf("show CODE", "print an application with its checks and its history", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.tell(ctx, args[0], lang, true)
	})
	c.Flags().StringVar(&lang, "lang", "en", "en or zh")
	return c
}

func (o *options) queryCommand() *cobra.Command {
	var lang string
	c := leaf("query CODE", "what an applicant asks: where the application stands, what it won, what to do next", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.tell(ctx, args[0], lang, false)
	})
	c.Flags().StringVar(&lang, "lang", "en", "en or zh")
	return c
}

// tell prints an application; history adds every event of it.
func (o *options) tell(ctx context.Context, code, lang string, history bool) error {
	w, ok := vocabulary[lang]
	if !ok {
		return usage("--lang: en or zh, not %q", lang)
	}
	return o.with(ctx, func(ctx context.Context, s *session) error {
		a, err := s.about(ctx, code, history)
		if err != nil {
			return err
		}
		return s.print(a.object(), "%s", w.tell(a))
	})
}

func (s *session) about(ctx context.Context, code string, history bool) (about, error) {
	state, err := s.office.LoadApplication(ctx, code)
	if err != nil {
		return about{}, err
	}
	if state.Phase == "" {
		return about{}, fault.New(fault.UnknownApplication, "no application %s was submitted", code)
	}
	a := about{code: code, state: state}
	v, err := s.office.RulesOf(ctx, state.Round)
	if err != nil {
		return a, err
	}
	for _, due := range v.Checks(state.Indicator, state.Standing.Applicant) {
		if state.Phase != application.PhaseSubmitted && state.Phase != application.PhaseRejected {
			break // the review is over
		}
		c, _ := state.Check(due.Department, due.Item)
		a.checks = append(a.checks, checkOf{due.Department, due.Item, c.Outcome, c.Reasons})
	}
	db, err := s.readModels(ctx)
	if err != nil {
		return a, err
	}
	row, _, err := pool.Of(db).Find(ctx, code)
	if err != nil {
		return a, err
	}
	a.losses = row.Losses
	if a.found, err = results.Of(db).Find(ctx, code); err != nil {
		return a, err
	}
	a.next = nextSteps(state, v, now(), a.found.Indicators)
	if won := a.found.Indicators; len(won) > 0 {
		l, err := eventstore.Of(catalog.Indicators).Load(ctx, s.store, indicator.StreamPrefix+won[len(won)-1].ID, catalog.Meta{})
		if err != nil {
			return a, err
		}
		a.barred = l.State.BarredUntil
	}
	if !history {
		return a, nil
	}
	histories, err := s.timelines(ctx)
	if err != nil {
		return a, err
	}
	a.events, err = timeline.Of(histories).Events(ctx, code)
	return a, err
}

// nextSteps says what may be done with an application at a moment, by whomever; of what it has won
// the last counts.
func nextSteps(s application.State, v rules.Version, at domain.Time, won []results.Indicator) []string {
	may := func(step string, cmd application.Command) []string {
		if events, err := application.Decide(s, cmd); err == nil && len(events) > 0 {
			return []string{step}
		}
		return nil
	}
	var next []string
	switch s.Phase {
	case application.PhaseSubmitted:
		next = append(next, "review", "edit")
	case application.PhaseRejected:
		if s.Review().Recheck.AnswerBy != 0 && !s.Review().Recheck.Upheld && at < s.Review().Recheck.AnswerBy {
			next = append(next, "answer")
		}
		next = append(next, may("recheck", application.AskRecheck{At: at, Rules: v})...)
		next = append(next, "edit")
	case application.PhaseApproved:
		next = append(next, "draw")
		if s.ValidUntil != 0 && at >= s.ValidUntil {
			next = []string{"lapsed"}
		}
		next = append(next, may("renew", application.Renew{At: at, Rules: v})...)
	case application.PhaseAwarded:
		if len(won) == 0 {
			return nil
		}
		switch won[len(won)-1].Phase {
		case indicator.PhaseUsed:
			return []string{"other"}
		case indicator.PhaseRevoked, indicator.PhaseForfeited:
			return []string{"again"}
		}
		return []string{"indicator", "other"}
	case application.PhaseWithdrawn, application.PhaseExpired, application.PhaseDisqualified:
		return []string{"again"}
	}
	return append(next, may("withdraw", application.Withdraw{})...)
}

// object is an application for programs; what does not apply is left out.
func (a about) object() map[string]any {
	s := a.state
	m := map[string]any{
		"application": a.code, "phase": s.Phase, "applicant": s.Applicant, "indicator_kind": s.Indicator,
		"round": s.Round, "submitted_at": s.Submitted, "standing": s.Standing, "losses": a.losses, "next": a.next,
	}
	if len(s.Reasons) > 0 {
		m["reasons"] = s.Reasons
	}
	if s.Won != "" {
		m["indicator"] = s.Won
	}
	if len(a.checks) > 0 {
		m["checks"] = a.checks
	}
	if s.ValidUntil != 0 {
		m["valid_until"] = s.ValidUntil
	}
	if a.barred != 0 {
		m["barred_until"] = a.barred
	}
	if s.Review().Banned != "" {
		m["disqualified"] = s.Review().Banned
	}
	if s.Review().Recheck.Until != 0 {
		m["recheck_until"] = s.Review().Recheck.Until
	}
	if s.Review().Recheck.AnswerBy != 0 {
		m["recheck_answer_by"], m["recheck_upheld"] = s.Review().Recheck.AnswerBy, s.Review().Recheck.Upheld
	}
	if len(a.found.Ranks) > 0 {
		m["ranks"] = ranksOf(a.found.Ranks)
	}
	if a.events != nil {
		m["history"] = a.events
	}
	return m
}

func ranksOf(ranks []results.Rank) (list []map[string]any) {
	for _, r := range ranks {
		list = append(list, map[string]any{"round": r.Round, "pool": r.Pool, "rank": r.Rank, "selected": r.Selected})
	}
	return list
}

// tell is an application in the words of a language.
func (w words) tell(a about) string {
	s := a.state
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	line(w.application, a.code, w.phases[s.Phase], w.applicants[s.Standing.Applicant], w.indicators[s.Indicator], s.Submitted, s.Round)
	if len(s.Reasons) > 0 {
		line(w.because, s.Reasons)
	}
	for _, r := range s.Reasons {
		line("\n  %s: %s", r, w.reasons[string(r)])
	}
	if s.Review().Banned != "" {
		line("\n  %s: %s", s.Review().Banned, w.bans[string(s.Review().Banned)])
	}
	for _, c := range a.checks {
		line(w.check, c.Department, c.Item, w.outcomes[c.Outcome])
		if len(c.Reasons) > 0 {
			line(" %v", c.Reasons)
		}
	}
	switch {
	case s.Phase != application.PhaseRejected:
	case s.Review().Recheck.Upheld:
		line("%s", w.upheld)
	case s.Review().Recheck.AnswerBy != 0:
		line(w.asked, s.Review().Recheck.AnswerBy)
	case s.Review().Recheck.Until != 0:
		line(w.offered, s.Review().Recheck.Until)
	}
	if s.ValidUntil != 0 {
		line(w.valid, s.ValidUntil)
	}
	if a.barred != 0 {
		line(w.barred, a.barred)
	}
	if a.losses > 0 {
		line(w.losses, a.losses)
	}
	for _, r := range a.found.Ranks {
		line(w.rank, r.Round, r.Pool, r.Rank, w.seats[r.Selected])
	}
	for _, i := range a.found.Indicators {
		line(w.indicator, i.ID, cmp.Or(w.rights[i.Phase], string(i.Phase)))
		if i.UseBy != 0 {
			line(w.useBy, i.UseBy)
		}
	}
	for _, n := range a.next {
		line(w.next, w.steps[n])
	}
	for i, e := range a.events {
		if i == 0 {
			line("%s", w.history)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(e.Type, "application."), ".v1")
		line("\n    %s %s %s %s", e.At, w.events[name], e.Actor, e.Facts)
	}
	return b.String()
}
