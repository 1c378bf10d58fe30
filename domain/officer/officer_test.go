package officer_test

import (
	"fmt"
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
	rule.Given().When(officer.Appoint{Roles: officer.Roles}).Then(t,
		officer.Appointed{Roles: officer.Roles})
	rule.Given(appointed).When(officer.Appoint{Roles: reviewer}).Nothing(t)
	rule.Given(appointed).When(officer.Appoint{Roles: both}).Refused(t, "officer_exists")
	rule.Given(officer.Appointed{Roles: both}).When(officer.Appoint{Roles: reviewer}).Refused(t,
		"officer_exists")
	rule.Given(appointed, officer.Dismissed{}).When(officer.Appoint{Roles: both}).Then(t,
		officer.Appointed{Roles: both})
	rule.Given(appointed, officer.Dismissed{}).When(officer.Appoint{Roles: reviewer}).Then(t,
		appointed)
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

const (
	key   officer.PublicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	other officer.PublicKey = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
)

func TestKeys(t *testing.T) {
	keyed := officer.Appointed{Roles: reviewer, Key: key}
	rule.Given().When(officer.Appoint{Roles: reviewer, Key: key}).Then(t, keyed)
	rule.Given().When(officer.Appoint{Roles: reviewer, Key: key, Signed: true}).Then(t, keyed)
	rule.Given().When(officer.Appoint{Roles: reviewer, Signed: true}).Refused(t, "key_missing")
	rule.Given(appointed).When(officer.Appoint{Roles: reviewer, Signed: true}).Nothing(t)
	rule.Given(keyed).When(officer.Appoint{Roles: reviewer, Key: key}).Nothing(t)
	rule.Given(keyed).When(officer.Appoint{Roles: reviewer, Key: other}).Refused(t,
		"officer_exists")
	rule.Given(keyed).When(officer.Appoint{Roles: reviewer}).Refused(t, "officer_exists")
	rule.Given(keyed, officer.Dismissed{}).When(officer.Appoint{Roles: reviewer}).Then(t, appointed)
	rule.Given(keyed).When(officer.ChangeKey{Key: other}).Then(t, officer.KeyChanged{Key: other})
	rule.Given(keyed).When(officer.ChangeKey{Key: key}).Nothing(t)
	rule.Given(appointed).When(officer.ChangeKey{Key: key}).Then(t, officer.KeyChanged{Key: key})
	rule.Given(keyed, officer.Dismissed{}).When(officer.ChangeKey{Key: other}).Refused(t,
		"unknown_officer")
	for _, bad := range []officer.PublicKey{
		"", "d75a", key + "00", "D" + key[1:],
		key[:62] + "xx",
	} {
		rule.Given(keyed).When(officer.ChangeKey{Key: bad}).Refused(t, "invalid_key")
		if bad != "" {
			rule.Given().When(officer.Appoint{Roles: reviewer, Key: bad}).Refused(t, "invalid_key")
		}
	}
}

func TestChangeRoles(t *testing.T) {
	rule.Given(appointed).When(officer.ChangeRoles{Roles: both}).Then(t,
		officer.RolesChanged{Roles: both})
	rule.Given(appointed).When(officer.ChangeRoles{Roles: reviewer}).Nothing(t)
	rule.Given(appointed).When(officer.ChangeRoles{}).Refused(t, "invalid_role")
	rule.Given().When(officer.ChangeRoles{Roles: both}).Refused(t, "unknown_officer")
	rule.Given(appointed, officer.Dismissed{}).When(officer.ChangeRoles{Roles: both}).Refused(t,
		"unknown_officer")
	rule.Given(appointed,
		officer.RolesChanged{Roles: both}).When(officer.Appoint{Roles: both}).Nothing(t)
}

// TestDepartments: only a reviewer is bound, to departments in their one order.
func TestDepartments(t *testing.T) {
	tax := []string{"tax"}
	bound := officer.Appointed{Roles: reviewer, Departments: tax}
	rule.Given().When(officer.Appoint{Roles: reviewer, Departments: tax}).Then(t, bound)
	rule.Given(bound).When(officer.Appoint{Roles: reviewer, Departments: tax}).Nothing(t)
	rule.Given(bound).When(officer.Appoint{Roles: reviewer}).Refused(t, "officer_exists")
	rule.Given(bound).When(officer.ChangeRoles{Roles: reviewer, Departments: tax}).Nothing(t)
	rule.Given(bound).When(officer.ChangeRoles{Roles: reviewer}).Then(t,
		officer.RolesChanged{Roles: reviewer})
	rule.Given(bound, officer.Dismissed{}).When(officer.Appoint{Roles: reviewer}).Then(t, appointed)
	rule.Given(appointed).When(officer.ChangeRoles{
		Roles:       both,
		Departments: []string{"civil", "tax"},
	}).
		Then(t, officer.RolesChanged{Roles: both, Departments: []string{"civil", "tax"}})
	many := make([]string, officer.MaxDepartments+1)
	for i := range many {
		many[i] = fmt.Sprintf("d%02d", i)
	}
	rule.Given().When(officer.Appoint{Roles: reviewer, Departments: many[1:]}).Then(t,
		officer.Appointed{Roles: reviewer, Departments: many[1:]})
	for _, bad := range [][]string{{}, {""}, {"a b"}, {"tax", "civil"}, {"tax", "tax"}, many} {
		rule.Given().When(officer.Appoint{Roles: reviewer, Departments: bad}).Refused(t,
			"invalid_department")
		rule.Given(appointed).When(officer.ChangeRoles{Roles: both, Departments: bad}).Refused(t,
			"invalid_department")
	}
	rule.Given().When(officer.Appoint{
		Roles:       []officer.Role{officer.Conductor},
		Departments: tax,
	}).Refused(t, "invalid_department")
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
					require.Equal(t, cmd.Roles, next.Roles,
						"an accepted appointment gives just these roles")
				}
				require.False(t, len(events) > 0 && len(s.Roles) > 0,
					"roles are never exchanged without a dismissal")
				s = next
			},
			"change roles": func(t *rapid.T) {
				next, events, _ := rule.Step(t, s,
					officer.ChangeRoles{Roles: rapid.SliceOfN(role, 0, 3).Draw(t, "roles")})
				require.False(t, len(events) > 0 && len(s.Roles) == 0,
					"nobody comes into office by a change")
				require.Equal(t, s.Key, next.Key)
				s = next
			},
			"change key": func(t *rapid.T) {
				next, _, code := rule.Step(t, s,
					officer.ChangeKey{Key: rapid.SampledFrom([]officer.PublicKey{
						"", "x", key,
						other,
					}).Draw(t, "key")})
				require.Equal(t, s.Roles, next.Roles)
				require.True(t, code != "" || next.Key.Valid())
				s = next
			},
			"dismiss": func(t *rapid.T) {
				next, _, code := rule.Step(t, s, officer.Dismiss{})
				require.Equal(t, !s.Known, code == "unknown_officer")
				require.Empty(t, next.Roles)
				require.Empty(t, next.Key)
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
