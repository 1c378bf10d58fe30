// Package importer stores the applications of an office's CSV file. Good
// applications are stored, every bad row is reported by number with a code. An import may be
// stopped at any moment and run again: what is stored is recognised by its content. The personal records
// of a batch go into the office's vault before its events are stored.
package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

// Import is one file on its way into the store.
type Import struct {
	Office   *office.Office
	Actor    string
	Now      func() domain.Time
	Round    string
	Receipts *Receipts // where codes are noted; nil notes nothing

	Report   func(csvfile.Problem) error // called in the order of rows
	Progress func(rows int)              // called after each batch; may be nil
}

// Summary counts applications, and rows.
type Summary struct {
	Rows     int            `json:"rows"`
	Stored   int            `json:"stored"`   // applications that are stored now
	Before   int            `json:"before"`   // of them, noted in the receipts of an earlier run
	Refused  int            `json:"refused"`  // applications that could be read but break a rule
	Problems map[string]int `json:"problems"` // rows by code
	Odd      int            `json:"odd"`      // stored rows that are reported with [csvfile.OddArea]
}

const (
	batchSize = 2048 // applications between two notes of receipts
	workers   = 64   // appends under way at once
)

// incomplete is the code of the rows of a refused application behind its first.
const incomplete = "application_incomplete"

// item is an application of a batch and what became of it.
type item struct {
	app        csvfile.Application
	submission office.Submission
	code       string
	err        error
}

// Run imports the file. It ends early only when the file cannot be read or the store
// does not answer; everything stored before is kept and recognised next time.
func (m *Import) Run(ctx context.Context, in io.Reader) (Summary, error) {
	s := Summary{Problems: map[string]int{}}
	r := csvfile.NewReader(in)
	for end := false; !end; {
		var items []item
		var problems []csvfile.Problem
		for len(items) < batchSize && !end {
			app, bad, err := r.Next()
			if end = errors.Is(err, io.EOF); err != nil && !end {
				return s, fmt.Errorf("reading the file behind row %d: %w", r.Rows()+1, err)
			}
			problems = append(problems, bad...)
			if len(bad) == 0 && !end {
				items = append(items, item{app: app})
			}
		}
		if err := m.store(ctx, items); err != nil {
			return s, err
		}
		s.Rows = r.Rows()
		if err := m.note(&s, items, problems); err != nil {
			return s, err
		}
	}
	return s, nil
}

