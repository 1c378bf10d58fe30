package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/audit/durable"
	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

func (o *options) applicantCommand() *cobra.Command {
	var why, out string
	show := leaf("show CODE|ID", "print who is behind an application, masked; the look is noted", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.look(ctx, args[0], why, access.Masked, func(s *session, e vault.Entry) error { return s.showMasked(e) })
	})
	receipt := leaf("receipt CODE|ID", "print record, salt and commitment for the applicant to keep; the look is noted", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.look(ctx, args[0], why, access.Receipt, func(s *session, e vault.Entry) error { return s.showReceipt(e, out) })
	})
	receipt.Flags().StringVar(&out, "out", "", "write the record into this file, which must not be there, instead of printing it")
	for _, c := range []*cobra.Command{show, receipt} {
		c.Flags().StringVar(&why, "reason", "", fmt.Sprintf("one of %v", access.Reasons))
	}
	contact := leaf("contact CODE|ID RECORD.json", "put another personal record of the same people in the place of the one before (- reads it from the input)", cobra.ExactArgs(2), func(ctx context.Context, args []string) error {
		r, err := readRecord(args[1])
		if err != nil {
			return err
		}
		return o.atApplicant(ctx, args[0], func(ctx context.Context, s *session, by office.Author, id string) error {
			if err := s.office.ChangeContact(ctx, by, id, r); err != nil {
				return err
			}
			return s.done(map[string]any{"applicant": id}, "applicant %s has another record", id)
		})
	})
	erase := leaf("erase ID", "destroy the personal records of an applicant; there is no way back", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.atApplicant(ctx, args[0], func(ctx context.Context, s *session, by office.Author, id string) error {
			if err := s.office.Erase(ctx, by, id); err != nil {
				return err
			}
			return s.done(map[string]any{"applicant": id}, "the personal records of applicant %s are destroyed", id)
		})
	})
	return group("applicant", "the people behind applications", show, receipt, contact, erase)
}

// atApplicant opens a session with the vault for a command about one applicant, who is
// named by id or by the code of an application.
func (o *options) atApplicant(ctx context.Context, name string, work func(context.Context, *session, office.Author, string) error) error {
	return o.with(ctx, func(ctx context.Context, s *session) error {
		by, err := s.author()
		if err != nil {
			return err
		}
		id := name
		if _, err := identity.ParseCode(name); err == nil {
			a, err := s.office.LoadApplication(ctx, name)
			if err != nil {
				return err
			}
			if a.Phase == "" {
				return fault.New(fault.UnknownApplication, "no application %s was submitted", name)
			}
			id = a.Applicant
		} else if !domain.ValidApplicant(name) { // not repeated: it may be a name
			return fault.New(fault.InvalidID, "an applicant is named by an application code or an id of 32 lower-case hex digits")
		}
		if err := s.openVault(ctx); err != nil {
			return err
		}
		return work(ctx, s, by, id)
	})
}

// look notes a look at an applicant's record, and then shows it. A dry run shows nothing.
func (o *options) look(ctx context.Context, name, why string, kind access.Kind, show func(*session, vault.Entry) error) error {
	return o.atApplicant(ctx, name, func(ctx context.Context, s *session, by office.Author, id string) error {
		e, err := s.office.Look(ctx, by, access.Look{Applicant: id, Reason: access.Reason(why), Record: kind})
		if err != nil {
			return err
		}
		if s.trial != nil {
			return s.done(map[string]any{"applicant": id}, "the record would be shown")
		}
		return show(s, e)
	})
}

func (s *session) showMasked(e vault.Entry) error {
	text := "applicant " + e.Applicant
	var members []map[string]any
	for _, m := range e.Record.Members() {
		members = append(members, map[string]any{
			"role": m.Role, "name": identity.MaskName(m.Name), "identity_number": m.Identity.Mask(), "mobile": identity.MaskMobile(m.Mobile),
		})
		text += "\n" + m.String()
	}
	return s.print(map[string]any{"applicant": e.Applicant, "commitment": e.Commitment(), "members": members}, "%s", text)
}

func (s *session) showReceipt(e vault.Entry, out string) error {
	record, salt := e.Record.Bytes(), hex.EncodeToString(e.Salt[:])
	object := map[string]any{"applicant": e.Applicant, "commitment": e.Commitment(), "salt": salt}
	text := fmt.Sprintf("applicant %s\ncommitment %s\nsalt %s\n", e.Applicant, e.Commitment(), salt)
	if out == "" {
		object["record"] = string(record)
		return s.print(object, "%srecord %s", text, record)
	}
	if err := durable.Create(out, 0o600, durable.Bytes(record)); err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	object["record_file"] = out
	return s.print(object, "%srecord in %s", text, out)
}

// maxRecord is more bytes than any record has.
const maxRecord = 1 << 20

func readRecord(name string) (personal.Record, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return personal.Record{}, fmt.Errorf("opening the record: %w", err)
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxRecord))
	if err != nil {
		return personal.Record{}, fmt.Errorf("reading the record: %w", err)
	}
	return personal.Read(raw)
}

func (o *options) accessCommand() *cobra.Command {
	log := leaf("log OFFICER", "print at whose personal data an officer looked, and why", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if !domain.ValidID(args[0]) {
			return fault.New(fault.InvalidID, "officer %q", args[0])
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			reads := []map[string]any{}
			text := "officer " + args[0]
			for r, err := range s.store.Read(ctx, access.StreamPrefix+args[0], eventstore.Range{}) {
				if errors.Is(err, eventstore.ErrNotFound) {
					break
				}
				if err != nil {
					return fmt.Errorf("reading the log: %w", err)
				}
				m, err := catalog.ParseMeta(r.Meta)
				if err != nil {
					return fmt.Errorf("reading the log at %d: %w", r.Revision, err)
				}
				e, err := eventstore.Decode(r.Type, r.Data)
				if err != nil {
					return fmt.Errorf("reading the log at %d: %w", r.Revision, err)
				}
				if e, ok := e.(access.RecordRead); ok {
					reads = append(reads, map[string]any{"at": m.At, "applicant": e.Applicant, "reason": e.Reason, "record": e.Record})
					text += fmt.Sprintf("\n%s  %s  %s  %s", m.At, e.Applicant, e.Record, e.Reason)
				}
			}
			return s.print(map[string]any{"officer": args[0], "reads": reads}, "%s\n%d looks at personal data", text, len(reads))
		})
	})
	return group("access", "who looked at personal data", log)
}
