package officer_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain/domaintest"
	"lotteryledger/domain/officer"
)

var (
	rule      = domaintest.For(officer.Decide, officer.Evolve)
	reviewer  = []officer.Role{officer.Reviewer}
	both      = []officer.Role{officer.Reviewer, officer.Conductor}
	appointed = officer.Appointed{Roles: reviewer}
)

func TestAppoint(t *testing.T) {
	rule.Given().When(officer.Appoint{Roles: reviewer}).Then(t, appointed)
	rule.Given().When(officer.Appoint{Roles: officer.Roles}).Then(t, officer.Appointed{Roles: officer.Roles})
	rule.Given(appointed).When(officer.Appoint{Roles: reviewer}).Nothing(t)
	rule.Given(appointed).When(officer.Appoint{Roles: both}).Refused(t, "officer_exists")
	rule.Given(officer.Appointed{Roles: both}).When(officer.Appoint{Roles: reviewer}).Refused(t, "officer_exists")
	rule.Given(appointed, officer.Dismissed{}).When(officer.Appoint{Roles: both}).Then(t, officer.Appointed{Roles: both})
	rule.Given(appointed, officer.Dismissed{}).When(officer.Appoint{Roles: reviewer}).Then(t, appointed)
}

func TestAppointRefusesRoles(t *testing.T) {
	for _, roles := range [][]officer.Role{
		nil,
		{},
		{""},
		{"king"},
		{officer.Reviewer, "king"},
		{officer.Reviewer, officer.Reviewer},
		{officer.Conductor, officer.Reviewer},
		{"Reviewer"},
	} {
		rule.Given().When(officer.Appoint{Roles: roles}).Refused(t, "invalid_role")
		rule.Given(appointed).When(officer.Appoint{Roles: roles}).Refused(t, "invalid_role")
	}
}

func TestDismiss(t *testing.T) {
	rule.Given(appointed).When(officer.Dismiss{}).Then(t, officer.Dismissed{})
	rule.Given(appointed, officer.Dismissed{}).When(officer.Dismiss{}).Nothing(t)
	rule.Given().When(officer.Dismiss{}).Refused(t, "unknown_officer")
}

func TestOfficerStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s officer.State
		role := rapid.SampledFrom(append([]officer.Role{"", "king"}, officer.Roles...))
		t.Repeat(map[string]func(*rapid.T){
			"appoint": func(t *rapid.T) {
				cmd := officer.Appoint{Roles: rapid.SliceOfN(role, 0, 3).Draw(t, "roles")}
				next, events, code := rule.Step(t, s, cmd)
				if code == "" {
					require.Equal(t, cmd.Roles, next.Roles, "an accepted appointment gives just these roles")
				}
				require.False(t, len(events) > 0 && len(s.Roles) > 0, "roles are never exchanged without a dismissal")
				s = next
			},
			"dismiss": func(t *rapid.T) {
				next, _, code := rule.Step(t, s, officer.Dismiss{})
				require.Equal(t, !s.Known, code == "unknown_officer")
				require.Empty(t, next.Roles)
				s = next
			},
			"": func(t *rapid.T) {
				last := -1
				for i, r := range officer.Roles {
					if s.Has(r) {
						last = i
					}
				}
				require.Equal(t, last >= 0, len(s.Roles) > 0, "only known roles are held")
				require.False(t, s.Has("king"))
				require.True(t, s.Known || len(s.Roles) == 0)
			},
		})
	})
}
