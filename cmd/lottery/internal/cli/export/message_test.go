package export

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lotteryledger/cmd/lottery/internal/cli"
	"lotteryledger/cmd/lottery/internal/words"
	"lotteryledger/domain/application"
	"lotteryledger/domain/indicator"
	"lotteryledger/eventstore/catalog"
	"lotteryledger/eventstore/office"
)

// TestMessages: of every event of an application or indicator it is decided whether the applicant
// is told, and then in whole sentences.
func TestMessages(t *testing.T) {
	silent := []catalog.Event{
		application.CheckRecorded{},
		application.Credited{},
		application.RecheckAsked{},
		indicator.Awarded{},
		indicator.Promoted{}, // the application says that it is awarded
	}
	told := []catalog.Event{
		application.Submitted{},
		application.Edited{},
		application.Approved{},
		application.Renewed{},
		application.Withdrawn{},
		application.Expired{},
		application.Awarded{},
		application.Rejected{Reasons: application.Reasons},
		indicator.Confirmed{UseBy: 1_790_000_000},
		indicator.Used{},
	}
	for _, r := range application.DisqualifyReasons {
		told = append(told, application.Disqualified{Reason: r})
	}
	for _, a := range []application.Answer{application.Granted, application.Upheld} {
		told = append(told, application.RecheckAnswered{Answer: a})
	}
	for _, r := range []indicator.Reason{
		indicator.KinshipUnproven, indicator.NotEligible,
		indicator.FalseStatement, indicator.NotConfirmed,
	} {
		told = append(told, indicator.Revoked{Reason: r})
	}
	for _, r := range []indicator.ForfeitReason{indicator.Lapsed, indicator.Refused} {
		told = append(told, indicator.Forfeited{Reason: r})
	}
	types := map[string]bool{}
	for _, e := range silent {
		require.False(t, office.IsTold(e), e.EventType())
		types[e.EventType()] = true
	}
	for _, lang := range words.Languages {
		w, _ := words.In(lang)
		page := &cli.Page{Words: w, Zone: time.UTC}
		for _, e := range told {
			types[e.EventType()] = true
			require.True(t, office.IsTold(e), e.EventType())
			text := textOf(page, "1234567890123", e)
			require.Contains(t, text, "1234567890123")
			require.NotRegexp(t, `: [.,]|：[。，]|; [.,]|；[。；]|because [.;]|原因：[。；]|%`,
				text, "%s %T", lang, e)
		}
	}
	for row := range catalog.Public.All() {
		name := row.Name
		if noun, _, _ := strings.Cut(name, "."); noun == "application" || noun == "indicator" {
			require.True(t, types[name], "is the applicant told of %s?", name)
		}
	}
}
