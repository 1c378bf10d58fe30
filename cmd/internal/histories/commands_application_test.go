package histories

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

// submitting is a submission by these people, or by people of the seed's choice.
func (w *world) submitting(id string, kind domain.IndicatorKind, only *human) *command {
	s := submission{round: id, kind: kind, at: w.now}
	if w.chance(20) {
		s.at += domain.Time(w.between(-30*day, 30*day))
	}
	who, members := domain.Individual, 1
	if only == nil && w.chance(3) {
		who, members = domain.Family, w.between(2, 4)
	} else if only == nil && w.chance(6) && kind != domain.Dwelling {
		who = domain.Organisation
	}
	s.standing, s.broken = w.standing(who, members)
	if r := w.m.rounds[id]; r != nil && kind == domain.Dwelling {
		s.standing.Choices = w.choices(w.m.rules[r.rules])
	}
	given := office.Submission{Round: id, Indicator: kind, SubmittedAt: s.at, Standing: s.standing}
	if who == domain.Organisation {
		f := pick(w, w.firms...)
		given.Organisation, s.persons = f.code, []domain.Digest{f.tag}
	}
	order := w.rng.Perm(len(w.people))
	if !w.chance(4) { // who is free goes first, and before them who may not
		slices.SortStableFunc(order, func(a, b int) int {
			p, q := w.m.personState(w.people[a].tag), w.m.personState(w.people[b].tag)
			return cmp.Or(strings.Compare(p.holder[kind], q.holder[kind]),
				cmp.Compare(q.barred, p.barred))
		})
	}
	for i := 0; i < members && who != domain.Organisation; i++ {
		p := w.people[order[i]]
		if only != nil {
			p = *only
		} else if i > 0 && w.chance(40) {
			p = w.people[order[0]] // the same person twice
		}
		given.Persons, s.persons = append(given.Persons, p.number), append(s.persons, p.tag)
	}
	c := &command{
		text: fmt.Sprintf("submits for %s in %s: %s of %d", kind, id, who, members),
		meta: w.meta(w.by(officer.Registrar)),
	}
	var receipt office.Receipt
	c.do = func(m catalog.Meta) (err error) {
		receipt, err = w.office.Submit(ctx, authorOf(m), given)
		return err
	}
	c.expect = func() answer {
		got := w.m.submit(c.meta.Actor, c.meta.At, s, receipt.Code, "")
		if got.changes {
			a, err := w.office.LoadApplication(ctx, receipt.Code)
			w.ok(err)
			w.m.apps[receipt.Code].applicant = a.Applicant
			w.codes = append(w.codes, receipt.Code)
		}
		return got
	}
	c.rival = func(stream, eventType string) *command {
		for _, p := range w.people {
			if only == nil && c.tries == 0 && eventType == (person.Claimed{}).EventType() &&
				stream == person.StreamPrefix+p.tag.String() &&
				w.m.personState(p.tag).holder[kind] == "" {
				return w.submitting(id, kind, &p)
			}
		}
		return nil
	}
	return c
}

// onApplication is a command on an application, and what the model says of it.
func (w *world) onApplication(actor, code, text string, do func(catalog.Meta) error,
	expect func(at domain.Time) answer,
) *command {
	c := &command{text: text + " " + code, meta: w.meta(actor), do: do}
	c.expect = func() answer { return expect(c.meta.At) }
	c.rival = func(stream, _ string) *command {
		if stream == application.StreamPrefix+code {
			return w.someApplicationCommand(code)
		}
		return nil
	}
	return c
}

// carrying is a command that concerns the application alone.
func (w *world) carrying(actor, code string, cmd application.Command,
	expect func(at domain.Time) answer,
) *command {
	return w.onApplication(actor, code, fmt.Sprintf("%T", cmd), func(m catalog.Meta) error {
		return w.execute(m, office.Application(code, cmd))
	}, expect)
}

// owner is who acts for an applicant: mostly an officer, or the applicant.
func (w *world) owner(code string) string {
	a := w.m.apps[code]
	switch {
	case a == nil || !w.chance(3):
		return w.by(officer.Registrar)
	case w.chance(10) && len(w.codes) > 1:
		return catalog.ActorApplicant + w.m.apps[pick(w, w.codes...)].applicant
	}
	return catalog.ActorApplicant + a.applicant
}

// anyCode is the code of an application, now and then one that nobody has.
func (w *world) anyCode() string {
	if len(w.codes) == 0 || w.chance(30) {
		code, err := identity.NewCode(uint64(w.rng.Uint32()))
		w.ok(err)
		return string(code)
	}
	return pick(w, w.codes...)
}

func (w *world) approving(code string) *command {
	actor := w.by(officer.Reviewer)
	return w.carrying(actor, code, application.Approve{},
		func(at domain.Time) answer { return w.m.approve(actor, at, code) })
}

func (w *world) rejecting(code string) *command {
	actor := w.by(officer.Reviewer)
	var reasons []application.Reason
	if !w.chance(3) {
		reasons = pick(w, application.Reasons[:1], application.Reasons[1:3])
	}
	return w.carrying(actor, code, application.Reject{Reasons: reasons},
		func(at domain.Time) answer {
			return w.m.reject(actor, at, code, reasons)
		})
}

