package domain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// aggregate asks one what it has to stand: any of its events in any order, and then any of
// its commands.
type aggregate struct {
	events, commands []any
	run              func(t *rapid.T)
}

func anything[S any, E interface{ EventType() string }, C interface{ Leads() string }](
	decide func(S, C) ([]E, error), evolve func(S, E) S, ask func(S) any, events []E, commands []C,
) aggregate {
	a := aggregate{}
	for _, e := range events {
		a.events = append(a.events, e)
	}
	for _, c := range commands {
		a.commands = append(a.commands, c)
	}
	a.run = func(t *rapid.T) {
		var s S
		for range rapid.IntRange(0, 12).Draw(t, "events") {
			s = evolve(s, anyOf(t, events))
		}
		for range rapid.IntRange(1, 4).Draw(t, "commands") {
			ask(s)
			cmd := anyOf(t, commands)
			decided, err := decide(s, cmd)
			if err != nil && fault.CodeOf(err) == "" {
				t.Fatalf("refused without a code: %v", err)
			}
			for _, e := range decided {
				if e.EventType() != cmd.Leads() {
					t.Fatalf("%T leads to %s, and led to %s", cmd, cmd.Leads(), e.EventType())
				}
				s = evolve(s, e)
			}
		}
	}
	return a
}

var aggregates = map[string]aggregate{
	"access": anything(access.Decide, access.Evolve, nothing[access.State],
		[]access.Event{access.RecordRead{}},
		[]access.Command{access.ReadRecords{}}),
	"applicant": anything(applicant.Decide, applicant.Evolve, nothing[applicant.State],
		[]applicant.Event{applicant.Registered{}, applicant.ContactChanged{}, applicant.Erased{}},
		[]applicant.Command{applicant.Register{}, applicant.ChangeContact{}, applicant.Erase{}}),
	"application": anything(application.Decide, application.Evolve,
		func(s application.State) any { return s.Review() },
		[]application.Event{
			application.Submitted{},
			application.Edited{},
			application.Approved{},
			application.Rejected{},
			application.Withdrawn{},
			application.Awarded{},
			application.CheckRecorded{},
			application.RecheckAsked{},
			application.RecheckAnswered{},
			application.Renewed{},
			application.Expired{},
			application.Disqualified{},
			application.Credited{},
		},
		[]application.Command{
			application.Submit{},
			application.Edit{},
			application.Approve{},
			application.Reject{},
			application.Withdraw{},
			application.Award{},
			application.RecordCheck{},
			application.AskRecheck{},
			application.AnswerRecheck{},
			application.Renew{},
			application.Expire{},
			application.Disqualify{},
			application.Credit{},
		}),
	"indicator": anything(indicator.Decide, indicator.Evolve,
		func(s indicator.State) any { return s.Vacancy(true) },
		[]indicator.Event{
			indicator.Awarded{},
			indicator.Confirmed{},
			indicator.Revoked{},
			indicator.Used{},
			indicator.Forfeited{},
			indicator.Promoted{},
		},
		[]indicator.Command{
			indicator.Award{},
			indicator.Confirm{},
			indicator.Revoke{},
			indicator.Use{},
			indicator.Forfeit{},
			indicator.Promote{},
		}),
	"notice": anything(notice.Decide, notice.Evolve, nothing[notice.State],
		[]notice.Event{notice.Published{}, notice.Replaced{}, notice.Withdrawn{}},
		[]notice.Command{notice.Publish{}, notice.Replace{}, notice.Withdraw{}}),
	"officer": anything(officer.Decide, officer.Evolve,
		func(s officer.State) any { return s.KeyedAdministrator() },
		[]officer.Event{
			officer.Appointed{},
			officer.RolesChanged{},
			officer.KeyChanged{},
			officer.Dismissed{},
		},
		[]officer.Command{
			officer.Appoint{},
			officer.ChangeRoles{},
			officer.ChangeKey{},
			officer.Dismiss{},
		}),
	"proposal": anything(proposal.Decide, proposal.Evolve,
		func(s proposal.State) any { return s.Open(5) },
		[]proposal.Event{
			proposal.Made{}, proposal.Approved{}, proposal.Withdrawn{}, proposal.Rejected{},
		},
		[]proposal.Command{
			proposal.Make{}, proposal.Approve{}, proposal.Withdraw{}, proposal.Reject{},
		}),
	"quota": anything(quota.Decide, quota.Evolve,
		func(s quota.State) any { return s.Next("a") + s.Given("a") + s.Taken(2026, "a") },
		[]quota.Event{quota.SeatsSet{}, quota.Adjusted{}, quota.CarriedOver{}},
		[]quota.Command{quota.SetSeats{}, quota.Adjust{}, quota.CarryOver{}}),
	"person": anything(person.Decide, person.Evolve,
		func(s person.State) any { return s.Holder("a") },
		[]person.Event{person.Claimed{}, person.Released{}, person.Barred{}},
		[]person.Command{person.Claim{}, person.Release{}, person.Bar{}}),
	"round": anything(round.Decide, round.Evolve,
		func(s round.State) any { return []any{s.Selected("a"), s.BeaconDue()} },
		[]round.Event{
			round.Opened{},
			round.Closed{},
			round.Sealed{},
			round.Announced{},
			round.BeaconRecorded{},
			round.Drawn{},
			round.Ranked{},
			round.Published{},
			round.Voided{},
			round.AnnouncementSuperseded{},
			round.Anchored{},
			round.CeremonyRecorded{},
			round.Settled{},
		},
		[]round.Command{
			round.Open{},
			round.Close{},
			round.Seal{},
			round.Announce{},
			round.RecordBeacon{},
			round.Draw{},
			round.Rank{},
			round.Publish{},
			round.Void{},
			round.SupersedeAnnouncement{},
			round.Anchor{},
			round.RecordCeremony{},
			round.Settle{},
		}),
	"rules": anything(rules.Decide, rules.Evolve, nothing[rules.State],
		[]rules.Event{rules.Adopted{}},
		[]rules.Command{rules.Adopt{}}),
}

