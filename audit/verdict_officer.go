package audit

import (
	"lotteryledger/domain/fault"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/rules"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyRules(d *Decoded, e rules.Event) error {
	adopted, ok := e.(rules.Adopted)
	switch {
	case !ok:
		return d.fault(fault.EventUnknown, "%T", e)
	case adopted.Name != d.StreamID:
		return d.fault(fault.EventStream,
			"version %s in the stream of %s", adopted.Name, d.StreamID)
	}
	v := find(l.versions, d.StreamID)
	after, err := decide(catalog.Rules, v.stream, d, e,
		rules.Command(rules.Adopt{Version: adopted.Version}))
	if err != nil {
		return err
	}
	l.versions[d.StreamID] = &versionRecord{after, digestOf(d.Leaf.Data), d.Meta.At}
	return nil
}

func (l *Ledger) applyOfficer(d *Decoded, e officer.Event) error {
	if err := d.requireID(); err != nil {
		return err
	}
	cmd, err := officer.Complete(officer.Behind(e), l.evidence(d))
	if err != nil {
		return refusal(d, err)
	}
	o := find(l.officers, d.StreamID)
	after, err := decide(catalog.Officers, o.stream, d, e, cmd)
	if err != nil {
		return err
	}
	o.fold(after, d.Meta.At)
	l.officers[d.StreamID] = o
	return nil
}
