package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
)

// Submission is an application as it reaches the office.
type Submission struct {
	Round        string
	Window       application.Window // of the round, as read at or after meta.At
	Indicator    domain.IndicatorKind
	SubmittedAt  domain.Time
	Persons      []identity.Number // one for each member of the standing, in the same order
	Standing     rules.Standing
	Record       personal.Record           // of the same persons; the zero Record where none is kept
	Organisation identity.OrganisationCode // of an organisation, in the place of persons
	Rules        rules.Version             // of the round
}

// Receipt is what the applicant gets.
type Receipt struct {
	Code     string              // application code
	Position eventstore.Position // of the submission; zero when it was known to be stored before
}

var errCodeTaken = errors.New("application code is taken")

// codeAttempts is how many codes are tried for one command. Of 10^12 codes, with ten
// million taken, eight in a row are taken once in 10^40.
const codeAttempts = 8

// Submit stores an application, of somebody old enough who chooses pools that there are: it reserves its persons, registers the applicant,
// and begins the application, in this order, so that an application that is there
// has everything it rests on. When a person is taken, nothing remains reserved. The
// caller has seen to the role of the actor with [eventstore.RequireRole], and has put the
// [Office.Entry] of the submission into the vault, once for as many submissions as it brings.
func (o *Office) Submit(ctx context.Context, meta catalog.Meta, s Submission) (Receipt, error) {
	if len(s.Persons) > 0 && s.Persons[0].AgeOn(time.Unix(int64(s.SubmittedAt), 0).In(firstDay)) < s.Rules.MainAge {
		return Receipt{}, fault.New(fault.TooYoung, "a main applicant is at least %d years old", s.Rules.MainAge)
	}
	if err := s.Rules.RequireChoices(s.Indicator, s.Standing); err != nil {
		return Receipt{}, err
	}
	persons := o.tags(s.Persons)
	if s.Standing.Applicant == domain.Organisation {
		persons = []domain.Digest{o.OrganisationTag(s.Organisation)}
	}
	cmd := application.Submit{
		Applicant: o.applicant(s.Standing.Applicant, persons, 0), Indicator: s.Indicator, Round: s.Round,
		Window: s.Window, SubmittedAt: s.SubmittedAt, Persons: persons, Standing: s.Standing,
	}
	if _, err := application.Decide(application.State{}, cmd); err != nil {
		return Receipt{}, err // before anything is written
	}
	for attempt := range codeAttempts {
		code, err := o.code(meta.Command, attempt)
		if err != nil {
			return Receipt{}, err
		}
		p, err := o.submitAs(ctx, meta, code, cmd, s.Record)
		if errors.Is(err, errCodeTaken) {
			continue
		}
		return Receipt{code, p}, err
	}
	return Receipt{}, fmt.Errorf("submitting: %w, %d times", errCodeTaken, codeAttempts)
}

// firstDay is the time zone in which every day begins first.
var firstDay = time.FixedZone("UTC+14", 14*3600)

func (o *Office) submitAs(ctx context.Context, meta catalog.Meta, code string, cmd application.Submit, r personal.Record) (eventstore.Position, error) {
	var none eventstore.Position
	if begun, err := o.reserve(ctx, meta, code, cmd); begun || err != nil {
		return none, err
	}
	who, begun, err := o.register(ctx, meta, code, cmd, r)
	if begun || err != nil {
		return none, err
	}
	cmd.Applicant = who
	out, err := eventstore.Of(catalog.Applications).From(ctx, o.Store, application.StreamPrefix+code, eventstore.New[application.State](), meta, application.Command(cmd))
	if !errors.Is(err, eventstore.ErrConflict) {
		return out.Position, err
	}
	_, err = o.begun(ctx, meta, code, cmd)
	return none, err
}

// reserve claims all persons of an application, or none. A lone applicant is claimed
// without reading first: if this very claim is the first event of the stream already,
// the whole submission is a repetition, and the store knows its events. Any other
// claim may have been released since, when another member proved taken or the
// application was withdrawn. So what is stored has to be looked at; nobody is claimed
// for an application that has begun before, nor while another member is taken.
func (o *Office) reserve(ctx context.Context, meta catalog.Meta, code string, cmd application.Submit) (begun bool, err error) {
	claim, purpose := person.Claim{Kind: cmd.Indicator, Application: code, At: meta.At}, "claim "+code
	if len(cmd.Persons) == 1 {
		err := o.decidePerson(ctx, meta, purpose, cmd.Persons[0], eventstore.New[person.State](), claim)
		if !errors.Is(err, eventstore.ErrConflict) {
			return false, err
		}
	}
	if begun, err := o.begun(ctx, meta, code, cmd); begun || err != nil {
		return begun, err
	}
	persons := make([]eventstore.Loaded[person.State], len(cmd.Persons))
	for i, tag := range cmd.Persons {
		if persons[i], err = eventstore.Of(catalog.Persons).Load(ctx, o.Store, person.StreamPrefix+tag.String(), meta); err != nil {
			return false, err
		}
		if _, err := person.Decide(persons[i].State, claim); err != nil {
			return false, o.refused(ctx, meta, code, cmd, err)
		}
		if err := checkDraws(persons[i].State, cmd.Standing, i); err != nil {
			return false, o.refused(ctx, meta, code, cmd, err)
		}
	}
	for i, tag := range cmd.Persons {
		err := o.decidePerson(ctx, meta, purpose, tag, persons[i], claim)
		if errors.Is(err, eventstore.ErrConflict) {
			err = o.person(ctx, meta, purpose, tag, claim)
		}
		if err != nil {
			return false, o.refused(ctx, meta, code, cmd, err)
		}
	}
	return false, nil
}

