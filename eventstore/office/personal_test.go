package office_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
	"lotteryledger/eventstore/vault"
)

// newArchive is a bureau with a vault, and a custodian.
func newArchive(t *testing.T) bureau {
	t.Helper()
	b := openBureau(t)
	require.NoError(t, b.do(by("wei", "custodian"),
		office.Officer("carl", officer.Appoint{Roles: []officer.Role{officer.Custodian}})))
	v, err := vault.Open(ctx, filepath.Join(t.TempDir(), "vault.db"), vault.Key{1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Close()) })
	b.Vault = v
	return b
}

// record names these persons, with a mobile number that ends in the version.
func record(t *testing.T, version int, persons ...int) personal.Record {
	t.Helper()
	var members []personal.Member
	for i, n := range persons {
		role := rules.Other
		if i == 0 {
			role = rules.Main
		}
		members = append(members,
			personal.Member{
				Role: role, Name: fmt.Sprint("王", n), Identity: number(t, n),
				Mobile: fmt.Sprint(13_800_000_000 + version),
			})
	}
	r, err := personal.New(members)
	require.NoError(t, err)
	return r
}

// named is a submission with the record of its persons.
func named(t *testing.T, kind domain.IndicatorKind, version int, persons ...int) office.Submission {
	s := submission(t, kind, persons...)
	s.Record = record(t, version, persons...)
	return s
}

// deposit submits as an import does, the vault first, and returns code and applicant.
func deposit(t *testing.T, b bureau, command string, s office.Submission) (code, who string) {
	t.Helper()
	code, err := depositAs(b, command, s)
	require.NoError(t, err)
	a, err := b.LoadApplication(ctx, code)
	require.NoError(t, err)
	return code, a.Applicant
}

func depositAs(b bureau, command string, s office.Submission) (string, error) {
	if _, err := b.Vault.Put(ctx, opens, b.Entry(s)); err != nil {
		return "", err
	}
	r, err := b.submit(by("li", command), s)
	return r.Code, err
}

var askedFor = access.Look{Reason: access.ApplicantRequest, Record: access.Receipt}

func look(b bureau, who string) (vault.Entry, error) {
	l := askedFor
	l.Applicant = who
	return b.Office.Look(ctx, b.author(by("carl", "look")), l)
}

// shows demands that the applicant's record is this one, and that it proves what the ledger says.
func shows(t *testing.T, b bureau, who string, want personal.Record) {
	t.Helper()
	e, err := look(b, who)
	require.NoError(t, err)
	require.Equal(t, want.Bytes(), e.Record.Bytes())
	s, err := b.LoadApplicant(ctx, who)
	require.NoError(t, err)
	_, err = personal.Verify(s.Commitment, e.Salt, e.Record.Bytes())
	require.NoError(t, err)
}

func TestCommitmentOfASubmission(t *testing.T) {
	for _, persons := range [][]int{{1}, {1, 2, 3}} {
		b := newArchive(t)
		s := named(t, domain.Ordinary, 0, persons...)
		_, who := deposit(t, b, "submit", s)
		shows(t, b, who, s.Record)
		before := b.store.content()
		deposit(t, b, "submit", s)
		delete(before, access.StreamPrefix+"carl")
		after := b.store.content()
		delete(after, access.StreamPrefix+"carl")
		require.Equal(t, before, after, "a repetition stores nothing")
	}
}

// TestSalt: it is what the comment of Entry says, here written out once more.
func TestSalt(t *testing.T) {
	b := openBureau(t)
	s := named(t, domain.Ordinary, 0, 1)
	e := b.Entry(s)
	h := hmac.New(sha256.New, key)
	for _, part := range []string{"salt", e.Applicant, string(s.Record.Bytes())} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		h.Write([]byte(part))
	}
	require.Equal(t, personal.Salt(h.Sum(nil)), e.Salt)
	other := (&office.Office{Key: make([]byte, office.KeySize)}).Entry(s)
	require.NotEqual(t, e.Salt, other.Salt)
	require.NotEqual(t, e.Salt, b.Entry(named(t, domain.Ordinary, 1, 1)).Salt)
}

