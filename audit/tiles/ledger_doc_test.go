package tiles_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit/checkpoint"
	"lotteryledger/audit/tiles"
)

// section returns the part of docs/ledger.md under a heading.
func section(t *testing.T, heading string) string {
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "ledger.md"))
	require.NoError(t, err)
	_, text, found := strings.Cut(string(raw), "\n## "+heading+"\n")
	require.True(t, found, heading)
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

func sum(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "")))
	return string(h[:])
}

// The example of docs/ledger.md is computed twice: by its formulas with nothing but the
// standard library, and by the packages it describes.
func TestWorkedExample(t *testing.T) {
	doc := section(t, "Worked example")
	leaves := []string{sum("\x00first"), sum("\x00second"), sum("\x00third")}
	left := sum("\x01", leaves[0], leaves[1])
	root := sum("\x01", left, leaves[2])
	bundle := "\x00\x05first\x00\x06second\x00\x05third"
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32))
	keyID := sum("lottery.example/ledger\n\x01", string(key.Public().(ed25519.PublicKey)))[:4]
	for _, value := range append(leaves, left, root, keyID, bundle, "first", "second", "third") {
		require.Contains(t, doc, hex.EncodeToString([]byte(value)))
	}

	dir := t.TempDir()
	w, err := tiles.Create(dir)
	require.NoError(t, err)
	for _, entry := range []string{"first", "second", "third"} {
		require.NoError(t, w.Append([]byte(entry)))
	}
	size, got, err := w.Sync()
	require.NoError(t, err)
	require.Equal(t, root, string(got[:]))
	for name, want := range map[string]string{
		"tile/0/000.p/3":       strings.Join(leaves, ""),
		"tile/entries/000.p/3": bundle,
	} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		require.Equal(t, want, string(data))
		require.Contains(t, doc, name)
	}

	skey, vkey, err := checkpoint.GenerateKey("lottery.example/ledger", bytes.NewReader(key.Seed()))
	require.NoError(t, err)
	signer, err := checkpoint.NewSigner(skey)
	require.NoError(t, err)
	verifier, err := checkpoint.NewVerifier(vkey)
	require.NoError(t, err)
	c := checkpoint.Checkpoint{Origin: "lottery.example/ledger", Size: size, Root: got}
	raw, err := checkpoint.Sign(c, signer)
	require.NoError(t, err)
	opened, err := checkpoint.Open(raw, verifier)
	require.NoError(t, err)
	require.Equal(t, c, opened)
	require.Contains(t, doc, "\n```\n"+skey+"\n"+vkey+"\n```\n")
	require.Contains(t, doc, "\n```\n"+string(raw)+"```\n")
}
