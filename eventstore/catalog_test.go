package eventstore_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

const (
	goldenFolder = "testdata/events"
	manifestName = "SHA256SUMS"
)

// golden reads the stored form of every event type and variant, by file name:
// <noun.participle.vN>.json or <noun.participle.vN>.<variant>.json.
func golden(t testing.TB) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(goldenFolder)
	require.NoError(t, err)
	files := map[string][]byte{}
	for _, e := range entries {
		if e.Name() != manifestName {
			files[e.Name()], err = os.ReadFile(filepath.Join(goldenFolder, e.Name()))
			require.NoError(t, err)
		}
	}
	return files
}

// typeOf is the event type that a golden file's name begins with.
func typeOf(t testing.TB, file string) string {
	t.Helper()
	parts := strings.Split(file, ".")
	require.True(t, len(parts) == 4 || len(parts) == 5, "%s is not named <type>[.<variant>].json",
		file)
	require.Equal(t, "json", parts[len(parts)-1], file)
	return strings.Join(parts[:3], ".")
}

func TestGoldenEvents(t *testing.T) {
	missing := map[string]bool{}
	for row := range eventstore.Types() {
		missing[row.Name] = true
	}
	for file, data := range golden(t) {
		name := typeOf(t, file)
		e, err := eventstore.Decode(name, data)
		require.NoError(t, err, file)
		require.Equal(t, name, e.EventType())
		back, err := catalog.Encode(e)
		require.NoError(t, err)
		require.Equal(t, string(data), string(back), file)
		delete(missing, name)
	}
	require.Empty(t, missing, "every type of the catalog needs a file in %s", goldenFolder)
}

// TestGoldenEventsAreAddOnly: what was stored once has to be readable for ever. A
// new type or variant adds a file and a line; a file that was there is never changed
// and never removed, and neither is its line.
func TestGoldenEventsAreAddOnly(t *testing.T) {
	manifest, err := os.ReadFile(filepath.Join(goldenFolder, manifestName))
	require.NoError(t, err)
	files := golden(t)
	for line := range strings.Lines(string(manifest)) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		require.True(t, ok, line)
		data, ok := files[file]
		require.True(t, ok, "%s was removed; golden files are add-only", file)
		got := sha256.Sum256(data)
		require.Equal(t, sum, hex.EncodeToString(got[:]),
			"%s was changed; golden files are add-only", file)
		delete(files, file)
	}
	require.Empty(t, files, "files without a line in %s", manifestName)
}

func TestEveryTypeHasAStreamAndARole(t *testing.T) {
	seen := map[string]bool{}
	for row := range catalog.Public.All() {
		noun, _, _ := strings.Cut(row.Name, ".")
		require.Equal(t, noun+"-", row.Stream, row.Name)
		prefix, id, err := catalog.Split(noun+"-some-id", row.Name)
		require.NoError(t, err)
		require.Equal(t, []string{row.Stream, "some-id"}, []string{prefix, id})
		require.False(t, seen[row.Name], "%s has two rows", row.Name)
		seen[row.Name] = true
		if row.Stream != proposal.StreamPrefix { // a proposal needs the role of what is proposed
			require.Contains(t, officer.Roles, row.Role, "no role may cause %s", row.Name)
		}
		require.True(t, row.TwoOfficers || !row.Keys, "%s needs two keys and one officer", row.Name)
	}
	require.NotContains(t, catalog.PublicStreams, access.StreamPrefix,
		"what officers look at is private")
}

func TestSplit(t *testing.T) {
	for _, v := range []struct{ stream, eventType string }{
		{"", ""},
		{"round-1", ""},
		{"round-1", "round"},
		{"round-1", ".opened.v1"},
		{"round-1", "rounds.opened.v1"},
		{"round-1", "application.approved.v1"},
		{"round-", "round.opened.v1"},
		{"round", "round.opened.v1"},
		{"-1", ".opened.v1"},
		{"Round-1", "round.opened.v1"},
		{"ledger", "ledger.checkpoint_signed.v1"},
	} {
		_, _, err := catalog.Split(v.stream, v.eventType)
		require.Error(t, err, "%q in %q", v.eventType, v.stream)
	}
	prefix, id, err := catalog.Split("indicator-2026-1.ordinary.7", "indicator.awarded.v1")
	require.NoError(t, err)
	require.Equal(t, []string{"indicator-", "2026-1.ordinary.7"}, []string{prefix, id})
}