// TestSecondApplication: of an applicant who is known; another mobile number replaces the record,
// and an old import that is repeated afterwards does not bring the older one back.
func TestSecondApplication(t *testing.T) {
	b := newArchive(t)
	first, same, newer := named(t, domain.Ordinary, 0, 1), named(t, domain.NewEnergy, 0, 1),
		named(t, domain.NewEnergy, 7, 1)
	_, who := deposit(t, b, "first", first)
	code, again := deposit(t, b, "same", same)
	require.Equal(t, who, again)
	require.Len(t, b.store.stream(applicant.StreamPrefix+who), 1)
	require.NoError(t, b.endApplication(by("li", "withdraw"), code, application.Withdraw{}))
	deposit(t, b, "newer", newer)
	shows(t, b, who, newer.Record)
	require.Len(t, b.store.stream(applicant.StreamPrefix+who), 2)
	deposit(t, b, "first", first)
	deposit(t, b, "newer", newer)
	shows(t, b, who, newer.Record)

	require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", "change")), who,
		record(t, 8, 1)))
	deposit(t, b, "newer", newer)
	deposit(t, b, "first", first)
	shows(t, b, who, record(t, 8, 1))
	require.Len(t, b.store.stream(applicant.StreamPrefix+who), 3)

	swept, err := b.Sweep(ctx, opens+1)
	require.NoError(t, err)
	require.Equal(t, vault.Swept{Dropped: 2}, swept)
	shows(t, b, who, record(t, 8, 1))
}

// TestApplicantsWithoutRecord: those of a ledger that is older than its vault get one with
// their next application, or by a change.
func TestApplicantsWithoutRecord(t *testing.T) {
	b := newArchive(t)
	r, err := b.submit(by("li", "old"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	a, err := b.LoadApplication(ctx, r.Code)
	require.NoError(t, err)
	_, err = look(b, a.Applicant)
	requireCode(t, "record_unknown", err)
	require.NotContains(t, b.store.content(), access.StreamPrefix+"carl",
		"nothing was there to be seen")
	deposit(t, b, "new", named(t, domain.NewEnergy, 0, 1))
	shows(t, b, a.Applicant, record(t, 0, 1))
}

func TestChangeContact(t *testing.T) {
	b := newArchive(t)
	_, who := deposit(t, b, "submit", named(t, domain.Ordinary, 0, 1, 2))
	requireCode(t, "members_changed",
		b.Office.ChangeContact(ctx, b.author(by("li", "x")), who, record(t, 1, 1)))
	requireCode(t, "members_changed",
		b.Office.ChangeContact(ctx, b.author(by("li", "x")), who, record(t, 1, 1, 3)))
	requireCode(t, "not_allowed",
		b.Office.ChangeContact(ctx, b.author(by("carl", "x")), who, record(t, 1, 1, 2)))
	requireCode(t, "unknown_applicant",
		b.Office.ChangeContact(ctx, b.author(by("li", "x")), "00112233445566778899aabbccddeeff",
			record(t, 1, 1, 2)))
	shows(t, b, who, record(t, 0, 1, 2))
	require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", "change")), who,
		record(t, 1, 1, 2)))
	after := b.store.count("applicant.contact_changed.v1")
	require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", "change")), who,
		record(t, 1, 1, 2)))
	require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", "the same wish")), who,
		record(t, 1, 1, 2)))
	require.Equal(t, after, b.store.count("applicant.contact_changed.v1"))
	shows(t, b, who, record(t, 1, 1, 2))
}

func TestErase(t *testing.T) {
	b := newArchive(t)
	s := named(t, domain.Ordinary, 0, 1)
	code, who := deposit(t, b, "submit", s)
	_, other := deposit(t, b, "other", named(t, domain.Ordinary, 0, 2))
	requireCode(t, "not_allowed", b.Office.Erase(ctx, b.author(by("li", "erase")), who))
	requireCode(t, "unknown_applicant",
		b.Office.Erase(ctx, b.author(by("carl", "erase")), "00112233445566778899aabbccddeeff"))
	shows(t, b, who, s.Record)
	require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "erase")), who))
	require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "erase")), who))
	require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "erase again")), who))
	require.Equal(t, 1, b.store.count("applicant.erased.v1"))
	looks := len(b.store.stream(access.StreamPrefix + "carl"))
	_, err := look(b, who)
	requireCode(t, "applicant_erased", err)
	require.Len(t, b.store.stream(access.StreamPrefix+"carl"), looks)
	requireCode(t, "applicant_erased",
		b.Office.ChangeContact(ctx, b.author(by("li", "change")), who, record(t, 1, 1)))
	shows(t, b, other, record(t, 0, 2))

	// The import comes once more: the application stands, and nothing comes back.
	before := b.store.content()
	again, same := deposit(t, b, "submit", s)
	require.Equal(t, []string{code, who}, []string{again, same})
	require.Equal(t, before, b.store.content())
	_, err = b.Vault.Get(ctx, who, b.Entry(s).Commitment())
	requireCode(t, "applicant_erased", err)
}

