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
		Round: "2026-1", Indicator: kind, SubmittedAt: opens,
		Standing: rules.Standing{Applicant: domain.Individual},
	}
	for i, n := range persons {
		role := rules.Other
		if i == 0 {
			role = rules.Main
		}
		s.Persons = append(s.Persons, number(t, n))
		s.Standing.Members = append(s.Standing.Members,
			rules.Member{Role: role, RegisteredOn: opens})
	}
	if len(persons) > 1 {
		s.Standing.Applicant, s.Standing.Generations = domain.Family, 2
	}
	return s
}

// holder is the application that a person is reserved for, or "".
func (b bureau) holder(t testing.TB, n int, kind domain.IndicatorKind) string {
	t.Helper()
	l, err := eventstore.Of(catalog.Persons).Load(ctx, b.store,
		person.StreamPrefix+b.Tag(number(t, n)).String(), catalog.Meta{})
	require.NoError(t, err)
	return l.State.Holder(kind)
}

func requireCode(t testing.TB, want string, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, fault.CodeOf(err), err)
}

func TestFounder(t *testing.T) {
	b := emptyBureau()
	admin := []officer.Role{officer.Administrator}
	requireCode(t, "not_allowed",
		b.do(by("wei", "a"), office.Officer("li", officer.Appoint{Roles: admin})))
	requireCode(t, "not_allowed",
		b.do(by("wei", "b"),
			office.Officer("wei", officer.Appoint{Roles: []officer.Role{officer.Conductor}})))
	requireCode(t, "unknown_actor",
		b.do(order{Author: office.Author{Actor: "wei"}},
			office.Officer("wei", officer.Appoint{Roles: admin})))
	requireCode(t, "unknown_actor",
		b.do(order{Author: office.Author{Actor: "officer:"}},
			office.Officer("wei", officer.Appoint{Roles: admin})))
	requireCode(t, "invalid_id",
		b.do(by("wei", "c"), office.Officer("wei wei", officer.Appoint{Roles: admin})))
	require.Empty(t, b.store.all)

	require.NoError(t, b.do(by("wei", "found"),
		office.Officer("wei", officer.Appoint{Roles: admin})))
	require.NoError(t, b.do(by("wei", "found"),
		office.Officer("wei", officer.Appoint{Roles: admin})), "repeated")
	require.Len(t, b.store.all, 1)

	requireCode(t, "not_allowed",
		b.do(by("li", "found"), office.Officer("li", officer.Appoint{Roles: admin})))
	requireCode(t, "not_allowed",
		b.do(by("li", "found"), office.Officer("li", officer.Appoint{Roles: admin})))
	require.NoError(t, b.do(by("wei", "d"), office.Officer("li", officer.Appoint{Roles: admin})))
	require.NoError(t, b.do(by("li", "e"), office.Officer("wei", officer.Dismiss{})))
	requireCode(t, "not_allowed",
		b.do(by("wei", "f"), office.Officer("wei", officer.Appoint{Roles: admin})))
	requireCode(t, "not_allowed", b.do(by("wei", "g"), office.Officer("li", officer.Dismiss{})))
	requireCode(t, "unknown_officer",
		b.do(by("li", "h"), office.Officer("nobody", officer.Dismiss{})))
	require.Len(t, b.store.all, 3)
}

// beijing are rules of the office that ask for one conductor; those for two have tests of their
// own.
func beijing() rules.Version {
	v := rules.Beijing2021()
	v.TwoOfficers = false
	return v
}

