package checkpoint

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

const origin = "lottery.example/ledger"

// keys makes a key pair whose seed is 32 times the byte.
func keys(t testing.TB, name string, seed byte) (note.Signer, note.Verifier) {
	skey, vkey, err := GenerateKey(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	require.NoError(t, err)
	signer, err := NewSigner(skey)
	require.NoError(t, err)
	verifier, err := NewVerifier(vkey)
	require.NoError(t, err)
	return signer, verifier
}

func requireCode(t testing.TB, code string, err error) {
	t.Helper()
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, "%v", err)
}

func TestSignAndOpen(t *testing.T) {
	signer, verifier := keys(t, origin, 1)
	for _, size := range []int64{0, 1, 70_000, 1<<63 - 1} {
		want := Checkpoint{origin, size, tlog.RecordHash([]byte("x"))}
		raw, err := Sign(want, signer)
		require.NoError(t, err)
		got, err := Open(raw, verifier)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestSignRefuses(t *testing.T) {
	signer, _ := keys(t, origin, 1)
	_, err := Sign(Checkpoint{Origin: "other.example", Size: 1}, signer)
	requireCode(t, fault.CheckpointOrigin, err)
	_, err = Sign(Checkpoint{Origin: origin, Size: -1}, signer)
	requireCode(t, fault.CheckpointMalformed, err)
}

// Every bit of a note changed once is refused, and so is every beginning of it; but for
// the last digit of the signature, which has two bits that mean nothing in base64.
func TestOpenRefusesEveryChange(t *testing.T) {
	signer, verifier := keys(t, origin, 1)
	c := Checkpoint{origin, 12, tlog.Hash{1}}
	raw, err := Sign(c, signer)
	require.NoError(t, err)
	for i := range raw {
		for bit := range 8 {
			changed := bytes.Clone(raw)
			changed[i] ^= 1 << bit
			got, err := Open(changed, verifier)
			if err == nil && i == len(raw)-len("=\n")-1 {
				require.Equal(t, c, got)
				continue
			}
			var e *fault.Error
			require.ErrorAs(t, err, &e, "byte %d bit %d", i, bit)
		}
		_, err := Open(raw[:i], verifier)
		requireCode(t, fault.CheckpointMalformed, err)
	}
	_, err = Open(append(bytes.Clone(raw), bytes.Repeat([]byte("\n"), maxRaw)...), verifier)
	requireCode(t, fault.CheckpointMalformed, err)
}

func TestOpenCodes(t *testing.T) {
	signer, verifier := keys(t, origin, 1)
	_, otherKey := keys(t, origin, 2)
	foreign, _ := keys(t, "witness.example", 3)
	c := Checkpoint{origin, 12, tlog.Hash{1}}
	raw, err := Sign(c, signer)
	require.NoError(t, err)

	_, err = Open(raw, otherKey)
	requireCode(t, fault.CheckpointSignature, err)

	n, err := note.Open(raw, note.VerifierList(verifier))
	require.NoError(t, err)
	cosigned, err := note.Sign(n, foreign)
	require.NoError(t, err)
	got, err := Open(cosigned, verifier)
	require.NoError(t, err, "a witness does no harm")
	require.Equal(t, c, got)

	byWitness, err := note.Sign(&note.Note{Text: n.Text}, foreign)
	require.NoError(t, err)
	_, err = Open(byWitness, verifier)
	requireCode(t, fault.CheckpointSignature, err)

	bad := strings.Replace(string(raw), "\n12\n", "\n13\n", 1)
	_, err = Open([]byte(bad), verifier)
	requireCode(t, fault.CheckpointSignature, err)

	// The key signs, but for another ledger.
	text := strings.Replace(n.Text, origin, "other.example", 1)
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	require.NoError(t, err)
	_, err = Open(signed, verifier)
	requireCode(t, fault.CheckpointOrigin, err)

	// The key signs a body that has more to say.
	signed, err = note.Sign(&note.Note{Text: n.Text + "extension\n"}, signer)
	require.NoError(t, err)
	_, err = Open(signed, verifier)
	requireCode(t, fault.CheckpointMalformed, err)
}

func TestParseIsStrict(t *testing.T) {
	root := tlog.Hash{}.String()
	good := origin + "\n0\n" + root + "\n"
	c, err := Parse([]byte(good))
	require.NoError(t, err)
	require.Equal(t, Checkpoint{Origin: origin}, c)
	for name, body := range map[string]string{
		"empty":                "",
		"no end":               strings.TrimSuffix(good, "\n"),
		"extension":            good + "x\n",
		"empty line":           good + "\n",
		"carriage return":      strings.ReplaceAll(good, "\n", "\r\n"),
		"leading zero":         origin + "\n00\n" + root + "\n",
		"plus":                 origin + "\n+1\n" + root + "\n",
		"minus":                origin + "\n-1\n" + root + "\n",
		"minus zero":           origin + "\n-0\n" + root + "\n",
		"no size":              origin + "\n\n" + root + "\n",
		"underscore":           origin + "\n1_0\n" + root + "\n",
		"hexadecimal":          origin + "\n0x1\n" + root + "\n",
		"too large":            origin + "\n9223372036854775808\n" + root + "\n",
		"short root":           origin + "\n0\nAAAA\n",
		"no padding":           origin + "\n0\n" + strings.TrimSuffix(root, "=") + "\n",
		"other padding bits":   origin + "\n0\n" + strings.TrimSuffix(root, "A=") + "B=\n",
		"url alphabet":         origin + "\n0\n" + strings.Replace(root, "A", "_", 1) + "\n",
		"line break in root":   origin + "\n0\n" + root[:4] + "\r" + root[4:] + "\n",
		"space after a number": origin + "\n0 \n" + root + "\n",
	} {
		_, err := Parse([]byte(body))
		require.Error(t, err, name)
		requireCode(t, fault.CheckpointMalformed, err)
	}
}

func TestCheckOrigin(t *testing.T) {
	for _, good := range []string{"a", origin, "localhost:8080/x", strings.Repeat("a", 255)} {
		require.NoError(t, CheckOrigin(good))
	}
	for _, bad := range []string{
		"", " ", "a b", "a+b", "a\n", "a\x7f", "摇号", "https://a.example", "a.example/",
		strings.Repeat("a", 256),
	} {
		requireCode(t, fault.CheckpointOrigin, CheckOrigin(bad))
		_, _, err := GenerateKey(bad, rand.Reader)
		requireCode(t, fault.CheckpointOrigin, err)
		_, err = Parse([]byte(bad + "\n0\n" + tlog.Hash{}.String() + "\n"))
		require.Error(t, err, "%q", bad)
	}
}

func TestKeys(t *testing.T) {
	skey, vkey, err := GenerateKey(origin, rand.Reader)
	require.NoError(t, err)
	other, _, err := GenerateKey(origin, rand.Reader)
	require.NoError(t, err)
	require.NotEqual(t, skey, other)
	for _, bad := range []string{
		"", "x", vkey[1:], vkey + "A",
		strings.Replace(vkey, "example", "Example", 1),
	} {
		_, err := NewVerifier(bad)
		requireCode(t, fault.CheckpointKey, err)
	}
	for _, bad := range []string{
		"", vkey, skey + "A",
		strings.Replace(skey, "example", "Example", 1),
	} {
		_, err := NewSigner(bad)
		requireCode(t, fault.CheckpointKey, err)
		require.NotContains(t, err.Error(), skey[len(skey)-8:])
	}
	_, _, err = GenerateKey(origin, bytes.NewReader(make([]byte, 31)))
	require.True(t, errors.Is(err, io.ErrUnexpectedEOF), "%v", err)

	// A key whose name could not be an origin.
	skey, vkey, err = note.GenerateKey(rand.Reader, "https://a.example")
	require.NoError(t, err)
	_, err = NewSigner(skey)
	requireCode(t, fault.CheckpointOrigin, err)
	_, err = NewVerifier(vkey)
	requireCode(t, fault.CheckpointOrigin, err)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(origin + "\n0\n" + tlog.Hash{}.String() + "\n"))
	f.Add([]byte(origin + "\n01\n" + tlog.Hash{}.String() + "\n"))
	f.Add([]byte("\n\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := Parse(body)
		if err != nil {
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			return
		}
		again, err := c.Body()
		require.NoError(t, err)
		require.Equal(t, body, again)
	})
}

func FuzzOpen(f *testing.F) {
	signer, verifier := keys(f, origin, 1)
	c := Checkpoint{origin, 12, tlog.Hash{1}}
	raw, err := Sign(c, signer)
	require.NoError(f, err)
	f.Add(raw)
	f.Add(raw[:len(raw)-1])
	f.Add([]byte("\n\n— a b\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := Open(raw, verifier)
		if err != nil {
			var e *fault.Error
			require.ErrorAs(t, err, &e)
			return
		}
		require.Equal(t, c, got, "nothing else was ever signed")
	})
}
