package projections_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/domain/officer"
	"lotteryledger/domain/round"
	"lotteryledger/domain/rules"
	"lotteryledger/projections"
	"lotteryledger/projections/pool"
)

// TestRandomHistories lets an office do anything in any order, while projections
// catch up and restart at any moment, and compares with the replay and with
// projections that read everything at once.
func TestRandomHistories(t *testing.T) {
	folder, cases := t.TempDir(), 0
	var published, settled, expired, promoted int
	rapid.Check(t, func(t *rapid.T) {
		cases++
		path := filepath.Join(folder, fmt.Sprint(cases))
		db := reopen(t, path)
		defer func() { require.NoError(t, db.Close()) }()
		w := newWorldUnder(t, lively())
		if rapid.Bool().Draw(t, "demanding") {
			w = newWorldUnder(t, demanding)
			w.ok(handle(w, catalog.Officers, officer.StreamPrefix+"deputy",
				officer.Command(officer.Appoint{Roles: officer.Roles})))
		}
		w.open()
		step := 0
		catchUp := func() {
			require.NoError(t, db.CatchUp(ctx, w.store))
			requireRounds(t, db, w)
			if _, _, err := w.ledger.Rosters(w.round, w.ledger.Size()); err == nil && step < 3 {
				requireRosters(t, db, w.ledger, w.round, w.ledger.Size())
				settled += losses(t, db)
			}
		}
		anyCode := func() string { return rapid.SampledFrom(w.codes).Draw(t, "code") }
		var awarded []string
		actions := map[string]func(*rapid.T){
			"submit": func(t *rapid.T) {
				if step == 0 {
					w.submit(rapid.IntRange(0, 100).Draw(t, "standing"))
				}
			},
			"approve": func(*rapid.T) {
				refusable(w,
					w.applicationDo(anyCode(), application.Approve{}))
			},
			"approve2": func(*rapid.T) {
				refusable(w,
					w.applicationDo(anyCode(), application.Approve{}))
			},
			"reject": func(*rapid.T) {
				refusable(w, w.applicationDo(anyCode(),
					application.Reject{Reasons: []application.Reason{application.OwnsCar}}))
			},
			"edit": func(*rapid.T) {
				code := anyCode()
				l, err := w.loaded(code)
				require.NoError(t, err)
				s := l.Standing.AfterLosses(1)
				refusable(w, w.applicationDo(code, application.Edit{Standing: s}))
			},
			"check": func(t *rapid.T) {
				w.check(anyCode(),
					rapid.IntRange(0, 5).Draw(t, "failed") == 0)
			},
			"recheck": func(t *rapid.T) {
				code := anyCode()
				refusable(w, w.applicationDo(code, application.AskRecheck{}))
				w.actor = "deputy"
				answer := rapid.SampledFrom([]application.Answer{
					application.Granted,
					application.Upheld,
				}).Draw(t, "answer")
				refusable(w, w.applicationDo(code, application.AnswerRecheck{Answer: answer}))
				w.actor = "chief"
			},
			"credit": func(t *rapid.T) {
				draws := rapid.IntRange(0, 78).Draw(t, "draws")
				refusable(w, w.applicationDo(anyCode(),
					application.Credit{
						Member:         rapid.IntRange(1, 2).Draw(t, "member"),
						DrawsUntil2020: draws, Evidence: domain.Digest{1},
					}))
			},
			"renew": func(*rapid.T) {
				for _, code := range w.codes[:len(w.codes)/2] {
					refusable(w, w.applicationDo(code, application.Renew{}))
				}
			},
			"expire": func(*rapid.T) {
				for _, code := range w.ledger.RunOut(w.now) {
					w.ok(w.applicationDo(code, application.Expire{}))
					expired++
				}
				refusable(w, w.applicationDo(anyCode(), application.Expire{}))
			},
			"disqualify": func(*rapid.T) {
				refusable(w, w.applicationDo(anyCode(),
					application.Disqualify{Reason: application.ApplicantDeceased}))
			},
			"withdraw": func(*rapid.T) {
				refusable(w,
					w.applicationDo(anyCode(), application.Withdraw{}))
			},
			"round": func(t *rapid.T) {
				steps := []func() error{
					w.closeRound,
					func() error { return w.seal(rapid.Int64Range(0, 2).Draw(t, "but")) },
					func() error {
						return w.announce(rapid.Uint64Range(0, 3).Draw(t, "seats"),
							rapid.Uint64Range(0, 3).Draw(t, "reserve"))
					},
					func() error {
						if rapid.Bool().Draw(t, "supersede") {
							refusable(w, w.supersede(rapid.Uint64Range(0, 3).Draw(t, "seats"),
								rapid.Uint64Range(0, 3).Draw(t, "reserve")))
						}
						return w.seed()
					}, w.draw,
					func() error { return w.rank(rapid.IntRange(1, 3).Draw(t, "piece")) },
					w.publish,
				}
				if step == len(steps) {
					awarded = append(awarded, w.award(w.round)...)
					w.open()
					step, published = 0, published+1
					return
				}
				if err := steps[step](); err == nil {
					step++
				} else {
					refusable(w, err)
				}
			},
			"void": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "really") == 0 && step < 7 {
					w.ok(w.roundDo(round.Void{Reason: round.AnnouncementWrong}))
					w.open()
					step = 0
				}
			},
			"indicator": func(t *rapid.T) {
				if len(awarded) == 0 {
					return
				}
				id := rapid.SampledFrom(awarded).Draw(t, "id")
				_, pool, _, err := indicator.ParseID(id)
				w.ok(err)
				cmd := rapid.SampledFrom([]indicator.Command{
					indicator.Confirm{At: w.now, UseSeconds: version.UseSeconds},
					indicator.Revoke{Reason: indicator.FalseStatement},
					indicator.Use{At: w.now},
					indicator.Forfeit{At: w.now, Reason: indicator.Refused},
					indicator.Forfeit{
						At: w.now, Reason: indicator.Lapsed, Pool: pool,
						Lapse: w.rules.Lapse,
					},
				}).Draw(t, "command")
				refusable(w, w.indicatorDo(id, cmd))
			},
			"promote": func(*rapid.T) {
				ids := w.promote()
				awarded, promoted = append(awarded, ids...), promoted+len(ids)
			},
			"later": func(t *rapid.T) {
				if step == 0 { // a window is open, so it stays within it
					return
				}
				w.now += domain.Time(rapid.Int64Range(0, 2*version.UseSeconds).Draw(t, "seconds"))
				w.lapse()
				w.settle()
			},
			"catch up": func(*rapid.T) { catchUp() },
			"restart": func(*rapid.T) {
				require.NoError(t, db.Close())
				db = reopen(t, path)
			},
		}
		actions["round2"], actions["round3"] = actions["round"], actions["round"]
		for n := range 4 {
			code := w.submit(rapid.IntRange(0, 100).Draw(t, fmt.Sprint("first", n)))
			w.check(code, false)
			w.approve(code)
		}
		if w.rules.Validity != nil { // so that the first are not valid much longer
			w.conduct(1, 1)
			w.open()
		}
		t.Repeat(actions)
		catchUp()
		once := reopen(t, path+".once")
		require.NoError(t, once.CatchUp(ctx, w.store))
		require.Equal(t, dump(t, once), dump(t, db))
		require.NoError(t, once.Close())
	})
	if !testing.Short() { // the few histories of a short run need not get that far
		require.Positive(t, published)
		require.Positive(t, settled)
		require.Positive(t, expired)
		require.Positive(t, promoted)
	}
}

