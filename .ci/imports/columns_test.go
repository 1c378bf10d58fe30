package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestWideLines(t *testing.T) {
	wide := strings.Repeat("ab ", 34)
	tree := fstest.MapFS{
		"a.go":           {Data: []byte("package a\n\n// " + wide + "\n\t// " + wide[:93] + "\n")},
		"b.go":           {Data: []byte("package b\n\nconst x = `" + wide + "\n" + wide + "`\n")},
		"c.go":           {Data: []byte("package c\n\n// " + wide + strings.Repeat("0", 41))},
		"d_generated.go": {Data: []byte("package d\n\n// " + wide + "\n")},
		"e.md":           {Data: []byte(wide)},
	}
	files := []string{"a.go", "b.go", "c.go", "d_generated.go", "e.md"}
	found, err := checkColumns(tree, files)
	if err != nil {
		t.Fatal(err)
	}
	want := "a.go:3: 105 columns, more than 100"
	if got := lines(found); got != want {
		t.Errorf("findings:\n%s\nwant:\n%s", got, want)
	}
}
