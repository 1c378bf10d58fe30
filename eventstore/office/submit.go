package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/person"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Submission is an application as it reaches the office.
type Submission struct {
	Round        string
	Indicator    domain.IndicatorKind
	SubmittedAt  domain.Time
	Persons      []identity.Number // one for each member of the standing, in the same order
	Standing     rules.Standing
	Record       personal.Record           // of the same persons; zero where none is kept
	Organisation identity.OrganisationCode // of an organisation, in the place of persons
}

// Receipt is what the applicant gets.
type Receipt struct {
	Code     string              // application code
	Position eventstore.Position // of the submission; zero when it was known to be stored before
}

var errCodeTaken = errors.New("application code is taken")

// Submit stores an application. It reserves the persons, registers the applicant, and then begins
// the application, so that a stored application has everything that it rests on. When a person is
// taken, nothing remains reserved. The caller has put the [Office.Entry] of the submission into
// the vault, once for as many submissions as it brings.
//
// Of 10^12 codes, with ten million taken, eight in a row are taken once in 10^40.
func (o *Office) Submit(ctx context.Context, by Author, s Submission) (Receipt, error) {
	by.seen = &seen{} // the officer is read once for all parts of the submission
	cmd, err := o.submission(ctx, by, s)
	if fault.CodeOf(err) != "" && !Unauthorised(err) {
		// what was stored in its time is a repetition, whatever the rules say by now
		if code, stored, failed := o.stored(ctx, by); stored || failed != nil {
			return Receipt{Code: code}, failed
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	for attempt := range attempts {
		code, err := o.code(by.Command, attempt)
		if err != nil {
			return Receipt{}, err
		}
		p, err := o.submitAs(ctx, by, code, cmd, s.Record)
		if errors.Is(err, errCodeTaken) {
			continue
		}
		return Receipt{code, p}, err
	}
	return Receipt{}, fmt.Errorf("submitting: %w, %d times", errCodeTaken, attempts)
}

// stored returns the code of the application that this very command has stored.
func (o *Office) stored(ctx context.Context, by Author) (code string, stored bool, err error) {
	for attempt := range attempts {
		if code, err = o.code(by.Command, attempt); err != nil {
			return "", false, err
		}
		l, err := eventstore.Of(catalog.Applications).
			Load(ctx, o.Store, application.StreamPrefix+code, catalog.Meta{Command: by.Command})
		if err != nil || l.Repeated || l.Last == eventstore.NoStream {
			return code, l.Repeated, err
		}
	}
	return "", false, nil
}

// submission returns the command of a submission. It refuses one that the rules refuse, before
// anything is written.
func (o *Office) submission(
	ctx context.Context, by Author, s Submission,
) (application.Submit, error) {
	persons := o.tags(s.Persons)
	if s.Standing.Applicant == domain.Organisation {
		persons = []domain.Digest{o.OrganisationTag(s.Organisation)}
	}
	cmd := application.Submit{
		Applicant: o.applicant(s.Standing.Applicant, persons, 0), Indicator: s.Indicator,
		Round: s.Round, SubmittedAt: s.SubmittedAt, Persons: persons, Standing: s.Standing,
	}
	k := &known{ctx: ctx, office: o, by: by}
	if err := k.requireAuthor(cmd.Leads(), nil); err != nil {
		return cmd, err
	}
	v, err := o.RulesOf(ctx, s.Round)
	if err != nil {
		return cmd, err
	}
	if len(s.Persons) > 0 {
		if err := application.RequireAge(s.Persons[0], s.SubmittedAt, v.MainAge); err != nil {
			return cmd, err
		}
	}
	if cmd.Window, err = k.Window(s.Round); err != nil {
		return cmd, err
	}
	complete, err := application.Complete(application.State{}, cmd, submitting{k, cmd})
	if err == nil {
		_, err = application.Decide(application.State{}, complete)
	}
	return cmd, err
}

// submitting is the evidence of a submission whose window was just read, whose persons were just
// reserved, and whose applicant was just registered.
type submitting struct {
	*known
	cmd application.Submit
}

func (s submitting) Window(string) (application.Window, error) { return s.cmd.Window, nil }
func (s submitting) Registered(string) (domain.ApplicantKind, error) {
	return s.cmd.Standing.Applicant, nil
}
func (submitting) Reserved(domain.Digest, domain.IndicatorKind) (bool, error) { return true, nil }
func (submitting) RequireDraws(domain.Digest, int) error                      { return nil }

func (o *Office) submitAs(
	ctx context.Context, by Author, code string, cmd application.Submit, r personal.Record,
) (eventstore.Position, error) {
	if begun, err := o.reserve(ctx, by, code, cmd); begun || err != nil {
		return eventstore.Start, err
	}
	who, begun, err := o.register(ctx, by, code, cmd, r)
	if begun || err != nil {
		return eventstore.Start, err
	}
	cmd.Applicant = who
	submit := Application(code, cmd).(applicationRequest)
	submit.complete = func(
		k *known, s application.State, c application.Command,
	) (application.Command, error) {
		return application.Complete(s, c, submitting{k, cmd})
	}
	out, err := submit.from(ctx, o, by, eventstore.New[application.State]())
	if !errors.Is(err, eventstore.ErrConflict) {
		return out.Position, err
	}
	_, err = o.begun(ctx, by, code, cmd)
	return eventstore.Start, err
}

// reserve claims all persons of an application, or none. A lone applicant is claimed
// without reading first: if this very claim is the first event of the stream already,
// the whole submission is a repetition, and the store knows its events. Any other
// claim may have been released since, when another member proved taken or the
// application was withdrawn. So what is stored has to be looked at; nobody is claimed
// for an application that has begun before, nor while another member is taken.
func (o *Office) reserve(
	ctx context.Context, by Author, code string, cmd application.Submit,
) (begun bool, err error) {
	claim, part := person.Claim{Kind: cmd.Indicator, Application: code}, "claim "+code
	if len(cmd.Persons) == 1 {
		alone := personOf(cmd.Persons[0], part, claim)
		_, err := alone.from(ctx, o, by, eventstore.New[person.State]())
		if !errors.Is(err, eventstore.ErrConflict) {
			return false, err
		}
	}
	if begun, err := o.begun(ctx, by, code, cmd); begun || err != nil {
		return begun, err
	}
	persons := make([]eventstore.Loaded[person.State], len(cmd.Persons))
	for i, tag := range cmd.Persons {
		if persons[i], err = o.free(ctx, tag, claim, cmd.Standing, i); err != nil {
			return false, o.refused(ctx, by, code, cmd, err)
		}
	}
	for i, tag := range cmd.Persons {
		r := personOf(tag, part, claim)
		_, err := r.from(ctx, o, by, persons[i])
		if errors.Is(err, eventstore.ErrConflict) {
			_, err = r.execute(ctx, o, by)
		}
		if err != nil {
			return false, o.refused(ctx, by, code, cmd, err)
		}
	}
	return false, nil
}

// free returns the stream of a person, or refuses if the person cannot be claimed as the i-th
// member.
func (o *Office) free(
	ctx context.Context, tag domain.Digest, claim person.Claim, s rules.Standing, i int,
) (eventstore.Loaded[person.State], error) {
	l, err := eventstore.Of(catalog.Persons).
		Load(ctx, o.Store, person.StreamPrefix+tag.String(), catalog.Meta{})
	if err != nil {
		return l, err
	}
	claim.At = o.Now()
	if _, err := person.Decide(l.State, claim); err != nil {
		return l, err
	}
	m := s.Members[i]
	return l, l.State.RequireDraws(m.DrawsUntil2020 + m.DrawsSince2021)
}

// refused gives free who is reserved for an application that a rule refused. Any
// other error says nothing about what is stored, and is for a repetition to mend.
func (o *Office) refused(
	ctx context.Context, by Author, code string, cmd application.Submit, err error,
) error {
	if fault.CodeOf(err) == "" {
		return err
	}
	if failed := o.release(ctx, by, code, cmd.Indicator, cmd.Persons); failed != nil {
		return fmt.Errorf("giving free who was reserved before the refusal: %w", failed)
	}
	return err
}

// begun reports whether the application of this very command is stored. When the
// code belongs to another application, the persons are given free again, except for
// those who are in that one, and the error is errCodeTaken.
func (o *Office) begun(
	ctx context.Context, by Author, code string, cmd application.Submit,
) (bool, error) {
	l, err := eventstore.Of(catalog.Applications).
		Load(ctx, o.Store, application.StreamPrefix+code, catalog.Meta{Command: by.Command})
	if err != nil || l.Repeated || l.Last == eventstore.NoStream {
		return l.Repeated, err
	}
	others := slices.DeleteFunc(slices.Clone(cmd.Persons), func(p domain.Digest) bool {
		return slices.Contains(l.State.Persons, p)
	})
	if err := o.release(ctx, by, code, cmd.Indicator, others); err != nil {
		return false, err
	}
	return false, errCodeTaken
}

// release gives persons free that are reserved for an application.
func (o *Office) release(
	ctx context.Context, by Author, code string, kind domain.IndicatorKind, persons []domain.Digest,
) error {
	for _, tag := range persons {
		cmd := person.Release{Kind: kind, Application: code}
		if _, err := personOf(tag, "release "+code, cmd).execute(ctx, o, by); err != nil {
			return err
		}
	}
	return nil
}