// refused gives free who is reserved for an application that a rule refused. Any
// other error says nothing about what is stored, and is for a repetition to mend.
func (o *Office) refused(ctx context.Context, meta catalog.Meta, code string, cmd application.Submit, err error) error {
	if fault.CodeOf(err) == "" {
		return err
	}
	if failed := o.release(ctx, meta, code, cmd.Indicator, cmd.Persons); failed != nil {
		return fmt.Errorf("giving free who was reserved before the refusal: %w", failed)
	}
	return err
}

// begun reports whether the application of this very command is stored. When the
// code belongs to another application, the persons are given free again, except for
// those who are in that one, and the error is errCodeTaken.
func (o *Office) begun(ctx context.Context, meta catalog.Meta, code string, cmd application.Submit) (bool, error) {
	l, err := eventstore.Of(catalog.Applications).Load(ctx, o.Store, application.StreamPrefix+code, meta)
	if err != nil || l.Repeated || l.Last == eventstore.NoStream {
		return l.Repeated, err
	}
	others := slices.DeleteFunc(slices.Clone(cmd.Persons), func(p domain.Digest) bool { return slices.Contains(l.State.Persons, p) })
	if err := o.release(ctx, meta, code, cmd.Indicator, others); err != nil {
		return false, err
	}
	return false, errCodeTaken
}

func (o *Office) release(ctx context.Context, meta catalog.Meta, code string, kind domain.IndicatorKind, persons []domain.Digest) error {
	for _, tag := range persons {
		if err := o.person(ctx, meta, "release "+code, tag, person.Release{Kind: kind, Application: code}); err != nil {
			return err
		}
	}
	return nil
}

// personAttempts is how often a claim or release is decided when other writers come
// first.
const personAttempts = 4

// person carries out a command on a person's stream as it is now.
func (o *Office) person(ctx context.Context, meta catalog.Meta, purpose string, tag domain.Digest, cmd person.Command) error {
	for attempt := 1; ; attempt++ {
		l, err := eventstore.Of(catalog.Persons).Load(ctx, o.Store, person.StreamPrefix+tag.String(), meta)
		if err != nil {
			return err
		}
		err = o.decidePerson(ctx, meta, purpose, tag, l, cmd)
		if !errors.Is(err, eventstore.ErrConflict) || attempt == personAttempts {
			return err
		}
	}
}

// decidePerson decides on what was loaded of a person's stream. A command may claim
// and release the same person more than once, so the ids of the events depend on the
// revision as well.
func (o *Office) decidePerson(ctx context.Context, meta catalog.Meta, purpose string, tag domain.Digest, l eventstore.Loaded[person.State], cmd person.Command) error {
	_, err := eventstore.Of(catalog.Persons).From(ctx, o.Store, person.StreamPrefix+tag.String(), l, part(meta, "%s %d", purpose, l.Last), cmd)
	return err
}

// Withdraw ends an application and gives its persons free.
func (o *Office) Withdraw(ctx context.Context, meta catalog.Meta, code string) error {
	return o.end(ctx, meta, code, application.Withdrawn{}, application.Withdraw{})
}

// Disqualify ends an application against the applicant's wish and gives its persons free.
func (o *Office) Disqualify(ctx context.Context, meta catalog.Meta, code string, why application.DisqualifyReason) error {
	return o.end(ctx, meta, code, application.Disqualified{}, application.Disqualify{Reason: why})
}

// Expire ends an application that is no longer valid and gives its persons free. The
// caller has worked out from the published ledger which round may still select it, or
// "" for none; whoever replays the ledger does it again.
func (o *Office) Expire(ctx context.Context, meta catalog.Meta, code, drawing string) error {
	return o.end(ctx, meta, code, application.Expired{}, application.Expire{At: meta.At, Drawing: drawing})
}

// end carries out a command that ends an application, and gives its persons free.
func (o *Office) end(ctx context.Context, meta catalog.Meta, code string, sample application.Event, cmd application.Command) error {
	if err := o.Application(ctx, meta, code, sample, cmd); err != nil {
		return err
	}
	s, err := o.LoadApplication(ctx, code)
	if err != nil {
		return err
	}
	return o.release(ctx, meta, code, s.Indicator, s.Persons)
}

// Award gives the indicator of a rank to the application that holds it: first the
// application ends, so that it cannot be withdrawn any more, then the indicator
// begins. The caller has worked out from the published result that selected is the
// code on the rank; whoever replays the ledger does it again.
func (o *Office) Award(ctx context.Context, meta catalog.Meta, id, selected string) error {
	name, _, _, err := indicator.ParseID(id)
	if err != nil {
		return err
	}
	v, err := o.RulesOf(ctx, name)
	if err != nil {
		return err
	}
	err = o.Application(ctx, meta, selected, application.Awarded{}, application.Award{Code: selected, Indicator: id, Selected: selected})
	if err != nil {
		return err
	}
	return o.Indicator(ctx, meta, id, indicator.Awarded{}, indicator.Award{Application: selected, Selected: selected, At: meta.At, ConfirmSeconds: v.ConfirmSeconds})
}

// Indicator issues a command on an indicator; sample is an event of the type it
// leads to, for the role it needs.
func (o *Office) Indicator(ctx context.Context, meta catalog.Meta, id string, sample indicator.Event, cmd indicator.Command) error {
	if _, _, _, err := indicator.ParseID(id); err != nil {
		return err
	}
	if err := eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()); err != nil {
		return err
	}
	_, err := eventstore.Of(catalog.Indicators).Handle(ctx, o.Store, indicator.StreamPrefix+id, meta, sample, cmd)
	return err
}
