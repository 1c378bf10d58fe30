// Package office carries out the commands that concern more than one stream, or
// that need the office's secret: the key under which identities are tagged.
//
// A command may be repeated at any time, after a lost reply or a crash, and leads
// to nothing new: ids of applicants, application codes and events all follow from
// the command and the key.
package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/vault"
)

// KeySize is the number of bytes of the office's key.
const KeySize = 32

// Office issues commands against a store.
type Office struct {
	Store eventstore.Store
	Key   []byte       // secret, KeySize bytes, kept outside of every store
	Vault *vault.Vault // personal records; nil keeps and shows none

	versions sync.Map // rules by the id of a round that was opened under them
}

// derive is HMAC-SHA-256 under the office's key over length-prefixed parts.
func (o *Office) derive(parts ...[]byte) [32]byte {
	h := hmac.New(sha256.New, o.Key)
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// Tag is the pseudonym of a person in the ledger.
func (o *Office) Tag(n identity.Number) domain.Digest {
	return o.derive([]byte("identity"), []byte(n.Reveal()))
}

// OrganisationTag is the pseudonym of an organisation in the ledger. No organisation
// has the tag of a person.
func (o *Office) OrganisationTag(c identity.OrganisationCode) domain.Digest {
	return o.derive([]byte("organisation"), []byte(c.Reveal()))
}

// CommandID is the id of a command that is known by its content: the same content
// gives the same id, and nobody without the key can go back.
func (o *Office) CommandID(purpose string, content []byte) uuid.UUID {
	d := o.derive([]byte("command"), []byte(purpose), content)
	id := uuid.UUID(d[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8, RFC 9562
	return id
}

// tags are the pseudonyms of several persons.
func (o *Office) tags(persons []identity.Number) []domain.Digest {
	tags := make([]domain.Digest, len(persons))
	for i, n := range persons {
		tags[i] = o.Tag(n)
	}
	return tags
}

// applicant is the id of the person, family or organisation behind an application; generation counts how
// often they were erased before.
func (o *Office) applicant(kind domain.ApplicantKind, persons []domain.Digest, generation int) string {
	sorted := slices.Clone(persons)
	slices.SortFunc(sorted, func(a, b domain.Digest) int { return slices.Compare(a[:], b[:]) })
	parts := [][]byte{[]byte("applicant"), []byte(kind)}
	for _, p := range sorted {
		parts = append(parts, p[:])
	}
	if generation > 0 {
		parts = append(parts, []byte{byte(generation)})
	}
	d := o.derive(parts...)
	return hex.EncodeToString(d[:16])
}

// code is the application code for a command; attempt counts codes that were taken.
func (o *Office) code(command uuid.UUID, attempt int) (string, error) {
	d := o.derive([]byte("code"), command[:], []byte{byte(attempt)})
	c, err := identity.NewCode(binary.BigEndian.Uint64(d[:8]) % 1_000_000_000_000)
	return string(c), err
}

// part is the metadata of a part of a command that touches a stream more than once.
func part(m catalog.Meta, format string, args ...any) catalog.Meta {
	m.Command = uuid.NewSHA1(m.Command, fmt.Appendf(nil, format, args...))
	return m
}

// AdoptRules puts a version of the rules into force.
func (o *Office) AdoptRules(ctx context.Context, meta catalog.Meta, v rules.Version) error {
	if err := v.Check(); err != nil {
		return err
	}
	if err := eventstore.RequireRole(ctx, o.Store, meta, rules.Adopted{}.EventType()); err != nil {
		return err
	}
	return handle(ctx, o, eventstore.Of(catalog.Rules), rules.StreamPrefix+v.Name, meta, rules.Event(rules.Adopted{}), rules.Command(rules.Adopt{Version: v}))
}

// AppointOfficer gives an officer roles.
func (o *Office) AppointOfficer(ctx context.Context, meta catalog.Meta, id string, roles []officer.Role) error {
	return o.Officer(ctx, meta, id, officer.Appointed{}, officer.Appoint{Roles: roles})
}

// Officer issues a command on an officer. In a ledger without officers the first one
// appoints himself, as an administrator. sample is an event of the type it leads to.
func (o *Office) Officer(ctx context.Context, meta catalog.Meta, id string, sample officer.Event, cmd officer.Command) error {
	if !domain.ValidID(id) {
		return fault.New(fault.InvalidID, "officer %q", id)
	}
	if actor, err := meta.Officer(); err == nil && actor == id { // a repetition may come after what it has done to him
		l, err := eventstore.Of(catalog.Officers).Load(ctx, o.Store, officer.StreamPrefix+id, meta)
		if err != nil {
			return err
		}
		if l.Repeated {
			return l.Again(sample.EventType())
		}
	}
	allowed := func() error { return eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()) }
	if c, ok := cmd.(officer.Appoint); ok {
		founding, err := o.founding(ctx, meta, id, c.Roles)
		if err != nil {
			return err
		}
		if !founding {
			if cmd, err = o.appointing(ctx, meta, c); err != nil {
				return err
			}
		} else {
			allowed = func() error { return eventstore.RequireKey(o.Store, id, c.Key) }
		}
	}
	if err := allowed(); err != nil {
		return err
	}
	return handle(ctx, o, eventstore.Of(catalog.Officers), officer.StreamPrefix+id, meta, sample, cmd)
}

// appointing adds to an appointment whether the one who appoints signs.
func (o *Office) appointing(ctx context.Context, meta catalog.Meta, c officer.Appoint) (officer.Command, error) {
	id, err := meta.Officer()
	if err != nil {
		return nil, err
	}
	l, err := eventstore.Of(catalog.Officers).Load(ctx, o.Store, officer.StreamPrefix+id, meta)
	c.Signed = l.State.Key != ""
	return c, err
}

func (o *Office) founding(ctx context.Context, meta catalog.Meta, id string, roles []officer.Role) (bool, error) {
	actor, err := meta.Officer()
	if err != nil || actor != id || !slices.Contains(roles, officer.Administrator) {
		return false, err
	}
	for r, err := range o.Store.ReadAll(ctx, eventstore.Start, catalog.PublicStreams...) {
		if err != nil {
			return false, fmt.Errorf("looking for the founder of the ledger: %w", err)
		}
		return r.Stream == officer.StreamPrefix+id && r.ID == catalog.EventID(meta.Command, r.Stream, 0), nil
	}
	return true, nil
}

// DismissOfficer ends all roles of an officer.
func (o *Office) DismissOfficer(ctx context.Context, meta catalog.Meta, id string) error {
	return o.Officer(ctx, meta, id, officer.Dismissed{}, officer.Dismiss{})
}

// OpenRound begins a round under a version of the rules.
func (o *Office) OpenRound(ctx context.Context, meta catalog.Meta, id, version string, opens, closes domain.Time) error {
	return o.RerunRound(ctx, meta, id, version, opens, closes, "")
}

// RerunRound is OpenRound of a round that stands for a voided one.
func (o *Office) RerunRound(ctx context.Context, meta catalog.Meta, id, version string, opens, closes domain.Time, reruns string) error {
	if !domain.ValidID(id) {
		return fault.New(fault.InvalidID, "round %q", id)
	}
	l, err := eventstore.Of(catalog.Rules).Load(ctx, o.Store, rules.StreamPrefix+version, meta)
	if err != nil {
		return err
	}
	if !l.State.Adopted {
		return fault.New(fault.UnknownRules, "rules %q are not adopted", version)
	}
	cmd := round.Open{
		Rules: version, RulesSHA256: sha256.Sum256(l.First.Data), Opens: opens, Closes: closes, ValidFrom: l.State.Version.ValidFrom, Reruns: reruns,
	}
	for e, err := range all[rules.Event](ctx, o.Store, rules.StreamPrefix) {
		if err != nil {
			return err
		}
		if a, is := e.event.(rules.Adopted); is && a.Supersedes(version, opens) {
			cmd.ReplacedBy = a.Name
		}
	}
	if reruns != "" {
		if cmd.RerunVoided, cmd.RerunBy, err = o.rerun(ctx, id, reruns); err != nil {
			return err
		}
	}
	return o.Round(ctx, meta, id, round.Opened{}, cmd)
}

// Round issues a command on a round. The events of a round follow each other in
// time, so a clock that went back is refused. sample is an event of the type it leads to,
// for the role it needs.
func (o *Office) Round(ctx context.Context, meta catalog.Meta, id string, sample round.Event, cmd round.Command) error {
	if err := eventstore.RequireRole(ctx, o.Store, meta, sample.EventType()); err != nil {
		return err
	}
	return handleWith(ctx, o, eventstore.Of(catalog.Rounds), round.StreamPrefix+id, meta, sample, func(l eventstore.Loaded[round.State]) (round.Command, error) {
		return cmd, inOrder(meta, l)
	})
}

// inOrder refuses a command that is dated before the last event of the round, as it is now.
func inOrder(meta catalog.Meta, l eventstore.Loaded[round.State]) error {
	if l.Last == eventstore.NoStream {
		return nil
	}
	before, err := catalog.ParseMeta(l.Newest.Meta)
	if err != nil {
		return fmt.Errorf("reading %s at revision %d: %w", l.Newest.Stream, l.Newest.Revision, err)
	}
	if meta.At < before.At {
		return fault.New(fault.ClockBehind, "the round was last changed at %s, this clock says %s", before.At, meta.At)
	}
	return nil
}

// LoadRound folds a round.
func (o *Office) LoadRound(ctx context.Context, id string) (round.State, error) {
	l, err := eventstore.Of(catalog.Rounds).Load(ctx, o.Store, round.StreamPrefix+id, catalog.Meta{})
	return l.State, err
}

// RulesOf is the version of the rules that a round is held under.
func (o *Office) RulesOf(ctx context.Context, id string) (rules.Version, error) {
	if v, ok := o.versions.Load(id); ok { // neither the round's nor the version's content ever changes
		return v.(rules.Version), nil
	}
	r, err := o.LoadRound(ctx, id)
	if err != nil {
		return rules.Version{}, err
	}
	if r.Phase == "" {
		return rules.Version{}, fault.New(fault.UnknownRound, "no round %q was opened", id)
	}
	l, err := eventstore.Of(catalog.Rules).Load(ctx, o.Store, rules.StreamPrefix+r.Opened.Rules, catalog.Meta{})
	if err == nil {
		o.versions.Store(id, l.State.Version)
	}
	return l.State.Version, err
}

// LoadApplication folds an application.
func (o *Office) LoadApplication(ctx context.Context, code string) (application.State, error) {
	l, err := eventstore.Of(catalog.Applications).Load(ctx, o.Store, application.StreamPrefix+code, catalog.Meta{})
	return l.State, err
}
