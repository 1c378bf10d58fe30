package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/person"
)

var rule = domaintest.For(person.Decide, person.Evolve)

const (
	a = "0000000000019"
	b = "0000000000027"
)

func claim(k domain.IndicatorKind, application string) person.Claim {
	return person.Claim{Kind: k, Application: application}
}

func claimed(k domain.IndicatorKind, application string) person.Claimed {
	return person.Claimed{Kind: k, Application: application}
}

func release(k domain.IndicatorKind, application string) person.Release {
	return person.Release{Kind: k, Application: application}
}

func TestClaim(t *testing.T) {
	for _, kind := range []domain.IndicatorKind{
		domain.Ordinary, domain.NewEnergy,
		domain.Dwelling,
	} {
		rule.Given().When(claim(kind, a)).Then(t, claimed(kind, a))
		rule.Given(claimed(kind, a)).When(claim(kind, a)).Nothing(t)
		rule.Given(claimed(kind, a)).When(claim(kind, b)).Refused(t, "duplicate_person")
		rule.Given(claimed(kind, a), person.Released(claimed(kind, a))).When(claim(kind, b)).Then(t,
			claimed(kind, b))
	}
	rule.Given(claimed(domain.Ordinary, a)).When(claim(domain.NewEnergy, b)).Then(t,
		claimed(domain.NewEnergy, b))
	rule.Given(claimed(domain.Ordinary, a)).When(claim(domain.Dwelling, b)).Then(t,
		claimed(domain.Dwelling, b))
	rule.Given(claimed(domain.NewEnergy, a)).When(claim(domain.Ordinary, b)).Then(t,
		claimed(domain.Ordinary, b))
	rule.Given().When(claim("", a)).Refused(t, "unknown_kind")
	rule.Given().When(claim("boat", a)).Refused(t, "unknown_kind")
	rule.Given().When(claim(domain.Ordinary, "")).Nothing(t)
}

func TestRelease(t *testing.T) {
	for _, kind := range []domain.IndicatorKind{
		domain.Ordinary, domain.NewEnergy,
		domain.Dwelling,
	} {
		rule.Given(claimed(kind, a)).When(release(kind, a)).Then(t,
			person.Released(claimed(kind, a)))
		rule.Given(claimed(kind, a),
			person.Released(claimed(kind, a))).When(release(kind, a)).Nothing(t)
		rule.Given(claimed(kind, a)).When(release(kind, b)).Nothing(t)
		rule.Given().When(release(kind, a)).Nothing(t)
		rule.Given().When(release(kind, "")).Nothing(t)
	}
	rule.Given(claimed(domain.Ordinary, a)).When(release(domain.NewEnergy, a)).Nothing(t)
}

// TestReleaseOfAnUnknownKind: it must not give the ordinary reservation free.
func TestReleaseOfAnUnknownKind(t *testing.T) {
	rule.Given(claimed(domain.Ordinary, a)).When(release("", a)).Refused(t, "unknown_kind")
	rule.Given(claimed(domain.Ordinary, a)).When(release("boat", a)).Refused(t, "unknown_kind")
}

func TestBar(t *testing.T) {
	const until domain.Time = 1782439200
	bar := person.Bar{Kind: domain.Ordinary, Application: a, Until: until, ResetLadder: true}
	barred := person.Barred(bar)
	past := []person.Event{claimed(domain.Ordinary, a), barred}
	rule.Given(past[0]).When(bar).Then(t, barred)
	rule.Given(past...).When(bar).Nothing(t)
	rule.Given().When(bar).Nothing(t)
	rule.Given(claimed(domain.Ordinary, b)).When(bar).Nothing(t)
	bar.Kind = "boat"
	rule.Given(past[0]).When(bar).Refused(t, "unknown_kind")
	for _, kind := range []domain.IndicatorKind{domain.Ordinary, domain.NewEnergy} {
		c := claim(kind, b)
		c.At = until - 1
		rule.Given(past...).When(c).Refused(t, "person_barred")
		c.At = until
		rule.Given(past...).When(c).Then(t, claimed(kind, b))
	}
	var s person.State
	for _, e := range append(past,
		person.Barred{Kind: domain.NewEnergy, Application: b, Until: until - 1}) {
		s = person.Evolve(s, e)
	}
	require.Equal(t, person.State{BarredUntil: until, Reset: true}, s, "a bar is never shortened")
}

func TestPersonStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s person.State
		var now domain.Time
		holders := map[domain.IndicatorKind]string{}
		kinds := rapid.SampledFrom([]domain.IndicatorKind{
			domain.Ordinary, domain.NewEnergy,
			domain.Dwelling, domain.Ordinary, domain.NewEnergy, "boat",
		})
		applications := rapid.SampledFrom([]string{a, b})
		t.Repeat(map[string]func(*rapid.T){
			"claim": func(t *rapid.T) {
				cmd := claim(kinds.Draw(t, "kind"), applications.Draw(t, "application"))
				now += domain.Time(rapid.Int64Range(0, 2).Draw(t, "later"))
				cmd.At = now
				free := cmd.Kind.Valid() && holders[cmd.Kind] == "" && now >= s.BarredUntil
				next, events, code := rule.Step(t, s, cmd)
				require.Equal(t, free, len(events) > 0, "a free person is claimed, and no other")
				if code == "" {
					holders[cmd.Kind] = cmd.Application
				}
				s = next
			},
			"release": func(t *rapid.T) {
				cmd := release(kinds.Draw(t, "kind"), applications.Draw(t, "application"))
				next, events, _ := rule.Step(t, s, cmd)
				require.Equal(t, cmd.Kind.Valid() && holders[cmd.Kind] == cmd.Application,
					len(events) > 0, "only the holder gives free")
				if len(events) > 0 {
					delete(holders, cmd.Kind)
				}
				s = next
			},
			"bar": func(t *rapid.T) {
				cmd := person.Bar{
					Kind:        kinds.Draw(t, "kind"),
					Application: applications.Draw(t, "application"),
					Until:       now + domain.Time(rapid.Int64Range(-1, 4).Draw(t, "until")),
				}
				next, events, _ := rule.Step(t, s, cmd)
				require.Equal(t, cmd.Kind.Valid() && holders[cmd.Kind] == cmd.Application,
					len(events) > 0, "only whom the application holds is barred for it")
				if len(events) > 0 {
					delete(holders, cmd.Kind)
				}
				require.GreaterOrEqual(t, next.BarredUntil, s.BarredUntil)
				s = next
			},
			"": func(t *rapid.T) {
				require.Equal(t, holders[domain.Ordinary], s.Holder(domain.Ordinary))
				require.Equal(t, holders[domain.NewEnergy], s.Holder(domain.NewEnergy))
				require.Equal(t, holders[domain.Dwelling], s.Holder(domain.Dwelling))
			},
		})
	})
}