// disguises are other ways to write the same JSON object, or nearly the same.
func disguises(t testing.TB, data []byte) map[string]string {
	t.Helper()
	s := string(data)
	out := map[string]string{
		"nothing": "", "null": "null", "a list": "[" + s + "]", "twice": s + s, "cut": s[:len(s)-1],
		"space before": " " + s, "space behind": s + " ", "new line behind": s + "\n",
		"space inside": "{ " + s[1:], "byte order mark": "\ufeff" + s,
	}
	if s == "{}" {
		out["unknown field"] = `{"x":1}`
		return out
	}
	d := json.NewDecoder(bytes.NewReader(data))
	_, err := d.Token()
	require.NoError(t, err)
	key, err := d.Token()
	require.NoError(t, err)
	var value json.RawMessage
	require.NoError(t, d.Decode(&value))
	k, end := key.(string), int(d.InputOffset())
	first, rest := s[1:end], s[end:]
	out["unknown field behind"] = s[:len(s)-1] + `,"x":1}`
	out["unknown field before"] = `{"x":1,` + s[1:]
	out["unknown field, null"] = s[:len(s)-1] + `,"x":null}`
	out["repeated field"] = "{" + first + "," + s[1:]
	out["other case"] = `{"` + strings.ToUpper(k[:1]) + s[3:]
	out["escaped name"] = `{"\u00` + hex.EncodeToString([]byte(k[:1])) + s[3:]
	out["space behind colon"] = `{"` + k + `": ` + s[len(k)+4:]
	out["field null"] = `{"` + k + `":null` + rest
	if strings.HasPrefix(rest, ",") {
		out["other order"] = "{" + rest[1:len(rest)-1] + "," + first + "}"
		out["field missing"] = "{" + rest[1:]
	}
	return out
}

func TestNotCanonical(t *testing.T) {
	for file, data := range golden(t) {
		for disguise, s := range disguises(t, data) {
			if disguise == "field null" &&
				bytes.HasPrefix(data[bytes.IndexByte(data, ':'):], []byte(":[")) {
				continue // a list without members: for the rules to refuse, see the next test
			}
			_, err := eventstore.Decode(typeOf(t, file), []byte(s))
			require.ErrorIs(t, err, catalog.ErrNotCanonical, "%s, %s", file, disguise)
		}
	}
	hash := strings.Repeat("ab", 32)
	for _, v := range []struct{ name, good, bad string }{
		{
			"indicator.confirmed.v1", `{"use_by":"2027-06-26T02:00:00Z"}`,
			`{"use_by":"2027-06-26T02:00:00.0Z"}`,
		},
		{
			"indicator.confirmed.v1", `{"use_by":"2027-06-26T02:00:00Z"}`,
			`{"use_by":"2027-06-26T02:00:00+00:00"}`,
		},
		{
			"indicator.confirmed.v1", `{"use_by":"2027-06-26T02:00:00Z"}`,
			`{"use_by":"2027-06-26t02:00:00z"}`,
		},
		{"indicator.confirmed.v1", `{"use_by":"2027-06-26T02:00:00Z"}`, `{"use_by":1814061600}`},
		{
			"indicator.confirmed.v1", `{"use_by":"1970-01-01T00:00:00Z"}`,
			`{"use_by":"1969-12-31T23:59:59Z"}`,
		},
		{"rules.adopted.v1", "", `{}`},
		{
			"round.opened.v1", `{"rules":"r","rules_sha256":"` + hash +
				`","opens":"2026-01-01T00:00:00Z","closes":"2026-03-01T00:00:00Z"}`,
			`{"rules":"r","rules_sha256":"` + strings.ToUpper(hash) +
				`","opens":"2026-01-01T00:00:00Z","closes":"2026-03-01T00:00:00Z"}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["a"]}`,
			`{"pool":"p","first":1.0,"codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["a"]}`,
			`{"pool":"p","first":1e0,"codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":0,"codes":["a"]}`,
			`{"pool":"p","first":-0,"codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["a"]}`,
			`{"pool":"p","first":-1,"codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["a"]}`,
			`{"pool":"p","first":"1","codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":18446744073709551615,"codes":["a"]}`,
			`{"pool":"p","first":18446744073709551616,"codes":["a"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":[]}`,
			`{"pool":"p","first":1,"codes":[null]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["a"]}`,
			`{"pool":"p","first":1,"codes":["\u0061"]}`,
		},
		{
			"round.ranked.v1", `{"pool":"p","first":1,"codes":["` + "\uFFFD" + `"]}`,
			`{"pool":"p","first":1,"codes":["` + "\xff" + `"]}`,
		},
		{"application.rejected.v1", `{"reasons":["owns_car"]}`, `{"reasons":"owns_car"}`},
		{"application.rejected.v1", `{"reasons":["owns_car"]}`, `{"reasons":["owns_car",]}`},
		{
			"application.edited.v1",
			`{"standing":{"applicant":"individual","members":[{"role":"main","draws_until_2020":0,"draws_since_2021":0,"registered_on":"2026-01-01T00:00:00Z"}]}}`,
			`{"standing":{"applicant":"individual","members":[{"role":"main","draws_until_2020":0,"draws_since_2021":0,"registered_on":"2026-01-01T00:00:00Z"}],"generations":0}}`,
		},
		{
			"application.edited.v1",
			`{"standing":{"applicant":"individual","members":[{"role":"main","draws_until_2020":0,"draws_since_2021":0,"registered_on":"2026-01-01T00:00:00Z"}]}}`,
			`{"standing":{"applicant":"individual","members":[{"role":"main","draws_until_2020":0,"draws_since_2021":0,"waiting_since":"1970-01-01T00:00:00Z","registered_on":"2026-01-01T00:00:00Z"}]}}`,
		},
	} {
		if v.good != "" {
			_, err := eventstore.Decode(v.name, []byte(v.good))
			require.NoError(t, err, v.good)
		}
		_, err := eventstore.Decode(v.name, []byte(v.bad))
		require.ErrorIs(t, err, catalog.ErrNotCanonical, v.bad)
	}
}

