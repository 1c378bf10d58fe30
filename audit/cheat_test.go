package audit_test

import (
	"fmt"
	"testing"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"

	"github.com/stretchr/testify/require"

	"lotteryledger/audit"
)

// cheat is one dishonest operator, who works with these hooks, then changes their events at
// will, and publishes and signs everything anew, so that only the rules can notice. The
// verifier must answer with this code and name this place.
type cheat struct {
	name  string // docs/threats.md lists it
	code  string
	hooks hooks
	do    func(h *history) (place string)

	ledger func(require.TestingT, hooks) *history // the good one; lottery when nil
}

// TestCheat expects every cheat to be found out, for its own reason.
func TestCheat(t *testing.T) {
	for _, c := range allCheats() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.ledger == nil {
				c.ledger = lottery
			}
			h := c.ledger(t, c.hooks)
			place := c.do(h)
			_, err := audit.VerifyFolder(h.publish(), "", nil)
			found, disproven := fault.Of(err)
			require.True(t, disproven, "the cheat was not found: %v", err)
			require.Equal(t, c.code, found.Code, err)
			if i := found.Site.Leaf; i != nil {
				of := fmt.Sprintf("leaf %d", *i) // all that is known of a leaf that cannot be read
				require.Contains(t, []string{of + ", " + place, of}, found.Site.String(), found.Err)
				require.Equal(t, place, h.records[*i].place(), "the leaf with this index")
			} else {
				require.Equal(t, place, found.Site.String(), found.Err)
			}
		})
	}
}

func allCheats() []cheat {
	var all []cheat
	for _, list := range [][]cheat{
		formCheats(), orderCheats(), officerCheats(), peopleCheats(), personalCheats(),
		awardCheats(), sealCheats(), announcementCheats(), beaconCheats(), drawCheats(),
		resultCheats(), housingCheats(), quotaCheats(), noticeCheats(),
		checkCheats(), recheckCheats(), validityCheats(), creditCheats(), applicantCheats(),
		signatureCheats(), proposalCheats(),
		timetableCheats(), promotionCheats(), lapseCheats(), clockCheats(), partyCheats(),
	} {
		all = append(all, list...)
	}
	return all
}

// changed replaces the first event of this kind in the stream.
func changed[E catalog.Event](stream string, change func(h *history, e *E)) func(*history) string {
	return func(h *history) string {
		var e E
		i := h.index(stream, e)
		e = h.records[i].event.(E)
		change(h, &e)
		h.records[i].event = e
		return h.records[i].place()
	}
}

// at is the place of the first event of this kind in the stream: for cheats that hooks do.
func at(stream string, sample catalog.Event) func(*history) string {
	return func(h *history) string { return h.records[h.index(stream, sample)].place() }
}

// rewritten changes the bytes of the first event of this kind in the stream.
func rewritten(stream string, sample catalog.Event,
	change func(leaf string) string,
) func(*history) string {
	return func(h *history) string {
		r := &h.records[h.index(stream, sample)]
		r.raw = func(b []byte) []byte { return []byte(change(string(b))) }
		return r.place()
	}
}

// added puts one more event after the first of this kind in its stream.
func added(actor, stream string, after, e catalog.Event) func(*history) string {
	return func(h *history) string {
		return h.insert(h.index(stream, after)+1, actor, stream, e).place()
	}
}

// of is the stream of an application.
func of(a *entrant) string { return "application-" + a.code }

// whose makes a cheat about the stream of an application.
func whose(n int, do func(stream string) func(*history) string) func(*history) string {
	return func(h *history) string { return do(of(h.apps[n]))(h) }
}