// store submits the applications of a batch, many at once.
func (m *Import) store(ctx context.Context, items []item) error {
	at := m.Now() // before round and role are read: what follows was decided at this time
	meta := catalog.Meta{Actor: m.Actor, At: at}
	if err := eventstore.RequireRole(ctx, m.Office.Store, meta, application.Submitted{}.EventType()); err != nil {
		return err
	}
	l, err := eventstore.Of(catalog.Rounds).Load(ctx, m.Office.Store, round.StreamPrefix+m.Round, catalog.Meta{})
	if err != nil {
		return err
	}
	if l.State.Phase == "" {
		return fault.New(fault.UnknownRound, "no round %q was opened", m.Round)
	}
	window := application.Window{Open: l.State.Phase == round.PhaseOpened, Opens: l.State.Opened.Opens, Closes: l.State.Opened.Closes}
	v, err := m.Office.RulesOf(ctx, m.Round)
	if err != nil {
		return err
	}
	if err := m.deposit(ctx, at, window, v, items); err != nil {
		return err
	}
	submit := func(ctx context.Context, it *item) error {
		if it.err == nil {
			it.code, it.err = m.submit(ctx, at, it)
		}
		if it.err != nil && fault.CodeOf(it.err) == "" {
			return fmt.Errorf("storing the application at row %d: %w", it.app.Row, it.err)
		}
		return nil
	}
	g, parallel := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	seen := map[domain.Digest]bool{}
	var rivals []*item // share a person with an application further up, which goes first
	for i := range items {
		it := &items[i]
		var noted, rival bool
		if it.code, noted = m.Receipts.code(it.app.Row); noted {
			continue
		}
		for _, p := range it.app.Members {
			tag := m.Office.Tag(p.Identity)
			if app := it.app; app.ApplicantKind == domain.Organisation {
				tag = m.Office.OrganisationTag(p.Organisation)
			}
			rival = rival || seen[tag]
			seen[tag] = true
		}
		if rival {
			rivals = append(rivals, it)
			continue
		}
		g.Go(func() error { return submit(parallel, it) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, it := range rivals {
		if err := submit(ctx, it); err != nil {
			return err
		}
	}
	return nil
}

// deposit makes the submissions of a batch, and puts their personal records into the
// vault in one transaction.
func (m *Import) deposit(ctx context.Context, at domain.Time, w application.Window, v rules.Version, items []item) error {
	var entries []vault.Entry
	for i := range items {
		it := &items[i]
		if _, noted := m.Receipts.code(it.app.Row); noted {
			continue
		}
		if it.submission, it.err = m.submission(w, v, it.app); it.err == nil {
			if !it.submission.Record.IsZero() {
				entries = append(entries, m.Office.Entry(it.submission))
			}
		}
	}
	if m.Office.Vault == nil {
		return nil
	}
	if _, err := m.Office.Vault.Put(ctx, at, entries...); err != nil {
		return fmt.Errorf("storing personal records: %w", err)
	}
	return nil
}

func (m *Import) submission(w application.Window, v rules.Version, app csvfile.Application) (office.Submission, error) {
	s := office.Submission{
		Round: m.Round, Window: w, Rules: v, Indicator: app.IndicatorKind, SubmittedAt: app.SubmittedAt,
		Persons:  make([]identity.Number, len(app.Members)),
		Standing: rules.Standing{Applicant: app.ApplicantKind, Members: make([]rules.Member, len(app.Members)), Generations: app.Generations, FamilySince: app.FamilySince, Scale: app.Scale, Choices: app.Choices},
	}
	people := make([]personal.Member, len(app.Members))
	for i, p := range app.Members {
		s.Persons[i], s.Organisation = p.Identity, p.Organisation
		s.Standing.Members[i] = rules.Member{
			Role: p.Role, DrawsUntil2020: p.DrawsUntil2020, DrawsSince2021: p.DrawsSince2021,
			WaitingSince: p.WaitingSince, RegisteredOn: p.RegisteredOn, Grounds: p.Grounds,
		}
		people[i] = personal.Member{Role: p.Role, Name: p.Name, Identity: p.Identity, Mobile: p.Mobile}
	}
	if app.ApplicantKind == domain.Organisation {
		return s, nil // is no person: nothing is kept of it
	}
	var err error
	s.Record, err = personal.New(people)
	return s, err
}

func (m *Import) submit(ctx context.Context, at domain.Time, it *item) (string, error) {
	meta := catalog.Meta{Command: m.Office.CommandID("import "+m.Round, it.app.Canonical()), Actor: m.Actor, At: at}
	r, err := m.Office.Submit(ctx, meta, it.submission)
	return r.Code, err
}

// note writes receipts and report of a batch.
func (m *Import) note(s *Summary, items []item, problems []csvfile.Problem) error {
	var odd []csvfile.Problem
	for _, it := range items {
		if it.err != nil {
			s.Refused++
			for i, p := range it.app.Members {
				code := fault.CodeOf(it.err)
				if i > 0 {
					code = incomplete
				}
				problems = append(problems, csvfile.Problem{Row: p.Row, Code: code})
			}
			continue
		}
		s.Stored++
		for _, p := range it.app.Members {
			if p.Identity != (identity.Number{}) && !p.Identity.KnownArea() {
				odd = append(odd, csvfile.Problem{Row: p.Row, Column: csvfile.ColIdentityNumber.String(), Code: csvfile.OddArea})
			}
		}
		if _, before := m.Receipts.code(it.app.Row); before {
			s.Before++
		} else if err := m.Receipts.add(it.app, it.code); err != nil {
			return err
		}
	}
	if err := m.Receipts.sync(); err != nil {
		return err
	}
	for _, p := range problems {
		s.Problems[p.Code]++
	}
	s.Odd += len(odd)
	problems = append(problems, odd...)
	slices.SortStableFunc(problems, func(a, b csvfile.Problem) int { return cmp.Compare(a.Row, b.Row) })
	for _, p := range problems {
		if m.Report != nil {
			if err := m.Report(p); err != nil {
				return fmt.Errorf("writing the report: %w", err)
			}
		}
	}
	if m.Progress != nil {
		m.Progress(s.Rows)
	}
	return nil
}
