package main

import (
	"lotteryledger/eventstore/catalog"

	"github.com/rogpeppe/go-internal/testscript"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/eventstore"
)

func publicKey(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 2, "key VAR FILE")
	key, err := app.ReadKey(ts.MkAbs(args[1]))
	ts.Check(err)
	ts.Setenv(args[0], string(catalog.PublicKeyOf(key)))
}

func signed(ts *testscript.TestScript, _ bool, args []string) {
	need(ts, len(args) == 1, "signed DIR")
	for r := range allEvents(ts.Check, ts.MkAbs(args[0])) {
		if r.Stream == eventstore.LedgerStream {
			continue
		}
		m, err := catalog.ParseMeta(r.Meta)
		ts.Check(err)
		if m.Signature.Value == "" {
			ts.Fatalf("%s revision %d is not signed", r.Stream, r.Revision)
		}
	}
}
