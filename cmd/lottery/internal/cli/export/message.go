package export

import (
	"context"
	"encoding/csv"
	"strings"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// messages is one export of them.
type messages struct {
	office *office.Office
	by     office.Author
	page   *cli.Page

	count, mute int
	next        eventstore.Position
}

// write writes a row for each message.
func (x *messages) write(ctx context.Context, rows *csv.Writer) error {
	header := []string{"position", "event", "application", "mobile", "text"}
	if err := rows.Write(header); err != nil {
		return err
	}
	var err error
	x.next, err = x.office.Messages(ctx, x.by, x.next, func(m office.Message) error {
		x.count++
		if m.Mobile == "" {
			x.mute++
		}
		return rows.Write([]string{
			m.Position.String(), m.Event.EventType(), m.Application, m.Mobile,
			textOf(x.page, m.Application, m.Event),
		})
	})
	return err
}

// textOf words what the applicant is told of an event of their application or indicator.
func textOf(p *cli.Page, code string, e catalog.Event) string {
	said := p.Text(
		"event." + strings.TrimSuffix(strings.TrimPrefix(e.EventType(), "application."), ".v1"),
	)
	var because string
	switch e := e.(type) {
	case application.RecheckAnswered:
		said = words.Name(p.Words, "answer", e.Answer)
	case application.Rejected:
		because = words.Names(p.Words, "reason", e.Reasons)
	case application.Disqualified:
		because = words.Name(p.Words, "ban", e.Reason)
	case indicator.Confirmed:
		said = p.Right(indicator.PhaseConfirmed, "") + p.Say("use_by", e.UseBy)
	case indicator.Revoked:
		said, because = p.Right(indicator.PhaseRevoked, ""), words.Name(
			p.Words, "revocation", e.Reason,
		)
	case indicator.Used:
		said = p.Right(indicator.PhaseUsed, "")
	case indicator.Forfeited:
		said = p.Right(indicator.PhaseForfeited, rules.Vacancy(e.Reason))
	}
	text := p.Say("message.about", code, said)
	if because != "" {
		text += p.Say("message.since", because)
	}
	return text + p.Text("message.stop")
}
