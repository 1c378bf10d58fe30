package application

import (
	"context"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
	"lotteryledger/projections/timeline"
)

// about is everything that is said of an application. What does not apply is left out.
type about struct {
	Application string               `json:"application"`
	Phase       application.Phase    `json:"phase"`
	Applicant   string               `json:"applicant"`
	Kind        domain.IndicatorKind `json:"indicator_kind"`
	Round       string               `json:"round"`
	SubmittedAt domain.Time          `json:"submitted_at"`
	Standing    rules.Standing       `json:"standing"`
	// of the ladder, of each member, losses counted
	Steps      []int                `json:"steps"`
	Weights    []weight             `json:"weights,omitempty"`
	Losses     int                  `json:"losses"`
	Next       []application.Step   `json:"next"` // what may be done now
	Reasons    []application.Reason `json:"reasons,omitempty"`
	Indicator  string               `json:"indicator,omitempty"`
	Checks     []check              `json:"checks,omitempty"`
	ValidUntil domain.Time          `json:"valid_until,omitzero"`
	// until then its people may not apply
	BarredUntil domain.Time                  `json:"barred_until,omitzero"`
	Banned      application.DisqualifyReason `json:"disqualified,omitempty"`

	RecheckUntil    domain.Time `json:"recheck_until,omitzero"`
	RecheckAnswerBy domain.Time `json:"recheck_answer_by,omitzero"`
	RecheckUpheld   *bool       `json:"recheck_upheld,omitempty"`

	Ranks      []rank           `json:"ranks,omitempty"`
	Indicators []right          `json:"indicators,omitempty"`
	History    []timeline.Event `json:"history,omitempty"`

	brief bool // without the facts
}

// check is a check that the rules require, and what was found.
type check struct {
	Department string `json:"department"`
	Item       string `json:"item"`
	// not checked since the last edit when left out
	Outcome application.Outcome  `json:"outcome,omitempty"`
	Reasons []application.Reason `json:"reasons,omitempty"`
}

// rank is a place in a published result.
type rank struct {
	Round    string `json:"round"`
	Pool     string `json:"pool"`
	Rank     uint64 `json:"rank"`
	Selected bool   `json:"selected"`
	Promoted bool   `json:"promoted,omitempty"` // from the reserve
}

// right is an indicator that the application has or had.
type right struct {
	Indicator string          `json:"indicator"`
	Phase     indicator.Phase `json:"phase"`
	Vacancy   rules.Vacancy   `json:"vacancy,omitempty"` // how it ended unused
	ConfirmBy domain.Time     `json:"confirm_by,omitzero"`
	UseBy     domain.Time     `json:"use_by,omitzero"`
}

// load returns an application that was submitted.
func load(ctx context.Context, a *app.App, code string) (application.State, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return application.State{}, err
	}
	state, err := o.LoadApplication(ctx, code)
	if err == nil && state.Phase == "" {
		err = cli.Mistyped(
			code, fault.New(fault.UnknownApplication, "no application %s was submitted", code),
		)
	}
	return state, err
}

// look collects what is known of an application; history adds every event of it.
func look(ctx context.Context, a *app.App, code string, history bool) (about, error) {
	state, err := load(ctx, a, code)
	if err != nil {
		return about{}, err
	}
	o, err := a.Office(ctx)
	if err != nil {
		return about{}, err
	}
	v, err := o.RulesOf(ctx, state.Round)
	if err != nil {
		return about{}, err
	}
	r := aboutOf(code, state)
	r.brief = !history
	r.Checks = checksOf(state, v)
	db, err := a.ReadModels(ctx)
	if err != nil {
		return r, err
	}
	row, _, err := pool.Of(db).Find(ctx, code)
	if err != nil {
		return r, err
	}
	r.Losses = row.Losses
	r.Steps, r.Weights = weigh(code, state, v, row.Losses, app.Now())
	if err := r.won(ctx, a, results.Of(db)); err != nil {
		return r, err
	}
	r.Next = application.Next(state, v, app.Now(), r.last())
	if !history {
		return r, nil
	}
	histories, err := a.Timelines(ctx)
	if err != nil {
		return r, err
	}
	r.History, err = timeline.Of(histories).Events(ctx, code)
	return r, err
}

// last returns the phase of the indicator that was won last, or "".
func (r about) last() indicator.Phase {
	if n := len(r.Indicators); n > 0 {
		return r.Indicators[n-1].Phase
	}
	return ""
}

// aboutOf is what the stream of an application says.
func aboutOf(code string, s application.State) about {
	r := about{
		Application: code, Phase: s.Phase, Applicant: s.Applicant, Kind: s.Indicator,
		Round:       s.Round,
		SubmittedAt: s.Submitted, Standing: s.Standing, Reasons: s.Reasons, Indicator: s.Won,
		ValidUntil: s.ValidUntil,
	}
	review := s.Review()
	r.Banned, r.RecheckUntil = review.Banned, review.Recheck.Until
	if review.Recheck.AnswerBy != 0 {
		r.RecheckAnswerBy, r.RecheckUpheld = review.Recheck.AnswerBy, &review.Recheck.Upheld
	}
	return r
}

// checksOf lists the checks that the rules require, while the review is not over.
func checksOf(s application.State, v rules.Version) (checks []check) {
	if s.Phase != application.PhaseSubmitted && s.Phase != application.PhaseRejected {
		return nil
	}
	for _, due := range v.Checks(s.Indicator, s.Standing.Applicant) {
		c, _ := s.Check(due.Department, due.Item)
		checks = append(checks, check{due.Department, due.Item, c.Outcome, c.Reasons})
	}
	return checks
}

// won adds the results and indicators of the application.
func (r *about) won(ctx context.Context, a *app.App, from results.Results) error {
	found, err := from.Find(ctx, r.Application)
	if err != nil {
		return err
	}
	store, err := a.Store(ctx)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for _, i := range found.Indicators {
		l, err := eventstore.Of(catalog.Indicators).Load(
			ctx, store, indicator.StreamPrefix+i.ID, catalog.Meta{},
		)
		if err != nil {
			return err
		}
		held[i.ID] = true
		r.BarredUntil = l.State.BarredUntil // of the last one
		one := right{Indicator: i.ID, Phase: l.State.Phase, Vacancy: l.State.Vacancy(false)}
		switch l.State.Phase {
		case indicator.PhaseAwarded:
			one.ConfirmBy = l.State.ConfirmBy
		case indicator.PhaseConfirmed:
			one.UseBy = l.State.UseBy
		}
		r.Indicators = append(r.Indicators, one)
	}
	for _, k := range found.Ranks {
		promoted := !k.Selected && held[indicator.ID(k.Round, k.Pool, k.Rank)]
		r.Ranks = append(r.Ranks, rank{k.Round, k.Pool, k.Rank, k.Selected, promoted})
	}
	return nil
}
