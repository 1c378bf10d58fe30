package application

import (
	"strings"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
)

// Text writes the application; its facts and its history only if asked for.
func (r about) Text(p *cli.Page) {
	r.head(p)
	for _, c := range r.Checks {
		text := p.Say("application.check", words.Name(p.Words, "department", c.Department),
			words.Name(p.Words, "item", c.Item), words.Name(p.Words, "outcome", c.Outcome))
		if len(c.Reasons) > 0 {
			text += p.Say("application.because", words.Names(p.Words, "reason", c.Reasons))
		}
		p.Print(text)
	}
	r.dates(p)
	if r.Losses > 0 {
		p.Line("application.losses", r.Losses)
	}
	if !r.brief {
		r.facts(p)
	}
	for _, w := range r.Weights {
		w.text(p)
	}
	r.outcome(p)
	for _, n := range r.Next {
		p.Line("application.next", words.Name(p.Words, "step", n))
	}
	r.history(p)
}

func (r about) head(p *cli.Page) {
	phase := words.Name(p.Words, "application_phase", r.Phase)
	if n := len(r.Indicators); r.Phase == application.PhaseAwarded && n > 0 &&
		r.Indicators[n-1].Vacancy != "" {
		phase = p.Text("application.lost")
	}
	p.Line("application.is", r.Application, phase, words.Name(
		p.Words, "applicant_kind", r.Standing.Applicant,
	),
		words.Name(p.Words, "indicator_kind", r.Kind), r.SubmittedAt, r.Round)
	for _, why := range r.Reasons {
		p.Line("application.reason", why, words.Name(p.Words, "reason", why))
	}
	if r.Banned != "" {
		p.Line("application.reason", r.Banned, words.Name(p.Words, "ban", r.Banned))
	}
}

func (r about) dates(p *cli.Page) {
	switch {
	case r.Phase != application.PhaseRejected:
	case r.RecheckUpheld != nil && *r.RecheckUpheld:
		p.Line("application.upheld")
	case r.RecheckAnswerBy != 0:
		p.Line("application.asked", r.RecheckAnswerBy)
	case r.RecheckUntil != 0:
		p.Line("application.offered", r.RecheckUntil)
	}
	if r.ValidUntil != 0 {
		p.Line("application.valid", r.ValidUntil)
	}
	if r.BarredUntil != 0 {
		p.Line("application.barred", r.BarredUntil)
	}
}

// facts writes what weighs in a draw, as it was submitted or edited.
func (r about) facts(p *cli.Page) {
	s := r.Standing
	for i, m := range s.Members {
		text := p.Say("application.member", i+1, words.Name(p.Words, "member_role", m.Role),
			m.DrawsUntil2020, m.DrawsSince2021, r.Steps[i], day(m.RegisteredOn.String()))
		if m.WaitingSince != 0 {
			text += p.Say("application.waiting", day(m.WaitingSince.String()))
		}
		if len(m.Grounds) > 0 {
			text += p.Say("application.grounds", words.Names(p.Words, "ground", m.Grounds))
		}
		p.Print(text)
	}
	if s.Generations > 0 {
		text := p.Say("application.generations", s.Generations)
		if s.FamilySince != 0 {
			text += p.Say("application.family_since", day(s.FamilySince.String()))
		}
		p.Print(text)
	}
	if s.Scale > 0 {
		p.Line("application.scale", s.Scale)
	}
	if len(s.Choices) > 0 {
		p.Line("application.choices", strings.Join(s.Choices, p.Text("comma")))
	}
}

// day is the date of a time that stands for a day, as midnight in UTC.
func day(t string) string { return t[:len("2006-01-02")] }

func (w weight) text(p *cli.Page) {
	switch w.Method {
	case draw.Queue:
		p.Line("application.queue", w.Pool, day(w.Since.String()))
	case draw.Points:
		p.Line("application.points", w.Pool, w.Weight)
	default:
		p.Line("application.tickets", w.Pool, w.Weight)
	}
}

func (r about) outcome(p *cli.Page) {
	for _, k := range r.Ranks {
		seat := "seat.reserve"
		switch {
		case k.Selected:
			seat = "seat.selected"
		case k.Promoted:
			seat = "seat.promoted"
		}
		p.Line("application.rank", k.Round, k.Pool, k.Rank, p.Text(seat))
	}
	for _, i := range r.Indicators {
		text := p.Say("application.indicator", i.Indicator, p.Right(i.Phase, i.Vacancy))
		if i.ConfirmBy != 0 {
			text += p.Say("confirm_by", i.ConfirmBy)
		}
		if i.UseBy != 0 {
			text += p.Say("use_by", i.UseBy)
		}
		p.Print(text)
	}
}
