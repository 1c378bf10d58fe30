package cli

import (
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/words"
)

// Done is part of the result of every command that changes something. [Print] fills it in.
type Done struct {
	Changed *bool  `json:"changed,omitempty"` // whether something was stored; not in a dry run
	DryRun  bool   `json:"dry_run,omitempty"`
	Events  *int64 `json:"events,omitempty"` // in a dry run: how many would be stored

	// Idle says that a command which stored nothing need not have been carried out before.
	Idle bool `json:"-"`
}

// changer is a result that holds a Done.
type changer interface{ report() *Done }

func (d *Done) report() *Done { return d }

func (d *Done) fill(a *app.App) {
	n := a.Stored()
	if a.Trial != nil {
		d.DryRun, d.Events = true, &n
		return
	}
	changed := n > 0
	d.Changed = &changed
}

// say adds to what a command says what came of it.
func (d *Done) say(w *words.Words, said string) string {
	switch {
	case d.DryRun:
		return w.Format("dry_run", *d.Events, said)
	case *d.Changed:
	case d.Idle:
		return said + "\n" + w.Text("idle")
	default:
		return said + "\n" + w.Text("unchanged")
	}
	return said
}
