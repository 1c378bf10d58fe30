package office

import (
	"context"
	"errors"
	"fmt"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/personal"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/vault"
)

// What names people lives in the vault, and the ledger holds a commitment to it. The vault is
// written first: a commitment in the ledger always has its record. A record without a
// commitment, as after a refusal or a crash, harms nobody and is swept.

// Entry returns the personal record of a submission for the vault, which has to have it before the
// submission. Its salt is
//
//	HMAC-SHA-256(office's key, "salt", applicant's id, record)
//
// with each part after its length. So a repetition leads to the same commitment, and the same
// record twice to one.
func (o *Office) Entry(s Submission) vault.Entry {
	return o.entry(o.applicant(s.Standing.Applicant, o.tags(s.Persons), 0), s.Record)
}

func (o *Office) entry(who string, r personal.Record) vault.Entry {
	salt := o.derive([]byte("salt"), []byte(who), r.Bytes())
	return vault.Entry{Applicant: who, Salt: salt, Record: r}
}

// commitment to a record, or zero without one.
func (o *Office) commitment(who string, r personal.Record) domain.Digest {
	if r.IsZero() {
		return domain.Digest{}
	}
	return o.entry(who, r).Commitment()
}

var errErased = fault.New(fault.ApplicantErased, "the personal record of the applicant was erased")

// generations is how often the same people may be erased and come back. Each time they are another
// applicant, whom nobody can tie to the one before but by their identity tags.
const generations = 100

// register makes the applicant of a submission known. For one who is known already the
// record is replaced if it is another, unless this very application has begun before.
func (o *Office) register(
	ctx context.Context, by Author, code string, cmd application.Submit, r personal.Record,
) (who string, begun bool, err error) {
	for generation := range generations {
		who = o.applicant(cmd.Standing.Applicant, cmd.Persons, generation)
		if generation > 0 && o.Vault != nil && !r.IsZero() { // the first one's record is there
			if _, err := o.Vault.Put(ctx, o.Now(), o.entry(who, r)); err != nil {
				return who, false, err
			}
		}
		own := by.Part("register %s", who)
		ask := applicant.Register{Kind: cmd.Standing.Applicant, Commitment: o.commitment(who, r)}
		_, err = applicantOf(who, ask).from(ctx, o, own, eventstore.New[applicant.State]())
		if !errors.Is(err, eventstore.ErrConflict) {
			return who, false, err
		}
		if begun, err = o.begun(ctx, by, code, cmd); begun || err != nil {
			return who, begun, err
		}
		if err = o.registerAgain(ctx, own, who, ask); fault.CodeOf(err) == fault.ApplicantErased {
			continue
		}
		break
	}
	return who, false, o.refused(ctx, by, code, cmd, err)
}

// registerAgain handles an applicant who is probably registered: it replaces the record if it
// differs. An applicant registered by this very command is left alone.
func (o *Office) registerAgain(
	ctx context.Context, by Author, id string, ask applicant.Register,
) error {
	r := applicantOf(id, ask)
	l, err := r.aggregate.Load(ctx, o.Store, r.stream, catalog.Meta{Command: by.Command})
	if err != nil || l.Repeated {
		return err
	}
	_, err = o.Execute(ctx, by, r)
	if err == nil && ask.Commitment != (domain.Digest{}) {
		change := applicant.ChangeContact{Commitment: ask.Commitment}
		_, err = o.Execute(ctx, by.Part("contact"), applicantOf(id, change))
	}
	return err
}

// ChangeContact puts another personal record of the same people in the place of the one before.
func (o *Office) ChangeContact(ctx context.Context, by Author, id string, r personal.Record) error {
	if err := o.RequireAuthor(ctx, by, applicant.TypeContactChanged); err != nil {
		return err
	}
	s, err := o.LoadApplicant(ctx, id)
	if err != nil {
		return err
	}
	e := o.entry(id, r)
	cmd := applicant.ChangeContact{Commitment: e.Commitment()}
	if _, err := applicant.Decide(s, cmd); err != nil {
		return err // before anything is written
	}
	if !o.names(id, s.Kind, r) {
		return fault.New(fault.MembersChanged, "the record names other people than the applicant's")
	}
	if o.Vault != nil {
		erased, err := o.Vault.Put(ctx, o.Now(), e)
		if err != nil {
			return err
		}
		if erased[id] {
			return errErased
		}
	}
	_, err = o.Execute(ctx, by, applicantOf(id, cmd))
	return err
}

