package storetest

import (
	"math"
	"slices"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// metadataFacts are the settings of a stream.
var metadataFacts = []fact{
	{name: "what is seen of ten events", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(10)...)
		for _, row := range []struct {
			name, metadata string
			first          int // lowest revision that is seen
		}{
			{"none", `{}`, 0},
			{"$maxCount", `{"$maxCount":3}`, 7},
			{"$maxCount over the length", `{"$maxCount":30}`, 0},
			{"$tb", `{"$tb":4}`, 4},
			{"both, $maxCount is stricter", `{"$tb":4,"$maxCount":2}`, 8},
			{"both, $tb is stricter", `{"$tb":9,"$maxCount":5}`, 9},
			{"$tb past the end", `{"$tb":100}`, 10},
			{"$tb negative", `{"$tb":-3}`, 0},
			{"$maxCount not positive", `{"$tb":4,"$maxCount":0}`, 4},
			{"$maxCount negative", `{"$tb":4,"$maxCount":-1}`, 4},
			{"$maxAge not positive", `{"$tb":4,"$maxAge":0}`, 4},
			{"$maxAge negative", `{"$tb":4,"$maxAge":-1}`, 4},
			{"$maxAge of old events", `{"$maxAge":100000}`, 0},
			{"$cacheControl is only stored", `{"$tb":4,"$cacheControl":12}`, 4},
			{"$cacheControl not positive", `{"$tb":4,"$cacheControl":-1}`, 4},
			{"beyond int64", `{"$tb":4,"$maxCount":9223372036854775808}`, 0},
			{"a text for a number", `{"$tb":4,"$maxCount":"3"}`, 0},
			{"nothing for a number", `{"$tb":4,"$maxCount":null}`, 0},
			{"a text for $cacheControl", `{"$tb":4,"$cacheControl":"x"}`, 0},
			{"$maxAge as long as can be", `{"$tb":4,"$maxAge":922337203685}`, 4},
			{"$maxAge too long", `{"$tb":4,"$maxAge":922337203686}`, 0},
			{"$maxAge too long before zero", `{"$tb":4,"$maxAge":-922337203686}`, 0},
			{"$cacheControl too long", `{"$tb":4,"$cacheControl":922337203686}`, 0},
			{"$tempStream", `{"$tb":4,"$tempStream":false}`, 4},
			{"a text for $tempStream", `{"$tb":4,"$tempStream":"true"}`, 0},
			{"nothing for $tempStream", `{"$tb":4,"$tempStream":null}`, 0},
			{"$acl", `{"$tb":4,"$acl":{"$r":"$all","$w":["$admins","$ops"],"$mr":[]}}`, 4},
			{"a text for $acl", `{"$tb":4,"$acl":"$admins"}`, 0},
			{"nothing for $acl", `{"$tb":4,"$acl":null}`, 0},
			{"a number for a role", `{"$tb":4,"$acl":{"$r":1}}`, 0},
			{"a number among roles", `{"$tb":4,"$acl":{"$r":["$all",1]}}`, 0},
			{"nothing among roles", `{"$tb":4,"$acl":{"$r":[null]}}`, 0},
			{"an unknown right", `{"$tb":4,"$acl":{"$x":"$all"}}`, 0},
			{"unfinished JSON", `{"$tb":4`, 0},
			{"no object", `[4]`, 0},
		} {
			p.run(row.name, func(p *peer) {
				p.setMetadata(a, row.metadata)
				want := []int{}
				for i := row.first; i < 10; i++ {
					want = append(want, i)
				}
				require.Equal(p, want, revisions(p.read(a)))
				got, err := p.readWith(a,
					client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards},
					math.MaxUint64)
				require.NoError(p, err)
				slices.Reverse(want)
				require.Equal(p, want, revisions(got))
			})
		}
	}},
	{name: "counts only when flagged as JSON", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(3)...)
		p.put("$$"+a, client.EventData{
			EventID: uuid.New(), EventType: "$metadata",
			ContentType: client.ContentTypeBinary, Data: []byte(`{"$tb":2}`),
		})
		require.Len(p, p.read(a), 3)
	}},
	{name: "hides nothing from $all", check: func(p *peer) {
		a := p.stream()
		p.mark()
		p.put(a, Happened(10)...)
		p.setMetadata(a, `{"$tb":4,"$maxCount":2,"$maxAge":1}`)
		require.Len(p, p.all(), 11)
	}},
	{name: "a metastream shows its last event", check: func(p *peer) {
		a := p.stream()
		for _, m := range []string{`{"$maxCount":1}`, `{"$maxCount":2}`, `{"$maxCount":3}`} {
			p.setMetadata(a, m)
		}
		require.Equal(p, []int{2}, revisions(p.read("$$"+a)))
		require.JSONEq(p, `{"$maxCount":3}`, p.metadata(a))
		p.notFound(a)
	}},
	{name: "by the official client", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(10)...)
		var m client.StreamMetadata
		m.SetMaxCount(2)
		_, err := p.client.SetStreamMetadata(p.ctx, a,
			client.AppendToStreamOptions{ExpectedRevision: client.Any{}}, m)
		require.NoError(p, err)
		require.Equal(p, []int{8, 9}, revisions(p.read(a)))
		back, err := p.client.GetStreamMetadata(p.ctx, a,
			client.ReadStreamOptions{From: client.End{}, Direction: client.Backwards})
		require.NoError(p, err)
		require.EqualValues(p, 2, *back.MaxCount())
	}},
	{name: "an expired stream is empty, not missing", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(2)...)
		p.setMetadata(a, `{"$maxAge":1}`)
		require.Eventually(p, func() bool { return len(p.read(a)) == 0 }, 20*time.Second,
			100*time.Millisecond)
		w := p.put(a, Happened(1)...)
		require.EqualValues(p, 2, w.NextExpectedVersion)
		p.setMetadata(a, `{}`)
		require.Equal(p, []int{0, 1, 2}, revisions(p.read(a)))
	}},
}
