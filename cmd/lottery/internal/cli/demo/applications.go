package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lotteryledger/cmd/internal/simulate"
	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/cmd/lottery/internal/cli/intake"
	"lotteryledger/cmd/lottery/internal/cli/review"
	"lotteryledger/domain/application"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// open opens the round with a window that has just ended.
func (d *demo) open(ctx context.Context) error {
	open := round.Open{Rules: rule, Opens: app.Now() - 60*86400, Closes: app.Now()}
	return d.ExecuteAs(ctx, d.as("conductor", "open"), office.Round(d.id, open))
}

// file is the office's file of applications.
func (d *demo) file() string { return filepath.Join(d.dir, "applications-"+d.id+".csv") }

// importApplications writes the office's file and imports it.
func (d *demo) importApplications(ctx context.Context) error {
	if err := d.simulate(ctx); err != nil {
		return err
	}
	report := filepath.Join(d.dir, "bad-rows-"+d.id+".tsv")
	done, err := intake.Import(ctx, d.App, d.as("registrar", "import"), d.file(), d.id, report)
	if err != nil {
		return err
	}
	if err := d.tell(done); err != nil {
		return err
	}
	for _, row := range slices.Sorted(maps.Keys(done.Codes)) {
		d.codes = append(d.codes, done.Codes[row])
	}
	if len(d.codes) < 20 {
		return app.Usage(
			"the demonstration needs at least 20 good applications, not %d", len(d.codes),
		)
	}
	return nil
}

// simulate writes the office's file, unless it is there.
func (d *demo) simulate(ctx context.Context) error {
	if _, err := os.Stat(d.file()); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	r, err := d.office.LoadRound(ctx, d.id)
	if err != nil {
		return err
	}
	var seed uint64
	if _, err := fmt.Sscanf(d.id, "demo-%d", &seed); err != nil {
		return err
	}
	_, err = intake.Simulate(d.file(), simulate.Options{
		Applications: d.applications, Seed: seed, BadShare: 30,
		From: time.Unix(int64(r.Opened.Opens), 0).UTC(),
		To:   time.Unix(int64(r.Opened.Closes), 0).UTC(),
	})
	return err
}

// change edits three applications, withdraws three and rejects five.
func (d *demo) change(ctx context.Context) error {
	for _, code := range d.codes[:3] {
		s, err := d.office.LoadApplication(ctx, code)
		if err != nil {
			return err
		}
		// a draw that the file had missed
		cmd := application.Edit{Standing: s.Standing.AfterLosses(1)}
		if err := d.ExecuteAs(
			ctx, d.as("registrar", "edit "+code), office.Application(code, cmd),
		); err != nil {
			return err
		}
	}
	for _, code := range d.codes[3:6] {
		if err := d.office.EndApplication(
			ctx, d.as("registrar", "withdraw "+code), code, application.Withdraw{}, nil,
		); err != nil {
			return err
		}
	}
	for i, code := range d.codes[6:11] {
		cmd := application.Reject{Reasons: []application.Reason{application.Reasons[i]}}
		if err := d.ExecuteAs(
			ctx, d.as("reviewer", "reject "+code), office.Application(code, cmd),
		); err != nil {
			return err
		}
	}
	d.say("3 applications edited, 3 withdrawn, 5 rejected with a reason")
	return nil
}

func (d *demo) review(ctx context.Context) error {
	codes, err := review.Pending(ctx, d.App, d.id)
	if err != nil {
		return err
	}
	if err := review.Approve(ctx, d.App, d.as("reviewer", "approve"), codes); err != nil {
		return err
	}
	d.say("%d applications approved", len(codes))
	return nil
}
