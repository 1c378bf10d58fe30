package office_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

const (
	opens  domain.Time = 1767225600
	closes             = opens + 66*86400
)

var (
	ctx = context.Background()
	key = bytes.Repeat([]byte{0x5e}, office.KeySize)
)

// bureau is an office with a founder, a registrar, and a store that can fail.
type bureau struct {
	*office.Office
	store *memory
}

func newBureau(t testing.TB) bureau {
	t.Helper()
	store := &memory{}
	b := bureau{&office.Office{Store: store, Key: key}, store}
	require.NoError(t, b.AppointOfficer(ctx, by("wei", "found"), "wei", officer.Roles))
	require.NoError(t, b.AppointOfficer(ctx, by("wei", "li"), "li", []officer.Role{officer.Registrar}))
	return b
}

// by is the metadata of a command of an officer; equal names are the same command.
func by(who, command string) catalog.Meta {
	return catalog.Meta{Command: uuid.NewSHA1(uuid.Nil, []byte(command)), Actor: catalog.ActorOfficer + who, At: opens}
}

// number is a valid identity number, another one for every n below 1000.
func number(t testing.TB, n int) identity.Number {
	t.Helper()
	for _, check := range "0123456789X" {
		if p, err := identity.Parse(fmt.Sprintf("11010119900307%03d%c", n, check)); err == nil {
			return p
		}
	}
	require.FailNow(t, "no check character fits")
	return identity.Number{}
}

// submission is that of an individual, or of a family of several.
func submission(t testing.TB, kind domain.IndicatorKind, persons ...int) office.Submission {
	t.Helper()
	s := office.Submission{
		Round: "2026-1", Window: application.Window{Open: true, Opens: opens, Closes: closes}, Indicator: kind, SubmittedAt: opens,
		Standing: rules.Standing{Applicant: domain.Individual},
	}
	for i, n := range persons {
		role := rules.Other
		if i == 0 {
			role = rules.Main
		}
		s.Persons = append(s.Persons, number(t, n))
		s.Standing.Members = append(s.Standing.Members, rules.Member{Role: role, RegisteredOn: opens})
	}
	if len(persons) > 1 {
		s.Standing.Applicant, s.Standing.Generations = domain.Family, 2
	}
	return s
}

// holder is the application that a person is reserved for, or "".
func (b bureau) holder(t testing.TB, n int, kind domain.IndicatorKind) string {
	t.Helper()
	l, err := eventstore.Of(catalog.Persons).Load(ctx, b.store, person.StreamPrefix+b.Tag(number(t, n)).String(), catalog.Meta{})
	require.NoError(t, err)
	return l.State.Holder(kind)
}

func requireCode(t testing.TB, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, fault.CodeOf(err), err)
}

func TestFounder(t *testing.T) {
	store := &memory{}
	o := office.Office{Store: store, Key: key}
	admin := []officer.Role{officer.Administrator}
	requireCode(t, "not_allowed", o.AppointOfficer(ctx, by("wei", "a"), "li", admin))
	requireCode(t, "not_allowed", o.AppointOfficer(ctx, by("wei", "b"), "wei", []officer.Role{officer.Conductor}))
	requireCode(t, "unknown_actor", o.AppointOfficer(ctx, catalog.Meta{Actor: "wei"}, "wei", admin))
	requireCode(t, "unknown_actor", o.AppointOfficer(ctx, catalog.Meta{Actor: "officer:"}, "wei", admin))
	requireCode(t, "invalid_id", o.AppointOfficer(ctx, by("wei", "c"), "wei wei", admin))
	require.Empty(t, store.all)

	require.NoError(t, o.AppointOfficer(ctx, by("wei", "found"), "wei", admin))
	require.NoError(t, o.AppointOfficer(ctx, by("wei", "found"), "wei", admin), "repeated")
	require.Len(t, store.all, 1)

	requireCode(t, "not_allowed", o.AppointOfficer(ctx, by("li", "found"), "li", admin))
	requireCode(t, "not_allowed", o.AppointOfficer(ctx, by("li", "found"), "li", admin))
	require.NoError(t, o.AppointOfficer(ctx, by("wei", "d"), "li", admin))
	require.NoError(t, o.DismissOfficer(ctx, by("li", "e"), "wei"))
	requireCode(t, "not_allowed", o.AppointOfficer(ctx, by("wei", "f"), "wei", admin))
	requireCode(t, "not_allowed", o.DismissOfficer(ctx, by("wei", "g"), "li"))
	requireCode(t, "unknown_officer", o.DismissOfficer(ctx, by("li", "h"), "nobody"))
	require.Len(t, store.all, 3)
}

