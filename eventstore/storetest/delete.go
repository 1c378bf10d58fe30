package storetest

import (
	"math"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// metadata returns the last metadata of a stream.
func (p *peer) metadata(stream string) string {
	p.Helper()
	got := p.read("$$" + stream)
	require.Len(p, got, 1, "a metastream shows its last event only")
	return string(got[0].Event.Data)
}

// ending checks a call that ends streams against every expectation and state.
func ending(call func(*peer, string, client.ExpectedRevision) error, ended func(*peer, string),
	rows map[string][]int,
) func(*peer) {
	facts := matrix(rows, func(p *peer, stream string, e expectation, want int) {
		err := call(p, stream, e.expected)
		switch want {
		case wrong:
			require.Equal(p, codes.FailedPrecondition, status.Code(err), "%v", err)
			p.refused(client.ErrorCodeUnknown, err)
		case dead:
			p.refused(client.ErrorCodeStreamDeleted, err)
		default:
			require.NoError(p, err)
			ended(p, stream)
		}
	})
	return func(p *peer) {
		for _, f := range facts {
			p.run(f.name, f.check)
		}
	}
}

// deleteFacts are soft deletion and tombstones.
var deleteFacts = []fact{
	{name: "delete expectations", check: ending((*peer).delete, (*peer).notFound, map[string][]int{
		"any":             {wrong, 0, 0, 0, dead},
		"no stream":       {wrong, 0, wrong, 0, dead},
		"stream exists":   {wrong, 0, 0, dead, dead},
		"before the last": {wrong, wrong, wrong, wrong, dead},
		"the last":        {wrong, wrong, 0, 0, dead},
		"after the last":  {wrong, wrong, wrong, wrong, dead},
		"beyond all":      {wrong, wrong, wrong, wrong, dead},
	})},
	{
		name: "tombstone expectations",
		check: ending((*peer).tombstone, (*peer).deleted, map[string][]int{
			"any":             {0, 0, 0, 0, dead},
			"no stream":       {0, 0, wrong, 0, dead},
			"stream exists":   {wrong, 0, 0, dead, dead},
			"before the last": {wrong, wrong, wrong, wrong, dead},
			"the last":        {wrong, wrong, 0, 0, dead},
			"after the last":  {wrong, wrong, wrong, wrong, dead},
			"beyond all":      {wrong, wrong, wrong, wrong, dead},
		}),
	},
	{name: "delete hides and forgets settings", check: func(p *peer) {
		a := p.stream()
		p.mark()
		p.put(a, Happened(3)...)
		p.setMetadata(a, `{"$maxCount":10,"own":{"x":1}}`)
		require.NoError(p, p.delete(a, client.Revision(2)))
		p.notFound(a)
		meta := p.metadata(a)
		require.JSONEq(p, `{"$tb":9223372036854775807}`, meta)
		require.Contains(p, meta, "9223372036854775807")
		require.Len(p, p.all(), 5, "$all still shows everything")
	}},
	{name: "delete again", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(1)...)
		require.NoError(p, p.delete(a, client.Any{}))
		require.NoError(p, p.delete(a, client.Any{}))
		p.refused(client.ErrorCodeStreamDeleted, p.delete(a, client.StreamExists{}))
		p.notFound(a)
	}},
	{name: "delete answers with a position", check: func(p *peer) {
		a := p.stream()
		w := p.put(a, Happened(1)...)
		d, err := p.client.DeleteStream(p.ctx, a,
			client.DeleteStreamOptions{ExpectedRevision: client.Any{}})
		require.NoError(p, err)
		require.Greater(p, d.Position.Commit, w.CommitPosition)
		e, err := p.client.TombstoneStream(p.ctx, a,
			client.TombstoneStreamOptions{ExpectedRevision: client.Any{}})
		require.NoError(p, err)
		require.Greater(p, e.Position.Commit, d.Position.Commit)
	}},
	{name: "append undeletes and goes on counting", check: func(p *peer) {
		a := p.stream()
		p.mark()
		p.put(a, Happened(3)...)
		require.NoError(p, p.delete(a, client.Any{}))
		w := p.put(a, Happened(2)...)
		require.EqualValues(p, 4, w.NextExpectedVersion)
		require.Equal(p, []int{3, 4}, revisions(p.read(a)))
		require.JSONEq(p, `{"$tb":3}`, p.metadata(a))
		all := p.all()
		require.Equal(p, "$$"+a, all[len(all)-1].Event.StreamID, "the metadata follows the events")
		require.Equal(p, w.CommitPosition, all[len(all)-2].Event.Position.Commit)
	}},
	{name: "append keeps the other settings of a deletion", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(3)...)
		p.setMetadata(a, `{"$tb":9223372036854775807,"own":{"x":1}}`)
		p.notFound(a)
		p.put(a, Happened(1)...)
		require.JSONEq(p, `{"$tb":3,"own":{"x":1}}`, p.metadata(a))
		require.Equal(p, []int{3}, revisions(p.read(a)))
	}},
	{name: "metadata undeletes", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(6)...)
		require.NoError(p, p.delete(a, client.Any{}))
		p.setMetadata(a, `{"$maxCount":7}`)
		require.JSONEq(p, `{"$maxCount":7,"$tb":6}`, p.metadata(a))
		require.Empty(p, p.read(a), "the stream is there again, without events")
		p.put(a, Happened(1)...)
		require.Equal(p, []int{6}, revisions(p.read(a)))
	}},
	{name: "an append of nothing to the metastream undeletes", check: func(p *peer) {
		a := p.stream()
		p.put(a, Happened(3)...)
		require.NoError(p, p.delete(a, client.Any{}))
		p.put("$$" + a)
		require.JSONEq(p, `{"$tb":3}`, p.metadata(a))
		require.Empty(p, p.read(a), "the stream is there again, without events")
		_, err := p.append(a, client.NoStream{}, Happened(1)...)
		p.refused(client.ErrorCodeWrongExpectedVersion, err)
	}},
	{
		name: "metadata that is no JSON ends the deletion as it is", embedded: true,
		check: func(p *peer) {
			a := p.stream()
			p.put(a, Happened(3)...)
			require.NoError(p, p.delete(a, client.Any{}))
			p.put("$$"+a, client.EventData{
				EventID: uuid.New(), EventType: "$metadata",
				ContentType: client.ContentTypeBinary, Data: []byte{1},
			})
			require.Len(p, p.read(a), 3)
		},
	},
	{name: "undelete while the deletion is on its way", check: func(p *peer) {
		for range 50 {
			a := p.stream()
			p.put(a, Happened(1)...)
			done := make(chan error, 4)
			go func() { done <- p.delete(a, client.Any{}) }()
			for range 3 {
				go func() {
					_, err := p.append(a, client.Any{}, Happened(1)...)
					done <- err
				}()
			}
			for range cap(done) {
				require.NoError(p, <-done)
			}
			p.put(a, Happened(1)...)
			got := revisions(p.read(a))
			require.Equal(p, 4, got[len(got)-1])
		}
	}},
	{name: "tombstone is final", check: func(p *peer) {
		a := p.stream()
		p.mark()
		p.put(a, Happened(2)...)
		p.setMetadata(a, `{"$maxCount":5}`)
		require.NoError(p, p.tombstone(a, client.Revision(1)))
		all := p.all()
		end := all[len(all)-1].Event
		require.Equal(p, a, end.StreamID)
		require.Equal(p, "$streamDeleted", end.EventType)
		require.EqualValues(p, math.MaxInt64, end.EventNumber)
		for _, stream := range []string{a, "$$" + a} {
			p.deleted(stream)
			s, err := p.client.SubscribeToStream(p.ctx, stream,
				client.SubscribeToStreamOptions{From: client.End{}})
			require.NoError(p, err, "from its end nothing comes, and nothing is refused")
			require.NoError(p, s.Close())
		}
		_, err := p.append(a, client.Any{}, Happened(1)...)
		p.refused(client.ErrorCodeStreamDeleted, err)
		p.refused(client.ErrorCodeStreamDeleted, p.delete(a, client.Any{}))
		p.refused(client.ErrorCodeStreamDeleted, p.tombstone(a, client.Any{}))
	}},
	// a server accepts or refuses it, as its cache has it
	{name: "metadata of a tombstoned stream", embedded: true, check: func(p *peer) {
		with, without := p.stream(), p.stream()
		p.setMetadata(with, `{"$maxCount":5}`)
		for _, a := range []string{with, without} {
			p.put(a, Happened(1)...)
			require.NoError(p, p.tombstone(a, client.Any{}))
			_, err := p.append("$$"+a, client.Any{}, Happened(1)...)
			p.refused(client.ErrorCodeStreamDeleted, err)
		}
	}},
	{name: "tombstone of a stream that never was", check: func(p *peer) {
		for _, expected := range []client.ExpectedRevision{client.Any{}, client.NoStream{}} {
			a := p.stream()
			require.NoError(p, p.tombstone(a, expected))
			_, err := p.append(a, client.NoStream{}, Happened(1)...)
			p.refused(client.ErrorCodeStreamDeleted, err)
		}
	}},
}
