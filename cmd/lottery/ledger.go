package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/domain/fault"
	"lotteryledger/projections/publisher"
)

func (o *options) ledgerCommand() *cobra.Command {
	var origin string
	begin := leaf("init", "begin a ledger: make its keys", cobra.NoArgs, func(context.Context, []string) error {
		vkey, err := o.initialise(origin)
		if err != nil {
			return err
		}
		if o.dryRun {
			return o.print(map[string]any{"dry_run": true, "origin": origin, "data": o.data},
				"dry run, nothing changed; ledger %s would begin in %s, with new keys", origin, o.data)
		}
		return o.print(map[string]any{"origin": origin, "key": vkey, "data": o.data},
			"ledger %s begins in %s\nits key, to be published wherever citizens can compare it:\n  %s\nkeep %s safe and secret: without identity.key the same person cannot be recognised again, and without vault.key no personal record be read",
			origin, o.data, vkey, o.path("private"))
	})
	begin.Flags().StringVar(&origin, "origin", "", "name of the ledger: the address it will be published at, without scheme, like lottery.example/plates")
	return group("ledger", "the public ledger", begin,
		leaf("publish", "publish every event that is stored", cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				p, err := s.publisher()
				if err != nil {
					return err
				}
				if s.trial != nil {
					at, err := p.Published(ctx)
					if err != nil {
						return err
					}
					return s.print(map[string]any{"dry_run": true, "leaves": at.Size}, "dry run, nothing changed; %d leaves are published so far", at.Size)
				}
				bar := progress.New(s.stderr, "publishing (leaves)")
				defer bar.Done()
				p.Progress = func(n int64) { bar.Set(n, 0) }
				at, err := p.Sync(ctx)
				if err != nil {
					return err
				}
				return s.print(map[string]any{"leaves": at.Size, "root": rootHex(at), "folder": p.Dir}, "%d leaves are published in %s, root %s", at.Size, p.Dir, rootHex(at))
			})
		}),
		leaf("status", "print what is published", cobra.NoArgs, func(ctx context.Context, _ []string) error {
			return o.with(ctx, func(ctx context.Context, s *session) error {
				p, err := s.publisher()
				if err != nil {
					return err
				}
				at, err := p.Published(ctx)
				if err != nil {
					return err
				}
				object := map[string]any{"leaves": at.Size, "root": rootHex(at), "folder": p.Dir, "key": p.VKey}
				said := fmt.Sprintf("%s: %d leaves, root %s\nkey: %s", p.Signer.Name(), at.Size, rootHex(at), p.VKey)
				events, stopped, err := p.Waiting(ctx, at)
				if err != nil {
					return err
				}
				if object["waiting"] = events; events > 0 {
					said += fmt.Sprintf("\n%d events are stored and not published", events)
				}
				if e, ok := fault.Of(stopped); ok {
					object["stopped"] = fault.Report{Code: e.Code, Site: e.Site, Place: e.Site.String(), Message: stopped.Error()}
					said += fmt.Sprintf("\nthe publication has stopped: %v", stopped)
				}
				return s.print(object, "%s", said)
			})
		}),
		leaf("key", "print the key that citizens verify with", cobra.NoArgs, func(context.Context, []string) error {
			b, err := os.ReadFile(o.path("private", "ledger.vkey"))
			if errors.Is(err, fs.ErrNotExist) {
				return o.noLedger()
			}
			if err != nil {
				return fmt.Errorf("reading the key: %w", err)
			}
			key := strings.TrimSpace(string(b))
			return o.print(map[string]any{"key": key}, "%s", key)
		}),
	)
}

// rootHex is the root of the tree in the form that lottery-verify prints.
func rootHex(at publisher.Published) string { return hex.EncodeToString(at.Root[:]) }