// TestListsWithoutMembers: null and [] are two ways to write a list of nothing, and no
// event may hold either. What can be decoded is refused by the rules.
func TestListsWithoutMembers(t *testing.T) {
	drawn := round.State{
		Phase: round.PhaseDrawn,
		Drawn: round.Drawn{Results: []round.Result{{Pool: "p", Ranks: 1}}},
	}
	allowed := func(e catalog.Event) (err error) {
		switch e := e.(type) {
		case rules.Adopted:
			_, err = rules.Decide(rules.State{}, rules.Adopt{Version: e.Version})
		case officer.Appointed:
			_, err = officer.Decide(officer.State{}, officer.Appoint{Roles: e.Roles, Key: e.Key})
		case application.Rejected:
			_, err = application.Decide(application.State{Phase: application.PhaseSubmitted},
				application.Reject{Reasons: e.Reasons})
		case application.CheckRecorded:
			v := rules.Version{RequiredChecks: []rules.RequiredCheck{{
				Department: e.Department,
				Item:       e.Item,
			}}}
			_, err = application.Decide(application.State{Phase: application.PhaseSubmitted},
				application.RecordCheck{
					Rules: v, Department: e.Department, Item: e.Item, Outcome: e.Outcome,
					Reasons: e.Reasons,
				})
		case application.Edited:
			_, err = application.Decide(application.State{Phase: application.PhaseSubmitted},
				application.Edit(e))
		case round.Sealed:
			_, err = round.Decide(round.State{Phase: round.PhaseClosed}, round.Seal(e))
		case round.Ranked:
			_, err = round.Decide(drawn, round.Rank(e))
		}
		return err
	}
	files := golden(t)
	beijing := string(files["rules.adopted.v1.beijing.json"])
	pools := beijing[strings.Index(beijing, `[{"name"`) : strings.LastIndex(beijing, "]")+1]
	const member = `{"role":"main","draws_until_2020":0,"draws_since_2021":0,"registered_on":"2026-01-01T00:00:00Z"`
	for _, nothing := range []string{"null", "[]"} {
		for _, v := range []struct{ name, data string }{
			{"rules.adopted.v1", strings.Replace(beijing, pools, nothing, 1)},
			{"rules.adopted.v1", strings.Replace(beijing, `["individual","family"]`, nothing, 1)},
			{"officer.appointed.v1", `{"roles":` + nothing + `}`},
			{"application.rejected.v1", `{"reasons":` + nothing + `}`},
			{
				"application.edited.v1",
				`{"standing":{"applicant":"individual","members":` + nothing + `}}`,
			},
			{
				"application.check_recorded.v1",
				`{"department":"tax","item":"paid","outcome":"failed","reasons":` + nothing + `}`,
			},
			{
				"application.edited.v1",
				`{"standing":{"applicant":"individual","members":[` + member + `}],"choices":` +
					nothing + `}}`,
			},
			{
				"application.edited.v1",
				`{"standing":{"applicant":"individual","members":[` + member + `,"grounds":` +
					nothing + `}]}}`,
			},
			{
				"rules.adopted.v1",
				beijing[:len(beijing)-1] + `,"organisation_weights":` + nothing + `}`,
			},
			{"rules.adopted.v1", beijing[:len(beijing)-1] + `,"extra_steps":` + nothing + `}`},
			{"round.sealed.v1", `{"ledger_size":1,"rosters":` + nothing + `}`},
			{"round.ranked.v1", `{"pool":"p","first":1,"codes":` + nothing + `}`},
		} {
			if e, err := eventstore.Decode(v.name, []byte(v.data)); err == nil {
				require.NotEmpty(t, fault.CodeOf(allowed(e)), v.data)
			} else {
				require.Equal(t, "null", nothing, "%s cannot be decoded: %v", v.data, err)
			}
		}
	}
}

