package catalog

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// both reads the bytes by the scan and by encoding/json; what the scan takes, the
// authority has to take, with the same value.
func both[T any](t *testing.T, data []byte) (scanned bool) {
	t.Helper()
	r := newReader[T]()
	require.NotNil(t, r.scan, "the type is read by encoding/json only")
	var quick T
	err := r.read(data, &quick)
	slow, slowErr := readSlowly[T](data)
	require.Equal(t, slowErr == nil, err == nil, "%s", data)
	if err == nil {
		require.Equal(t, slow, quick, "%s", data)
	}
	var v T
	scanned = scans(r, data, &v)
	return scanned
}

func scans[T any](r *reader[T], data []byte, v *T) bool {
	rest, ok := r.scan(data, reflect.ValueOf(v).Elem())
	return ok && len(rest) == 0
}

func sampleSubmitted() application.Submitted {
	return application.Submitted{
		Applicant: "00112233445566778899aabbccddeeff", Indicator: domain.NewEnergy, Round: "2026-02", SubmittedAt: 1785542400,
		Persons: []domain.Digest{{1}, {2}},
		Standing: rules.Standing{Applicant: domain.Family, Generations: 2, Members: []rules.Member{
			{Role: rules.Main, DrawsUntil2020: 3, RegisteredOn: 1420070400},
			{Role: rules.Other, DrawsSince2021: 12, WaitingSince: 1500000000, RegisteredOn: 1500000000},
		}},
	}
}

func TestScanTakesWhatIsWritten(t *testing.T) {
	written := func(v any) []byte {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		return b
	}
	require.True(t, both[application.Submitted](t, written(sampleSubmitted())))
	require.True(t, both[application.Approved](t, []byte(`{}`)))
	require.True(t, both[Meta](t, written(Meta{Command: uuid.MustParse("6ba7b810-9dad-51d1-80b4-00c04fd430c8"), Actor: "officer:a", At: 1785542400})))
	require.True(t, both[round.Sealed](t, written(round.Sealed{LedgerSize: 7, Rosters: []round.Roster{{Pool: "a", Count: 1}, {Pool: "b"}}})))
	require.True(t, both[round.Ranked](t, written(round.Ranked{Pool: "a", First: 1, Codes: []string{}})))
}

func TestScanLeavesTheRestToTheAuthority(t *testing.T) {
	for _, data := range []string{
		``, `{`, `null`, `[]`, `{}x`, ` {}`, `{} `, `{"kind":"x"}`,
		`{"pool":"a","first":1,"codes":null}`, `{"pool":"a","first":01,"codes":[]}`, `{"pool":"a","first":-1,"codes":[]}`,
		`{"pool":"a","first":1,"codes":[,]}`, `{"pool":"a","first":1,"codes":["b",]}`, `{"pool":"a","first":1,"codes":["b" ]}`,
		`{"pool":"a","codes":["b"],"first":1}`, `{"Pool":"a","first":1,"codes":[]}`, `{"pool":"a","first":1,"codes":[],"more":1}`,
		`{"pool":"a","pool":"a","first":1,"codes":[]}`, `{"pool":"\u0061","first":1,"codes":[]}`, `{"pool":"é","first":1,"codes":[]}`,
		`{"pool":"<","first":1,"codes":[]}`, `{,"pool":"a","first":1,"codes":[]}`, `{"pool":"a""first":1,"codes":[]}`,
		`{"pool":"a","first":18446744073709551616,"codes":[]}`, `{"pool":"a","first":18446744073709551615,"codes":[]}`,
	} {
		both[round.Ranked](t, []byte(data))
	}
	for _, data := range []string{
		`{"command":"6BA7B810-9dad-51d1-80b4-00c04fd430c8","actor":"","at":"2026-01-01T00:00:00Z"}`,
		`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"","at":"2026-02-30T00:00:00Z"}`,
		`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"","at":"1969-12-31T23:59:59Z"}`,
		`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"","at":"2026-01-01T00:00:00.0Z"}`,
	} {
		require.False(t, both[Meta](t, []byte(data)))
	}
	require.False(t, both[rules.Member](t, []byte(`{"role":"main","draws_until_2020":0,"draws_since_2021":0,"waiting_since":"1970-01-01T00:00:00Z","registered_on":"2026-01-01T00:00:00Z"}`)))
}

func FuzzScan(f *testing.F) {
	b, err := json.Marshal(sampleSubmitted())
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"pool":"a","first":1,"codes":["b","c"]}`))
	f.Add([]byte(`{"command":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","actor":"officer:a","at":"2026-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"ledger_size":1,"rosters":[{"pool":"a","count":1,"weight":1,"root":"00","sha256":"00"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		both[application.Submitted](t, data)
		both[round.Ranked](t, data)
		both[round.Sealed](t, data)
		both[round.Announced](t, data)
		both[Meta](t, data)
	})
}
