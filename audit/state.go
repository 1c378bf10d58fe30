package audit

import (
	"iter"
	"maps"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/notice"
	"lotteryledger/domain/person"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// State is what the leaves say, up to the last one: every stream folded by the rules of its
// aggregate, and what follows from several streams together. [Ledger.Apply] alone changes it.
// What is due by itself is asked in agenda.go. What the next step of a round holds is asked in
// the files that begin with conduct. A State is not safe for concurrent use.
type State struct {
	size         int64
	latest       domain.Time // of all leaves
	versions     versions
	officers     officers
	proposals    proposals
	applicants   *applicants
	persons      *persons
	applications *applications
	expired      map[string]bool // applications that hold people still
	rounds       rounds
	indicators   indicators
	quotas       quotas
	notices      notices
	moves        *found `snapshot:"-"` // see findMoves
}

func newState() State {
	all := &applicants{newTable[applicantID, packedApplicant]()}
	people := &persons{
		newTable[domain.Digest, packedPerson](),
		map[uint32]stream[person.State]{},
		map[uint32]domain.Time{},
	}
	return State{
		versions:     versions{},
		officers:     officers{},
		proposals:    proposals{},
		applicants:   all,
		persons:      people,
		applications: newApplications(all, people),
		expired:      map[string]bool{},
		rounds:       rounds{},
		indicators:   indicators{},
		quotas:       quotas{},
		notices: notices{
			texts:   map[notice.Text]bool{},
			streams: map[string]stream[notice.State]{},
		},
	}
}

// stream is a folded stream.
type stream[S any] struct {
	next  uint64 // revision of the next event
	state S
}

// find returns the record under a key, or a new one that is not kept yet.
func find[K comparable, V any](records map[K]*V, key K) *V {
	if v := records[key]; v != nil {
		return v
	}
	return new(V)
}

// ascending yields the records by ascending keys.
func ascending[V any](records map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(records)) {
			if !yield(key, records[key]) {
				return
			}
		}
	}
}

// Size returns the number of leaves applied.
func (s *State) Size() int64 { return s.size }

// Rounds lists the rounds by id.
func (s *State) Rounds() []string { return slices.Sorted(maps.Keys(s.rounds)) }

// Round returns the state of a round, and the codes on the seats of its pools once it is
// published.
func (s *State) Round(id string) (state round.State, selected map[string][]string) {
	if r := s.rounds[id]; r != nil {
		return r.state, r.selectedCodes()
	}
	return round.State{}, nil
}

// Version returns the version of the rules that a round is held under, the zero one if there is
// no such round.
func (s *State) Version(id string) rules.Version {
	r := s.rounds[id]
	if r == nil || r.state.Phase == "" {
		return rules.Version{}
	}
	return s.versions[r.state.Opened.Rules].state.Version
}

// Quota returns what a year says of its pools.
func (s *State) Quota(year int) quota.State {
	if q := s.quotas[year]; q != nil {
		return q.state
	}
	return quota.State{}
}

// Notices lists the ids of all notices, ascending.
func (s *State) Notices() []string { return slices.Sorted(maps.Keys(s.notices.streams)) }

// Notice returns the state of a notice.
func (s *State) Notice(id string) notice.State { return s.notices.streams[id].state }

// TextsInForce lists the texts that a public folder has to have, ascending by digest.
func (s *State) TextsInForce() []notice.Text { return s.notices.inForce() }
