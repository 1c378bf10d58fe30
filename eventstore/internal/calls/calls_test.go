package calls

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"lotteryledger/eventstore"
)

func examples() []Append {
	return []Append{
		{Number: 1, Stream: "a", Expected: eventstore.NoStream, Events: []eventstore.Proposed{
			{
				ID: uuid.New(), Type: "thing.happened.v1", Meta: []byte("{}"),
				Data: []byte(`{"a":1}`),
			},
			{ID: uuid.New(), Type: "t"},
		}},
		{
			Number: 1 << 40, Stream: "申请", Expected: 1 << 50,
			Events: []eventstore.Proposed{{ID: uuid.New(), Type: "t"}},
		},
		{Events: []eventstore.Proposed{}},
	}
}

func TestAppends(t *testing.T) {
	var message []byte
	want := examples()
	for _, a := range want {
		message = a.Encode(message)
	}
	rest := message
	for _, a := range want {
		var got Append
		var err error
		rest, err = got.Decode(rest)
		require.NoError(t, err)
		require.Equal(t, a, got)
	}
	require.Empty(t, rest)
	for n := range len(want[0].Encode(nil)) {
		_, err := new(Append).Decode(message[:n])
		require.ErrorIs(t, err, ErrMalformed, n)
	}
}

func TestAnswers(t *testing.T) {
	want := []Answer{
		{Number: 1, Position: 1 << 40},
		{2, Conflict, 0, "at 3"},
		{3, Refused, 0, "deleted"},
	}
	var message []byte
	for _, a := range want {
		message = a.Encode(message)
	}
	rest := message
	for _, a := range want {
		var got Answer
		var err error
		rest, err = got.Decode(rest)
		require.NoError(t, err)
		require.Equal(t, a, got)
	}
	require.Empty(t, rest)
	for n := range len(want[0].Encode(nil)) {
		_, err := new(Answer).Decode(message[:n])
		require.ErrorIs(t, err, ErrMalformed, n)
	}
}

func TestNames(t *testing.T) {
	want := []string{"a", "申请", "b-1"}
	var message []byte
	for _, name := range want {
		message = EncodeName(message, name)
	}
	rest := message
	for _, name := range want {
		var got string
		var err error
		got, rest, err = DecodeName(rest)
		require.NoError(t, err)
		require.Equal(t, name, got)
	}
	require.Empty(t, rest)
	_, _, err := DecodeName(message[:1])
	require.ErrorIs(t, err, ErrMalformed)
}

// FuzzDecode: no message makes the decoder panic or take more memory than it is long, and
// what it accepts it writes again as an append that it reads the same.
func FuzzDecode(f *testing.F) {
	for _, a := range examples() {
		f.Add(a.Encode(nil))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var a, again Append
		if _, err := a.Decode(message); err != nil {
			return
		}
		_, err := again.Decode(a.Encode(nil))
		require.NoError(t, err)
		require.Equal(t, a, again)
		_, _ = new(Answer).Decode(message)
	})
}
