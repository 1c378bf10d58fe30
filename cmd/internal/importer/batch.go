package importer

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

// batch is a part of the file whose personal records are in the vault.
type batch struct {
	items    []item
	problems []csvfile.Problem // of rows that cannot be read
	rows     int               // of the file, up to the end of this batch
	last     bool              // the file ends with it
	err      error             // why the batch is not ready
}

// item is an application of a batch and what became of it.
type item struct {
	app        csvfile.Application
	submission office.Submission
	noted      bool // in the receipts of an earlier run
	code       string
	err        error
}

// prepareAll reads the file and prepares one batch while the one before it is stored. It ends
// with the file, behind an error, or with the context; then the channel is closed.
func (m *Import) prepareAll(ctx context.Context, in io.Reader) <-chan *batch {
	batches := make(chan *batch, 1)
	go func() {
		defer close(batches)
		r := csvfile.NewReader(in)
		for b := new(batch); !b.last && b.err == nil; {
			b = new(batch)
			if b.err = b.read(r); b.err == nil {
				b.err = m.prepare(ctx, b)
			}
			select {
			case batches <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	return batches
}

// read reads the applications of the batch.
func (b *batch) read(r *csvfile.Reader) error {
	for len(b.items) < batchSize && !b.last {
		app, bad, err := r.Next()
		if b.last = errors.Is(err, io.EOF); err != nil && !b.last {
			return fmt.Errorf("reading the file behind row %d: %w", r.Rows()+1, err)
		}
		b.problems = append(b.problems, bad...)
		if len(bad) == 0 && !b.last {
			b.items = append(b.items, item{app: app})
		}
	}
	b.rows = r.Rows()
	return nil
}

// begin refuses an officer who may not import, and a round that was not opened.
func (m *Import) begin(ctx context.Context) error {
	by := office.Author{Actor: m.Actor}
	if err := m.Office.RequireAuthor(ctx, by, application.TypeSubmitted); err != nil {
		return err
	}
	_, err := m.Office.RulesOf(ctx, m.Round)
	return err
}

// prepare makes the submissions of a batch, and puts their personal records into the vault
// in one transaction.
func (m *Import) prepare(ctx context.Context, b *batch) error {
	if err := m.begin(ctx); err != nil {
		return err
	}
	var entries []vault.Entry
	for i := range b.items {
		it := &b.items[i]
		if it.code, it.noted = m.Receipts.code(it.app.Row); it.noted {
			continue
		}
		it.submission, it.err = m.submission(it.app)
		if it.err == nil && !it.submission.Record.IsZero() {
			entries = append(entries, m.Office.Entry(it.submission))
		}
	}
	if m.Office.Vault == nil {
		return nil
	}
	if _, err := m.Office.Vault.Put(ctx, m.Office.Now(), entries...); err != nil {
		return fmt.Errorf("storing personal records: %w", err)
	}
	return nil
}

func (m *Import) submission(app csvfile.Application) (office.Submission, error) {
	s := office.Submission{
		Round: m.Round, Indicator: app.IndicatorKind, SubmittedAt: app.SubmittedAt,
		Persons: make([]identity.Number, len(app.Members)),
		Standing: rules.Standing{
			Applicant: app.ApplicantKind,
			Members:   make([]rules.Member, len(app.Members)), Generations: app.Generations,
			FamilySince: app.FamilySince, Scale: app.Scale, Choices: app.Choices,
		},
	}
	people := make([]personal.Member, len(app.Members))
	for i, p := range app.Members {
		s.Persons[i], s.Organisation = p.Identity, p.Organisation
		s.Standing.Members[i] = rules.Member{
			Role: p.Role, DrawsUntil2020: p.DrawsUntil2020, DrawsSince2021: p.DrawsSince2021,
			WaitingSince: p.WaitingSince, RegisteredOn: p.RegisteredOn, Grounds: p.Grounds,
		}
		people[i] = personal.Member{
			Role: p.Role, Name: p.Name, Identity: p.Identity,
			Mobile: p.Mobile,
		}
	}
	if app.ApplicantKind == domain.Organisation {
		return s, nil // is no person: nothing is kept of it
	}
	var err error
	s.Record, err = personal.New(people)
	return s, err
}
