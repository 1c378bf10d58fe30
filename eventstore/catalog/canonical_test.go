package catalog

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// both reads the bytes by the generated function and by encoding/json. What the function takes,
// the authority has to take, with the same value.
func both[T any](t *testing.T, c *cursor, data []byte) (taken bool) {
	t.Helper()
	f := formOf[T]()
	require.NotNil(t, f.plain, "the type is read by encoding/json only")
	c.start(data)
	quick := f.plain(c)
	taken = c.done()
	slow, err := readSlowly[T](data)
	require.True(t, err == nil || !taken, "%s", data)
	if taken {
		require.Equal(t, slow, quick, "%s", data)
		require.True(t, f.same == nil || f.same(&slow, &quick))
	}
	return taken
}

func sampleSubmitted() application.Submitted {
	return application.Submitted{
		Applicant: "00112233445566778899aabbccddeeff", Indicator: domain.NewEnergy,
		Round: "2026-02", SubmittedAt: 1785542400,
		Persons: []domain.Digest{{1}, {2}},
		Standing: rules.Standing{Applicant: domain.Family, Generations: 2, Members: []rules.Member{
			{Role: rules.Main, DrawsUntil2020: 3, RegisteredOn: 1420070400},
			{
				Role: rules.Other, DrawsSince2021: 12, WaitingSince: 1500000000,
				RegisteredOn: 1500000000,
			},
		}},
	}
}

func TestGeneratedTakesWhatIsWritten(t *testing.T) {
	written := func(v any) []byte {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return b
	}
	c := new(cursor)
	require.True(t, both[application.Submitted](t, c, written(sampleSubmitted())))
	require.True(t, both[application.Approved](t, c, []byte(`{}`)))
	require.True(t, both[application.Approved](t, c,
		written(application.Approved{ValidUntil: domain.MaxTime})))
	require.True(t, both[Meta](t, c,
		written(Meta{
			Command: uuid.MustParse("6ba7b810-9dad-51d1-80b4-00c04fd430c8"),
			Actor:   "officer:a", At: 1785542400,
		})))
	require.True(t, both[round.Sealed](t, c,
		written(round.Sealed{
			LedgerSize: 7,
			Rosters:    []round.Roster{{Pool: "a", Count: 1}, {Pool: "b"}},
		})))
	require.True(t, both[round.Ranked](t, c,
		written(round.Ranked{Pool: "a", First: 1, Codes: []string{}})))
}

// TestGeneratedForAll: every type but the adoption of rules, which has an embedded struct, is
// read by a generated function.
func TestGeneratedForAll(t *testing.T) {
	var without []string
	for row := range Public.All() {
		if generated[row.Struct()] == nil {
			without = append(without, row.Name)
		}
	}
	require.Equal(t, []string{"rules.adopted.v1"}, without)
}

