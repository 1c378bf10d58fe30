package main

import (
	"context"
	"fmt"
	"reflect"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/publisher"
)

// The steps of a round that rest on the public ledger. Each begins by publishing what is stored,
// and rests on the ledger that the publisher folded as any citizen would: an office that seals,
// announces or draws from anything else would disprove itself.

// replay publishes the ledger and returns it. A dry run must find it published already.
func (s *session) replay(ctx context.Context) (*audit.Ledger, publisher.Published, error) {
	p, err := s.publisher()
	if err != nil {
		return nil, publisher.Published{}, err
	}
	if s.trial == nil {
		at, err := p.Sync(ctx)
		if err != nil {
			return nil, at, err
		}
		return p.Ledger(), at, nil
	}
	at, err := s.published(ctx, p)
	if err != nil {
		return nil, at, err
	}
	l, err := p.CatchUp(ctx)
	return l, at, err
}

// published is the published ledger if nothing is missing from it.
func (s *session) published(ctx context.Context, p *publisher.Publisher) (publisher.Published, error) {
	at, err := p.Published(ctx)
	if err != nil {
		return at, err
	}
	for _, err := range s.store.ReadAll(ctx, at.Position, catalog.PublicStreams...) {
		if err == nil {
			err = fault.New(fault.NotPublished, "a dry run of this step needs all events published, and some are not")
		}
		return at, err
	}
	return at, nil
}

// sync publishes what a step has stored.
func (s *session) sync(ctx context.Context) error {
	if s.trial != nil {
		return nil
	}
	p, err := s.publisher()
	if err != nil {
		return err
	}
	_, err = p.Sync(ctx)
	return err
}

func (s *session) closeRound(ctx context.Context, id string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	return "is closed", s.execute(ctx, by, office.Round(id, round.Close{}))
}

func (s *session) sealRound(ctx context.Context, id string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	r, err := s.round(ctx, id)
	if err != nil {
		return "", err
	}
	if r.Phase != round.PhaseOpened && r.Phase != round.PhaseClosed {
		return "is sealed already", s.sync(ctx)
	}
	l, at, err := s.replay(ctx)
	if err != nil {
		return "", err
	}
	proposed, err := s.office.ProposedSeal(ctx, id)
	if err != nil {
		return "", err
	}
	size := int64(proposed)
	if size == 0 || size > at.Size {
		size = at.Size
	}
	rosters, cmd, err := l.Rosters(id, size)
	if err != nil && size != at.Size { // what was proposed cannot be sealed
		size = at.Size
		rosters, cmd, err = l.Rosters(id, size)
	}
	if err != nil {
		return "", err
	}
	if state, _ := l.Round(id); state.Phase == round.PhaseOpened {
		return "", fault.New(fault.RoundPhase, "round %s is still open in the published ledger", id)
	}
	if err := s.agree(ctx, l, id, size, rosters); err != nil {
		return "", err
	}
	if err := s.execute(ctx, by, office.Round(id, cmd)); err != nil {
		return "", err
	}
	said := fmt.Sprintf("is sealed at %d leaves:", size)
	for _, p := range cmd.Rosters {
		said += fmt.Sprintf(" %s %d,", p.Pool, p.Count)
	}
	return said[:len(said)-1], s.sync(ctx)
}

// agree refuses to seal when the pool in the read models is not the one that the
// ledger gives: one of the two programs is wrong then.
func (s *session) agree(ctx context.Context, l *audit.Ledger, id string, size int64, rosters []draw.Roster) error {
	db, err := s.readModels(ctx)
	if err != nil {
		return err
	}
	state, _ := l.Round(id)
	var failed error
	mine := round.Rosters(l.Version(id), state.Opened.Closes, func(yield func(round.Candidate) bool) {
		for c, err := range pool.Of(db).Candidates(ctx, size) {
			if failed = err; err != nil || !yield(c) {
				return
			}
		}
	})
	if failed != nil {
		return failed
	}
	for i, r := range rosters {
		if len(r.Entries) != len(mine[i].Entries) || len(r.Entries) > 0 && !reflect.DeepEqual(r, mine[i]) {
			return fmt.Errorf("pool %s in the read models is not what the ledger gives; nothing was sealed; remove %s, which is built again, and report this", r.Pool, s.path("read.db"))
		}
	}
	return nil
}

// announcement is what a conductor decides about a draw.
type announcement struct {
	drawTime       domain.Time
	chain          draw.Chain
	seats, reserve map[string]uint64
	ceremony       bool
}

