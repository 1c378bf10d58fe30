package office_test

import (
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/quota"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// bureau is an office with a founder, a registrar, and a store that can fail.
type bureau struct {
	*office.Office
	store *memory
	now   *atomic.Int64 // of the office's clock
}

func emptyBureau() bureau {
	b := bureau{store: &memory{}, now: &atomic.Int64{}}
	b.now.Store(int64(opens))
	b.Office = &office.Office{
		Store: b.store, Key: key,
		Now: func() domain.Time { return domain.Time(b.now.Load()) },
	}
	return b
}

func newBureau(t testing.TB) bureau {
	t.Helper()
	b := emptyBureau()
	require.NoError(t, b.do(by("wei", "found"),
		office.Officer("wei", officer.Appoint{Roles: officer.Roles})))
	registrar := officer.Appoint{Roles: []officer.Role{officer.Registrar}}
	require.NoError(t, b.do(by("wei", "li"), office.Officer("li", registrar)))
	return b
}

// openBureau is a bureau that takes applications for the round 2026-1.
func openBureau(t testing.TB) bureau {
	t.Helper()
	b := newBureau(t)
	require.NoError(t, b.do(by("wei", "rules"), office.Rules(beijing())))
	open := round.Open{Rules: beijing().Name, Opens: opens, Closes: closes}
	require.NoError(t, b.do(by("wei", "open"), office.Round("2026-1", open)))
	return b
}

// order is a command of somebody at a time.
type order struct {
	office.Author
	At domain.Time
}

// by is a command of an officer; equal names are the same command.
func by(who, command string) order {
	id := uuid.NewSHA1(uuid.Nil, []byte(command))
	return order{office.Author{Command: id, Actor: catalog.ActorOfficer + who}, opens}
}

// author sets the office's clock to the time of the order.
func (b bureau) author(o order) office.Author {
	b.now.Store(int64(o.At))
	return o.Author
}

func (b bureau) do(o order, r office.Request) error {
	_, err := b.Execute(ctx, b.author(o), r)
	return err
}

func (b bureau) submit(o order, s office.Submission) (office.Receipt, error) {
	return b.Submit(ctx, b.author(o), s)
}

func (b bureau) award(o order, id, selected string) error {
	return b.Award(ctx, b.author(o), id, result{code: selected})
}

// result is a published ledger in which one rank is known.
type result struct {
	*audit.State
	code    string
	drawing string
	reserve indicator.Reserve
}

func (r result) Selected(string) string                   { return r.code }
func (r result) Drawing(string) string                    { return r.drawing }
func (r result) Reserve(string, string) indicator.Reserve { return r.reserve }

func (b bureau) endApplication(o order, code string, cmd application.Command) error {
	return b.EndApplication(ctx, b.author(o), code, cmd, nil)
}

// expire ends an application that this round may still select, or none.
func (b bureau) expire(o order, code, drawing string) error {
	l := result{drawing: drawing}
	return b.EndApplication(ctx, b.author(o), code, application.Expire{}, l)
}

func (b bureau) endIndicator(o order, id string, cmd indicator.Command) error {
	return b.EndIndicator(ctx, b.author(o), id, cmd)
}

// carryOver is a command in a ledger whose rounds have taken nothing.
func (b bureau) carryOver(o order, cmd quota.CarryOver) error {
	return b.CarryOver(ctx, b.author(o), &audit.NewLedger(nil).State, cmd)
}
