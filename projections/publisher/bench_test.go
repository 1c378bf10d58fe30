package publisher_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/applicant"
	"lotteryledger/domain/application"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/office"
)

// BenchmarkNewProcess publishes one event in a new process, and carries out what a step of a
// round does there: publish, work out the rosters, store an event, publish. Both with the state
// file and without.
func BenchmarkNewProcess(b *testing.B) {
	for _, applications := range []int{10_000, 50_000} {
		l := newLedger(b)
		state := filepath.Join(b.TempDir(), "state")
		l.State = state
		l.apply(applications)
		_, err := l.Sync(b.Context())
		require.NoError(b, err)
		info, err := os.Stat(state)
		require.NoError(b, err)
		for _, with := range []string{state, ""} {
			name := fmt.Sprintf("leaves=%d/state=%t", l.stored()/10_000*10_000, with != "")
			begin := func() {
				l.State = with
				l.restart()
				_, err := l.Sync(b.Context())
				require.NoError(b, err)
			}
			b.Run("publish/"+name, func(b *testing.B) {
				for b.Loop() {
					l.hire(1)
					begin()
				}
				b.ReportMetric(float64(info.Size())/float64(l.stored()), "B/leaf")
			})
			b.Run("step/"+name, func(b *testing.B) {
				for b.Loop() {
					l.hire(1)
					begin()
					_, _, err := l.Ledger().Rosters("r1", l.Ledger().Size())
					require.NoError(b, err)
					l.hire(1)
					_, err = l.Sync(b.Context())
					require.NoError(b, err)
				}
			})
		}
	}
}

// apply stores so many approved applications of individuals in a round that has closed.
func (l *ledger) apply(applications int) {
	l.execute(office.Round("r1", round.Open{Rules: "beijing-2021", Opens: opens, Closes: closes}))
	standing := rules.Standing{
		Applicant: domain.Individual,
		Members:   []rules.Member{{Role: rules.Main, RegisteredOn: opens}},
	}
	until := rules.Beijing2021().ValidUntil(domain.Individual, decide)
	for i := range uint64(applications) {
		tag := domain.Digest(sha256.Sum256(binary.BigEndian.AppendUint64(nil, i)))
		who := hex.EncodeToString(tag[:16])
		code, err := identity.NewCode(i * 7919 % 1_000_000_000_000)
		require.NoError(l.t, err)
		stream := application.StreamPrefix + string(code)
		claimed := person.Claimed{Kind: domain.Ordinary, Application: string(code)}
		l.event("identity-"+tag.String(), claimed)
		l.event("applicant-"+who, applicant.Registered{Kind: domain.Individual})
		l.event(stream, application.Submitted{
			Applicant: who, Indicator: domain.Ordinary, Round: "r1", SubmittedAt: opens,
			Persons: []domain.Digest{tag}, Standing: standing,
		}, application.Approved{ValidUntil: until})
	}
	l.execute(office.Round("r1", round.Close{}))
}