func TestUnknownTypes(t *testing.T) {
	for _, name := range []string{
		"", "round.opened", "round.opened.v2", "Round.opened.v1",
		"round.opened.v1 ",
	} {
		_, err := eventstore.Decode(name, []byte(`{}`))
		require.ErrorIs(t, err, catalog.ErrUnknownType, name)
	}
}

func FuzzDecode(f *testing.F) {
	for file, data := range golden(f) {
		f.Add(typeOf(f, file), data)
		for _, s := range disguises(f, data) {
			f.Add(typeOf(f, file), []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		e, err := eventstore.Decode(name, data)
		if err != nil {
			return
		}
		require.Equal(t, name, e.EventType())
		back, err := catalog.Encode(e)
		require.NoError(t, err)
		require.Equal(t, data, back)
	})
}

const goodMeta = `{"command":"6ca2ca40-30d4-5d4d-b75e-92ae9de20692","actor":"officer:li","at":"2026-01-01T00:00:00Z"}`

func TestMeta(t *testing.T) {
	m, err := catalog.ParseMeta([]byte(goodMeta))
	require.NoError(t, err)
	require.Equal(t, catalog.Meta{
		Command: uuid.MustParse("6ca2ca40-30d4-5d4d-b75e-92ae9de20692"),
		Actor:   "officer:li", At: 1767225600,
	}, m)
	b, err := m.Bytes()
	require.NoError(t, err)
	require.Equal(t, goodMeta, string(b))
	_, err = catalog.Meta{At: -1}.Bytes()
	require.Error(t, err)

	bad := disguises(t, []byte(goodMeta))
	for from, to := range map[string]string{
		"6ca2ca40-30d4": "6CA2CA40-30D4", "6ca2ca40-": "{6ca2ca40-", "-": "",
		`"6ca2`:     `"urn:uuid:6ca2`,
		"00:00:00Z": "00:00:00.000Z", `"officer:li"`: "null", `"2026-01-01T00:00:00Z"`: "null",
	} {
		bad[from+" as "+to] = strings.Replace(goodMeta, from, to, 1)
	}
	for name, s := range bad {
		_, err := catalog.ParseMeta([]byte(s))
		require.ErrorIs(t, err, catalog.ErrNotCanonical, name)
	}
}

func FuzzParseMeta(f *testing.F) {
	f.Add([]byte(goodMeta))
	for _, s := range disguises(f, []byte(goodMeta)) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := catalog.ParseMeta(data)
		if err != nil {
			return
		}
		back, err := m.Bytes()
		require.NoError(t, err)
		require.Equal(t, data, back)
	})
}

func TestActor(t *testing.T) {
	id, err := catalog.Meta{Actor: "officer:li-4"}.Officer()
	require.NoError(t, err)
	require.Equal(t, "li-4", id)
	for _, actor := range []string{
		"", "officer", "officer:", "li", "Officer:li", "officer:li li",
		"officer::li", "officer:-li", "clock:li", "officer:" + strings.Repeat("l", 33),
	} {
		_, err := catalog.Meta{Actor: actor}.Officer()
		require.Equal(t, "unknown_actor", fault.CodeOf(err), actor)
	}
}

func TestApplicantActor(t *testing.T) {
	id, ok := catalog.Meta{Actor: "applicant:0f0f"}.Applicant()
	require.True(t, ok)
	require.Equal(t, "0f0f", id)
	for _, actor := range []string{
		"", "applicant", "officer:li", "Applicant:0f0f",
		" applicant:0f0f",
	} {
		_, ok := catalog.Meta{Actor: actor}.Applicant()
		require.False(t, ok, actor)
	}
}

// TestApplicantsMay: what applicants may cause without an officer is a closed list of stored types.
func TestApplicantsMay(t *testing.T) {
	var may []string
	for row := range catalog.Public.All() {
		if row.Applicant {
			may = append(may, row.Name)
		}
	}
	require.ElementsMatch(t, []string{
		"application.withdrawn.v1", "application.recheck_asked.v1", "application.renewed.v1",
		"identity.released.v1",
	}, may)
}

// TestEventID: UUIDv5 in the namespace of the command, of stream, slash and index.
func TestEventID(t *testing.T) {
	command := uuid.MustParse("6ca2ca40-30d4-5d4d-b75e-92ae9de20692")
	require.Equal(t, "6846944c-72aa-5e2e-8f4c-b609c260f073",
		catalog.EventID(command, "round-2026-1", 0).String())
	seen := map[uuid.UUID]bool{}
	for _, id := range []uuid.UUID{
		catalog.EventID(command, "round-1", 0), catalog.EventID(command, "round-1", 1),
		catalog.EventID(command, "round-1", 10),
		catalog.EventID(command, "round-11", 0), catalog.EventID(uuid.Nil, "round-1", 0),
	} {
		require.False(t, seen[id])
		seen[id] = true
	}
}
