package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore/office"
)

// applicationStep is a command on one application: do carries it out and says what came of
// it, in words and in the object that programs get.
func (o *options) applicationStep(use, short string, do func(ctx context.Context, s *session, code string, object map[string]any) (said string, err error)) *cobra.Command {
	return leaf(use, short, cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			object := map[string]any{"application": args[0]}
			said, err := do(ctx, s, args[0], object)
			if err != nil {
				return err
			}
			return s.done(object, "application %s %s", args[0], said)
		})
	})
}

// issue carries out a command on an application; after is the application as it leaves it.
func (s *session) issue(ctx context.Context, code string, cmd application.Command) (after application.State, err error) {
	by, err := s.author()
	if err != nil {
		return after, err
	}
	if err := s.execute(ctx, by, office.Application(code, cmd)); err != nil {
		return after, err
	}
	return s.office.LoadApplication(ctx, code)
}

func (o *options) recheckCommand() *cobra.Command {
	ask := o.applicationStep("ask CODE", "ask to have a rejection looked at again", func(ctx context.Context, s *session, code string, object map[string]any) (string, error) {
		a, err := s.issue(ctx, code, application.AskRecheck{})
		object["answer_by"] = a.Review().Recheck.AnswerBy
		return "is to be rechecked by " + a.Review().Recheck.AnswerBy.String(), err
	})
	var answer string
	reply := o.applicationStep("answer CODE", "answer a recheck, by another reviewer than the one who rejected", func(ctx context.Context, s *session, code string, object map[string]any) (string, error) {
		a, err := s.issue(ctx, code, application.AnswerRecheck{Answer: application.Answer(answer)})
		object["answer"], object["phase"] = answer, a.Phase
		return fmt.Sprintf("is rechecked: %s; it is %s", answer, a.Phase), err
	})
	reply.Flags().StringVar(&answer, "answer", "", "granted (up for review again) or upheld (stays rejected)")
	return group("recheck", "have a rejection looked at again", ask, reply)
}

func (o *options) renewCommand() *cobra.Command {
	return o.applicationStep("renew CODE", "extend the validity of an approved application", func(ctx context.Context, s *session, code string, object map[string]any) (string, error) {
		a, err := s.issue(ctx, code, application.Renew{})
		object["valid_until"] = a.ValidUntil
		return "is valid until " + a.ValidUntil.String(), err
	})
}

func (o *options) creditCommand() *cobra.Command {
	cmd := application.Credit{}
	var evidence string
	c := o.applicationStep("credit CODE", "set the draws of a member on evidence from an older system", func(ctx context.Context, s *session, code string, object map[string]any) (string, error) {
		var err error
		if cmd.Evidence, err = digestOfFile(evidence); err != nil {
			return "", err
		}
		_, err = s.issue(ctx, code, cmd)
		object["member"], object["evidence"] = cmd.Member, cmd.Evidence
		return fmt.Sprintf("is credited: member %d, %d draws until 2020 and %d since 2021, evidence %s",
			cmd.Member, cmd.DrawsUntil2020, cmd.DrawsSince2021, cmd.Evidence), err
	})
	f := c.Flags()
	f.IntVar(&cmd.Member, "member", 1, "whose draws: 1 is the main applicant")
	f.IntVar(&cmd.DrawsUntil2020, "draws-until-2020", 0, "draws taken part in until 2020")
	f.IntVar(&cmd.DrawsSince2021, "draws-since-2021", 0, "draws taken part in since 2021")
	f.StringVar(&evidence, "evidence", "", "file with the evidence; only its SHA-256 is stored")
	return c
}

func digestOfFile(name string) (domain.Digest, error) {
	if name == "" {
		return domain.Digest{}, usage("--evidence FILE is needed")
	}
	f, err := os.Open(name)
	if err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	defer f.Close() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return domain.Digest{}, fmt.Errorf("reading the evidence: %w", err)
	}
	return domain.Digest(h.Sum(nil)), nil
}

func (o *options) disqualifyCommand() *cobra.Command {
	var reason string
	c := o.applicationStep("disqualify CODE", "end an application against the applicant's wish", func(ctx context.Context, s *session, code string, object map[string]any) (string, error) {
		by, err := s.author()
		if err != nil {
			return "", err
		}
		object["reason"] = reason
		return "is disqualified: " + reason, s.office.EndApplication(ctx, by, code, application.Disqualify{Reason: application.DisqualifyReason(reason)})
	})
	c.Flags().StringVar(&reason, "reason", "", fmt.Sprintf("one of %v", application.DisqualifyReasons))
	return c
}

// expireCommand rests on the public ledger, which says what a round may still select.
func (o *options) expireCommand() *cobra.Command {
	var due bool
	c := leaf("expire [CODE…]", "end applications that are no longer valid and in no draw", cobra.ArbitraryArgs, func(ctx context.Context, codes []string) error {
		if due == (len(codes) > 0) {
			return usage("expire takes application codes, or --due")
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			l, _, err := s.replay(ctx)
			if err != nil {
				return err
			}
			if due {
				codes = l.RunOut(now())
			}
			for _, code := range codes {
				if err := s.office.EndApplication(ctx, by.Part("expire %s", code), code, application.Expire{Drawing: l.Drawing(code)}); err != nil {
					return fmt.Errorf("application %s: %w", code, err)
				}
			}
			if err := s.sync(ctx); err != nil {
				return err
			}
			return s.done(map[string]any{"expired": len(codes)}, "%d applications have expired", len(codes))
		})
	})
	c.Flags().BoolVar(&due, "due", false, "end all that are due")
	return c
}
