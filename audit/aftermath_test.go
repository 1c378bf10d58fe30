package audit_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
	"lotteryledger/audit/beacon"
	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/person"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
)

const (
	margin    = 600 // before the beacon round, to supersede
	toConfirm = 86400
	toUse     = 10 * 86400
	toReturn  = 100 * 86400
	digits    = "28 05 17 31"
)

// timely are rules that leave nothing of the timetable out.
func timely(v *rules.Version) {
	v.SupersedeMarginSeconds, v.CeremonyMarginSeconds, v.AbortSeconds = margin, 60, 2*86400
	v.ConfirmSeconds, v.UseSeconds = toConfirm, toUse
	v.PromoteFor = []rules.Vacancy{rules.VacantRevoked, rules.VacantRefused, rules.VacantDeclined}
	v.Lapse = rules.Lapse{BarSeconds: toReturn, ResetLadder: true, Returns: true}
}

// fullTimetable anchors the first announcement, supersedes it by one with a ceremony and
// anchors that, and holds the ceremony.
func fullTimetable(h *history, id string, s round.State, a round.Announced,
	terms []round.PoolTerms,
) (round.Announced, []byte) {
	stream := "round-" + id
	anchor := func(kind round.AnchorKind, document domain.Digest) {
		h.put("cora", stream,
			round.Anchored{
				Kind: kind, Document: document, Evidence: digest([]byte(kind)),
				ClaimedAt: h.now,
			})
	}
	anchor(round.RFC3161, a.Document)
	e := h.superseding(id, s, a, terms, func(e *round.AnnouncementSuperseded) { e.Ceremony = true })
	h.put("cora", stream, e)
	anchor(round.Gazette, e.Document)
	anchor(round.WitnessCosignature, e.Document)
	h.put("cora", stream, round.CeremonyRecorded{Bytes: hex.EncodeToString([]byte(digits))})
	return round.Announced{
			Document: e.Document, DrawTime: e.DrawTime, Chain: e.Chain,
			BeaconRound: e.BeaconRound, Pools: e.Pools, Mode: e.Mode, Ceremony: e.Ceremony,
		},
		[]byte(digits)
}

// superseding is an announcement that follows a by a minute, changed, and its document.
func (h *history) superseding(id string, s round.State, a round.Announced, terms []round.PoolTerms,
	change func(*round.AnnouncementSuperseded),
) round.AnnouncementSuperseded {
	e := round.AnnouncementSuperseded{
		Supersedes: a.Document, DrawTime: a.DrawTime + 60,
		Chain: a.Chain, Pools: a.Pools, Mode: a.Mode,
	}
	change(&e)
	var err error
	e.BeaconRound, err = draw.Demonstration.RoundAt(int64(e.DrawTime))
	require.NoError(h.t, err)
	doc, err := round.SupersedingDocument(id, s, e, terms)
	require.NoError(h.t, err)
	h.files["announcements/"+id+".1.json"] = doc
	e.Document = draw.AnnouncementDigest(doc)
	return e
}

