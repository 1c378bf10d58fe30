// Package office carries out the commands that concern more than one stream, or
// that need the office's secret: the key under which identities are tagged.
//
// A command may be repeated at any time, after a lost reply or a crash, and leads
// to nothing new: ids of applicants, application codes and events all follow from
// the command and the key.
package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/google/uuid"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/vault"
)

// KeySize is the number of bytes of the office's key.
const KeySize = 32

// Office issues commands against a store. See [Office.Execute].
type Office struct {
	Store   eventstore.Store
	Key     []byte              // secret, KeySize bytes, kept outside of every store
	Now     func() domain.Time  // dates every event
	Signers *eventstore.Signers // keys of officers that are at hand; nil for none
	Vault   *vault.Vault        // personal records; nil keeps and shows none
	Texts   Texts               // of notices; "" keeps none

	// Remote says that the store is another process. What authors may do, and whether rounds are
	// open, is then read once in a second. Otherwise it is read for each command.
	Remote bool

	officers recent[officer.State]
	rounds   recent[round.State]
	versions sync.Map    // rules by the id of a round that was opened under them
	anybody  atomic.Bool // the ledger has an event
}

// derive is HMAC-SHA-256 under the office's key over length-prefixed parts.
func (o *Office) derive(parts ...[]byte) [32]byte {
	h := hmac.New(sha256.New, o.Key)
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// Tag is the pseudonym of a person in the ledger.
func (o *Office) Tag(n identity.Number) domain.Digest {
	return o.derive([]byte("identity"), []byte(n.Reveal()))
}

// OrganisationTag is the pseudonym of an organisation in the ledger. No organisation
// has the tag of a person.
func (o *Office) OrganisationTag(c identity.OrganisationCode) domain.Digest {
	return o.derive([]byte("organisation"), []byte(c.Reveal()))
}

// CommandID is the id of a command that is known by its content: the same content
// gives the same id, and nobody without the key can go back.
func (o *Office) CommandID(purpose string, content []byte) uuid.UUID {
	d := o.derive([]byte("command"), []byte(purpose), content)
	id := uuid.UUID(d[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8, RFC 9562
	return id
}

// tags are the pseudonyms of several persons.
func (o *Office) tags(persons []identity.Number) []domain.Digest {
	tags := make([]domain.Digest, len(persons))
	for i, n := range persons {
		tags[i] = o.Tag(n)
	}
	return tags
}

// applicant returns the id of the person, family or organisation behind an application.
// generation counts how often they were erased before.
func (o *Office) applicant(
	kind domain.ApplicantKind, persons []domain.Digest, generation int,
) string {
	sorted := slices.Clone(persons)
	slices.SortFunc(sorted, func(a, b domain.Digest) int { return slices.Compare(a[:], b[:]) })
	parts := [][]byte{[]byte("applicant"), []byte(kind)}
	for _, p := range sorted {
		parts = append(parts, p[:])
	}
	if generation > 0 {
		parts = append(parts, []byte{byte(generation)})
	}
	d := o.derive(parts...)
	return hex.EncodeToString(d[:16])
}

// code is the application code for a command; attempt counts codes that were taken.
func (o *Office) code(command uuid.UUID, attempt int) (string, error) {
	d := o.derive([]byte("code"), command[:], []byte{byte(attempt)})
	c, err := identity.NewCode(binary.BigEndian.Uint64(d[:8]) % 1_000_000_000_000)
	return string(c), err
}

// founded reports whether the ledger has an event.
func (o *Office) founded(ctx context.Context) (bool, error) {
	if o.anybody.Load() {
		return true, nil
	}
	for _, err := range o.Store.ReadAll(ctx, eventstore.Start, catalog.PublicStreams...) {
		if err != nil {
			return false, fmt.Errorf("looking for the founder of the ledger: %w", err)
		}
		o.anybody.Store(true)
		return true, nil
	}
	return false, nil
}

// RulesOf returns the version of the rules that a round is held under.
func (o *Office) RulesOf(ctx context.Context, id string) (rules.Version, error) {
	if v, ok := o.versions.Load(id); ok { // the rules of a round never change
		return v.(rules.Version), nil
	}
	r, err := o.LoadRound(ctx, id)
	if err != nil {
		return rules.Version{}, err
	}
	if r.Phase == "" {
		return rules.Version{}, fault.New(fault.UnknownRound, "no round %q was opened", id)
	}
	s, err := load(ctx, o, eventstore.Of(catalog.Rules), rules.StreamPrefix+r.Opened.Rules)
	if err == nil {
		o.versions.Store(id, s.Version)
	}
	return s.Version, err
}
