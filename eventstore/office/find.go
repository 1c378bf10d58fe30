package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/person"
	"lotteryledger/eventstore"
)

// Found is an application that somebody takes part in, or took.
type Found struct {
	Code string
	application.State
}

// Find lists the applications of the person or organisation with this tag, in the order in which
// they were begun, so that people who lost their code can be given it again. As with [Office.Look],
// the look is stored first, once for each applicant who was found.
func (o *Office) Find(
	ctx context.Context, by Author, tag domain.Digest, why access.Reason,
) ([]Found, error) {
	if err := o.RequireAuthor(ctx, by, access.TypeRecordRead); err != nil {
		return nil, err
	}
	look := access.Look{Applicant: strings.Repeat("0", 32), Reason: why, Record: access.Codes}
	if err := look.Check(); err != nil {
		return nil, err
	}
	codes, err := o.claimed(ctx, tag)
	if err != nil {
		return nil, err
	}
	var found []Found
	noted := map[string]bool{}
	for _, code := range codes {
		s, err := o.LoadApplication(ctx, code)
		if err != nil {
			return nil, err
		}
		if s.Phase == "" || !slices.Contains(s.Persons, tag) { // the submission was refused
			continue
		}
		if look.Applicant = s.Applicant; !noted[look.Applicant] {
			if err := o.note(ctx, by, look); err != nil {
				return nil, err
			}
			noted[look.Applicant] = true
		}
		found = append(found, Found{code, s})
	}
	return found, nil
}

// claimed lists the codes that a person was ever reserved for, each once.
func (o *Office) claimed(ctx context.Context, tag domain.Digest) (codes []string, err error) {
	stream := person.StreamPrefix + tag.String()
	for r, err := range o.Store.Read(ctx, stream, eventstore.Range{}) {
		if errors.Is(err, eventstore.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", stream, err)
		}
		e, err := eventstore.Decode(r.Type, r.Data)
		if err != nil {
			return nil, fmt.Errorf("reading %s at revision %d: %w", stream, r.Revision, err)
		}
		if c, is := e.(person.Claimed); is && !slices.Contains(codes, c.Application) {
			codes = append(codes, c.Application)
		}
	}
	return codes, nil
}
