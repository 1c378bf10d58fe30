package office

import (
	"context"
	"crypto/sha256"
	"strings"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/draft"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// LoadProposal returns a proposal.
func (o *Office) LoadProposal(ctx context.Context, id string) (proposal.State, error) {
	if !proposal.ValidID(id) {
		return proposal.State{}, unless(false, "proposal %q", id)
	}
	s, err := load(ctx, o, eventstore.Of(catalog.Proposals), proposal.StreamPrefix+id)
	if err == nil && s.Made.Officer == "" {
		err = fault.New(fault.UnknownProposal, "no proposal %q", id)
	}
	return s, err
}

// Proposed returns the event that a proposal asks for. It refuses a draft that is missing or is
// not what the proposal says.
func (o *Office) Proposed(ctx context.Context, id string) (proposal.State, catalog.Event, error) {
	s, err := o.LoadProposal(ctx, id)
	if err != nil {
		return s, nil, err
	}
	kept, err := load(ctx, o, eventstore.Of(eventstore.Drafts), draft.StreamPrefix+id)
	switch {
	case err != nil:
		return s, nil, err
	case kept.Last.Type == "":
		return s, nil, fault.New(fault.DraftMissing, "proposal %s has no draft", id)
	case kept.Last.Type != s.Made.Type, domain.Digest(sha256.Sum256(kept.Last.Event)) != s.Made.Digest:
		return s, nil, fault.New(fault.DraftMissing, "the draft of proposal %s is another one", id)
	}
	e, err := catalog.Decode(kept.Last.Type, kept.Last.Event)
	return s, e, err
}

// Approve approves a proposal and carries it out. The event is computed again, from the same
// command; if the rules lead to another one now it is refused. Only a proposal about a round needs
// the published ledger, and only that of a seal another account of the pools.
func (o *Office) Approve(
	ctx context.Context, by Author, id string, l *audit.State, other Candidates,
) (proposal.Made, error) {
	s, e, err := o.Proposed(ctx, id)
	if err != nil {
		return s.Made, err
	}
	by.approves = id
	if err := o.requireApprover(ctx, by, id, s); err != nil {
		return s.Made, err
	}
	switch e := e.(type) {
	case rules.Adopted:
		_, err = o.Execute(ctx, by, Rules(e.Version))
	case officer.Event:
		who := strings.TrimPrefix(s.Made.Stream, officer.StreamPrefix)
		_, err = o.Execute(ctx, by, Officer(who, officer.Behind(e)))
	case round.Event:
		_, round, _ := strings.Cut(s.Made.Stream, "-")
		err = o.approveStep(ctx, by, round, e, l, other)
	}
	return s.Made, err
}

// requireApprover refuses whoever may not approve the proposal, before anything is computed.
func (o *Office) requireApprover(
	ctx context.Context, by Author, id string, s proposal.State,
) error {
	k := &known{ctx: ctx, office: o, by: by, stream: proposal.StreamPrefix + id, state: s}
	who, err := k.Officer()
	if err != nil {
		return err
	}
	if err := k.requireAuthor(proposal.TypeApproved, proposal.Approved{Officer: who}); err != nil {
		return err
	}
	// Whether they have keys, and the proposer still holds the role, is seen when it is approved.
	_, err = proposal.Decide(s, proposal.Approve{At: k.At(), Officer: who})
	return err
}

func (o *Office) approveStep(
	ctx context.Context, by Author, id string, e round.Event, l *audit.State, other Candidates,
) error {
	var err error
	switch e := e.(type) {
	case round.Sealed:
		_, err = o.sealAt(ctx, by, id, l, other, int64(e.LedgerSize))
	case round.Drawn:
		_, err = o.Draw(ctx, by, id, l)
	case round.Announced, round.AnnouncementSuperseded, round.Published, round.Voided:
		_, err = o.Execute(ctx, by, Round(id, round.Behind(e)).On(l))
	case round.Opened, round.Closed, round.Anchored, round.CeremonyRecorded, round.BeaconRecorded,
		round.Ranked, round.Settled:
		err = fault.New(fault.NotAllowed, "%s does not take two officers", e.EventType())
	}
	return err
}

// RulesInForce returns the version of the rules that came into force last, or none.
func (o *Office) RulesInForce(ctx context.Context) (newest rules.Version, err error) {
	names, err := eventstore.Names(ctx, o.Store, rules.StreamPrefix)
	if err != nil {
		return newest, err
	}
	for _, name := range names {
		s, err := load(ctx, o, eventstore.Of(catalog.Rules), rules.StreamPrefix+name)
		if err != nil {
			return newest, err
		}
		if v := s.Version; v.ValidFrom <= o.Now() && v.ValidFrom > newest.ValidFrom {
			newest = v
		}
	}
	return newest, nil
}
