package main

import (
	"context"
	"fmt"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/domain/proposal"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// waits reports a command that takes two officers and was given by the first of them.
func (s *session) waits(w *office.Waiting) error {
	return s.done(proposalObject(w.ID, proposal.State{Made: w.Made}), "%s", w.Error())
}

func proposalObject(id string, p proposal.State) map[string]any {
	o := map[string]any{
		"proposal": id, "stream": p.Made.Stream, "revision": p.Made.Revision, "type": p.Made.Type, "digest": p.Made.Digest,
		"proposed_by": p.Made.Officer, "expires": p.Made.Expires.String(),
	}
	if p.Approved != "" {
		o["approved_by"] = p.Approved
	}
	if p.Made.LedgerSize > 0 {
		o["ledger_size"] = p.Made.LedgerSize
	}
	return o
}

func proposalText(id string, p proposal.State) string {
	text := fmt.Sprintf("%s: %s in %s, proposed by %s, until %s", id, p.Made.Type, p.Made.Stream, p.Made.Officer, p.Made.Expires)
	if p.Approved != "" {
		text += ", approved by " + p.Approved
	}
	return text
}

func (o *options) proposalCommand() *cobra.Command {
	list := leaf("list", "print what is proposed and has not expired", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			open, err := s.office.Proposals(ctx)
			if err != nil {
				return err
			}
			objects, lines := []map[string]any{}, make([]string, len(open))
			for i, p := range open {
				objects, lines[i] = append(objects, proposalObject(p.ID, p.State)), proposalText(p.ID, p.State)
			}
			if len(lines) == 0 {
				lines = []string{"nothing is proposed"}
			}
			return s.print(map[string]any{"proposals": objects}, "%s", strings.Join(lines, "\n"))
		})
	})
	show := leaf("show ID", "print a proposal", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			l, err := eventstore.Of(catalog.Proposals).Load(ctx, s.store, proposal.StreamPrefix+args[0], catalog.Meta{})
			if err != nil {
				return err
			}
			if l.Last == eventstore.NoStream {
				return fault.New(fault.UnknownProposal, "no proposal %q", args[0])
			}
			return s.print(proposalObject(args[0], l.State), "%s", proposalText(args[0], l.State))
		})
	})
	return group("proposal", "what takes two officers and waits for the second", list, show)
}