// beijing are rules of the office that ask for one conductor; those for two have tests of their own.
func beijing() rules.Version {
	v := rules.Beijing2021()
	v.TwoOfficers = false
	return v
}

func TestRolesAreRequired(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.AdoptRules(ctx, by("wei", "rules"), beijing()))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open"), "2026-1", "beijing-2021", opens, closes))
	receipt, err := b.Submit(ctx, by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	before := b.store.content()

	li := by("li", "try")
	for name, err := range map[string]error{
		"adopt":     b.AdoptRules(ctx, li, beijing()),
		"appoint":   b.AppointOfficer(ctx, li, "li", officer.Roles),
		"dismiss":   b.DismissOfficer(ctx, li, "wei"),
		"open":      b.OpenRound(ctx, li, "2026-2", "beijing-2021", opens, closes),
		"close":     b.Round(ctx, li, "2026-1", round.Closed{}, round.Close{At: closes}),
		"approve":   b.Application(ctx, li, receipt.Code, application.Approved{}, application.Approve{}),
		"reject":    b.Application(ctx, li, receipt.Code, application.Rejected{}, application.Reject{Reasons: application.Reasons}),
		"award":     b.Award(ctx, li, "2026-1.ordinary.1", receipt.Code),
		"confirm":   b.Indicator(ctx, li, "2026-1.ordinary.1", indicator.Confirmed{}, indicator.Confirm{}),
		"no one":    b.Application(ctx, by("nobody", "try"), receipt.Code, application.Approved{}, application.Approve{}),
		"dismissed": b.Withdraw(ctx, by("nobody", "try"), receipt.Code),
	} {
		requireCode(t, "not_allowed", err)
		require.Equal(t, before, b.store.content(), name)
	}
	requireCode(t, "unknown_actor", b.Withdraw(ctx, catalog.Meta{Actor: "li"}, receipt.Code))
	requireCode(t, "invalid_id", b.Withdraw(ctx, li, "0000000000000"))
	requireCode(t, "invalid_id", b.OpenRound(ctx, by("wei", "x"), "2026.1", "beijing-2021", opens, closes))
	requireCode(t, "unknown_rules", b.OpenRound(ctx, by("wei", "x"), "2026-2", "beijing-2022", opens, closes))
	requireCode(t, "invalid_rules", b.AdoptRules(ctx, by("wei", "x"), rules.Version{Name: "empty"}))
	require.Equal(t, before, b.store.content())
}

// TestRulesAreReplaced: from its first day on a version takes the place of the one that it names; the
// rounds before keep theirs.
func TestRulesAreReplaced(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.AdoptRules(ctx, by("wei", "rules"), beijing()))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open"), "2026-1", "beijing-2021", opens, closes))
	next := beijing()
	next.Name, next.ValidFrom, next.Replaces = "beijing-2026", opens+1, "beijing-2021"
	require.NoError(t, b.AdoptRules(ctx, by("wei", "next"), next))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open 2"), "2026-2", "beijing-2021", opens, closes))
	requireCode(t, "rules_replaced", b.OpenRound(ctx, by("wei", "open 3"), "2026-3", "beijing-2021", opens+1, closes))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open 4"), "2026-3", "beijing-2026", opens+1, closes))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open"), "2026-1", "beijing-2021", opens, closes), "repeated")
	next.Name, next.Replaces = "loop", "loop"
	requireCode(t, "invalid_id", b.AdoptRules(ctx, by("wei", "loop"), next))
}