func nothing[S any](S) any { return nil }

// TestAnything: no event and no command makes a rule panic, whatever came before; what is
// refused has a code. The fuzz targets below look further.
func TestAnything(t *testing.T) {
	for name, a := range aggregates {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, declared(t, name, "EventType"), len(a.events), "events")
			require.Equal(t, declared(t, name, "Command"), len(a.commands), "commands")
			rapid.Check(t, a.run)
		})
	}
}

func FuzzAccess(f *testing.F)      { f.Fuzz(rapid.MakeFuzz(aggregates["access"].run)) }
func FuzzApplicant(f *testing.F)   { f.Fuzz(rapid.MakeFuzz(aggregates["applicant"].run)) }
func FuzzApplication(f *testing.F) { f.Fuzz(rapid.MakeFuzz(aggregates["application"].run)) }
func FuzzIndicator(f *testing.F)   { f.Fuzz(rapid.MakeFuzz(aggregates["indicator"].run)) }
func FuzzNotice(f *testing.F)      { f.Fuzz(rapid.MakeFuzz(aggregates["notice"].run)) }
func FuzzOfficer(f *testing.F)     { f.Fuzz(rapid.MakeFuzz(aggregates["officer"].run)) }
func FuzzProposal(f *testing.F)    { f.Fuzz(rapid.MakeFuzz(aggregates["proposal"].run)) }
func FuzzQuota(f *testing.F)       { f.Fuzz(rapid.MakeFuzz(aggregates["quota"].run)) }
func FuzzPerson(f *testing.F)      { f.Fuzz(rapid.MakeFuzz(aggregates["person"].run)) }
func FuzzRound(f *testing.F)       { f.Fuzz(rapid.MakeFuzz(aggregates["round"].run)) }
func FuzzRules(f *testing.F)       { f.Fuzz(rapid.MakeFuzz(aggregates["rules"].run)) }

// declared counts the types of a package with a method whose name ends so: those of its
// events or of its commands.
func declared(t *testing.T, name, suffix string) (n int) {
	files, err := filepath.Glob(filepath.Join(name, "*.go"))
	require.NoError(t, err)
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil &&
				strings.HasSuffix(f.Name.Name, suffix) {
				n++
			}
		}
	}
	require.Positive(t, n)
	return n
}

// anyOf draws one of these types, and everything in it from few values, so that some fit
// together.
func anyOf[V any](t *rapid.T, kinds []V) V {
	v := reflect.New(reflect.TypeOf(rapid.SampledFrom(kinds).Draw(t, "kind"))).Elem()
	fill(t, v)
	return v.Interface().(V)
}

var (
	texts = []string{
		"", "a", "b", "年", strings.Repeat("0", 96), "2026-1", "ordinary", "new_energy", "dwelling",
		"pld1", "points", "queue",
		"administrator", "conductor", "reviewer", "clock", "officer:a", "applicant:a", "gazette",
		"returned", "beacon_missing", "ceremony_late", "passed", "failed",
	}
	numbers = []int64{
		0, 1, 2, 3, 5, 60, 2026, 1 << 31, 1767225600, math.MaxInt64, -1,
		math.MinInt64,
	}
)

func fill(t *rapid.T, v reflect.Value) {
	if d, ok := v.Addr().Interface().(*domain.Digest); ok {
		*d = rapid.SampledFrom([]domain.Digest{{}, {1}, draw.Quicknet.Hash()}).Draw(t, "digest")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.SampledFrom(texts).Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(rapid.SampledFrom(numbers).Draw(t, "number"))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(rapid.SampledFrom(numbers).Draw(t, "number")))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Slice:
		if n := rapid.IntRange(-1, 3).Draw(t, "length"); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(t, v.Index(i))
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rapid.IntRange(0, 2).Draw(t, "length") {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key)
			fill(t, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "given") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	default:
		t.Fatalf("no values for %s", v.Type())
	}
}