// names reports whether the record is of the people behind the id.
func (o *Office) names(id string, kind domain.ApplicantKind, r personal.Record) bool {
	var persons []domain.Digest
	for _, m := range r.Members() {
		persons = append(persons, o.Tag(m.Identity))
	}
	for generation := range generations {
		if o.applicant(kind, persons, generation) == id {
			return true
		}
	}
	return false
}

// Erase destroys the personal records of an applicant and the key they are sealed under,
// and then says so. It may be repeated, and destroys again what came back with a backup.
func (o *Office) Erase(ctx context.Context, by Author, id string) error {
	if err := o.RequireAuthor(ctx, by, applicant.TypeErased); err != nil {
		return err
	}
	erase := applicantOf(id, applicant.Erase{})
	if err := erase.requireOwn(ctx, o, by); err != nil {
		return err // before anything is destroyed
	}
	s, err := o.LoadApplicant(ctx, id)
	if err != nil {
		return err
	}
	if _, err := applicant.Decide(s, applicant.Erase{}); err != nil {
		return err
	}
	if o.Vault != nil {
		if err := o.Vault.Erase(ctx, id); err != nil {
			return err
		}
	}
	_, err = o.Execute(ctx, by, erase)
	return err
}

// Look opens the personal record of an applicant for an officer. The event is stored before the
// record is opened: there may be an event without a look, never a look without an event. Each call
// is a command of its own, whatever the author's command is. Without a vault nothing is shown.
func (o *Office) Look(ctx context.Context, by Author, look access.Look) (vault.Entry, error) {
	if err := o.RequireAuthor(ctx, by, access.TypeRecordRead); err != nil {
		return vault.Entry{}, err
	}
	if err := look.Check(); err != nil {
		return vault.Entry{}, err
	}
	s, err := o.LoadApplicant(ctx, look.Applicant)
	switch {
	case err != nil:
		return vault.Entry{}, err
	case s.Kind == "":
		return vault.Entry{}, fault.New(fault.UnknownApplicant, "no such applicant is registered")
	case s.Erased:
		return vault.Entry{}, errErased
	case s.Commitment == domain.Digest{}:
		return vault.Entry{}, fault.New(fault.RecordUnknown,
			"the applicant was registered without a personal record")
	}
	if err := o.note(ctx, by, look); err != nil || o.Vault == nil {
		return vault.Entry{}, err
	}
	return o.Vault.Get(ctx, look.Applicant, s.Commitment)
}

// MaxMobiles is for how many applicants [Office.Mobiles] may be asked at once.
const MaxMobiles = 500

// Mobiles opens the mobile numbers of the main applicants with these ids, each once, so that
// messages reach them. As with [Office.Look], the looks are stored before. An applicant without a
// known number is not in the answer: the erased, organisations, and those whose record the vault
// does not have whole.
func (o *Office) Mobiles(ctx context.Context, by Author, ids []string) (map[string]string, error) {
	if err := o.RequireAuthor(ctx, by, access.TypeRecordRead); err != nil {
		return nil, err
	}
	var looks access.ReadRecords
	records := map[string]domain.Digest{}
	for _, id := range ids {
		s, err := o.LoadApplicant(ctx, id)
		if err != nil {
			return nil, err
		}
		if !s.Erased && s.Commitment != (domain.Digest{}) {
			records[id] = s.Commitment
			look := access.Look{Applicant: id, Reason: access.Message, Record: access.Mobile}
			looks = append(looks, look)
		}
	}
	mobiles := map[string]string{}
	if len(looks) == 0 {
		return mobiles, nil
	}
	if err := o.note(ctx, by, looks...); err != nil || o.Vault == nil {
		return mobiles, err
	}
	for id, commitment := range records {
		e, err := o.Vault.Get(ctx, id, commitment)
		switch fault.CodeOf(err) {
		case fault.ApplicantErased, fault.RecordUnknown, fault.RecordAltered,
			fault.CommitmentMismatch:
			continue // 'vault check' names it
		}
		if err != nil {
			return nil, err
		}
		if mobile := e.Record.Members()[0].Mobile; mobile != "" {
			mobiles[id] = mobile
		}
	}
	return mobiles, nil
}

// note stores looks.
func (o *Office) note(ctx context.Context, by Author, looks ...access.Look) error {
	id, err := catalog.OfficerOf(by.Actor)
	if err != nil {
		return err
	}
	if by.Command, err = uuid.NewRandom(); err != nil {
		return err
	}
	out, err := o.Execute(ctx, by, reads(id, looks))
	if err == nil && len(out.Events) < len(looks) {
		err = fmt.Errorf("noting a look at personal data: nothing was stored")
	}
	return err
}
