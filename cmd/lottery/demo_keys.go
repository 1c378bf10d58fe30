package main

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/domain/officer"
	"lotteryledger/eventstore"
)

// demoOfficers are the officers, in the order in which they are appointed.
var demoOfficers = []struct {
	id   string
	role officer.Role
}{{"chief", officer.Administrator}, {"registrar", officer.Registrar}, {"reviewer", officer.Reviewer}, {"conductor", officer.Conductor}, {"second-conductor", officer.Conductor}}

// keys lets every officer sign with a key of his own.
func (d *demo) keys() error {
	keys := map[string]ed25519.PrivateKey{}
	for _, o := range demoOfficers {
		name := d.keyFile(o.id)
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			if _, err := makeKey(name); err != nil {
				return err
			}
		}
		var err error
		if keys[o.id], err = readKey(name); err != nil {
			return err
		}
		d.public[o.id] = catalog.PublicKeyOf(keys[o.id])
	}
	d.s.office.Signers = eventstore.NewSigners(keys)
	return nil
}
