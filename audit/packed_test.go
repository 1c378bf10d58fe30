package audit

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/person"
	"lotteryledger/domain/rules"
)

// changes calls try after it has set each field in v, and in all that v holds, to another value;
// then it puts the old one back.
func changes(name string, v reflect.Value, try func(name string)) {
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			changes(name+"."+v.Type().Field(i).Name, v.Field(i), try)
		}
		return
	case reflect.Slice:
		if v.Len() > 0 && v.Index(0).Kind() == reflect.Struct {
			changes(name+"[0]", v.Index(0), try)
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), v.Len()+1, v.Len()+1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.String:
		v.SetString("word")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Array:
		v.Index(0).SetUint(v.Index(0).Uint() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	default:
		for _, n := range []int64{v.Int() + 1, -1, math.MaxInt32, math.MaxInt64} {
			v.SetInt(n)
			try(fmt.Sprint(name, "=", n))
		}
		v.Set(old)
		return
	}
	try(name)
	v.Set(old)
}

// TestPackedApplication: whatever field of an application changes, the same is read as was kept.
func TestPackedApplication(t *testing.T) {
	s := newState()
	id, tag := applicantID{1}, domain.Digest{2}
	s.applicants.put(id, stream[applicant.State]{next: 1})
	s.persons.put(tag, stream[person.State]{next: 1})
	const code = "0000000000012"
	a := newApplication()
	a.next = 3
	a.state = application.State{
		Phase: application.PhaseSubmitted, Applicant: id.String(), Indicator: domain.Ordinary,
		Round:   "r1",
		Persons: []domain.Digest{tag}, Standing: rules.Standing{
			Applicant: domain.Individual,
			Members:   []rules.Member{{Role: rules.Main, DrawsUntil2020: 3}},
		},
	}
	kept := func(name string) {
		s.applications.put(code, &a)
		require.Equal(t, &a, s.applications.find(code), name)
	}
	kept("as it is")
	require.Empty(t, s.applications.rare)
	seen := 0
	try := func(name string) {
		kept(name)
		seen++
		state := a.state
		a.state = application.State{Phase: application.PhaseWithdrawn, Applicant: id.String()}
		kept("another one after " + name)
		a.state = state
	}
	changes("state", reflect.ValueOf(&a.state).Elem(), try)
	require.Greater(t, seen, 30)
	for _, n := range []int64{0, 7, math.MaxUint32 - 1, never} {
		a.from, a.until, a.losses = n, n, int(min(n, math.MaxUint16+1))
		try(fmt.Sprint("leaves ", n))
	}
	a.remember().rejectedBy = "rex"
	try("history")
	a.state.Phase, a.state.Won = application.PhaseAwarded, "r1.ordinary.1"
	try("awarded")
}

// TestPackedPerson: whatever field of a person changes, the same is read as was kept.
func TestPackedPerson(t *testing.T) {
	all, tag := newState().persons, domain.Digest{2}
	s := stream[person.State]{next: 3}
	for _, held := range []string{"", "0000000000012"} {
		for _, code := range []*string{&s.state.Ordinary, &s.state.NewEnergy, &s.state.Dwelling} {
			*code = held
			changes("state", reflect.ValueOf(&s.state).Elem(), func(name string) {
				if name == "state.Ordinary" || name == "state.NewEnergy" ||
					name == "state.Dwelling" {
					return // not a code
				}
				all.put(tag, s)
				require.Equal(t, s, all.get(tag), name)
				for _, kind := range indicatorKinds[1:] {
					code := s.state.Holder(kind)
					require.Equal(t, code != "", all.holds(tag, kind, "0000000000012"), name)
				}
			})
		}
	}
}

// TestTable: records keep their numbers while the table grows.
func TestTable(t *testing.T) {
	all := newTable[uint64, uint64]()
	const n = 3 * perChunk
	for i := range uint64(n) {
		require.EqualValues(t, i, all.add(i*i))
		*all.at(uint32(i)) = i
	}
	for i := range uint64(n) {
		require.EqualValues(t, i, all.add(i*i))
		number, ok := all.find(i * i)
		require.True(t, ok)
		require.Equal(t, i, *all.at(number))
		_, ok = all.find(i*i + 2)
		require.False(t, ok)
	}
}
