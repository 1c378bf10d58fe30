package audit

import (
	"lotteryledger/domain/notice"
	"lotteryledger/eventstore/catalog"
)

func (l *Ledger) applyNotice(d *Decoded, e notice.Event) error {
	if err := d.requireID(); err != nil {
		return err
	}
	var cmd notice.Command
	switch e := e.(type) {
	case notice.Published:
		cmd = notice.Publish(e)
	case notice.Replaced:
		cmd = notice.Replace(e)
	case notice.Withdrawn:
		cmd = notice.Withdraw{}
	}
	after, err := decide(catalog.Notices, l.notices.streams[d.StreamID], d, e, cmd)
	if err != nil {
		return err
	}
	l.notices.fold(d.StreamID, after)
	return nil
}
