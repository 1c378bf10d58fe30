package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGenerated: the files in the tree are those that the generator writes. If this fails, run
// go generate in eventstore/catalog.
func TestGenerated(t *testing.T) {
	files, err := generate()
	require.NoError(t, err)
	there, err := filepath.Glob("../../*" + suffix)
	require.NoError(t, err)
	require.Len(t, there, len(files))
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}
