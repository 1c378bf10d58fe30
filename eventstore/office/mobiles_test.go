package office_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/access"
	"lotteryledger/domain/application"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/office"
)

// TestMobiles: what is looked up is stored first, all of it or nothing; the erased have no number,
// and nobody looks at them.
func TestMobiles(t *testing.T) {
	b := newArchive(t)
	_, first := deposit(t, b, "first", named(t, domain.Ordinary, 1, 1))
	_, second := deposit(t, b, "second", named(t, domain.Ordinary, 2, 2))
	_, gone := deposit(t, b, "gone", named(t, domain.Ordinary, 3, 3))
	require.NoError(t, b.Office.Erase(ctx, b.author(by("carl", "erase")), gone))
	looks := func() int { return len(b.store.stream(access.StreamPrefix + "carl")) }
	ids := []string{first, second, gone, "00112233445566778899aabbccddeeff"}

	_, err := b.Office.Mobiles(ctx, b.author(by("li", "m")), ids)
	requireCode(t, "not_allowed", err)
	require.Zero(t, looks())
	for n := range 2 {
		mobiles, err := b.Office.Mobiles(ctx, b.author(by("carl", "m")), ids)
		require.NoError(t, err)
		require.Equal(t, map[string]string{
			first:  record(t, 1, 1).Members()[0].Mobile,
			second: record(t, 2, 2).Members()[0].Mobile,
		}, mobiles)
		require.Equal(t, 2*(n+1), looks())
	}
	mobiles, err := b.Office.Mobiles(ctx, b.author(by("carl", "m")), []string{gone})
	require.NoError(t, err)
	require.Empty(t, mobiles)
	require.Equal(t, 4, looks())

	require.NoError(t, b.Vault.Erase(ctx, first)) // and the event is still to come
	mobiles, err = b.Office.Mobiles(ctx, b.author(by("carl", "m")), ids)
	require.NoError(t, err)
	require.Equal(t, map[string]string{second: record(t, 2, 2).Members()[0].Mobile}, mobiles)

	b.store.appends, b.store.fail = 0, 1
	mobiles, err = b.Office.Mobiles(ctx, b.author(by("carl", "m")), ids)
	require.ErrorIs(t, err, errDown)
	require.Empty(t, mobiles, "without its event nothing is shown")
	b.Vault, b.store.fail = nil, 0 // a dry run
	mobiles, err = b.Office.Mobiles(ctx, b.author(by("carl", "m")), ids)
	require.NoError(t, err)
	require.Empty(t, mobiles)
}

// TestMessages: applicants are told of what befell them, each is looked up once, and the next call
// begins where this one has ended.
func TestMessages(t *testing.T) {
	b := newArchive(t)
	code, who := deposit(t, b, "first", named(t, domain.Ordinary, 1, 1))
	require.NoError(t, b.do(by("wei", "approve"), office.Application(code, application.Approve{})))
	var got []office.Message
	tell := func(m office.Message) error {
		got = append(got, m)
		return nil
	}
	_, err := b.Messages(ctx, b.author(by("li", "m")), eventstore.Start, tell)
	requireCode(t, "not_allowed", err)
	require.Empty(t, got)

	next, err := b.Messages(ctx, b.author(by("carl", "m")), eventstore.Start, tell)
	require.NoError(t, err)
	require.Len(t, got, 2)
	for i, name := range []string{application.TypeSubmitted, application.TypeApproved} {
		require.Equal(t, name, got[i].Event.EventType())
		require.Equal(t, code, got[i].Application)
		require.Equal(t, who, got[i].Applicant)
		require.Equal(t, record(t, 1, 1).Members()[0].Mobile, got[i].Mobile)
	}
	require.Len(t, b.store.stream(access.StreamPrefix+"carl"), 1)
	require.NoError(t, b.EndApplication(ctx, b.author(by("li", "w")), code,
		application.Withdraw{}, nil))
	refused := errors.New("no paper")
	at, err := b.Messages(ctx, b.author(by("carl", "p")), next,
		func(office.Message) error { return refused })
	require.ErrorIs(t, err, refused)
	require.Equal(t, next, at, "nobody was told anything")
	got = nil
	_, err = b.Messages(ctx, b.author(by("carl", "n")), next, tell)
	require.NoError(t, err)
	require.Len(t, got, 1)
}