func TestRolesAreRequired(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(beijing())))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	receipt, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	before := b.store.content()

	li := by("li", "try")
	for name, err := range map[string]error{
		"adopt":   b.do(li, office.Rules(beijing())),
		"appoint": b.do(li, office.Officer("li", officer.Appoint{Roles: officer.Roles})),
		"dismiss": b.do(li, office.Officer("wei", officer.Dismiss{})),
		"open": b.do(li,
			office.Round("2026-2",
				round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})),
		"close":   b.do(li, office.Round("2026-1", round.Close{})),
		"approve": b.do(li, office.Application(receipt.Code, application.Approve{})),
		"reject": b.do(li,
			office.Application(receipt.Code, application.Reject{Reasons: application.Reasons})),
		"award":   b.award(li, "2026-1.ordinary.1", receipt.Code),
		"confirm": b.do(li, office.Indicator("2026-1.ordinary.1", indicator.Confirm{})),
		"no one": b.do(by("nobody", "try"),
			office.Application(receipt.Code, application.Approve{})),
		"dismissed": b.endApplication(by("nobody", "try"), receipt.Code, application.Withdraw{}),
	} {
		requireCode(t, "not_allowed", err)
		require.Equal(t, before, b.store.content(), name)
	}
	requireCode(t, "unknown_actor",
		b.endApplication(order{Author: office.Author{Actor: "li"}}, receipt.Code,
			application.Withdraw{}))
	requireCode(t, "invalid_id", b.endApplication(li, "0000000000000", application.Withdraw{}))
	requireCode(t, "invalid_id",
		b.do(by("wei", "x"),
			office.Round("2026.1",
				round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	requireCode(t, "unknown_rules",
		b.do(by("wei", "x"),
			office.Round("2026-2",
				round.Open{Rules: "beijing-2022", Opens: opens, Closes: closes})))
	requireCode(t, "invalid_rules",
		b.do(by("wei", "x"), office.Rules(rules.Version{Name: "empty"})))
	require.Equal(t, before, b.store.content())
}

// TestRulesAreReplaced: from its first day on a version takes the place of the one that it names;
// the rounds before keep theirs.
func TestRulesAreReplaced(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(beijing())))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	next := beijing()
	next.Name, next.ValidFrom, next.Replaces = "beijing-2026", opens+1, "beijing-2021"
	require.NoError(t, b.do(by("wei", "next"), office.Rules(next)))
	require.NoError(t, b.do(by("wei", "open 2"),
		office.Round("2026-2", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	requireCode(t, "rules_replaced",
		b.do(by("wei", "open 3"),
			office.Round("2026-3",
				round.Open{Rules: "beijing-2021", Opens: opens + 1, Closes: closes})))
	require.NoError(t, b.do(by("wei", "open 4"),
		office.Round("2026-3",
			round.Open{Rules: "beijing-2026", Opens: opens + 1, Closes: closes})))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})),
		"repeated")
	next.Name, next.Replaces = "loop", "loop"
	requireCode(t, "invalid_id", b.do(by("wei", "loop"), office.Rules(next)))
}

func TestOpenRoundNamesTheStoredRules(t *testing.T) {
	b := newBureau(t)
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(beijing())))
	require.NoError(t, b.do(by("wei", "the same"), office.Rules(beijing())))
	require.NoError(t, b.do(by("wei", "open"),
		office.Round("2026-1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes})))
	s, err := b.LoadRound(ctx, "2026-1")
	require.NoError(t, err)
	stored := b.store.stream(rules.StreamPrefix + "beijing-2021")
	require.Len(t, stored, 1)
	require.Equal(t, round.Opened{
		Rules: "beijing-2021", RulesSHA256: sha256.Sum256(stored[0].Data),
		Opens: opens, Closes: closes,
	}, s.Opened)

	late := by("wei", "close")
	late.At = closes
	require.NoError(t, b.do(late, office.Round("2026-1", round.Close{})))
	early := by("wei", "void")
	early.At = closes - 1
	requireCode(t, "clock_behind",
		b.do(early, office.Round("2026-1", round.Void{Reason: round.OrderOfCourt})))
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
	b := openBureau(t)
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
	r, err := b.submit(by("li", "a"), s)
	require.NoError(t, err)
	a, err := b.LoadApplication(ctx, r.Code)
	require.NoError(t, err)
	require.Equal(t, []domain.Digest{b.OrganisationTag(c)}, a.Persons)
	require.Equal(t, s.Standing, a.Standing)
	again, err := b.submit(by("li", "a"), s)
	require.NoError(t, err)
	require.Equal(t, r.Code, again.Code)
	_, err = b.submit(by("li", "b"), s)
	requireCode(t, "duplicate_person", err)
	s.Indicator = domain.Dwelling
	_, err = b.submit(by("li", "c"), s)
	require.NoError(t, err)
}
