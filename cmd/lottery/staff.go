package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/spf13/cobra"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

func (o *options) rulesCommand() *cobra.Command {
	adopt := leaf("adopt FILE.json", "put a version of the rules into force", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		raw, err := os.ReadFile(args[0])
		if err != nil {
			return fmt.Errorf("reading the rules: %w", err)
		}
		v, err := parseRules(raw)
		if err != nil {
			return usage("%s does not hold rules: %v", args[0], err)
		}
		return o.with(ctx, func(ctx context.Context, s *session) error {
			by, err := s.author()
			if err != nil {
				return err
			}
			if err := s.execute(ctx, by, office.Rules(v)); err != nil {
				return err
			}
			return s.done(map[string]any{"rules": v.Name}, "rules %s are in force from %s", v.Name, v.ValidFrom)
		})
	})
	show := leaf("show NAME", "print an adopted version", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			l, err := eventstore.Of(catalog.Rules).Load(ctx, s.store, rules.StreamPrefix+args[0], catalog.Meta{})
			if err != nil {
				return err
			}
			if !l.State.Adopted {
				return fault.New(fault.UnknownRules, "rules %q are not adopted", args[0])
			}
			return printRules(s.options, l.State.Version)
		})
	})
	builtin := leaf("builtin [NAME]", "print rules that come with the program, to be adopted as they are or changed: "+strings.Join(builtInNames(), ", "), cobra.MaximumNArgs(1), func(_ context.Context, args []string) error {
		if len(args) == 0 {
			args = []string{rules.Beijing2021().Name}
		}
		for _, v := range rules.BuiltIn() {
			if v.Name == args[0] {
				return printRules(o, v)
			}
		}
		return usage("%q is none of %s", args[0], strings.Join(builtInNames(), ", "))
	})
	return group("rules", "versions of the rules", adopt, show, builtin)
}

func builtInNames() (names []string) {
	for _, v := range rules.BuiltIn() {
		names = append(names, v.Name)
	}
	return names
}

// parseRules reads a version as [printRules] prints it.
func parseRules(raw []byte) (v rules.Version, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return v, errors.New("something follows behind them")
	}
	return v, nil
}

// printRules prints a version in the form that adopt reads.
func printRules(o *options, v rules.Version) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return o.print(v, "%s", b)
}

func (o *options) officerCommand() *cobra.Command {
	var roles, departments []string
	var key string
	appoint := leaf("appoint ID", "give an officer roles; the first officer appoints himself as administrator", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		if len(roles) == 0 {
			return usage("officer appoint needs --role ROLE")
		}
		return o.onOfficer(ctx, args[0], officer.Appoint{Roles: inOrder(roles), Departments: sorted(departments), Key: officer.PublicKey(key)},
			inOffice(args[0], roles, departments), "officer %s is %s", args[0], strings.Join(roles, ", "))
	})
	appoint.Flags().StringSliceVar(&roles, "role", nil, "administrator, registrar, reviewer, conductor or custodian; several with commas")
	appoint.Flags().StringSliceVar(&departments, "department", nil, departmentUsage)
	appoint.Flags().StringVar(&key, "key", "", "public key that his events are signed with, 64 hex digits (see 'lottery officer key')")
	dismiss := leaf("dismiss ID", "end all roles of an officer", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.onOfficer(ctx, args[0], officer.Dismiss{}, map[string]any{"officer": args[0]}, "officer %s is dismissed", args[0])
	})
	show := leaf("show ID", "print the roles and the key of an officer", cobra.ExactArgs(1), func(ctx context.Context, args []string) error {
		return o.with(ctx, func(ctx context.Context, s *session) error {
			l, err := eventstore.Of(catalog.Officers).Load(ctx, s.store, officer.StreamPrefix+args[0], catalog.Meta{})
			if err != nil {
				return err
			}
			if l.Last == eventstore.NoStream {
				return fault.New(fault.UnknownOfficer, "officer %q was never appointed", args[0])
			}
			roles := append([]officer.Role{}, l.State.Roles...) // none after a dismissal
			object, text := map[string]any{"officer": args[0], "roles": roles}, fmt.Sprintf("officer %s: roles %v", args[0], roles)
			if len(l.State.Departments) > 0 {
				object["departments"] = l.State.Departments
				text += fmt.Sprintf(", for the checks of %v", l.State.Departments)
			}
			if l.State.Key != "" {
				object["public_key"] = l.State.Key
				text += fmt.Sprintf(", key %s", l.State.Key)
			}
			return s.print(object, "%s", text)
		})
	})
	return group("officer", "who may issue commands", appoint, o.changeOfficerCommand(), o.officerKeyCommand(), o.rekeyCommand(), dismiss, show)
}

const departmentUsage = "whose checks a reviewer records; several with commas (default: every department)"

// inOffice is an officer for programs.
func inOffice(id string, roles, departments []string) map[string]any {
	object := map[string]any{"officer": id, "roles": roles}
	if len(departments) > 0 {
		object["departments"] = departments
	}
	return object
}

// sorted puts departments into their one order.
func sorted(departments []string) []string {
	slices.Sort(departments)
	return departments
}

// inOrder puts roles into their one order; unknown ones come last, for the rules to refuse.
func inOrder(names []string) []officer.Role {
	given := make([]officer.Role, len(names))
	for i, n := range names {
		given[i] = officer.Role(n)
	}
	slices.SortStableFunc(given, func(a, b officer.Role) int { return place(a) - place(b) })
	return given
}

func place(r officer.Role) int {
	if i := slices.Index(officer.Roles, r); i >= 0 {
		return i
	}
	return len(officer.Roles)
}
