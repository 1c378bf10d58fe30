package office

import (
	"context"
	"strconv"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
)

// Rules asks to put a version of the rules into force.
func Rules(v rules.Version) Request {
	return request[rules.State, rules.Event, rules.Command]{
		aggregate: eventstore.Of(catalog.Rules), stream: rules.StreamPrefix + v.Name,
		command: rules.Adopt{Version: v}, invalid: v.Check(),
	}
}

// Officer is a command on an officer. In a ledger without officers the first one appoints
// themselves, as an administrator.
func Officer(id string, cmd officer.Command) Request {
	return request[officer.State, officer.Event, officer.Command]{
		aggregate: eventstore.Of(catalog.Officers), stream: officer.StreamPrefix + id,
		command: cmd, invalid: unless(domain.ValidID(id), "officer %q", id),
		complete: func(k *known, _ officer.State, cmd officer.Command) (officer.Command, error) {
			return officer.Complete(cmd, k)
		},
	}
}

// Proposal is a command on a proposal: to withdraw it or to reject it. To make one, give the
// command that takes two officers; to approve it see [Office.Approve].
func Proposal(id string, cmd proposal.Command) Request {
	return proposalRequest{
		aggregate: eventstore.Of(catalog.Proposals), stream: proposal.StreamPrefix + id,
		command: cmd, invalid: unless(proposal.ValidID(id), "proposal %q", id),
		complete: completeProposal,
	}
}

func completeProposal(
	k *known, s proposal.State, cmd proposal.Command,
) (proposal.Command, error) {
	return proposal.Complete(s, cmd, k)
}

type applicationRequest = request[application.State, application.Event, application.Command]

// Application is a command on an application. Persons are not given free when it ends: see
// [Office.EndApplication]. For a submission see [Office.Submit].
func Application(code string, cmd application.Command) Request {
	_, err := identity.ParseCode(code)
	return applicationRequest{
		aggregate: eventstore.Of(catalog.Applications), stream: application.StreamPrefix + code,
		command: cmd, invalid: unless(err == nil, "application code: %v", err),
		complete: completeApplication,
	}
}

func completeApplication(
	k *known, s application.State, cmd application.Command,
) (application.Command, error) {
	return application.Complete(s, cmd, k)
}

// Round is a command on a round. The rosters of a seal, the signature of a beacon and the results
// of a draw stand in the command: see [Office.Seal], [Office.RecordBeacon] and [Office.Draw].
func Round(id string, cmd round.Command) Request {
	return request[round.State, round.Event, round.Command]{
		aggregate: eventstore.Of(catalog.Rounds), stream: round.StreamPrefix + id,
		command: cmd, invalid: unless(domain.ValidID(id), "round %q", id),
		complete: func(k *known, _ round.State, cmd round.Command) (round.Command, error) {
			cmd, err := round.Complete(id, cmd, k)
			if err == nil {
				err = k.requireOrder()
			}
			return cmd, err
		},
	}
}

// Indicator is a command on an indicator. People are not given free when it ends: see
// [Office.EndIndicator].
func Indicator(id string, cmd indicator.Command) Request {
	_, _, _, err := indicator.ParseID(id)
	complete := func(k *known, _ indicator.State, c indicator.Command) (indicator.Command, error) {
		return indicator.Complete(id, c, k)
	}
	return request[indicator.State, indicator.Event, indicator.Command]{
		aggregate: eventstore.Of(catalog.Indicators), stream: indicator.StreamPrefix + id,
		command: cmd, invalid: err, complete: complete,
	}
}

// Quota is a command on a year's quota.
func Quota(year int, cmd quota.Command) Request {
	_, err := quota.ParseYear(strconv.Itoa(year))
	return request[quota.State, quota.Event, quota.Command]{
		aggregate: eventstore.Of(catalog.Quotas), stream: quota.StreamPrefix + strconv.Itoa(year),
		command: cmd, invalid: err,
		complete: func(k *known, _ quota.State, cmd quota.Command) (quota.Command, error) {
			return quota.Complete(year, cmd, k)
		},
	}
}

// Notice is a command on a notice. It keeps no texts: see [Office.PublishNotice].
func Notice(id string, cmd notice.Command) Request {
	return request[notice.State, notice.Event, notice.Command]{
		aggregate: eventstore.Of(catalog.Notices), stream: notice.StreamPrefix + id,
		command: cmd, invalid: unless(domain.ValidID(id), "notice %q", id),
	}
}

type applicantRequest = request[applicant.State, applicant.Event, applicant.Command]

func applicantOf(id string, cmd applicant.Command) applicantRequest {
	return applicantRequest{
		aggregate: eventstore.Of(catalog.Applicants), stream: applicant.StreamPrefix + id,
		command: cmd,
	}
}

type personRequest = request[person.State, person.Event, person.Command]

// personOf is a command on a person, as a part of the author's command.
func personOf(tag domain.Digest, part string, cmd person.Command) personRequest {
	return personRequest{
		aggregate: eventstore.Of(catalog.Persons), stream: person.StreamPrefix + tag.String(),
		command: cmd, part: part,
		complete: func(k *known, _ person.State, cmd person.Command) (person.Command, error) {
			return person.Complete(cmd, k)
		},
	}
}

// reads is a command on an officer's reads of personal data.
func reads(id string, cmd access.ReadRecords) Request {
	return request[access.State, access.Event, access.Command]{
		aggregate: eventstore.Of(eventstore.Accesses), stream: access.StreamPrefix + id,
		command: cmd,
	}
}

// LoadRound folds a round.
func (o *Office) LoadRound(ctx context.Context, id string) (round.State, error) {
	return loadRecent(ctx, o, &o.rounds, eventstore.Of(catalog.Rounds), round.StreamPrefix+id)
}

// LoadOfficer folds an officer.
func (o *Office) LoadOfficer(ctx context.Context, id string) (officer.State, error) {
	return loadRecent(ctx, o, &o.officers, eventstore.Of(catalog.Officers), officer.StreamPrefix+id)
}

// LoadApplication folds an application.
func (o *Office) LoadApplication(ctx context.Context, code string) (application.State, error) {
	return load(ctx, o, eventstore.Of(catalog.Applications), application.StreamPrefix+code)
}

// LoadApplicant folds an applicant.
func (o *Office) LoadApplicant(ctx context.Context, id string) (applicant.State, error) {
	return load(ctx, o, eventstore.Of(catalog.Applicants), applicant.StreamPrefix+id)
}

// LoadIndicator folds an indicator.
func (o *Office) LoadIndicator(ctx context.Context, id string) (indicator.State, error) {
	return load(ctx, o, eventstore.Of(catalog.Indicators), indicator.StreamPrefix+id)
}

// LoadQuota folds a year's quota.
func (o *Office) LoadQuota(ctx context.Context, year int) (quota.State, error) {
	return load(ctx, o, eventstore.Of(catalog.Quotas), quota.StreamPrefix+strconv.Itoa(year))
}

func (o *Office) loadPerson(ctx context.Context, tag domain.Digest) (person.State, error) {
	return load(ctx, o, eventstore.Of(catalog.Persons), person.StreamPrefix+tag.String())
}

func load[S any, E catalog.Event, C any](
	ctx context.Context, o *Office, a eventstore.Aggregate[S, E, C], stream string,
) (S, error) {
	l, err := a.Load(ctx, o.Store, stream, catalog.Meta{})
	return l.State, err
}
