package audit

import (
	"io"
	"strconv"

	"lotteryledger/domain"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

// SupersedingPath is where the announcement is published that is the n-th, from 1, to take
// the place of another. A file that was published is never replaced.
func SupersedingPath(id string, n uint64) string {
	return "announcements/" + id + "." + strconv.FormatUint(n, 10) + ".json"
}

func (l *Ledger) openCommand(e round.Opened, v rules.Version, seen domain.Time) round.Open {
	cmd := round.Open{Rules: e.Rules, RulesSHA256: e.RulesSHA256, Opens: e.Opens, Closes: e.Closes, ValidFrom: v.ValidFrom, Reruns: e.Reruns}
	if before := l.rounds[e.Reruns]; before != nil {
		cmd.RerunVoided, cmd.RerunBy = before.state.Phase == round.PhaseVoided, before.rerunBy
	}
	for name, other := range l.rules {
		if other.adopted < seen && other.state.Version.Supersedes(e.Rules, e.Opens) {
			cmd.ReplacedBy = max(cmd.ReplacedBy, name)
		}
	}
	return cmd
}

// AnnounceCommand completes an announcement with the terms of the round's rules and
// what is left of the year's quota.
func (l *Ledger) AnnounceCommand(id string, now, drawTime domain.Time, chain domain.Digest, pools []round.Seats, ceremony bool) round.Announce {
	return l.announceCommand(id, now, drawTime, chain, pools, ceremony, domain.MaxTime)
}

func (l *Ledger) announceCommand(id string, now, drawTime domain.Time, chain domain.Digest, pools []round.Seats, ceremony bool, seen domain.Time) round.Announce {
	cmd := round.Announce{At: now, ID: id, DrawTime: drawTime, Chain: chain, Pools: pools, Ceremony: ceremony, Left: l.quotaLeft(id, drawTime, pools, seen)}
	if r := l.rounds[id]; r != nil && r.state.Phase != "" {
		cmd.Notice = l.Version(id).NoticeSeconds
		cmd.Mode, cmd.Terms = round.Terms(l.Version(id))
	}
	return cmd
}

func (l *Ledger) supersedeCommand(d *Decoded, r *roundOf, e round.AnnouncementSuperseded) round.SupersedeAnnouncement {
	cmd := l.announceCommand(d.StreamID, d.Meta.At, e.DrawTime, e.Chain, e.Pools, e.Ceremony, d.Meta.At-inFlight)
	return round.SupersedeAnnouncement{Announce: cmd, Margin: l.versionOf(r).SupersedeMargin()}
}

func (l *Ledger) voidCommand(d *Decoded, r *roundOf, e round.Voided) round.Void {
	v := l.versionOf(r)
	return round.Void{At: d.Meta.At, Reason: e.Reason, CeremonyMargin: v.CeremonyMargin(), Abort: v.Abort()}
}

func (l *Ledger) versionOf(r *roundOf) rules.Version {
	if r.state.Phase == "" {
		return rules.Version{}
	}
	return l.rules[r.state.Opened.Rules].state.Version
}

// document gives out an announcement.
func (l *Ledger) document(d *Decoded, path string, doc []byte, err error) error {
	if err != nil {
		return asFault(d, err)
	}
	return l.file(path, func(w io.Writer) error {
		_, err := w.Write(doc)
		return err
	})
}