// announcing is the command for an announcement, from the published ledger.
func (s *session) announcing(ctx context.Context, id string, a announcement) (round.Announce, error) {
	var none round.Announce
	if _, err := s.round(ctx, id); err != nil {
		return none, err
	}
	l, _, err := s.replay(ctx)
	if err != nil {
		return none, err
	}
	pools, err := a.pools(l, id)
	if err != nil {
		return none, err
	}
	return l.AnnounceCommand(id, now(), a.drawTime, a.chain.Hash(), pools, a.ceremony), nil
}

// pools gives every pool of the round its seats.
func (a announcement) pools(l *audit.Ledger, id string) ([]round.Seats, error) {
	state, _ := l.Round(id)
	seats, reserve := a.seats, a.reserve
	var pools []round.Seats
	for _, p := range state.Sealed.Rosters {
		n, ok := seats[p.Pool]
		if !ok && p.Count > 0 {
			return nil, usage("--seats: pool %s has none; say %s=0 if that is meant", p.Pool, p.Pool)
		}
		pools = append(pools, round.Seats{Pool: p.Pool, Seats: n, Reserve: reserve[p.Pool]})
		delete(seats, p.Pool)
		delete(reserve, p.Pool)
	}
	for p := range seats {
		return nil, usage("--seats: round %s has no pool %q", id, p)
	}
	for p := range reserve {
		return nil, usage("--reserve: round %s has no pool %q", id, p)
	}
	return pools, nil
}

func (s *session) announceRound(ctx context.Context, id string, a announcement) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	cmd, err := s.announcing(ctx, id, a)
	if err != nil {
		return "", err
	}
	if err := s.execute(ctx, by, office.Round(id, cmd)); err != nil {
		return "", err
	}
	after, err := s.office.LoadRound(ctx, id)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("is announced: draw at %s with round %d of %s", a.drawTime, after.Announced.BeaconRound, a.chain.ID), s.sync(ctx)
}

func (s *session) recordBeacon(ctx context.Context, id, signature string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	l, _, err := s.replay(ctx)
	if err != nil {
		return "", err
	}
	if err := l.VerifyBeacon(id, signature); err != nil {
		return "", err
	}
	if err := s.execute(ctx, by, office.Round(id, round.RecordBeacon{Signature: signature})); err != nil {
		return "", err
	}
	return "has its seed", s.sync(ctx)
}

func (s *session) drawRound(ctx context.Context, id string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	r, err := s.round(ctx, id)
	if err != nil {
		return "", err
	}
	if r.Phase == round.PhasePublished || r.Phase == round.PhaseSettled {
		return "is drawn and published already", s.sync(ctx)
	}
	l, _, err := s.replay(ctx)
	if err != nil {
		return "", err
	}
	cmd, results, err := l.Draw(id)
	if err != nil {
		return "", err
	}
	if err := s.execute(ctx, by, office.Round(id, cmd)); err != nil {
		return "", err
	}
	said := "is drawn:"
	for _, p := range results {
		for first := 0; first < len(p.Ranks); first += round.MaxRanked {
			piece := round.Rank{Pool: p.Pool, First: uint64(first) + 1}
			for _, k := range p.Ranks[first:min(first+round.MaxRanked, len(p.Ranks))] {
				piece.Codes = append(piece.Codes, k.Code)
			}
			one := by.Part("rank %s %d", p.Pool, piece.First)
			if err := s.execute(ctx, one, office.Round(id, piece)); err != nil {
				return "", err
			}
		}
		said += fmt.Sprintf(" %s %d ranks,", p.Pool, len(p.Ranks))
	}
	return said[:len(said)-1], s.sync(ctx)
}

func (s *session) publishRound(ctx context.Context, id string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	if err := s.execute(ctx, by, office.Round(id, round.Publish{})); err != nil {
		return "", err
	}
	return "is published", s.sync(ctx)
}

// awardRound awards an indicator for every seat of a published round.
func (s *session) awardRound(ctx context.Context, id string) (awarded, declined int, err error) {
	by, err := s.author()
	if err != nil {
		return 0, 0, err
	}
	if _, err := s.round(ctx, id); err != nil {
		return 0, 0, err
	}
	l, _, err := s.replay(ctx)
	if err != nil {
		return 0, 0, err
	}
	state, selected := l.Round(id)
	if state.Phase != round.PhasePublished && state.Phase != round.PhaseSettled {
		return 0, 0, fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	if awarded, declined, err = s.award(ctx, by, id, selected); err != nil {
		return awarded, declined, err
	}
	return awarded, declined, s.sync(ctx)
}
