// Package catalogtest makes large ledgers for benchmarks. Every event is as the rules want it, so
// that the ledger can be published and proven.
package catalogtest

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"iter"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
)

// PerApplication is the number of leaves of an application: its person is claimed, its applicant
// registered, and then it is submitted and approved.
const PerApplication = 4

// Ledger says what a ledger is like.
type Ledger struct {
	Applications int
	Key          officer.PublicKey // of the one officer, chief; "" for none

	// Commitment returns that to the personal record of an applicant; nil for no records.
	Commitment func(applicant string) domain.Digest
}

// The times of a ledger. Every event has the time At.
const (
	Opens  domain.Time = 1_780_000_000
	Closes domain.Time = 1_785_000_000
	At     domain.Time = 1_790_000_000
)

// Applicant returns the id of the n-th applicant, counted from 0.
func Applicant(n int) string {
	tag := tagOf(n)
	return hex.EncodeToString(tag[:16])
}

func tagOf(n int) domain.Digest {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
}

// Leaves yields the leaves of a ledger, none of them signed: an officer with every role, rules
// that do not take two officers, the open round r1, and applications of individuals.
func (l Ledger) Leaves() iter.Seq2[catalog.Leaf, error] {
	return func(yield func(catalog.Leaf, error) bool) {
		w := &writer{yield: yield}
		w.add("officer-chief", 0, officer.Appointed{Roles: officer.Roles, Key: l.Key})
		version := rules.Beijing2021()
		version.TwoOfficers = false
		adopted := w.add("rules-beijing-2021", 0, rules.Adopted{Version: version})
		w.add("round-r1", 0, round.Opened{
			Rules: "beijing-2021", RulesSHA256: sha256.Sum256(adopted),
			Opens: Opens, Closes: Closes,
		})
		for n := 0; n < l.Applications && !w.ended; n++ {
			l.apply(w, n)
		}
	}
}

func (l Ledger) apply(w *writer, n int) {
	tag, who := tagOf(n), Applicant(n)
	code, err := identity.NewCode(uint64(n) * 7919 % 1_000_000_000_000)
	if err != nil {
		w.fail(err)
		return
	}
	registered := applicant.Registered{Kind: domain.Individual}
	if l.Commitment != nil {
		registered.Commitment = l.Commitment(who)
	}
	stream := application.StreamPrefix + string(code)
	w.add(person.StreamPrefix+tag.String(), 0,
		person.Claimed{Kind: domain.Ordinary, Application: string(code)})
	w.add(applicant.StreamPrefix+who, 0, registered)
	w.add(stream, 0, application.Submitted{
		Applicant: who, Indicator: domain.Ordinary, Round: "r1", SubmittedAt: Opens,
		Persons: []domain.Digest{tag},
		Standing: rules.Standing{
			Applicant: domain.Individual,
			Members: []rules.Member{{
				Role: rules.Main, DrawsUntil2020: 12,
				DrawsSince2021: n % 20, RegisteredOn: 1_500_000_000,
			}},
		},
	})
	w.add(stream, 1, application.Approved{})
}

// writer hands leaves on until nobody wants more.
type writer struct {
	yield func(catalog.Leaf, error) bool
	n     uint64 // commands so far
	ended bool
}

// add hands on the next leaf, of a command of its own, and returns the bytes of its event.
func (w *writer) add(stream string, revision uint64, e catalog.Event) []byte {
	if w.ended {
		return nil
	}
	w.n++
	var command uuid.UUID
	binary.BigEndian.PutUint64(command[:], w.n)
	meta, err := catalog.Meta{Command: command, Actor: "officer:chief", At: At}.Bytes()
	if err != nil {
		w.fail(err)
		return nil
	}
	data, err := catalog.Encode(e)
	if err != nil {
		w.fail(err)
		return nil
	}
	w.ended = !w.yield(catalog.Leaf{
		Stream: stream, Revision: revision, ID: catalog.EventID(command, stream, 0),
		Type: e.EventType(), Meta: meta, Data: data,
	}, nil)
	return data
}

// fail ends the ledger.
func (w *writer) fail(err error) {
	if !w.ended {
		w.ended = true
		w.yield(catalog.Leaf{}, err)
	}
}
