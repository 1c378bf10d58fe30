package personal_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/personal"
	"lotteryledger/domain/rules"
)

// Nobody bears these numbers.
const (
	wang = "11010519491231002X"
	li   = "440524188001010014"
	zhao = "110101199003070011"
)

func member(t testing.TB, role rules.Role, name, number, mobile string) personal.Member {
	t.Helper()
	n, err := identity.Parse(number)
	require.NoError(t, err)
	return personal.Member{Role: role, Name: name, Identity: n, Mobile: mobile}
}

func record(t testing.TB, members ...personal.Member) personal.Record {
	t.Helper()
	r, err := personal.New(members)
	require.NoError(t, err)
	return r
}

func family(t testing.TB) personal.Record {
	return record(t,
		member(t, rules.Other, `A "B" \ <C> & `+"\u2028D", li, ""),
		member(t, rules.Main, "王小明", wang, "13800000001"),
		member(t, rules.Other, "赵晨", zhao, "+8613800000002"),
	)
}

// TestOneForm: the bytes are those of the package comment, in whatever order the
// people come, and they are JSON that any program reads.
func TestOneForm(t *testing.T) {
	r := family(t)
	want := `{"members":[{"role":"main","name":"王小明","identity_number":"` + wang +
		`","mobile":"13800000001"},` +
		`{"role":"other","name":"赵晨","identity_number":"` + zhao +
		`","mobile":"+8613800000002"},` +
		`{"role":"other","name":"A \"B\" \\ <C> & ` + "\u2028D" + `","identity_number":"` + li +
		`"}]}`
	require.Equal(t, want, string(r.Bytes()))
	require.True(t, json.Valid(r.Bytes()))
	turned := r.Members()
	slices.Reverse(turned)
	require.Equal(t, want, string(record(t, turned...).Bytes()))
	back, err := personal.Parse(r.Bytes())
	require.NoError(t, err)
	require.Equal(t, r.Members(), back.Members())

	loose, err := json.MarshalIndent(json.RawMessage(want), "", "  ")
	require.NoError(t, err)
	_, err = personal.Parse(loose)
	require.Equal(t, "record_malformed", fault.CodeOf(err))
	back, err = personal.Read(loose)
	require.NoError(t, err)
	require.Equal(t, want, string(back.Bytes()))
}

func TestCommitment(t *testing.T) {
	r := record(t, member(t, rules.Main, "王小明", wang, "13800000001"))
	salt := personal.Salt{1, 2, 3}
	sum := sha256.Sum256(slices.Concat([]byte("lotteryledger personal record v1\n"), salt[:],
		r.Bytes()))
	require.Equal(t, domain.Digest(sum), r.Commit(salt))
	back, err := personal.Verify(sum, salt, r.Bytes())
	require.NoError(t, err)
	require.Equal(t, r.Members(), back.Members())

	refused := func(code string, c domain.Digest, s personal.Salt, b []byte) {
		t.Helper()
		_, err := personal.Verify(c, s, b)
		require.Equal(t, code, fault.CodeOf(err))
		require.NotContains(t, err.Error(), "王")
		require.NotContains(t, err.Error(), wang)
	}
	for i := range salt {
		s := salt
		s[i] ^= 1
		refused("commitment_mismatch", sum, s, r.Bytes())
	}
	other := record(t, member(t, rules.Main, "王小明", wang, "13800000002"))
	refused("commitment_mismatch", sum, salt, other.Bytes())
	refused("record_malformed", sum, salt, append(r.Bytes(), '\n'))
	// Committed to, and yet in another form: nobody may have recorded that.
	raw := []byte(`{"members": []}`)
	refused("record_malformed", sha256.Sum256(slices.Concat([]byte(personal.Tag), salt[:], raw)),
		salt, raw)
	for i := range r.Bytes() {
		b := r.Bytes()
		b[i] ^= 1
		_, err := personal.Verify(sum, salt, b)
		require.NotEmpty(t, fault.CodeOf(err), "byte %d", i)
	}
}

