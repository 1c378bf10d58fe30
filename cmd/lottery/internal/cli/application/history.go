package application

import (
	"strings"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore"
	"lotteryledger/projections/timeline"
)

// history writes a line for each event.
func (r about) history(p *cli.Page) {
	if len(r.History) > 0 {
		p.Line("application.history")
	}
	for _, e := range r.History {
		name := strings.TrimSuffix(strings.TrimPrefix(e.Type, "application."), ".v1")
		text := p.Say("application.event", e.At, p.Text("event."+name), e.Actor)
		if facts := factsOf(p, e); facts != "" {
			text += p.Text("colon") + facts
		}
		p.Print(text)
	}
}

// factsOf says what an event of the history brought, beyond its name.
func factsOf(p *cli.Page, e timeline.Event) string {
	if e.Type == application.TypeSubmitted || e.Type == application.TypeEdited {
		return "" // the history keeps only a part of these; the head of the page tells it
	}
	fact, err := eventstore.Decode(e.Type, e.Facts)
	if err != nil {
		return string(e.Facts)
	}
	switch f := fact.(type) {
	case application.CheckRecorded:
		return p.Say("fact.check", words.Name(p.Words, "department", f.Department), words.Name(
			p.Words, "item", f.Item,
		),
			words.Name(p.Words, "outcome", f.Outcome))
	case application.Approved:
		if f.ValidUntil != 0 {
			return p.Say("fact.valid", f.ValidUntil)
		}
	case application.Renewed:
		return p.Say("fact.valid", f.ValidUntil)
	case application.Rejected:
		return words.Names(p.Words, "reason", f.Reasons)
	case application.RecheckAsked:
		return p.Say("fact.answer_by", f.AnswerBy)
	case application.RecheckAnswered:
		return words.Name(p.Words, "answer", f.Answer)
	case application.Disqualified:
		return words.Name(p.Words, "ban", f.Reason)
	case application.Credited:
		return p.Say("fact.credit", f.Member, f.DrawsUntil2020, f.DrawsSince2021)
	case application.Awarded:
		return f.Indicator
	}
	return ""
}