func (w *world) checking(code string, due rules.RequiredCheck, passed bool) *command {
	actor := w.by(officer.Reviewer)
	e := application.CheckRecorded{
		Department: due.Department, Item: due.Item,
		Outcome: application.Passed,
	}
	if !passed {
		e.Outcome, e.Reasons = application.Failed,
			pick(w, application.Reasons[2:3], application.Reasons[4:6])
	}
	if w.chance(30) {
		e.Reasons = nil // a failure without any is refused
	}
	cmd := application.RecordCheck{
		Department: e.Department, Item: e.Item, Outcome: e.Outcome,
		Reasons: e.Reasons,
	}
	return w.carrying(actor, code, cmd,
		func(domain.Time) answer { return w.m.check(actor, code, e) })
}

func (w *world) editing(code string) *command {
	actor := w.by(officer.Registrar)
	var s rules.Standing
	broken := ""
	if a := w.m.apps[code]; a != nil {
		s, broken = w.standing(a.standing.Applicant, len(a.standing.Members))
		s.Choices = a.standing.Choices
		for i := range s.Members {
			if broken == "" && !w.chance(20) {
				s.Members[i].Role = a.standing.Members[i].Role
			}
			if c, ok := a.credits[i+1]; ok && !w.chance(3) && broken == "" {
				s.Members[i].DrawsUntil2020, s.Members[i].DrawsSince2021 = c.DrawsUntil2020,
					c.DrawsSince2021
			}
		}
		if w.chance(6) {
			s, broken = a.standing, ""
		}
	}
	return w.carrying(actor, code, application.Edit{Standing: s},
		func(domain.Time) answer { return w.m.edit(actor, code, s, orderOf(s, broken)) })
}

// orderOf is the refusal of a family in which a spouse does not come second.
func orderOf(s rules.Standing, broken string) string {
	for i, f := range s.Members {
		if i != 1 && f.Role == rules.Spouse {
			return "invalid_standing"
		}
	}
	return broken
}

func (w *world) crediting(code string) *command {
	actor := w.by(officer.Reviewer)
	c := application.Credit{
		Member: w.between(1, 2), DrawsUntil2020: w.between(0, 9),
		DrawsSince2021: w.between(0, 3), Evidence: domain.Digest{1},
	}
	broken := ""
	switch w.rng.IntN(12) {
	case 0:
		c.Evidence = domain.Digest{}
	case 1:
		c.Member = 9
	case 2:
		c.DrawsUntil2020, broken = 79, "invalid_standing"
	}
	return w.carrying(actor, code, c,
		func(domain.Time) answer { return w.m.credit(actor, code, c, broken) })
}

func (w *world) askingRecheck(code string) *command {
	actor := w.owner(code)
	return w.carrying(actor, code, application.AskRecheck{},
		func(at domain.Time) answer { return w.m.askRecheck(actor, at, code) })
}

func (w *world) answeringRecheck(code string) *command {
	actor, says := w.by(officer.Reviewer), pick(w, application.Upheld, application.Granted)
	return w.carrying(actor, code, application.AnswerRecheck{Answer: says},
		func(at domain.Time) answer {
			return w.m.answerRecheck(actor, at, code, says)
		})
}

func (w *world) renewing(code string) *command {
	actor := w.owner(code)
	return w.carrying(actor, code, application.Renew{},
		func(at domain.Time) answer { return w.m.renew(actor, at, code) })
}

func (w *world) withdrawing(code string) *command {
	actor := w.owner(code)
	return w.onApplication(actor, code, "withdraws", func(m catalog.Meta) error {
		return w.office.EndApplication(ctx, authorOf(m), code, application.Withdraw{}, nil)
	},
		func(domain.Time) answer { return w.m.withdraw(actor, code) })
}

func (w *world) disqualifying(code string) *command {
	actor, why := w.by(officer.Reviewer),
		pick(w, application.FalseStatement, application.ApplicantDeceased)
	return w.onApplication(actor, code, "disqualifies", func(m catalog.Meta) error {
		return w.office.EndApplication(ctx, authorOf(m), code,
			application.Disqualify{Reason: why}, nil)
	},
		func(domain.Time) answer { return w.m.disqualify(actor, code, why) })
}

func (w *world) expiring(actor, code string) *command {
	return w.onApplication(actor, code, "expires", func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.office.EndApplication(ctx, authorOf(m), code, application.Expire{}, l)
	}, func(at domain.Time) answer { return w.m.expire(actor, at, code) })
}

// someApplicationCommand is any command on an application.
func (w *world) someApplicationCommand(code string) *command {
	a := w.m.apps[code]
	due := rules.RequiredCheck{Department: "police", Item: "licence"}
	if a != nil {
		if need := w.m.required(a); len(need) > 0 && !w.chance(8) {
			due = pick(w, need...)
		}
		if a.phase == application.PhaseRejected && w.chance(2) {
			return pick(w, w.askingRecheck, w.answeringRecheck, w.editing)(code)
		}
	}
	switch w.rng.IntN(16) {
	case 0, 1:
		return w.checking(code, due, !w.chance(4))
	case 2, 3:
		return w.approving(code)
	case 4:
		return w.rejecting(code)
	case 5, 6:
		return w.editing(code)
	case 7:
		return w.crediting(code)
	case 8:
		return w.askingRecheck(code)
	case 9:
		return w.answeringRecheck(code)
	case 10, 11:
		return w.renewing(code)
	case 12:
		return w.disqualifying(code)
	case 13:
		return w.expiring(w.by(officer.Registrar), code)
	default:
		return w.withdrawing(code)
	}
}
