package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"lotteryledger/cmd/internal/progress"
	"lotteryledger/domain/application"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/pool"
)

func (o *options) reviewCommand() *cobra.Command {
	return group("review", "check, approve and reject", o.checkCommand(), o.approveCommand(), o.rejectCommand())
}

// listed adds the flag --list to a command on codes.
func listed(c *cobra.Command, file *string) *cobra.Command {
	c.Flags().StringVar(file, "list", "", "file with one application code a line, in place of codes")
	return c
}

// codesOf are the codes of the command line, or those in the file.
func codesOf(args []string, file string) ([]string, error) {
	if (len(args) > 0) == (file != "") {
		return nil, usage("application codes are needed, or --list FILE")
	}
	if file == "" {
		return args, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading the list: %w", err)
	}
	defer f.Close() // it was only read
	var codes []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" {
			continue
		}
		if _, err := identity.ParseCode(lines.Text()); err != nil {
			return nil, usage("%s line %d: %v", file, n, err)
		}
		codes = append(codes, lines.Text())
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the list: %w", err)
	}
	return codes, nil
}

func (o *options) checkCommand() *cobra.Command {
	var file, department, item, outcome string
	var names []string
	c := leaf("check [CODE…]", "record what a department found about an item", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		codes, err := codesOf(args, file)
		if err != nil {
			return err
		}
		cmd := application.RecordCheck{Department: department, Item: item, Outcome: application.Outcome(outcome), Reasons: reasonsOf(names)}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			purpose := "check " + department + "/" + item
			if _, err := s.each(ctx, by, purpose, codes, cmd); err != nil {
				return err
			}
			return s.done(map[string]any{"checked": len(codes), "department": department, "item": item, "outcome": outcome},
				"%s/%s of %d applications is recorded: %s", department, item, len(codes), outcome)
		})
	})
	f := c.Flags()
	f.StringVar(&department, "department", "", "as the rules name it")
	f.StringVar(&item, "item", "", "as the rules name it")
	f.StringVar(&outcome, "outcome", "", "passed or failed")
	f.StringSliceVar(&names, "reason", nil, fmt.Sprintf("of a failure, one or more of %v", application.Reasons))
	return listed(c, &file)
}

func reasonsOf(names []string) []application.Reason {
	var why []application.Reason
	for _, n := range names {
		why = append(why, application.Reason(n))
	}
	return why
}

func (o *options) approveCommand() *cobra.Command {
	var pending bool
	var file, roundID string
	c := leaf("approve [CODE…]", "admit applications to the rounds to come", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		if pending == (len(args) > 0 || file != "") {
			return usage("approve takes application codes, --list, or --pending")
		}
		var codes []string
		var err error
		if !pending {
			if codes, err = codesOf(args, file); err != nil {
				return err
			}
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if !pending {
				if err := s.approve(ctx, by, codes); err != nil {
					return err
				}
				return s.done(map[string]any{"approved": len(codes)}, "%d applications are approved", len(codes))
			}
			if codes, err = s.pending(ctx, roundID); err != nil {
				return err
			}
			left, err := s.each(ctx, by, "approve", codes, application.Approve{}, "checks_missing", "check_failed")
			if err != nil {
				return err
			}
			said := ""
			if left > 0 {
				said = fmt.Sprintf("; %d lack a check that the rules require", left)
			}
			return s.done(map[string]any{"approved": len(codes) - left, "unchecked": left}, "%d applications are approved%s", len(codes)-left, said)
		})
	})
	c.Flags().BoolVar(&pending, "pending", false, "approve every submitted application whose checks are passed")
	c.Flags().StringVar(&roundID, "round", "", "with --pending: only those submitted for this round")
	return listed(c, &file)
}

func (o *options) rejectCommand() *cobra.Command {
	var file string
	var names []string
	c := leaf("reject [CODE…]", "refuse applications, with reasons or for those of the checks that failed", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		codes, err := codesOf(args, file)
		if err != nil {
			return err
		}
		why := reasonsOf(names)
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if _, err := s.each(ctx, by, "reject", codes, application.Reject{Reasons: why}); err != nil {
				return err
			}
			if len(codes) != 1 {
				return s.done(map[string]any{"rejected": len(codes)}, "%d applications are rejected", len(codes))
			}
			said := why
			if len(why) == 0 { // those of the checks
				a, err := s.office.LoadApplication(ctx, codes[0])
				if err != nil {
					return err
				}
				said = a.Reasons
			}
			return s.done(map[string]any{"application": codes[0], "reasons": said}, "application %s is rejected: %v", codes[0], said)
		})
	})
	c.Flags().StringSliceVar(&names, "reason", nil, fmt.Sprintf("one or more of %v", application.Reasons))
	return listed(c, &file)
}

// pending lists the codes of all submitted applications.
func (s *session) pending(ctx context.Context, roundID string) ([]string, error) {
	if roundID != "" {
		if _, err := s.round(ctx, roundID); err != nil {
			return nil, err
		}
	}
	db, err := s.readModels(ctx)
	if err != nil {
		return nil, err
	}
	var codes []string
	for code, err := range pool.Of(db).Codes(ctx, pool.Filter{Phase: application.PhaseSubmitted, Round: roundID}) {
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// approve approves many at once.
func (s *session) approve(ctx context.Context, by office.Author, codes []string) error {
	_, err := s.each(ctx, by, "approve", codes, application.Approve{})
	return err
}

// each issues a command on many applications at once. Each is a command of its own that
// follows from the one given, so that repeating it changes nothing. A refusal of
// one leaves the others to go on; the first in the order of codes becomes the error, but for
// those with one of the codes to pass over, which are counted.
func (s *session) each(ctx context.Context, by office.Author, purpose string, codes []string, cmd application.Command, passOver ...string) (passed int, err error) {
	if err := s.office.RequireAuthor(ctx, by, cmd.Leads()); err != nil {
		return 0, err
	}
	bar := progress.New(s.stderr, cmd.Leads())
	defer bar.Done()
	var mu sync.Mutex
	var n, over atomic.Int64
	refused := map[int]error{}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(64)
	for i, code := range codes {
		g.Go(func() error {
			err := s.execute(ctx, by.Part("%s %s", purpose, code), office.Application(code, cmd))
			if fault.CodeOf(err) == fault.InvalidID { // no application has such a code
				err = fault.New(fault.UnknownApplication, "no application %s was submitted", code)
			}
			switch refusal := fault.CodeOf(err); {
			case office.Unauthorised(err): // the officer may have been dismissed meanwhile
				return fmt.Errorf("after %d of %d applications: %w", n.Load(), len(codes), err)
			case slices.Contains(passOver, refusal):
				over.Add(1)
			case refusal != "":
				mu.Lock()
				refused[i] = err
				mu.Unlock()
			case err != nil:
				return fmt.Errorf("application %s: %w", code, err)
			}
			bar.Set(n.Add(1), int64(len(codes)))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	for i, code := range codes {
		if err := refused[i]; err != nil && len(refused) > 1 {
			return 0, fmt.Errorf("application %s: %w (%d of %d applications were refused, the others are done)", code, err, len(refused), len(codes))
		} else if err != nil {
			return 0, fmt.Errorf("application %s: %w", code, err)
		}
	}
	return int(over.Load()), nil
}