// aftermath is a good ledger of one round with a full timetable, three seats, and
// everything that can become of them. By ranks: 1 is used; 2 is revoked, and 4 takes the
// seat and lets it lapse; 3 had withdrawn, and 5 takes the seat but is never confirmed, 6 after
// it gives it back, and 7 uses it. Then who was revoked applies again, and later who let it lapse.
func aftermath(t require.TestingT, k hooks) *history {
	k.timetable = fullTimetable
	if k.version == nil {
		k.version = timely
	}
	h := newHistory(t, k)
	h.open("r1")
	for n := range 12 {
		h.approve(h.submit("r1", domain.Ordinary, family(n)))
	}
	h.conduct("r1", 3, 6, nil)
	h.first = h.order["ordinary"]
	h.withdraw(h.ranked(3))

	h.awarded(1, "cora")
	h.confirmed(1)
	h.put("rex", right(1), indicator.Used{})
	h.awarded(2, "cora")
	h.put("rex", right(2), indicator.Revoked{Reason: indicator.NotEligible})
	h.letGo("rex", 2)
	h.promotedTo(4, 2)
	h.promotedTo(5, 3)
	h.confirmed(4)
	h.now += toConfirm + 10
	h.put("clock", right(5), indicator.Revoked{Reason: indicator.NotConfirmed})
	h.letGo("clock", 5)
	h.promotedTo(6, 5)
	h.put("rex", right(6), indicator.Forfeited{Reason: indicator.Refused})
	h.letGo("rex", 6)
	h.promotedTo(7, 6)
	h.confirmed(7)
	h.put("rex", right(7), indicator.Used{})

	useBy := h.records[h.index(right(4), indicator.Confirmed{})].event.(indicator.Confirmed).UseBy
	h.now = useBy + 1000 // the clock was stopped
	lapsed := indicator.Forfeited{
		Reason: indicator.Lapsed, BarredUntil: useBy + toReturn, ResetLadder: true,
		ReturnsTo: indicator.Quota{Year: useBy.Year(), Pool: "ordinary"},
	}
	h.put("clock", right(4), lapsed)
	for _, p := range h.ranked(4).persons {
		h.put("clock", "identity-"+p.String(),
			person.Barred{
				Kind: domain.Ordinary, Application: h.ranked(4).code,
				Until: lapsed.BarredUntil, ResetLadder: true,
			})
	}
	figures := round.Settlement{
		Pool: "ordinary", Awarded: 6, Confirmed: 3, Used: 2, Forfeited: 2,
		Revoked: 2, Promoted: 4, Returned: 1,
	}
	h.put("clock", "round-r1", round.Settled{Pools: []round.Settlement{
		figures,
		{Pool: "new-energy-family", Returned: 3},
		{Pool: "new-energy-individual", Returned: 3},
		{Pool: "ordinary-organisation", Returned: 3},
		{Pool: "new-energy-organisation", Returned: 3},
	}})

	h.open("r2")
	h.approve(h.submitFor("r2", domain.Ordinary, family(0), h.ranked(2).persons))
	h.now = lapsed.BarredUntil
	again := family(0)
	again.Members[1].DrawsSince2021 = 0
	h.approve(h.submitFor("r2", domain.Ordinary, again, h.ranked(4).persons))
	h.conduct("r2", 1, 1, nil)
	h.put("cora", "round-r3",
		round.Opened{
			Rules: h.version.Name, RulesSHA256: h.adopted, Opens: h.opens,
			Closes: h.closes,
		})
	h.put("cora", "round-r3", round.Voided{Reason: round.QuotaWrong})
	h.put("cora", "round-r4",
		round.Opened{
			Rules: h.version.Name, RulesSHA256: h.adopted, Opens: h.opens,
			Closes: h.closes, Reruns: "r3",
		})
	return h
}

// right is the stream of the indicator of a rank.
func right(rank int) string { return "indicator-" + indicator.ID("r1", "ordinary", uint64(rank)) }

// ranked is the application on a rank of the first round.
func (h *history) ranked(rank int) *entrant {
	if rank <= len(h.won["r1"]["ordinary"]) {
		return h.find(h.won["r1"]["ordinary"][rank-1])
	}
	return h.find(h.first[rank-1])
}

func (h *history) awarded(rank int, actor string) {
	a := h.ranked(rank)
	a.until = min(a.until,
		h.put(actor, of(a), application.Awarded{Indicator: right(rank)[len("indicator-"):]}))
	h.put(actor, right(rank),
		indicator.Awarded{Application: a.code, ConfirmBy: h.now + 1 + toConfirm})
}

// letGo gives the people of an award that ended free.
func (h *history) letGo(actor string, rank int) {
	a := h.ranked(rank)
	for _, p := range a.persons {
		h.put(actor, "identity-"+p.String(), person.Released{Kind: a.kind, Application: a.code})
	}
}