// TestTheErasedComeBack: as another applicant, when they apply anew; and as often as they like.
func TestTheErasedComeBack(t *testing.T) {
	for _, persons := range [][]int{{1}, {1, 2}} {
		b := newArchive(t)
		seen := map[string]bool{}
		for n := range 3 {
			s := named(t, domain.Ordinary, n, persons...)
			command := fmt.Sprint("submit ", n)
			code, who := deposit(t, b, command, s)
			require.False(t, seen[who], "another one each time")
			seen[who] = true
			again, same := deposit(t, b, command, s)
			require.Equal(t, []string{code, who}, []string{again, same})
			shows(t, b, who, s.Record)
			require.NoError(t, b.Office.ChangeContact(ctx, b.author(by("li", "change "+command)),
				who, record(t, 50+n, persons...)))
			shows(t, b, who, record(t, 50+n, persons...))
			require.NoError(t, b.endApplication(by("li", "withdraw "+command), code,
				application.Withdraw{}))
			require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "erase "+command)), who))
		}
		require.Equal(t, 3, b.store.count("applicant.registered.v1"))
		require.Equal(t, 3, b.store.count("applicant.erased.v1"))
	}
}

// TestEveryLookIsNotedBefore: with the reason, also under a command id that was used before; and
// what cannot be noted is not shown.
func TestEveryLookIsNotedBefore(t *testing.T) {
	b := newArchive(t)
	_, who := deposit(t, b, "submit", named(t, domain.Ordinary, 0, 1))
	for range 3 {
		_, err := look(b, who)
		require.NoError(t, err)
	}
	notes := b.store.stream(access.StreamPrefix + "carl")
	require.Len(t, notes, 3)
	for _, r := range notes {
		e, err := eventstore.Decode(r.Type, r.Data)
		require.NoError(t, err)
		require.Equal(t, access.RecordRead{
			Applicant: who, Reason: access.ApplicantRequest,
			Record: access.Receipt,
		}, e)
	}
	for _, lost := range []bool{false, true} {
		b.store.appends, b.store.fail, b.store.lost = 0, 1, lost
		e, err := look(b, who)
		require.ErrorIs(t, err, errDown)
		require.True(t, e.Record.IsZero())
		b.store.fail = 0
	}
	b.store.race = func() { // another look comes between
		_, err := look(b, who)
		require.NoError(t, err)
	}
	before := len(b.store.stream(access.StreamPrefix + "carl"))
	shows(t, b, who, record(t, 0, 1))
	require.Len(t, b.store.stream(access.StreamPrefix+"carl"), before+2)

	before = len(b.store.all)
	_, err := b.Office.Look(ctx, b.author(by("li", "look")),
		access.Look{Applicant: who, Reason: access.Complaint, Record: access.Receipt})
	requireCode(t, "not_allowed", err)
	_, err = b.Office.Look(ctx, b.author(by("carl", "look")),
		access.Look{Applicant: who, Record: access.Receipt})
	requireCode(t, "invalid_reason", err)
	_, err = look(b, "00112233445566778899aabbccddeeff")
	requireCode(t, "unknown_applicant", err)
	require.Len(t, b.store.all, before)
	b.Vault = nil // a dry run
	e, err := look(b, who)
	require.NoError(t, err)
	require.True(t, e.Record.IsZero())
}

