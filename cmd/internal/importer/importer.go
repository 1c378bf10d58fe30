// Package importer stores the applications of an office's CSV file. Good
// applications are stored, every bad row is reported by number with a code. An import may be
// stopped at any moment and run again: what is stored is recognised by its content. The personal
// records of a batch go into the office's vault before its events are stored.
package importer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/csvfile"
	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/office"
)

// Import is one file on its way into the store.
type Import struct {
	Office   *office.Office
	Actor    string
	Round    string
	Untimed  bool      // the time of submission is not part of what makes an application the same
	Receipts *Receipts // where codes are noted; nil notes nothing

	Report   func(csvfile.Problem) error // called in the order of rows
	Stored   func(row int, code string)  // called for each application that is stored; may be nil
	Progress func(rows int)              // called after each batch; may be nil
}

// Summary counts applications, and rows.
type Summary struct {
	Rows     int            `json:"rows"`
	Stored   int            `json:"stored"`   // applications that are stored now
	Before   int            `json:"before"`   // of them, noted in the receipts of an earlier run
	Refused  int            `json:"refused"`  // applications that could be read but break a rule
	Problems map[string]int `json:"problems"` // rows by code
	// stored rows that are reported with [csvfile.OddArea]
	Odd int `json:"odd"`
}

const (
	batchSize = 2048 // applications between two notes of receipts
	workers   = 256  // appends under way at once
)

// incomplete is the code of the rows of a refused application behind its first.
const incomplete = "application_incomplete"

// Run imports the file. It ends early only when the file cannot be read or the store
// does not answer; everything stored before is kept and recognised next time.
func (m *Import) Run(ctx context.Context, in io.Reader) (Summary, error) {
	s := Summary{Problems: map[string]int{}}
	ctx, cancel := context.WithCancel(ctx)
	batches := m.prepareAll(ctx, in)
	defer func() { // when an error ends the import, the preparing ends before it
		cancel()
		for range batches {
		}
	}()
	for b := range batches {
		err := b.err
		if err == nil {
			err = m.store(ctx, b)
		}
		if err == nil {
			s.Rows = b.rows
			err = m.note(&s, b)
		}
		if err != nil || b.last {
			return s, err
		}
	}
	return s, ctx.Err()
}

// store submits the applications of a batch, many at once.
func (m *Import) store(ctx context.Context, b *batch) error {
	submit := func(ctx context.Context, it *item) error {
		if it.err == nil {
			it.code, it.err = m.submit(ctx, it)
		}
		if it.err != nil && (fault.CodeOf(it.err) == "" || office.Unauthorised(it.err)) {
			return fmt.Errorf("storing the application at row %d: %w", it.app.Row, it.err)
		}
		return nil
	}
	g, parallel := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	seen := map[domain.Digest]bool{}
	var rivals []*item // share a person with an application further up, which goes first
	for i := range b.items {
		it := &b.items[i]
		if it.noted {
			continue
		}
		rival := false
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

func (m *Import) submit(ctx context.Context, it *item) (string, error) {
	same := it.app
	if m.Untimed {
		same.SubmittedAt = 0
	}
	by := office.Author{
		Command: m.Office.CommandID("import "+m.Round, same.Canonical()),
		Actor:   m.Actor,
	}
	r, err := m.Office.Submit(ctx, by, it.submission)
	return r.Code, err
}

// note writes receipts and report of a batch.
func (m *Import) note(s *Summary, b *batch) error {
	problems := b.problems
	var odd []csvfile.Problem
	for _, it := range b.items {
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
		if m.Stored != nil {
			m.Stored(it.app.Row, it.code)
		}
		for _, p := range it.app.Members {
			if p.Identity != (identity.Number{}) && !p.Identity.KnownArea() {
				odd = append(odd, csvfile.Problem{
					Row:    p.Row,
					Column: csvfile.ColIdentityNumber.String(), Code: csvfile.OddArea,
				})
			}
		}
		if it.noted {
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
	slices.SortStableFunc(problems,
		func(a, b csvfile.Problem) int { return cmp.Compare(a.Row, b.Row) })
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