func (h *history) confirmed(rank int) { h.confirm(right(rank)[len("indicator-"):]) }

func (h *history) promotedTo(rank, vacated int) {
	h.put("clock", right(rank), indicator.Promoted{Vacated: right(vacated)[len("indicator-"):]})
	h.awarded(rank, "clock")
}

// TestAftermath: the ledger that the cheats about the timetable and about what follows a
// draw begin with is good, and its report counts what there is to count.
func TestAftermath(t *testing.T) {
	h := aftermath(t, hooks{})
	report := h.verified(t)
	require.Equal(t, len(h.files), report.Files)
	r := report.Rounds[0]
	require.EqualValues(t, 1, r.Superseded)
	require.Len(t, r.Anchors, 2, "those of the valid announcement")
	require.Equal(t, hex.EncodeToString([]byte(digits)), r.Ceremony)
	require.Equal(t, round.PhaseSettled, r.Phase)
	require.EqualValues(t, 1, r.Settled[0].Returned)
	require.Equal(t, "r3", report.Rounds[3].Reruns)
	require.Equal(t, round.QuotaWrong, report.Rounds[2].Void)

	delete(h.files, audit.SupersedingPath("r1", 1))
	_, err := audit.VerifyFolder(h.publish(), "", nil)
	found, _ := fault.Of(err)
	require.Equal(t, fault.FileMissing, found.Code)
	require.Equal(t, audit.SupersedingPath("r1", 1), found.Site.String())
}

// TestDue: what a clock finds due at each moment of the good ledger is just what came
// next in the name of the clock.
func TestDue(t *testing.T) {
	h := aftermath(t, hooks{})
	l := audit.NewLedger(nil)
	seen := 0
	for i, b := range h.leaves() {
		if r := h.records[i]; r.actor == "clock" {
			seen++
			at, id := r.at, strings.TrimPrefix(r.stream, "indicator-")
			switch e := r.event.(type) {
			case indicator.Revoked:
				require.Equal(t, []string{id}, l.ToRevoke(at))
				require.Empty(t, l.ToRevoke(at-100))
			case indicator.Promoted:
				due := l.ToPromote(at)
				require.Contains(t, due, id)
				m := audit.Moving{State: &l.State}
				require.Equal(t, e.Vacated, m.Vacated(due[0]))
				for n, next := range due { // several at once take the seats one after the other
					require.EqualValues(t, m.Reserve(due[0], m.Vacated(due[0])).Next+uint64(n),
						m.Reserve(next, m.Vacated(next)).Next)
				}
				require.Empty(t, m.Vacated("r1.ordinary.9"))
				require.Zero(t, m.Reserve("r1.ordinary.9", ""))
			case application.Awarded:
				require.Equal(t, []string{e.Indicator}, l.ToAward(at))
			case indicator.Awarded:
				require.Equal(t, []string{id}, l.ToAward(at), "also after a crash between the two")
			case indicator.Forfeited:
				require.Equal(t, []string{id}, l.ToLapse(at))
				require.Empty(t, l.ToLapse(at-1001))
			case person.Released:
				require.Equal(t, []string{"r1.ordinary.5"}, l.ToRevoke(at),
					"its people are still held")
			case person.Barred:
				require.Equal(t, []string{"r1.ordinary.4"}, l.ToLapse(at),
					"its people are still held")
				_, open := l.Settlement("r1")
				require.Equal(t, "r1.ordinary.4", open)
			case round.Settled:
				require.Equal(t, []string{"r1"}, l.ToSettle(at))
				require.Empty(t, l.ToPromote(at))
			}
		} else if (r.event == round.Closed{}) {
			require.Contains(t, l.ToClose(closes), r.stream[len("round-"):])
			require.NotContains(t, l.ToClose(closes-1), r.stream[len("round-"):])
		}
		d, err := audit.Decode(int64(i), b)
		require.NoError(t, err)
		require.NoError(t, l.Apply(d))
	}
	require.Equal(t, 4*3+1+2+1+2+1, seen)
	for name, due := range map[string][]string{
		"revoke": l.ToRevoke(h.now),
		"lapse":  l.ToLapse(h.now), "promote": l.ToPromote(h.now), "award": l.ToAward(h.now),
		"settle": l.ToSettle(h.now),
	} {
		require.Empty(t, due, name)
	}
}

