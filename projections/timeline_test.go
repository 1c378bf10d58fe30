package projections_test

import (
	"testing"

	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/application"
	"lotteryledger/eventstore"
	"lotteryledger/projections/timeline"
)

// TestTimelineIsTheStream: one row for each event of every application, with its author,
// time and facts, and nothing of the people in it.
func TestTimelineIsTheStream(t *testing.T) {
	w := newWorldUnder(t, demanding)
	w.open()
	code := w.submit(1) // a family
	w.ok(w.applicationDo(code, application.Edit{Standing: standing(3)}))
	w.check(code, true)
	w.ok(w.applicationDo(code, application.Reject{}))
	w.ok(w.applicationDo(code, application.AskRecheck{}))
	other := w.submit(0)
	w.ok(w.applicationDo(other, application.Withdraw{}))
	w.ok(w.applicationDo(code, application.Disqualify{Reason: application.ApplicantDeceased}))

	db := open(t, newPath(t))
	require.NoError(t, db.CatchUp(ctx, w.store))
	for _, code := range w.codes {
		events, err := timeline.Of(db).Events(ctx, code)
		require.NoError(t, err)
		var n int
		for r, err := range w.store.Read(ctx, application.StreamPrefix+code, eventstore.Range{}) {
			require.NoError(t, err)
			m, err := catalog.ParseMeta(r.Meta)
			require.NoError(t, err)
			facts := string(r.Data)
			switch e := must(eventstore.Decode(r.Type, r.Data)).(type) {
			case application.Submitted:
				facts = `{"round":"` + e.Round + `","indicator":"` + string(e.Indicator) +
					`","applicant":"` + string(e.Standing.Applicant) + `"}`
			case application.Edited:
				facts = `{}`
			}
			require.Equal(t, timeline.Event{
				Revision: r.Revision, Type: r.Type, At: m.At,
				Actor: m.Actor, Facts: []byte(facts),
			}, events[n])
			n++
		}
		require.Len(t, events, n)
	}
	events, err := timeline.Of(db).Events(ctx, "9999999999999")
	require.NoError(t, err)
	require.Empty(t, events)
}
