package office

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"lotteryledger/audit"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/round"
)

// The steps of a round rest on the published ledger, as any citizen would replay it: an office
// that seals, announces or draws from anything else would disprove itself.

// Candidates yields the applications that are in the pools after so many leaves, by another
// account than the ledger's.
type Candidates func(ctx context.Context, leaves int64) iter.Seq2[round.Candidate, error]

// OtherAccountError is returned when another account gives other rosters than the ledger. One of
// the two is wrong, and nothing is sealed.
type OtherAccountError struct{ Pool string }

func (e OtherAccountError) Error() string {
	return fmt.Sprintf("pool %s is not what the ledger gives; nothing was sealed", e.Pool)
}

// Seal fixes the rosters of a round: at the size that another officer has proposed, if the round
// can be sealed there, and otherwise at the size of the ledger. Both accounts of the pools have to
// agree.
func (o *Office) Seal(
	ctx context.Context, by Author, id string, l *audit.State, other Candidates,
) (round.Seal, error) {
	size := l.Size()
	proposed, err := o.ProposedSeal(ctx, id)
	if err != nil {
		return round.Seal{}, err
	}
	if n := int64(proposed); n > 0 && n < size {
		if _, _, err := l.Rosters(id, n); err == nil {
			size = n
		}
	}
	return o.sealAt(ctx, by, id, l, other, size)
}

// sealAt fixes the rosters as they are after so many leaves.
func (o *Office) sealAt(
	ctx context.Context, by Author, id string, l *audit.State, other Candidates, size int64,
) (round.Seal, error) {
	rosters, cmd, err := l.Rosters(id, size)
	if err != nil {
		return cmd, err
	}
	state, _ := l.Round(id)
	if state.Phase == round.PhaseOpened {
		return cmd, fault.New(fault.RoundPhase,
			"round %s is still open in the published ledger", id)
	}
	if err := agree(ctx, id, l, cmd, rosters, other); err != nil {
		return cmd, err
	}
	_, err = o.Execute(ctx, by, Round(id, cmd))
	return cmd, err
}

// agree makes the rosters again from another account, and compares.
func agree(
	ctx context.Context, id string, l *audit.State, cmd round.Seal, rosters []draw.Roster,
	other Candidates,
) error {
	var failed error
	state, _ := l.Round(id)
	candidates := func(yield func(round.Candidate) bool) {
		for c, err := range other(ctx, int64(cmd.LedgerSize)) {
			if failed = err; err != nil || !yield(c) {
				return
			}
		}
	}
	again := round.Rosters(l.Version(id), state.Opened.Closes, candidates)
	if failed != nil {
		return failed
	}
	for i, r := range rosters {
		empty := len(r.Entries) == 0 && len(again[i].Entries) == 0
		if !empty && !reflect.DeepEqual(r, again[i]) {
			return OtherAccountError{r.Pool}
		}
	}
	return nil
}

// RecordBeacon verifies the signature of the announced beacon round, in hex, and records it.
func (o *Office) RecordBeacon(
	ctx context.Context, by Author, id string, l *audit.State, signature string,
) error {
	if err := l.VerifyBeacon(id, signature); err != nil {
		return err
	}
	_, err := o.Execute(ctx, by, Round(id, round.RecordBeacon{Signature: signature}))
	return err
}

// Draw computes the results of a round and records them: first their digests, then the ranks, in
// pieces that an event holds. Repeated after a crash it goes on where it was.
func (o *Office) Draw(
	ctx context.Context, by Author, id string, l *audit.State,
) ([]audit.PoolResult, error) {
	cmd, results, err := l.Draw(id)
	if err != nil {
		return nil, err
	}
	if _, err := o.Execute(ctx, by, Round(id, cmd)); err != nil {
		return nil, err
	}
	for _, p := range results {
		for first := 0; first < len(p.Ranks); first += round.MaxRanked {
			piece := round.Rank{Pool: p.Pool, First: uint64(first) + 1}
			for _, k := range p.Ranks[first:min(first+round.MaxRanked, len(p.Ranks))] {
				piece.Codes = append(piece.Codes, k.Code)
			}
			part := by.Part("rank %s %d", p.Pool, piece.First)
			if _, err := o.Execute(ctx, part, Round(id, piece)); err != nil {
				return nil, fmt.Errorf("recording rank %d of pool %s: %w", piece.First, p.Pool, err)
			}
		}
	}
	return results, nil
}

// ended are the refusals of an application that ended between draw and award. It gets nothing.
var ended = []string{
	fault.ApplicationWithdrawn, fault.ApplicationAwarded,
	fault.ApplicationDisqualified, fault.ApplicationExpired,
}

// AwardRound awards an indicator for every seat of a published round, many at once. declined
// counts the applications that had ended before. progress, unless nil, is told how many of all
// seats are done.
func (o *Office) AwardRound(
	ctx context.Context, by Author, id string, l *audit.State, progress func(done, all int),
) (awarded, declined int, err error) {
	state, selected := l.Round(id)
	if state.Phase != round.PhasePublished && state.Phase != round.PhaseSettled {
		return 0, 0, fault.New(fault.RoundPhase, "round %q is not published", id)
	}
	all := 0
	for _, codes := range selected {
		all += len(codes)
	}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, pool := range slices.Sorted(maps.Keys(selected)) {
		for i, code := range selected[pool] {
			g.Go(func() error {
				name := indicator.ID(id, pool, uint64(i)+1)
				err := o.award(ctx, by.Part("award %s", name), name, code, l)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					awarded++
				case slices.Contains(ended, fault.CodeOf(err)):
					declined++
				default:
					return err
				}
				if progress != nil {
					progress(awarded+declined, all)
				}
				return nil
			})
		}
	}
	err = g.Wait()
	return awarded, declined, err
}
