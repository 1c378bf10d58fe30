// Decoders writes the functions that read and compare public events, and their metadata, in
// their one byte form. It makes them from the event structs: a file for each package, and a
// table of all. Package catalog runs it with go generate.
//
// A type with something that it does not know, such as a map or an embedded struct, gets no
// function. Package encoding/json reads it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"lotteryledger/eventstore/catalog"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the files into a folder, and removes those that are no longer made.
func run(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	files, err := generate()
	if err != nil {
		return err
	}
	for name, source := range files {
		if err := os.WriteFile(filepath.Join(dir, name), source, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the files by name.
func generate() (map[string][]byte, error) {
	g := generator{files: map[string]*file{}, known: map[reflect.Type]bool{}}
	for t := range catalog.Public.All() {
		g.root(t.Struct())
	}
	g.root(reflect.TypeFor[catalog.Meta]())
	return g.sources()
}