// TestDocumentedCommitment: the example of docs/ledger.md is a commitment to its record.
func TestDocumentedCommitment(t *testing.T) {
	doc, err := os.ReadFile("../../docs/ledger.md")
	require.NoError(t, err)
	after := func(word string) string {
		_, rest, ok := strings.Cut(string(doc), "\n"+word+" ")
		require.True(t, ok, word)
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	raw, err := hex.DecodeString(after("salt"))
	require.NoError(t, err)
	commitment, err := domain.ParseDigest(after("commitment"))
	require.NoError(t, err)
	_, err = personal.Verify(commitment, personal.Salt(raw), []byte(after("record")))
	require.NoError(t, err)
}

func TestRecordsThatAreRefused(t *testing.T) {
	good := member(t, rules.Main, "王小明", wang, "13800000001")
	with := func(change func(*personal.Member)) personal.Member {
		m := good
		change(&m)
		return m
	}
	second := member(t, rules.Spouse, "李静", li, "")
	third := member(t, rules.Spouse, "赵晨", zhao, "")
	for name, members := range map[string][]personal.Member{
		"nobody":          {},
		"too many":        slices.Repeat([]personal.Member{good}, rules.MaxMembers+1),
		"no main":         {second},
		"two mains":       {good, with(func(m *personal.Member) { m.Identity = second.Identity })},
		"two spouses":     {good, second, third},
		"unknown role":    {good, {Role: "friend", Name: "李静", Identity: second.Identity}},
		"no role":         {good, {Name: "李静", Identity: second.Identity}},
		"no name":         {with(func(m *personal.Member) { m.Name = "" })},
		"name in bytes":   {with(func(m *personal.Member) { m.Name = "\xff" })},
		"name with break": {with(func(m *personal.Member) { m.Name = "a\nb" })},
		"no number":       {with(func(m *personal.Member) { m.Identity = identity.Number{} })},
		"number twice":    {good, with(func(m *personal.Member) { m.Role = rules.Spouse })},
		"mobile":          {with(func(m *personal.Member) { m.Mobile = "call me" })},
	} {
		r, err := personal.New(members)
		require.Equal(t, "record_malformed", fault.CodeOf(err), name)
		require.True(t, r.IsZero())
	}
}

// TestNothingIsPrintedInTheClear: neither a record nor its members, by any verb, alone
// or inside of something.
func TestNothingIsPrintedInTheClear(t *testing.T) {
	r := family(t)
	for _, v := range []any{
		r, &r, r.Members(),
		struct{ R personal.Record }{r},
		[]personal.Record{r},
		map[string]personal.Member{"a": r.Members()[0]},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			said := fmt.Sprintf(verb, v)
			for _, secret := range []string{
				wang, li, zhao, "小明", "赵晨", "13800000001",
				hex.EncodeToString([]byte("小明")),
			} {
				require.NotContains(t, said, secret, verb)
			}
		}
	}
	require.Equal(t, "main 王** 110***********002X 138****0001", r.Members()[0].String())
}

// FuzzRecord: what is parsed is written again as it stood, and nothing panics.
func FuzzRecord(f *testing.F) {
	f.Add(family(f).Bytes())
	f.Add([]byte(`{"members":[{"role":"main","name":"王小明","identity_number":"` + wang + `"}]}`))
	f.Add([]byte(`{"members":null}`))
	f.Add([]byte(`{"members":[{}]} x`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		loose, err := personal.Read(raw)
		if err != nil {
			require.Equal(t, "record_malformed", fault.CodeOf(err))
			_, err = personal.Parse(raw)
			require.Error(t, err)
			return
		}
		again, err := personal.Parse(loose.Bytes())
		require.NoError(t, err, "the one form of what was read")
		require.Equal(t, loose.Bytes(), again.Bytes())
		if r, err := personal.Parse(raw); err == nil {
			require.Equal(t, raw, r.Bytes())
		}
	})
}
