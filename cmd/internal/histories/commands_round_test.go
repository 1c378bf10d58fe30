package histories

import (
	"encoding/hex"
	"fmt"

	"lotteryledger/eventstore/catalog"

	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/eventstore/office"
)

// onRound is a command on a round, and what the model says of it.
func (w *world) onRound(actor, id, text string, do func(m catalog.Meta) error,
	expect func(at domain.Time) answer,
) *command {
	c := &command{text: text + " round " + id, meta: w.meta(actor), do: do}
	c.expect = func() answer { return expect(c.meta.At) }
	c.rival = func(stream, _ string) *command {
		switch {
		case stream != round.StreamPrefix+id:
			return nil
		case len(w.codes) > 0 && !w.chance(3): // no conflict, but the world is another
			return w.someApplicationCommand(pick(w, w.codes...))
		}
		return pick(w, w.voiding, w.anchoring, w.ceremony, w.closing)(id)
	}
	return c
}

func (w *world) opening(id, version, reruns string) *command {
	actor := w.by(officer.Conductor)
	opens := w.now + domain.Time(w.between(-day, day))
	closes := opens + domain.Time(w.between(2, 20))*day
	if w.chance(30) {
		closes = opens
	}
	if w.chance(30) {
		opens -= 200 * day
	}
	if r := w.m.rounds[id]; r != nil && w.chance(2) {
		opens, closes = r.opens, r.closes
	}
	text := fmt.Sprintf("opens under %s from %s to %s, reruns %q:", version, opens, closes, reruns)
	return w.onRound(actor, id, text, func(m catalog.Meta) error {
		return w.execute(m, office.Round(id,
			round.Open{Rules: version, Opens: opens, Closes: closes, Reruns: reruns}))
	}, func(at domain.Time) answer {
		return w.m.open(actor, at, id, version, opens, closes,
			reruns)
	})
}

func (w *world) closing(id string) *command {
	actor := w.by(officer.Conductor)
	return w.onRound(actor, id, "closes", func(m catalog.Meta) error {
		return w.execute(m, office.Round(id, round.Close{}))
	}, func(at domain.Time) answer { return w.m.close(actor, at, id, w.leaves()) })
}

// sealing names so many leaves, or all without any.
func (w *world) sealing(id string, leaves int64) *command {
	actor := w.by(officer.Conductor)
	var evidence string
	var named int64
	var c *command
	c = w.onRound(actor, id, "seals", func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		n := l.Size()
		if leaves != 0 {
			n = leaves
		}
		if c.stored == 0 { // or an answer was lost
			named = n
		}
		_, cmd, err := l.Rosters(id, n)
		if err != nil {
			evidence = w.m.unsealable(id, n)
			return err
		}
		if evidence = w.m.unsealable(id, n); evidence != "" {
			w.fail("rosters of round %s with %d leaves, where the model expects %s", id, n,
				evidence)
		}
		return w.execute(m, office.Round(id, cmd))
	}, func(at domain.Time) answer { return w.m.seal(actor, at, id, named, evidence) })
	return c
}

func (w *world) announcement(id string) announcement {
	r := w.m.rounds[id]
	a := announcement{ceremony: w.chance(4)}
	if r == nil {
		return a
	}
	v := w.m.versionOf(id)
	a.drawTime = w.now + domain.Time(v.NoticeSeconds) + domain.Time(w.between(0, 5*day))
	if w.chance(12) {
		a.drawTime = w.now + domain.Time(w.between(0, 3600))
	}
	for _, p := range v.Pools {
		a.pools = append(a.pools,
			round.Seats{
				Pool: p.Name, Seats: uint64(pick(w, 0, 1, 1, 2, 3)),
				Reserve: uint64(w.between(0, 5)),
			})
	}
	if w.chance(25) {
		a.pools, a.broken = a.pools[1:], "invalid_seats"
	}
	if !r.before(round.PhaseAnnounced) && w.chance(4) {
		a = announcement{drawTime: r.drawTime, pools: r.offer, ceremony: r.ceremonial}
	}
	return a
}

func (a announcement) command() round.Announce {
	return round.Announce{
		DrawTime: a.drawTime, Chain: draw.Demonstration.Hash(), Pools: a.pools,
		Ceremony: a.ceremony,
	}
}

func (w *world) announcing(id string) *command {
	actor, a := w.by(officer.Conductor), w.announcement(id)
	return w.onRound(actor, id, fmt.Sprintf("announces %+v", a), func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.execute(m, office.Round(id, a.command()).On(l))
	}, func(at domain.Time) answer { return w.m.announce(actor, at, id, a) })
}

func (w *world) superseding(id string) *command {
	actor, a := w.by(officer.Conductor), w.announcement(id)
	return w.onRound(actor, id, fmt.Sprintf("supersedes %+v", a), func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		cmd := round.SupersedeAnnouncement{Announce: a.command()}
		return w.execute(m, office.Round(id, cmd).On(l))
	}, func(at domain.Time) answer { return w.m.supersede(actor, at, id, a) })
}

