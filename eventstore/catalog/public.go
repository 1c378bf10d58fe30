package catalog

import (
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/proposal"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// Public is the table of all event types that become leaves of the public ledger. Types are
// added to it and never removed.
//
// A proposal's events need the role that the proposed event needs.
var Public = NewTable(
	Streams(rules.StreamPrefix,
		Row[rules.Adopted](By(officer.Administrator), twoKeys),
	),
	Streams(officer.StreamPrefix,
		Row[officer.Appointed](By(officer.Administrator), twoKeys),
		Row[officer.RolesChanged](By(officer.Administrator), twoKeys),
		Row[officer.KeyChanged](By(officer.Administrator), twoKeys),
		Row[officer.Dismissed](By(officer.Administrator), twoKeys),
	),
	Streams(proposal.StreamPrefix,
		Row[proposal.Made](),
		Row[proposal.Approved](),
		Row[proposal.Withdrawn](),
		Row[proposal.Rejected](),
	),
	Streams(applicant.StreamPrefix,
		Row[applicant.Registered](By(officer.Registrar)),
		Row[applicant.ContactChanged](By(officer.Registrar)),
		Row[applicant.Erased](By(officer.Custodian)),
	),
	Streams(person.StreamPrefix,
		Row[person.Claimed](By(officer.Registrar)),
		Row[person.Released](By(officer.Registrar), orReviewer, orApplicant, orClock),
		Row[person.Barred](By(officer.Reviewer), orClock),
	),
	Streams(application.StreamPrefix,
		Row[application.Submitted](By(officer.Registrar)),
		Row[application.Edited](By(officer.Registrar)),
		Row[application.Approved](By(officer.Reviewer)),
		Row[application.Rejected](By(officer.Reviewer)),
		Row[application.Withdrawn](By(officer.Registrar), orApplicant),
		Row[application.Awarded](By(officer.Conductor), orClock),
		Row[application.CheckRecorded](By(officer.Reviewer)),
		Row[application.RecheckAsked](By(officer.Registrar), orApplicant),
		Row[application.RecheckAnswered](By(officer.Reviewer)),
		Row[application.Renewed](By(officer.Registrar), orApplicant),
		Row[application.Expired](By(officer.Registrar), orClock),
		Row[application.Disqualified](By(officer.Reviewer)),
		Row[application.Credited](By(officer.Reviewer)),
	),
	Streams(round.StreamPrefix,
		Row[round.Opened](By(officer.Conductor)),
		Row[round.Closed](By(officer.Conductor), orClock),
		Row[round.Sealed](By(officer.Conductor), twoOfficers, ledgerSize),
		Row[round.Announced](By(officer.Conductor), twoOfficers),
		Row[round.BeaconRecorded](By(officer.Conductor)),
		Row[round.Drawn](By(officer.Conductor), twoOfficers),
		Row[round.Ranked](By(officer.Conductor)),
		Row[round.Published](By(officer.Conductor), twoOfficers),
		Row[round.Voided](By(officer.Conductor), twoOfficers),
		Row[round.AnnouncementSuperseded](By(officer.Conductor), twoOfficers),
		Row[round.Anchored](By(officer.Conductor)),
		Row[round.CeremonyRecorded](By(officer.Conductor)),
		Row[round.Settled](By(officer.Conductor), orClock),
	),
	Streams(indicator.StreamPrefix,
		Row[indicator.Awarded](By(officer.Conductor), orClock),
		Row[indicator.Confirmed](By(officer.Reviewer)),
		Row[indicator.Revoked](By(officer.Reviewer), orClock),
		Row[indicator.Used](By(officer.Reviewer)),
		Row[indicator.Forfeited](By(officer.Reviewer), orClock),
		Row[indicator.Promoted](By(officer.Conductor), orClock),
	),
	Streams(quota.StreamPrefix,
		Row[quota.SeatsSet](By(officer.Administrator)),
		Row[quota.Adjusted](By(officer.Administrator)),
		Row[quota.CarriedOver](By(officer.Administrator)),
	),
	Streams(notice.StreamPrefix,
		Row[notice.Published](By(officer.Administrator)),
		Row[notice.Replaced](By(officer.Administrator)),
		Row[notice.Withdrawn](By(officer.Administrator)),
	),
)

// PublicStreams begin the names of all streams whose events become leaves.
var PublicStreams = Public.Streams()

// Aggregate is the rule of one kind of stream: what a command leads to, and what a
// stored event changes.
type Aggregate[S any, E Event, C any] struct {
	Decide func(S, C) ([]E, error)
	Evolve func(S, E) S
}

// The aggregates, one for each of [PublicStreams].
var (
	Rules    = Aggregate[rules.State, rules.Event, rules.Command]{rules.Decide, rules.Evolve}
	Officers = Aggregate[officer.State, officer.Event, officer.Command]{
		officer.Decide,
		officer.Evolve,
	}
	Proposals = Aggregate[proposal.State, proposal.Event, proposal.Command]{
		proposal.Decide,
		proposal.Evolve,
	}
	Applicants = Aggregate[applicant.State, applicant.Event, applicant.Command]{
		applicant.Decide,
		applicant.Evolve,
	}
	Persons = Aggregate[person.State, person.Event, person.Command]{
		person.Decide,
		person.Evolve,
	}
	Applications = Aggregate[application.State, application.Event,
		application.Command]{application.Decide, application.Evolve}
	Rounds     = Aggregate[round.State, round.Event, round.Command]{round.Decide, round.Evolve}
	Indicators = Aggregate[indicator.State, indicator.Event, indicator.Command]{
		indicator.Decide,
		indicator.Evolve,
	}
	Quotas  = Aggregate[quota.State, quota.Event, quota.Command]{quota.Decide, quota.Evolve}
	Notices = Aggregate[notice.State, notice.Event, notice.Command]{
		notice.Decide,
		notice.Evolve,
	}
)
