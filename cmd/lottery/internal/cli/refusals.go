package cli

import (
	"fmt"
	"strings"

	"lotteryledger/audit/durable"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/office"
)

// Refusals is the part of the result of a command on many things that says which of them were
// refused. The others are done.
type Refusals struct {
	Refused []Refusal `json:"refused,omitempty"`
	Report  string    `json:"report,omitempty"` // path of the file with all of them

	first error
}

// Refusal is one that was refused.
type Refusal struct {
	ID   string `json:"id"`
	Code string `json:"code"`
}

// Refuse notes a refusal. It returns the error if that is none, or one that concerns the officer,
// so that the command cannot go on.
func (r *Refusals) Refuse(id string, err error) error {
	code := fault.CodeOf(err)
	if code == "" || office.Unauthorised(err) {
		return err
	}
	if r.first == nil {
		r.first = err
	}
	r.Refused = append(r.Refused, Refusal{id, code})
	return nil
}

// Of ends the command on so many things. If the only one was refused, that is the error.
func (r *Refusals) Of(all int) error {
	switch {
	case r.first == nil:
		return nil
	case all == 1:
		return r.first
	}
	r.first = fmt.Errorf("%w (%d of %d were refused, the others are done)", r.first,
		len(r.Refused), all)
	return nil
}

// Failure is the first refusal, and says how many of all there were.
func (r *Refusals) Failure() error { return r.first }

// Note writes all refusals to a file, one a line with its code.
func (r *Refusals) Note(a *app.App, file string) error {
	if len(r.Refused) == 0 {
		return nil
	}
	var b strings.Builder
	for _, one := range r.Refused {
		b.WriteString(one.ID + "\t" + one.Code + "\n")
	}
	r.Report = a.Path("private", file)
	if err := durable.Replace(r.Report, 0o600, durable.Bytes(b.String())); err != nil {
		return fmt.Errorf("writing the refusals: %w", err)
	}
	return nil
}

// shownRefusals is how many refusals are shown when a file holds all.
const shownRefusals = 20

// List writes the refusals.
func (r *Refusals) List(p *Page) {
	if len(r.Refused) == 0 {
		return
	}
	p.Line("refused", len(r.Refused))
	shown := r.Refused
	if r.Report != "" && len(shown) > shownRefusals {
		shown = shown[:shownRefusals]
	}
	var rows [][]string
	for _, one := range shown {
		rows = append(rows, []string{"  " + one.ID, one.Code})
	}
	p.Rows(rows)
	if r.Report != "" {
		p.Line("refused.report", r.Report)
	}
}
