package projections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/draw"
	"lotteryledger/domain/rules"
	"lotteryledger/projections/pool"
	"lotteryledger/projections/results"
)

// TestListsAndParties: applications that are in several pools by their own choice, seats
// that go from list to list, parties: tables and replay agree after every round.
func TestListsAndParties(t *testing.T) {
	serial := rules.Housing2026()
	serial.NoticeSeconds, serial.TwoOfficers = 3600, false
	preference := rules.Housing2026()
	preference.NoticeSeconds, preference.Mode, preference.TwoOfficers = 3600, draw.Preference, false
	preference.Ladder, preference.FamilyPoints = rules.Beijing2021().Ladder,
		rules.Beijing2021().FamilyPoints
	for i := range preference.Pools {
		preference.Pools[i].Order, preference.Pools[i].SpillTo, preference.Pools[i].Tickets = "",
			"", ""
	}
	for _, v := range []rules.Version{serial, preference} {
		t.Run(string(v.Mode), func(t *testing.T) {
			w := newWorldUnder(t, v)
			db := open(t, newPath(t))
			choices := [][]string{
				nil,
				{"neighbours"},
				{"town", "neighbours"},
				{"shared-houses"},
				{"shared-houses", "town"},
			}
			w.open()
			for n := range 25 {
				s := standing(n)
				s.Choices = choices[n%5]
				w.approve(w.submitAs(n, domain.Dwelling, s))
			}
			late := w.submitAs(1, domain.Dwelling, standing(1)) // chooses when it is edited
			s := standing(1)
			s.Choices = choices[3]
			w.ok(w.applicationDo(late, application.Edit{Standing: s}))
			w.approve(late)
			for range 3 {
				w.conduct(3, 2)
				require.NoError(t, db.CatchUp(ctx, w.store))
				_, selected := w.ledger.Round(w.round)
				for _, p := range v.Pools {
					var seated []string
					for r, err := range results.Of(db).Ranks(ctx, w.round, p.Name) {
						require.NoError(t, err)
						if r.Selected {
							seated = append(seated, r.Code)
						}
					}
					require.Equal(t, selected[p.Name], seated, p.Name)
				}
				w.open()
				require.NoError(t, db.CatchUp(ctx, w.store))
				requireRosters(t, db, w.ledger, w.round, w.ledger.Size())
			}
			lost := 0
			for _, code := range w.codes {
				a, _, err := pool.Of(db).Find(ctx, code)
				require.NoError(t, err)
				require.LessOrEqual(t, a.Losses, 3, "one for each draw, in however many pools")
				lost = max(lost, a.Losses)
			}
			require.Positive(t, lost)
		})
	}
}