func TestGeneratedLeavesTheRestToTheAuthority(t *testing.T) {
	c := new(cursor)
	for _, data := range []string{
		``, `{`, `null`, `[]`, `{}x`, ` {}`, `{} `, `{"kind":"x"}`,
		`{"pool":"a","first":1,"codes":null}`, `{"pool":"a","first":01,"codes":[]}`,
		`{"pool":"a","first":-1,"codes":[]}`,
		`{"pool":"a","first":1,"codes":[,]}`, `{"pool":"a","first":1,"codes":["b",]}`,
		`{"pool":"a","first":1,"codes":["b" ]}`,
		`{"pool":"a","codes":["b"],"first":1}`, `{"Pool":"a","first":1,"codes":[]}`,
		`{"pool":"a","first":1,"codes":[],"more":1}`,
		`{"pool":"a","pool":"a","first":1,"codes":[]}`, `{"pool":"\u0061","first":1,"codes":[]}`,
		`{"pool":"é","first":1,"codes":[]}`,
		`{"pool":"<","first":1,"codes":[]}`, `{,"pool":"a","first":1,"codes":[]}`,
		`{"pool":"a""first":1,"codes":[]}`,
		`{"pool":"a","first":18446744073709551616,"codes":[]}`,
		`{"pool":"a","first":18446744073709551615,"codes":[]}`,
		`{"pool":"a","first":1,"codes":["b"`, `{"pool":"a","first":1,"codes":["b","c"]`,
		`{"pool":"a","first":,"codes":[]}`,
	} {
		require.False(t, both[round.Ranked](t, c, []byte(data)), data)
	}
	meta := func(id, at string) string {
		return `{"command":"` + id + `","actor":"","at":"` + at +
			`"}`
	}
	const id = "6ba7b810-9dad-51d1-80b4-00c04fd430c8"
	for _, data := range []string{
		meta(strings.ToUpper(id), "2026-01-01T00:00:00Z"),
		meta("6ba7b8109dad-51d1-80b4-00c04fd430c8-", "2026-01-01T00:00:00Z"),
		meta(id, "2026-02-30T00:00:00Z"), meta(id, "1969-12-31T23:59:59Z"),
		meta(id, "2026-01-01T00:00:00.0Z"),
		meta(id, "2026-01-01T24:00:00Z"), meta(id, "2026-01-01T00:60:00Z"),
		meta(id, "2026-01-01T00:00:6:Z"), meta(id, "2026-01-01 00:00:00Z"),
	} {
		require.False(t, both[Meta](t, c, []byte(data)), data)
	}
	for _, data := range []string{
		`{"valid_until":"1970-01-01T00:00:00Z"}`,
		`{,"valid_until":"1970-01-01T00:00:01Z"}`, `{"valid_until":"2026-01-01T00:00:00Z",}`,
	} {
		require.False(t, both[application.Approved](t, c, []byte(data)), data)
	}
	require.False(t, both[application.Submitted](t, c,
		bytes.Replace(encoded(t, sampleSubmitted()), []byte(`"draws_since_2021":0`),
			[]byte(`"draws_since_2021":0,"waiting_since":"1970-01-01T00:00:00Z"`), 1)))
}

// TestSame: events are the same if they are written as the same bytes.
func TestSame(t *testing.T) {
	row := Public.Find(application.TypeSubmitted)
	a := sampleSubmitted()
	for name, change := range map[string]func(e *application.Submitted){
		"a string":      func(e *application.Submitted) { e.Round = "2026-03" },
		"a person":      func(e *application.Submitted) { e.Persons[1][31] ^= 1 },
		"a person less": func(e *application.Submitted) { e.Persons = e.Persons[:1] },
		"a member": func(
			e *application.Submitted,
		) {
			e.Standing.Members[1].WaitingSince++
		},
		"no list of ground": func(
			e *application.Submitted,
		) {
			e.Standing.Members[0].Grounds = []rules.Ground{}
		},
	} {
		b := sampleSubmitted()
		require.True(t, row.Same(a, b), name)
		change(&b)
		require.False(t, row.Same(a, b), name)
		require.False(t, bytes.Equal(encoded(t, a), encoded(t, b)), name)
	}
}

func encoded(t *testing.T, e Event) []byte {
	b, err := Encode(e)
	require.NoError(t, err)
	return b
}

// FuzzGenerated holds what the generated functions take of any type against encoding/json.
func FuzzGenerated(f *testing.F) {
	names, err := filepath.Glob("../testdata/events/*.json")
	require.NoError(f, err)
	require.NotEmpty(f, names)
	rows := slices.Collect(Public.All())
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		for i, row := range rows {
			if strings.HasPrefix(filepath.Base(name), row.Name) {
				f.Add(i, bytes.TrimSpace(data))
			}
		}
	}
	f.Add(-1, []byte(`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"officer:a","at":"2026-01-01T00:00:00Z"}`))
	d := new(Decoder) // one for all, as in a replay
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		if i < 0 || i >= len(rows) {
			both[Meta](t, &d.c, data)
			return
		}
		got, err := d.Event(rows[i], data)
		want := reflect.New(rows[i].Struct())
		right := json.Unmarshal(data, want.Interface()) == nil
		if right {
			back, err := json.Marshal(want.Interface())
			right = err == nil && bytes.Equal(back, data) && !bytes.Contains(data, []byte(`":null`))
		}
		require.Equal(t, right, err == nil, "%s %s", rows[i].Name, data)
		if right {
			require.Equal(t, want.Elem().Interface(), got)
			require.True(t, rows[i].Same(want.Elem().Interface().(Event), got))
		}
	})
}
