package office

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// code returns the application that the stream is of.
func (k *known) code() string { return strings.TrimPrefix(k.stream, application.StreamPrefix) }

// Window returns that of a round, a closed one if nobody opened the round.
func (k *known) Window(id string) (application.Window, error) {
	r, err := k.office.LoadRound(k.ctx, id)
	return application.Window{
		Open: r.Phase == round.PhaseOpened, Opens: r.Opened.Opens, Closes: r.Opened.Closes,
	}, err
}

// RejectedBy returns the officer who rejected the application last.
func (k *known) RejectedBy() (string, error) {
	backwards := eventstore.Range{From: math.MaxUint64, Backwards: true}
	for r, err := range k.office.Store.Read(k.ctx, k.stream, backwards) {
		if err != nil {
			return "", fmt.Errorf("looking for the rejection in %s: %w", k.stream, err)
		}
		if r.Type != application.TypeRejected {
			continue
		}
		m, err := catalog.ParseMeta(r.Meta)
		if err != nil {
			return "", fmt.Errorf("reading %s at revision %d: %w", k.stream, r.Revision, err)
		}
		return m.Officer()
	}
	return "", nil
}

// RequireDraws refuses draws of a person that a lapse has ended.
func (k *known) RequireDraws(tag domain.Digest, draws int) error {
	s, err := k.office.loadPerson(k.ctx, tag)
	if err != nil {
		return err
	}
	return s.RequireDraws(draws)
}

// Reserved reports whether a person is reserved for the application.
func (k *known) Reserved(tag domain.Digest, kind domain.IndicatorKind) (bool, error) {
	s, err := k.office.loadPerson(k.ctx, tag)
	return s.Holder(kind) == k.code(), err
}

// Registered returns the kind of an applicant.
func (k *known) Registered(id string) (domain.ApplicantKind, error) {
	s, err := k.office.LoadApplicant(k.ctx, id)
	return s.Kind, err
}

// Holds reports whether an application stands that the person of the stream is a member of.
func (k *known) Holds(code string) (bool, error) {
	a, err := k.Application(code)
	if err != nil || !k.memberOf(a) || a.Phase.Over() {
		return false, err
	}
	if a.Phase != application.PhaseAwarded {
		return true, nil
	}
	i, err := k.indicator(a.Won)
	return !i.Frees(), err
}

// Lapse returns the penalty that the application of the person of the stream brought.
func (k *known) Lapse(code string) (person.Penalty, error) {
	a, err := k.Application(code)
	if err != nil || a.Won == "" || !k.memberOf(a) {
		return person.Penalty{}, err
	}
	i, err := k.indicator(a.Won)
	return person.Penalty{BarredUntil: i.BarredUntil, ResetLadder: i.ResetLadder}, err
}

func (k *known) memberOf(a application.State) bool {
	tag := strings.TrimPrefix(k.stream, person.StreamPrefix)
	return slices.ContainsFunc(a.Persons, func(p domain.Digest) bool { return p.String() == tag })
}