// TestCommitmentsHaveTheirRecord: wherever the store stops answering, whatever commitment is in the
// ledger has its record in the vault, and the same command repeated ends as if nothing had been.
func TestCommitmentsHaveTheirRecord(t *testing.T) {
	for name, command := range map[string]func(t *testing.T, b bureau, who string) error{
		"submission": func(t *testing.T, b bureau, _ string) error {
			_, err := depositAs(b, "x", named(t, domain.Ordinary, 0, 5, 6))
			return err
		},
		"newer": func(t *testing.T, b bureau, _ string) error {
			_, err := depositAs(b, "x", named(t, domain.NewEnergy, 3, 1))
			return err
		},
		"change": func(t *testing.T, b bureau, who string) error {
			return b.Office.ChangeContact(ctx, b.author(by("li", "x")), who, record(t, 9, 1))
		},
		"erasure": func(t *testing.T, b bureau, who string) error {
			return b.Office.Erase(ctx, b.author(by("carl", "x")), who)
		},
		"coming back": func(t *testing.T, b bureau, _ string) error {
			_, err := depositAs(b, "x", named(t, domain.NewEnergy, 4, 2))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			start := func() (bureau, string) {
				b := newArchive(t)
				_, who := deposit(t, b, "submit", named(t, domain.Ordinary, 0, 1))
				_, gone := deposit(t, b, "gone", named(t, domain.Ordinary, 0, 2))
				require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "gone")), gone))
				b.store.appends = 0
				return b, who
			}
			undisturbed, who := start()
			require.NoError(t, command(t, undisturbed, who))
			want, appends := undisturbed.store.content(), undisturbed.store.appends
			require.Positive(t, appends)
			for _, lost := range []bool{false, true} {
				for n := 1; n <= appends; n++ {
					b, _ := start()
					b.store.fail, b.store.lost = n, lost
					require.ErrorIs(t, command(t, b, who), errDown)
					b.store.fail = 0
					if name != "erasure" { // which destroys first
						recorded(t, b)
					}
					require.NoError(t, command(t, b, who))
					recorded(t, b)
					require.Equal(t, want, b.store.content(), "append %d, lost reply: %v", n, lost)
				}
			}
		})
	}
}

// recorded demands that the vault holds the record of every commitment that stands.
func recorded(t *testing.T, b bureau) {
	t.Helper()
	for _, r := range b.store.all {
		if id, ok := strings.CutPrefix(r.Stream, applicant.StreamPrefix); ok {
			s, err := b.LoadApplicant(ctx, id)
			require.NoError(t, err)
			_, err = b.Vault.Get(ctx, id, s.Commitment)
			if s.Erased {
				requireCode(t, "applicant_erased", err)
			} else {
				require.NoError(t, err)
			}
		}
	}
}

// TestFind: a person's applications by the tag, the ended ones as well, each look noted for the
// applicant who was found.
func TestFind(t *testing.T) {
	b := openBureau(t)
	b.opened(t)
	require.NoError(t, b.do(by("wei", "custodian"),
		office.Officer("carl", officer.Appoint{Roles: []officer.Role{officer.Custodian}})))
	find := func(n int) []office.Found {
		found, err := b.Office.Find(ctx, b.author(by("carl", "find")), b.Tag(number(t, n)),
			access.ApplicantRequest)
		require.NoError(t, err)
		return found
	}
	require.Empty(t, find(1))
	require.Empty(t, b.store.stream(access.StreamPrefix+"carl"))
	one, err := b.submit(by("li", "one"), submission(t, domain.Ordinary, 1, 2))
	require.NoError(t, err)
	require.NoError(t, b.endApplication(by("li", "withdraw"), one.Code, application.Withdraw{}))
	two, err := b.submit(by("li", "two"), submission(t, domain.Ordinary, 2, 3))
	require.NoError(t, err)
	// refused: 3 takes part already
	_, err = b.submit(by("li", "three"), submission(t, domain.Ordinary, 1, 3))
	requireCode(t, "duplicate_person", err)
	for n, codes := range map[int][]string{1: {one.Code}, 2: {one.Code, two.Code}, 3: {two.Code}} {
		var got []string
		for _, f := range find(n) {
			got = append(got, f.Code)
		}
		require.Equal(t, codes, got)
	}
	require.Len(t, b.store.stream(access.StreamPrefix+"carl"), 4)
	_, err = b.Office.Find(ctx, b.author(by("li", "find")), b.Tag(number(t, 1)),
		access.ApplicantRequest)
	requireCode(t, "not_allowed", err)
	_, err = b.Office.Find(ctx, b.author(by("carl", "find")), b.Tag(number(t, 1)), "curiosity")
	requireCode(t, "invalid_reason", err)
	require.Len(t, b.store.stream(access.StreamPrefix+"carl"), 4)
}