func (w *world) anchoring(id string) *command {
	actor, other := w.by(officer.Conductor), w.chance(6)
	evidence, claimed := domain.Digest{byte(w.between(1, 3))},
		w.now-domain.Time(w.between(-600, day))
	return w.onRound(actor, id, "anchors", func(m catalog.Meta) error {
		r, err := w.office.LoadRound(ctx, id)
		if err != nil {
			return err
		}
		e := round.Anchored{
			Kind: round.Gazette, Document: r.Announced.Document, Evidence: evidence,
			ClaimedAt: domain.Time(evidence[0]),
		}
		if other {
			e.Document = domain.Digest{7}
		}
		if claimed > m.At {
			e.ClaimedAt = claimed
		}
		return w.execute(m, office.Round(id, round.Anchor{Anchored: e}))
	}, func(at domain.Time) answer { return w.m.anchor(actor, at, id, evidence, claimed, other) })
}

func (w *world) ceremony(id string) *command {
	actor, bytes := w.by(officer.Conductor), pick(w, "0b0a", "0c")
	return w.onRound(actor, id, "records a ceremony of", func(m catalog.Meta) error {
		return w.execute(m, office.Round(id, round.RecordCeremony{Bytes: bytes}))
	}, func(at domain.Time) answer { return w.m.hold(actor, at, id, bytes) })
}

// signatures of the demonstration's chain, which has a round every second.
func (w *world) signature(r round.State) string {
	raw, err := beacon.DemonstrationSignature(max(1, r.Announced.BeaconRound))
	w.ok(err)
	return hex.EncodeToString(raw)
}

func (w *world) seeding(id string) *command {
	actor := w.by(officer.Conductor)
	return w.onRound(actor, id, "brings the beacon of", func(m catalog.Meta) error {
		r, err := w.office.LoadRound(ctx, id)
		if err != nil {
			return err
		}
		return w.execute(m, office.Round(id, round.RecordBeacon{Signature: w.signature(r)}))
	}, func(at domain.Time) answer { return w.m.seed(actor, at, id) })
}

func (w *world) drawing(id string) *command {
	actor := w.by(officer.Conductor)
	var evidence string
	return w.onRound(actor, id, "draws", func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		evidence = w.m.undrawable(id)
		cmd, _, err := l.Draw(id)
		if err != nil {
			return err
		}
		return w.execute(m, office.Round(id, cmd))
	}, func(at domain.Time) answer {
		return w.m.draw(actor, at, id, evidence,
			func(r *cycle) domain.Digest { return w.seedFrom(id, r) })
	})
}

// seedFrom works the seed out from what is stored of the round: the document's digest and the
// signature. The rest is the model's.
func (w *world) seedFrom(id string, r *cycle) domain.Digest {
	s, err := w.office.LoadRound(ctx, id)
	w.ok(err)
	signature, err := hex.DecodeString(w.signature(s))
	w.ok(err)
	ceremony, err := hex.DecodeString(r.ceremony)
	w.ok(err)
	number := uint64(r.drawTime-domain.Time(draw.Demonstration.Genesis)) + 1
	return seedOf(s.Announced.Document, draw.Demonstration.Hash(), number, signature, ceremony)
}

// ranking records the next ranks of a pool, as many as the seed wants.
func (w *world) ranking(id string) *command {
	actor, pool, first, n := w.by(officer.Conductor), "nowhere", 1, 1
	var codes []string
	if r := w.m.rounds[id]; r != nil {
		if len(r.results) > 0 && !w.chance(20) {
			pool = w.unranked(r)
		}
		ranks := r.results[pool].ranks
		if first = r.recorded[pool] + 1; w.chance(10) {
			first = w.between(1, 4)
		}
		n = w.between(1, 3)
		for rank := first; rank < first+n; rank++ {
			if rank > len(ranks) && !w.chance(10) {
				break
			}
			codes = append(codes, r.code(pool, rank))
		}
		n = len(codes)
	}
	piece := round.Rank{Pool: pool, First: uint64(first), Codes: codes}
	return w.onRound(actor, id, fmt.Sprintf("records ranks %d of %s,", first, pool),
		func(m catalog.Meta) error {
			return w.execute(m, office.Round(id, piece))
		}, func(at domain.Time) answer { return w.m.rank(actor, at, id, pool, first, n) })
}

// unranked is a pool of which ranks are missing, or any.
func (w *world) unranked(r *cycle) string {
	for _, p := range sorted(r.results) {
		if r.recorded[p] < len(r.results[p].ranks) {
			return p
		}
	}
	return pick(w, sorted(r.results)...)
}

func (w *world) publishing(id string) *command {
	actor := w.by(officer.Conductor)
	return w.onRound(actor, id, "publishes", func(m catalog.Meta) error {
		return w.execute(m, office.Round(id, round.Publish{}))
	}, func(at domain.Time) answer { return w.m.publish(actor, at, id, w.leaves()-1) })
}

func (w *world) settling(id string) *command {
	actor := w.by(officer.Conductor)
	return w.onRound(actor, id, "settles", func(m catalog.Meta) error {
		l, err := w.replayed()
		if err != nil {
			return err
		}
		return w.execute(m, office.Round(id, round.Settle{}).On(l))
	}, func(at domain.Time) answer { return w.m.settle(actor, at, id) })
}

func (w *world) voiding(id string) *command {
	actor, why := w.by(officer.Conductor),
		pick(w, round.OrderOfCourt, round.CeremonyLate, round.BeaconMissing, round.BeaconMissing)
	return w.onRound(actor, id, fmt.Sprintf("voids for %s", why), func(m catalog.Meta) error {
		return w.execute(m, office.Round(id, round.Void{Reason: why}))
	}, func(at domain.Time) answer { return w.m.void(actor, at, id, why) })
}
