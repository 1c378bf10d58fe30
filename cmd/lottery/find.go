package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/eventstore/office"
)

// findCommand reads the number from the input: the arguments of a program are seen by others.
func (o *options) findCommand() *cobra.Command {
	var why string
	c := leaf("find", "list the applications of the identity number or organisation code on the input; the look is noted", cobra.NoArgs, func(ctx context.Context, _ []string) error {
		raw, err := io.ReadAll(io.LimitReader(os.Stdin, 100))
		if err != nil {
			return fmt.Errorf("reading the input: %w", err)
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			tag, err := tagOf(s.office, strings.TrimSpace(string(raw)))
			if err != nil {
				return err
			}
			found, err := s.office.Find(ctx, by, tag, access.Reason(why))
			if err != nil {
				return err
			}
			if s.trial != nil {
				return s.done(map[string]any{}, "the applications would be shown")
			}
			return s.showFound(found)
		})
	})
	c.Flags().StringVar(&why, "reason", "", fmt.Sprintf("one of %v", access.Reasons))
	return c
}

// tagOf is the tag of whoever has the number, which no error repeats.
func tagOf(o *office.Office, number string) (domain.Digest, error) {
	if code, err := identity.ParseOrganisation(number); err == nil {
		return o.OrganisationTag(code), nil
	}
	n, err := identity.Parse(number)
	if err != nil {
		return domain.Digest{}, fault.New(fault.InvalidID, "the input is not the code of an organisation, and: %v", err)
	}
	return o.Tag(n), nil
}

func (s *session) showFound(found []office.Found) error {
	text, list := fmt.Sprintf("%d applications", len(found)), []map[string]any{}
	for _, f := range found {
		text += fmt.Sprintf("\n  %s  %s, round %s: %s", f.Code, f.Indicator, f.Round, f.Phase)
		list = append(list, map[string]any{"application": f.Code, "indicator": f.Indicator, "round": f.Round, "phase": f.Phase, "applicant": f.Applicant})
	}
	return s.print(map[string]any{"applications": list}, "%s", text)
}
