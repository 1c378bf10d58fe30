package demo

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"

	"github.com/google/uuid"

	"lotteryledger/cmd/lottery/internal/app"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// officers are the officers, in the order in which they are appointed.
var officers = []struct {
	id   string
	role officer.Role
}{
	{"chief", officer.Administrator},
	{"registrar", officer.Registrar},
	{"reviewer", officer.Reviewer},
	{"conductor", officer.Conductor},
	{"second-conductor", officer.Conductor},
}

// keys lets every officer sign with a key of their own.
func (d *demo) keys(context.Context) error {
	keys := map[string]ed25519.PrivateKey{}
	for _, o := range officers {
		name := d.KeyFile(o.id)
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			if _, err := app.MakeKey(name); err != nil {
				return err
			}
		}
		var err error
		if keys[o.id], err = app.ReadKey(name); err != nil {
			return err
		}
	}
	d.office.Signers = eventstore.NewSigners(keys)
	return nil
}

// found appoints the officers and adopts the rules.
func (d *demo) found(ctx context.Context) error {
	chief := office.Author{Actor: catalog.ActorOfficer + "chief"}
	for _, o := range officers {
		chief.Command = uuid.NewSHA1(namespace, []byte("appoint "+o.id))
		key, err := app.ReadKey(d.KeyFile(o.id))
		if err != nil {
			return err
		}
		appoint := officer.Appoint{Roles: []officer.Role{o.role}, Key: catalog.PublicKeyOf(key)}
		if err := d.ExecuteAs(ctx, chief, office.Officer(o.id, appoint)); err != nil {
			return err
		}
	}
	v := rules.Beijing2021()
	v.Name, v.NoticeSeconds = rule, notice
	if err := d.ExecuteAs(ctx, chief, office.Rules(v)); err != nil {
		return err
	}
	d.say("officers appointed, each signs with a key of their own; rules %s adopted, which ask "+
		"for two conductors", rule)
	return nil
}