func TestOpenRoundNamesTheStoredRules(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.AdoptRules(ctx, by("wei", "rules"), beijing()))
	require.NoError(t, b.AdoptRules(ctx, by("wei", "the same"), beijing()))
	require.NoError(t, b.OpenRound(ctx, by("wei", "open"), "2026-1", "beijing-2021", opens, closes))
	s, err := b.LoadRound(ctx, "2026-1")
	require.NoError(t, err)
	stored := b.store.stream(rules.StreamPrefix + "beijing-2021")
	require.Len(t, stored, 1)
	require.Equal(t, round.Opened{Rules: "beijing-2021", RulesSHA256: sha256.Sum256(stored[0].Data), Opens: opens, Closes: closes}, s.Opened)

	late := by("wei", "close")
	late.At = closes
	require.NoError(t, b.Round(ctx, late, "2026-1", round.Closed{}, round.Close{At: late.At}))
	early := by("wei", "void")
	early.At = closes - 1
	requireCode(t, "clock_behind", b.Round(ctx, early, "2026-1", round.Voided{}, round.Void{Reason: round.OrderOfCourt}))
}

// TestTag: the tag is what docs/rules.md says, here written out once more; another key
// gives another tag.
func TestTag(t *testing.T) {
	b := newBureau(t)
	p := number(t, 1)
	h := hmac.New(sha256.New, key)
	for _, part := range []string{"identity", p.Reveal()} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		h.Write([]byte(part))
	}
	require.Equal(t, domain.Digest(h.Sum(nil)), b.Tag(p))
	require.NotEqual(t, b.Tag(p), (&office.Office{Key: make([]byte, office.KeySize)}).Tag(p))
}

func TestCommandID(t *testing.T) {
	b := newBureau(t)
	id := b.CommandID("import", []byte("row"))
	require.Equal(t, id, b.CommandID("import", []byte("row")))
	require.Equal(t, uuid.Version(8), id.Version())
	require.Equal(t, uuid.RFC4122, id.Variant())
	for _, other := range []uuid.UUID{
		b.CommandID("import", []byte("row ")), b.CommandID("importr", []byte("ow")),
		(&office.Office{Key: make([]byte, office.KeySize)}).CommandID("import", []byte("row")),
	} {
		require.NotEqual(t, id, other)
	}
}

// TestOrganisation: one application of a kind, by a tag that no person has.
func TestOrganisation(t *testing.T) {
	b := newBureau(t)
	c, err := identity.ParseOrganisation("91350100M000100Y43")
	require.NoError(t, err)
	h := hmac.New(sha256.New, key)
	for _, part := range []string{"organisation", c.Reveal()} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		h.Write([]byte(part))
	}
	require.Equal(t, domain.Digest(h.Sum(nil)), b.OrganisationTag(c))

	s := submission(t, domain.Ordinary, 1)
	s.Persons, s.Organisation = nil, c
	s.Standing.Applicant, s.Standing.Scale = domain.Organisation, 70
	r, err := b.Submit(ctx, by("rita", "a"), s)
	require.NoError(t, err)
	a, err := b.LoadApplication(ctx, r.Code)
	require.NoError(t, err)
	require.Equal(t, []domain.Digest{b.OrganisationTag(c)}, a.Persons)
	require.Equal(t, s.Standing, a.Standing)
	again, err := b.Submit(ctx, by("rita", "a"), s)
	require.NoError(t, err)
	require.Equal(t, r.Code, again.Code)
	_, err = b.Submit(ctx, by("rita", "b"), s)
	requireCode(t, "duplicate_person", err)
	s.Indicator = domain.Dwelling
	_, err = b.Submit(ctx, by("rita", "c"), s)
	require.NoError(t, err)
}
