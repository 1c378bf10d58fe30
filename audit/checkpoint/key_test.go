package checkpoint

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"lotteryledger/domain/fault"
)

// TestKeyForms: one key has one text, so that people can compare two of them.
func TestKeyForms(t *testing.T) {
	_, vkey, err := GenerateKey(origin, bytes.NewReader(bytes.Repeat([]byte{1}, 32)))
	require.NoError(t, err)
	_, err = NewVerifier(vkey)
	require.NoError(t, err)
	id := vkey[len(origin) : len(origin)+10]
	require.NotEqual(t, id, strings.ToUpper(id), "the id has a letter")
	for _, other := range []string{
		strings.Replace(vkey, id, strings.ToUpper(id), 1),
		vkey + "\n",
		vkey + "\r\n",
		vkey[:len(vkey)-3] + "\n" + vkey[len(vkey)-3:],
	} {
		_, err := note.NewVerifier(other)
		require.NoError(t, err, "it is the same key")
		_, err = NewVerifier(other)
		requireCode(t, fault.CheckpointKey, err)
	}
}

// FuzzNewVerifier: a key that is accepted prints back to the same text from its name, its id and
// its 32 bytes, and its name can be an origin.
func FuzzNewVerifier(f *testing.F) {
	_, vkey, err := GenerateKey(origin, rand.Reader)
	require.NoError(f, err)
	f.Add(vkey)
	f.Add(vkey + "\n")
	f.Add(strings.ToUpper(vkey))
	f.Add("a+0+")
	f.Fuzz(func(t *testing.T, vkey string) {
		v, err := NewVerifier(vkey)
		if err != nil {
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			return
		}
		require.NoError(t, CheckOrigin(v.Name()))
		raw, err := base64.StdEncoding.DecodeString(
			vkey[strings.LastIndex(vkey[:len(v.Name())+10], "+")+1:])
		require.NoError(t, err)
		require.Len(t, raw, 33)
		require.Equal(t, vkey,
			fmt.Sprintf("%s+%08x+%s", v.Name(), v.KeyHash(),
				base64.StdEncoding.EncodeToString(raw)))
		back, err := note.NewEd25519VerifierKey(v.Name(), raw[1:])
		require.NoError(t, err)
		require.Equal(t, vkey, back)
	})
}
