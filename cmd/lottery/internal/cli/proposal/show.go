package proposal

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"
)

// shown is a proposal with what it would change.
type shown struct {
	cli.Proposal
	Event   json.RawMessage `json:"event,omitempty"` // that is proposed; none if it is not kept here
	Changes []change        `json:"changes,omitempty"`
}

// change is a field of the proposed event, beside what stands now.
type change struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Text words the proposal.
func (s *shown) Text(p *cli.Page) {
	_, about, _ := strings.Cut(s.Stream, "-")
	p.Line("proposal.asks", s.ID, s.By, p.Say("deed."+s.Type, about), s.Expires)
	s.Standing(p)
	if s.Event == nil {
		p.Line("proposal.no_draft")
		return
	}
	if len(s.Changes) > 0 {
		p.Line("proposal.changes")
	}
	var rows [][]string
	for _, c := range s.Changes {
		after := cmp.Or(c.After, p.Text("proposal.nothing"))
		if c.Before != "" {
			after = c.Before + " → " + after
		}
		rows = append(rows, []string{"  " + c.label(p), after})
	}
	p.Rows(rows)
	if s.Ended == "" && s.Approved == "" {
		p.Line("proposal.next", s.ID)
	}
}

// label words a field like rosters.ordinary.count: "ordinary: applications".
func (c change) label(p *cli.Page) string {
	parts := strings.Split(c.Field, ".")
	last := parts[len(parts)-1]
	label := words.Name(p.Words, "field", last)
	if len(parts) > 2 {
		label = strings.Join(parts[1:len(parts)-1], " ") + p.Text("colon") + label
	}
	return label
}

func showCommand(a *app.App) *cobra.Command {
	return complete(a, cli.New(a, &cobra.Command{
		Use: "show ID", Short: "Say what a proposal asks for, and what it would change",
		Example: `  lottery proposal show 5db31e79f0c94c36a05b7a2d53c4e1f8`,
	}, func(ctx context.Context, args []string) (*shown, error) {
		return show(ctx, a, args[0])
	}))
}

func show(ctx context.Context, a *app.App, id string) (*shown, error) {
	o, err := a.Office(ctx)
	if err != nil {
		return nil, err
	}
	s, e, err := o.Proposed(ctx, id)
	r := &shown{Proposal: cli.ProposalOf(id, s)}
	if fault.CodeOf(err) == fault.DraftMissing {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if r.Event, err = catalog.Encode(e); err != nil {
		return nil, err
	}
	before, after, err := around(ctx, o, s.Made.Stream, e)
	if err != nil {
		return nil, err
	}
	r.Changes, err = compare(before, after)
	return r, err
}