// demanding are lively rules under another content, with a check, rechecks and an end of
// validity after the second window.
var demanding = func() rules.Version {
	v := lively()
	v.RequiredChecks = []rules.RequiredCheck{{Department: "tax", Item: "paid"}}
	v.RecheckSeconds, v.RecheckAnswerSeconds = 86400, 86400
	v.Validity = []rules.Validity{{Applicant: domain.Individual, Seconds: 2 * 86400}}
	return v
}()

// check records the check of the demanding rules; others know none.
func (w *world) check(code string, failed bool) {
	cmd := application.RecordCheck{Department: "tax", Item: "paid", Outcome: application.Passed}
	if failed {
		cmd.Outcome, cmd.Reasons = application.Failed,
			[]application.Reason{application.InsuranceTax}
	}
	refusable(w, w.applicationDo(code, cmd))
}

// refusable accepts that the rules refuse a command, and nothing else.
func refusable(w *world, err error) {
	if fault.CodeOf(err) == "" {
		w.ok(err)
	}
}

// losses is the sum of all losses of candidates.
func losses(t require.TestingT, db *projections.DB) (n int) {
	at, err := db.Position(ctx, pool.Name)
	require.NoError(t, err)
	for _, c := range candidates(t, db, at.Leaves) {
		n += c.Losses
	}
	return n
}
