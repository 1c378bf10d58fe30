package access_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lotteryledger/domain/access"
	"lotteryledger/domain/fault"
)

const who = "00112233445566778899aabbccddeeff"

func TestEveryLookIsAnEvent(t *testing.T) {
	var s access.State
	for n, kind := range []access.Kind{access.Masked, access.Receipt, access.Receipt} {
		for _, reason := range access.Reasons {
			want := access.RecordRead{Applicant: who, Reason: reason, Record: kind}
			events, err := access.Decide(s, access.ReadRecords{access.Look(want)})
			require.NoError(t, err)
			require.Equal(t, []access.Event{want}, events, "the same look again as well")
			s = access.Evolve(s, events[0])
		}
		require.Equal(t, (n+1)*len(access.Reasons), s.Reads)
	}
}

func TestLooksThatAreRefused(t *testing.T) {
	for code, looks := range map[string][]access.Look{
		"invalid_id": {
			{"", access.Complaint, access.Masked},
			{strings.ToUpper(who), access.Complaint, access.Masked},
			{who[2:], access.Complaint, access.Masked},
			{who + "00", access.Complaint, access.Masked},
			{"110105194912310021110105194912310", access.Complaint, access.Masked},
		},
		"invalid_reason": {{who, "", access.Masked}, {who, "curiosity", access.Masked}},
		"unknown_kind":   {{who, access.Complaint, ""}, {who, access.Complaint, "all"}},
	} {
		for _, look := range looks {
			events, err := access.Decide(access.State{},
				access.ReadRecords{{who, access.Complaint, access.Masked}, look})
			require.Empty(t, events)
			require.Equal(t, code, fault.CodeOf(err), "%+v", look)
		}
	}
}

// TestAccessStream: whatever is asked, every look of a request is one event, or the request none.
func TestAccessStream(t *testing.T) {
	look := rapid.Custom(func(t *rapid.T) access.Look {
		return access.Look{
			Applicant: rapid.SampledFrom([]string{who, strings.ToUpper(who), ""}).Draw(t, "who"),
			Reason: rapid.SampledFrom(append([]access.Reason{""}, access.Reasons...)).Draw(t,
				"why"),
			Record: rapid.SampledFrom([]access.Kind{
				access.Masked, access.Receipt, access.Codes,
				access.Mobile, "all",
			}).Draw(t, "what"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		var s access.State
		t.Repeat(map[string]func(*rapid.T){
			"looks": func(t *rapid.T) {
				looks := access.ReadRecords(rapid.SliceOfN(look, 0, 4).Draw(t, "looks"))
				good := 0
				for _, l := range looks {
					if l.Applicant == who && l.Reason != "" && l.Record != "all" {
						good++
					}
				}
				events, err := access.Decide(s, looks)
				require.Equal(t, good < len(looks), err != nil)
				before := s.Reads
				for i, e := range events {
					require.Equal(t, access.RecordRead(looks[i]), e)
					s = access.Evolve(s, e)
				}
				if err != nil {
					good = 0
				}
				require.Equal(t, before+good, s.Reads)
			},
		})
	})
}
