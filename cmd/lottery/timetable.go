package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lotteryledger/domain"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

func (s *session) supersedeRound(ctx context.Context, id string, a announcement) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	cmd, err := s.announcing(ctx, id, a)
	if err != nil {
		return "", err
	}
	supersede := round.SupersedeAnnouncement{Announce: cmd}
	if err := s.execute(ctx, by, office.Round(id, supersede)); err != nil {
		return "", err
	}
	after, err := s.office.LoadRound(ctx, id)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("is announced anew, for the %d. time: draw at %s with round %d of %s", after.Superseded, a.drawTime, after.Announced.BeaconRound, a.chain.ID), s.sync(ctx)
}

func (o *options) roundAnchorCommand() *cobra.Command {
	var kind, claimed string
	c := leaf("anchor ID EVIDENCE", "note evidence, a file, that the announcement was seen outside", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		at, err := domain.ParseTime(claimed)
		if err != nil {
			return usage("--claimed-at: %v", err)
		}
		evidence, err := digestOf(args[1])
		if err != nil {
			return err
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			r, err := s.round(ctx, args[0])
			if err != nil {
				return err
			}
			anchored := round.Anchored{Kind: round.AnchorKind(kind), Document: r.Announced.Document, Evidence: evidence, ClaimedAt: at}
			if err := s.execute(ctx, by, office.Round(args[0], round.Anchor{Anchored: anchored})); err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0], "evidence": evidence}, "round %s is anchored by %s, evidence %s; keep the file, the ledger holds its digest only", args[0], kind, evidence)
		})
	})
	c.Flags().StringVar(&kind, "kind", "", fmt.Sprintf("one of %v", round.AnchorKinds))
	c.Flags().StringVar(&claimed, "claimed-at", "", "the time that the evidence states, like 2026-06-25T02:00:00Z")
	return c
}

// digestOf is the SHA-256 of a file.
func digestOf(name string) (domain.Digest, error) {
	f, err := os.Open(name)
	if err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	return domain.Digest(h.Sum(nil)), nil
}

func (o *options) roundCeremonyCommand() *cobra.Command {
	return leaf("ceremony ID FILE", "record the bytes of the announced ceremony, exactly as the file holds them", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		f, err := os.Open(args[1])
		if err != nil {
			return fmt.Errorf("reading the ceremony: %w", err)
		}
		defer f.Close()
		raw, err := io.ReadAll(io.LimitReader(f, round.MaxCeremony+1))
		if err != nil {
			return fmt.Errorf("reading the ceremony: %w", err)
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			cmd := round.RecordCeremony{Bytes: hex.EncodeToString(raw)}
			if err := s.execute(ctx, by, office.Round(args[0], cmd)); err != nil {
				return err
			}
			return s.done(map[string]any{"round": args[0], "ceremony": cmd.Bytes}, "round %s has its ceremony: %d bytes", args[0], len(raw))
		})
	})
}

// settleRound closes a round with the figures that the published ledger gives.
func (s *session) settleRound(ctx context.Context, id string) (string, error) {
	by, err := s.author()
	if err != nil {
		return "", err
	}
	r, err := s.round(ctx, id)
	if err != nil {
		return "", err
	}
	if r.Phase == round.PhaseSettled {
		return "is settled already", s.sync(ctx)
	}
	l, _, err := s.replay(ctx)
	if err != nil {
		return "", err
	}
	cmd := l.SettleCommand(id)
	if err := s.execute(ctx, by, office.Round(id, cmd)); err != nil {
		return "", err
	}
	said := "is settled:"
	for _, p := range cmd.Pools {
		said += fmt.Sprintf(" %s %d used, %d returned,", p.Pool, p.Used, p.Returned)
	}
	return said[:len(said)-1], s.sync(ctx)
}
