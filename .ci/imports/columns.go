package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

const (
	mostColumns = 100 // of a line of Go; a tab counts as four
	longWord    = 40  // columns; a line with a word that long need not be broken
)

// checkColumns finds lines of Go that are too wide. It passes over text in raw strings, such
// as SQL and JSON, over lines with a long word, such as a digest, and over generated files.
func checkColumns(tree fs.FS, files []string) ([]finding, error) {
	var findings []finding
	for _, name := range files {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_generated.go") {
			continue
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, fmt.Errorf("measuring lines: %w", err)
		}
		raw := rawLines(source)
		for i, line := range strings.Split(string(source), "\n") {
			n := utf8.RuneCountInString(line) + 3*strings.Count(line, "\t")
			if n > mostColumns && !raw[i+1] && !hasLongWord(line) {
				findings = append(findings, finding{
					place: fmt.Sprintf("%s:%d", name, i+1),
					text:  fmt.Sprintf("%d columns, more than %d", n, mostColumns),
				})
			}
		}
	}
	return findings, nil
}

func hasLongWord(line string) bool {
	for _, word := range strings.Fields(line) {
		if utf8.RuneCountInString(word) > longWord {
			return true
		}
	}
	return false
}

// rawLines returns the lines that hold a part of a raw string.
func rawLines(source []byte) map[int]bool {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	lines := map[int]bool{}
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.STRING && text[0] == '`' {
			first := file.Line(pos)
			for n := range strings.Count(text, "\n") + 1 {
				lines[first+n] = true
			}
		}
	}
}
