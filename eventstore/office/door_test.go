package office_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// contested is a store on which somebody else comes first, as often as they like.
type contested struct {
	*memory
	first func(append int) // called before each append
	n     int
}

func (c *contested) Append(
	ctx context.Context, stream string, last eventstore.Expected, events ...eventstore.Proposed,
) (eventstore.Position, error) {
	c.n++
	c.first(c.n)
	return c.memory.Append(ctx, stream, last, events...)
}

// contest lets another office come first n times. It carries out these commands on zhao.
func contest(t *testing.T, b bureau, n int, cmds ...officer.Command) *contested {
	t.Helper()
	other := emptyBureau()
	other.Store = b.store
	c := &contested{memory: b.store}
	c.first = func(i int) {
		for j, cmd := range cmds {
			if i <= n {
				require.NoError(t, other.do(by("wei", fmt.Sprint("race ", i, j)),
					office.Officer("zhao", cmd)))
			}
		}
	}
	b.Store = c
	return c
}

var (
	reviewer  = officer.Appoint{Roles: []officer.Role{officer.Reviewer}}
	conductor = officer.Appoint{Roles: []officer.Role{officer.Conductor}}
)

// TestLostRaces: a command is decided anew each time that somebody came first, eight times at most.
func TestLostRaces(t *testing.T) {
	appoint := office.Officer("zhao", conductor)
	for _, races := range []int{1, 7} {
		b := newBureau(t)
		contest(t, b, races, reviewer, officer.Dismiss{})
		out, err := b.Execute(ctx, b.author(by("wei", "appoint")), appoint)
		require.NoError(t, err)
		require.Equal(t, []catalog.Event{officer.Appointed{Roles: conductor.Roles}}, out.Events)
		require.Len(t, b.store.stream(officer.StreamPrefix+"zhao"), 2*races+1)
		require.EqualValues(t, len(b.store.all), out.Position.Commit)
	}
	b := newBureau(t)
	contest(t, b, 1, reviewer)
	requireCode(t, "officer_exists", b.do(by("wei", "appoint"), appoint))
	require.Len(t, b.store.stream(officer.StreamPrefix+"zhao"), 1)

	b = newBureau(t)
	c := contest(t, b, 8, reviewer, officer.Dismiss{})
	err := b.do(by("wei", "appoint"), appoint)
	require.ErrorIs(t, err, eventstore.ErrConflict)
	require.ErrorContains(t, err, officer.StreamPrefix+"zhao")
	require.Equal(t, 8, c.n)
	require.Len(t, b.store.stream(officer.StreamPrefix+"zhao"), 16)
}

// TestTimeOfEachAttempt: an event is dated when it is appended, not when the command was given.
func TestTimeOfEachAttempt(t *testing.T) {
	b := newBureau(t)
	b.Signers = eventstore.NewSigners(map[string]ed25519.PrivateKey{"ann": keyOf(1)})
	ann := officer.Appoint{
		Roles: []officer.Role{officer.Administrator},
		Key:   catalog.PublicKeyOf(keyOf(1)),
	}
	require.NoError(t, b.do(by("wei", "ann"), office.Officer("ann", ann)))
	c := contest(t, b, 2, reviewer, officer.Dismiss{})
	first := c.first
	c.first = func(i int) { first(i); b.now.Add(10) }
	zhao := officer.Appoint{
		Roles: []officer.Role{officer.Conductor},
		Key:   catalog.PublicKeyOf(keyOf(2)),
	}
	require.NoError(t, b.do(by("ann", "appoint"), office.Officer("zhao", zhao)))
	stream := b.store.stream(officer.StreamPrefix + "zhao")
	require.Len(t, stream, 5)
	m, err := catalog.ParseMeta(stream[4].Meta)
	require.NoError(t, err)
	require.Equal(t, opens+20, m.At)
	root, err := m.Signature.Root(catalog.SignedBytes(stream[4].Leaf()))
	require.NoError(t, err)
	require.True(t, m.Signature.SignedBy(keyOf(1).Public().(ed25519.PublicKey), root),
		"each attempt is signed")
}

// TestRepetitions: a command is recognised by its event, whatever happened since. An id that led to
// an event of another type is refused.
func TestRepetitions(t *testing.T) {
	b := newBureau(t)
	appoint, dismiss := office.Officer("zhao", conductor), office.Officer("zhao", officer.Dismiss{})
	require.NoError(t, b.do(by("wei", "a"), appoint))
	require.NoError(t, b.do(by("wei", "b"), dismiss))
	stored := len(b.store.all)
	require.NoError(t, b.do(by("wei", "a"), appoint), "nobody is appointed again by an old command")
	requireCode(t, "command_reused", b.do(by("wei", "a"), dismiss))
	key := officer.ChangeKey{Key: officer.PublicKey(strings.Repeat("a", 64))}
	requireCode(t, "command_reused", b.do(by("wei", "b"), office.Officer("zhao", key)))
	require.Len(t, b.store.all, stored)
	require.NoError(t, b.do(by("wei", "c"), appoint), "another command appoints them")
	require.Len(t, b.store.all, stored+1)
}

// TestRemote: what officers may do is read once a second of a store that is another process, and
// at once if this office has changed it.
func TestRemote(t *testing.T) {
	b := openBureau(t)
	b.Remote = true
	require.NoError(t, b.do(by("wei", "zhao"), office.Officer("zhao", conductor)))
	other := emptyBureau()
	other.Store = b.store
	void := func(command string) error {
		_, err := b.Execute(ctx, by("zhao", command).Author,
			office.Round("2026-2", round.Void{Reason: round.FraudFound}))
		return err
	}
	requireCode(t, "unknown_round", void("1"))
	require.NoError(t, other.do(by("wei", "dismiss"), office.Officer("zhao", officer.Dismiss{})))
	requireCode(t, "unknown_round", void("2"))
	b.now.Add(1)
	requireCode(t, "not_allowed", void("3"))
	require.NoError(t, b.do(by("wei", "again"), office.Officer("zhao", conductor)))
	requireCode(t, "unknown_round", void("4"))
}

// TestAuthorOfWhatIsDecided holds the hole that was there once: a role was asked for an event that
// the caller named, and another event was stored.
func TestAuthorOfWhatIsDecided(t *testing.T) {
	b := openBureau(t)
	require.NoError(t, b.do(by("wei", "reg"),
		office.Officer("reg", officer.Appoint{Roles: []officer.Role{officer.Registrar}})))
	r, err := b.submit(by("li", "submit"), submission(t, domain.Ordinary, 1))
	require.NoError(t, err)
	before := b.store.content()
	approve := office.Application(r.Code, application.Approve{})
	requireCode(t, "not_allowed", b.do(by("reg", "approve"), approve))
	requireCode(t, "not_allowed", b.do(b.asApplicant(t, r.Code, "approve"), approve))
	requireCode(t, "not_allowed",
		b.do(by("never", "withdraw"), office.Application(r.Code, application.Withdraw{})))
	requireCode(t, "not_allowed",
		b.endApplication(by("never", "withdraw"), r.Code, application.Withdraw{}))
	_, err = b.submit(by("never", "submit"), submission(t, domain.Ordinary, 2))
	requireCode(t, "not_allowed", err)
	lapse := office.Indicator("2026-1.ordinary.1", indicator.Forfeit{Reason: indicator.Lapsed})
	requireCode(t, "not_allowed", b.do(by("reg", "lapse"), lapse))
	require.Equal(t, before, b.store.content())
}