// TestAbortRefuted: a round that was voided for a missing beacon stands voided until
// somebody shows the signature.
func TestAbortRefuted(t *testing.T) {
	h := aftermath(t, hooks{})
	h.records = h.records[:h.index("round-r1", round.BeaconRecorded{})]
	h.renumber()
	a := h.records[h.index("round-r1",
		round.AnnouncementSuperseded{})].event.(round.AnnouncementSuperseded)
	for name := range h.files {
		if strings.HasPrefix(name, "results/") || strings.Contains(name, "/r2") {
			delete(h.files, name)
		}
	}
	h.now = a.DrawTime + 2*86400
	voided := h.put("cora", "round-r1", round.Voided{Reason: round.BeaconMissing})
	report := h.verified(t)
	signature, err := beacon.DemonstrationSignature(a.BeaconRound)
	require.NoError(t, err)
	found, disproven := fault.Of(report.RefuteAbort("r1", signature))
	require.True(t, disproven)
	require.Equal(t, fault.AbortRefuted, found.Code)
	require.Equal(t, fmt.Sprintf("round-r1 revision %d", h.records[voided].revision),
		found.Site.String())

	another, err := beacon.DemonstrationSignature(a.BeaconRound + 1)
	require.NoError(t, err)
	require.Equal(t, "beacon_signature", fault.CodeOf(report.RefuteAbort("r1", another)))
	require.Equal(t, "unknown_round", fault.CodeOf(report.RefuteAbort("r9", signature)))
	report.Rounds[0].Void = round.RosterWrong
	require.Equal(t, "reason_unfounded", fault.CodeOf(report.RefuteAbort("r1", signature)))
	report.Rounds[0].Void, report.Rounds[0].Chain = round.BeaconMissing, "mine"
	require.Equal(t, "unknown_chain", fault.CodeOf(report.RefuteAbort("r1", signature)))
}

// TestAnyLeafAnywhere stores one event of each type at moments at which it does not belong,
// with the revision that it would have there: it is allowed or refused by a fault, and
// never more than that.
func TestAnyLeafAnywhere(t *testing.T) {
	h := aftermath(t, hooks{})
	var samples []record
	moments := map[string]int{}
	for i, r := range h.records {
		if name := r.event.EventType(); moments[name] == 0 {
			samples, moments[name] = append(samples, r), i+1
		}
	}
	require.Greater(t, len(samples), 25)
	leaves, refused := h.leaves(), 0
	for _, n := range moments {
		next := map[string]uint64{}
		for _, r := range h.records[:n] {
			next[r.stream]++
		}
		for _, r := range samples {
			l := audit.NewLedger(nil)
			for i, b := range leaves[:n] {
				d, err := audit.Decode(int64(i), b)
				require.NoError(t, err)
				require.NoError(t, l.Apply(d))
			}
			r.revision = next[r.stream]
			d, err := audit.Decode(int64(n), r.leaf(t))
			require.NoError(t, err)
			if err := l.Apply(d); err != nil {
				require.NotEmpty(t, fault.CodeOf(err), err)
				refused++
			}
			for _, due := range [][]string{
				l.ToClose(r.at), l.ToRevoke(r.at), l.ToLapse(r.at),
				l.ToPromote(r.at), l.ToAward(r.at), l.ToExpire(r.at), l.ToSettle(r.at),
			} {
				for _, id := range due {
					m := audit.Moving{State: &l.State}
					m.Reserve(id, m.Vacated(id))
				}
			}
		}
	}
	require.Greater(t, refused, len(samples)*len(moments)/2)
}
