package clock_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/cmd/internal/clock"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/identity"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/embedded"
	"lotteryledger/eventstore/office"
	"lotteryledger/projections/publisher"
)

const (
	opens  domain.Time = 1_767_225_600
	closes             = opens + 30*24*3600
)

// lottery is an office with a round, whose chief officer does everything.
type lottery struct {
	*testing.T
	*office.Office
	now   domain.Time
	store eventstore.Store
}

func (l *lottery) chief() office.Author {
	return office.Author{Command: uuid.New(), Actor: catalog.ActorOfficer + "chief"}
}

func (l *lottery) do(r office.Request) {
	l.Helper()
	_, err := l.Execute(l.Context(), l.chief(), r)
	require.NoError(l, err)
}

// ledger is what is stored now, as any citizen would replay it.
func (l *lottery) ledger() *audit.Ledger {
	l.Helper()
	folded, err := publisher.NewFold().CatchUp(l.Context(), l.store)
	require.NoError(l, err, "the replay refuses what is stored")
	return folded
}

// published has drawn a round of four applications: two on seats, two in reserve.
func published(t *testing.T) (l *lottery, selected []string) {
	store, err := embedded.OpenStore(embedded.Options{Dir: "store", FS: vfs.NewMem()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	l = &lottery{T: t, now: opens, store: store}
	l.Office = &office.Office{
		Store: store, Key: make([]byte, office.KeySize),
		Now: func() domain.Time { return l.now },
	}
	l.do(office.Officer("chief", officer.Appoint{Roles: officer.Roles}))
	v := rules.Beijing2021()
	v.NoticeSeconds, v.PromoteFor, v.TwoOfficers = 60, rules.Vacancies, false
	l.do(office.Rules(v))
	l.do(office.Round("r1", round.Open{Rules: v.Name, Opens: opens, Closes: closes}))
	for i := range 4 {
		l.apply(i)
	}
	l.now = closes
	l.do(office.Round("r1", round.Close{}))
	_, seal, err := l.ledger().Rosters("r1", l.ledger().Size())
	require.NoError(t, err)
	l.do(office.Round("r1", seal))
	l.draw(seal)
	_, all := l.ledger().Round("r1")
	return l, all["ordinary"]
}

func (l *lottery) apply(n int) {
	s := office.Submission{
		Round: "r1", Indicator: domain.Ordinary, SubmittedAt: opens,
		Standing: rules.Standing{
			Applicant: domain.Individual,
			Members:   []rules.Member{{Role: rules.Main, RegisteredOn: opens}},
		},
	}
	for _, check := range "0123456789X" {
		if p, err := identity.Parse(fmt.Sprintf("11010119900307%03d%c", n, check)); err == nil {
			s.Persons = []identity.Number{p}
		}
	}
	r, err := l.Submit(l.Context(), l.chief(), s)
	require.NoError(l, err)
	l.do(office.Application(r.Code, application.Approve{}))
}

func (l *lottery) draw(seal round.Seal) {
	var pools []round.Seats
	for _, r := range seal.Rosters {
		p := round.Seats{Pool: r.Pool}
		if r.Count > 0 {
			p.Seats, p.Reserve = 2, 2
		}
		pools = append(pools, p)
	}
	l.do(office.Round("r1", round.Announce{
		DrawTime: l.now + 3600, Chain: draw.Demonstration.Hash(), Pools: pools,
	}).On(l.ledger()))
	l.now += 3600
	r, err := l.LoadRound(l.Context(), "r1")
	require.NoError(l, err)
	signature, err := beacon.DemonstrationSignature(r.Announced.BeaconRound)
	require.NoError(l, err)
	l.do(office.Round("r1", round.RecordBeacon{Signature: hex.EncodeToString(signature)}))
	_, err = l.Draw(l.Context(), l.chief(), "r1", &l.ledger().State)
	require.NoError(l, err)
	l.do(office.Round("r1", round.Publish{}))
}

var errStopped = errors.New("the clock was stopped")

// clock is one whose ledger is this old one when it looks for what is to be promoted. If it is
// stopped then, it does nothing more.
func (l *lottery) clock(seen *audit.Ledger, stopped bool) *clock.Clock {
	looks, promotes := 0, slices.Index(clock.Kinds(), "promote")+1
	catchUp := func(context.Context) (*audit.Ledger, error) {
		looks++
		switch {
		case looks == promotes:
			return seen, nil
		case looks > promotes && stopped:
			return nil, errStopped
		}
		return l.ledger(), nil
	}
	stored := func() int64 { return l.ledger().Size() }
	return clock.New(l.Office, catchUp, stored, func(string, string, string) {})
}

// TestTwoClocks: two clocks saw different seats fall vacant. The second one does not take the
// promotion of the first one for its own.
func TestTwoClocks(t *testing.T) {
	l, selected := published(t)
	require.Len(t, selected, 2)
	withdraw := func(code string) {
		err := l.EndApplication(t.Context(), l.chief(), code, application.Withdraw{}, l.ledger())
		require.NoError(t, err)
	}
	withdraw(selected[1])
	before := l.ledger()
	withdraw(selected[0])
	after := l.ledger()
	require.Len(t, before.ToPromote(l.now), 1)
	require.Len(t, after.ToPromote(l.now), 2)

	require.ErrorIs(t, l.clock(before, true).Pass(t.Context()), errStopped)
	require.NoError(t, l.clock(after, false).Pass(t.Context()))
	require.Empty(t, l.ledger().ToPromote(l.now))
}
