package histories

import (
	"fmt"
	"slices"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

// appointing gives an officer roles.
func (w *world) appointing(actor, id string, roles []officer.Role) *command {
	return w.onOfficer(actor, id, fmt.Sprintf("appoints as %v", roles), func(m catalog.Meta) error {
		return w.execute(m, office.Officer(id, officer.Appoint{Roles: roles}))
	}, func() answer { return w.m.appoint(actor, id, roles) })
}

func (w *world) onOfficer(actor, id, text string, do func(m catalog.Meta) error,
	expect func() answer,
) *command {
	return &command{
		text: text + " " + id, meta: w.meta(actor), do: do, expect: expect,
		rival: func(stream, _ string) *command {
			if stream == officer.StreamPrefix+id && len(w.m.officers) == len(staffing) {
				return w.someStaffCommand(id)
			}
			return nil
		},
	}
}

// someStaffCommand appoints or dismisses an officer.
func (w *world) someStaffCommand(id string) *command {
	actor, who := w.by(officer.Administrator),
		staffing[slices.IndexFunc(staffing, func(s staffer) bool { return s.id == id })]
	if actor == actorOf(who.id) { // a reply that is lost would be followed by a refusal
		actor = actorOf("chief")
	}
	if w.chance(2) {
		return w.onOfficer(actor, who.id, "dismisses", func(m catalog.Meta) error {
			return w.execute(m, office.Officer(who.id, officer.Dismiss{}))
		}, func() answer { return w.m.dismiss(actor, who.id) })
	}
	if w.chance(6) {
		who.roles = pick(w, nil, []officer.Role{officer.Administrator}, officer.Roles[1:3])
	}
	return w.appointing(actor, who.id, who.roles)
}

// adopting puts a version into force, or tries to.
func (w *world) adopting(v rules.Version) *command {
	actor, broken := w.by(officer.Administrator), w.chance(25)
	if known, ok := w.m.rules[v.Name]; ok && w.chance(2) {
		v = known
	}
	if broken {
		v.NoticeSeconds = 0
	}
	return &command{
		text: "adopts " + v.Name, meta: w.meta(actor),
		do:     func(m catalog.Meta) error { return w.execute(m, office.Rules(v)) },
		expect: func() answer { return w.m.adopt(actor, v, broken) },
		rival:  func(_, _ string) *command { return nil },
	}
}
