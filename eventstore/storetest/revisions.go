package storetest

import (
	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

// lastRevision is that of the streams which the tables call existing.
const lastRevision = 2

// state is a condition that a stream can be in.
type state struct {
	name string
	make func(p *peer, stream string)
}

var states = []state{
	{"no stream", func(*peer, string) {}},
	{"metadata only", func(p *peer, s string) { p.setMetadata(s, `{"$maxCount":100}`) }},
	{"exists", func(p *peer, s string) { p.put(s, Happened(lastRevision+1)...) }},
	{"soft-deleted", func(p *peer, s string) {
		p.put(s, Happened(lastRevision+1)...)
		require.NoError(p, p.delete(s, client.Any{}))
	}},
	{"tombstoned", func(p *peer, s string) {
		p.put(s, Happened(lastRevision+1)...)
		require.NoError(p, p.tombstone(s, client.Any{}))
	}},
}

// expectation is a row of the matrices.
type expectation struct {
	name     string
	expected client.ExpectedRevision
}

var expectations = []expectation{
	{"any", client.Any{}},
	{"no stream", client.NoStream{}},
	{"stream exists", client.StreamExists{}},
	{"before the last", client.Revision(lastRevision - 1)},
	{"the last", client.Revision(lastRevision)},
	{"after the last", client.Revision(lastRevision + 1)},
	{"beyond all", client.Revision(1 << 62)},
}

// Refusals in the matrices; everything else is a success.
const (
	wrong = -1
	dead  = -2
)

// matrix makes a fact of each row: by state what an attempt has to lead to.
func matrix(rows map[string][]int,
	check func(p *peer, stream string, e expectation, want int),
) []fact {
	var facts []fact
	for _, e := range expectations {
		facts = append(facts, fact{name: e.name, check: func(p *peer) {
			for i, s := range states[:len(rows[e.name])] {
				p.run(s.name, func(p *peer) {
					stream := p.stream()
					s.make(p, stream)
					check(p, stream, e, rows[e.name][i])
				})
			}
		}})
	}
	return facts
}

// revisionFacts are every pair of expectation and state, for events that were never
// written before.
var revisionFacts = matrix(map[string][]int{
	"any":             {0, 0, lastRevision + 1, lastRevision + 1, dead},
	"no stream":       {0, 0, wrong, lastRevision + 1, dead},
	"stream exists":   {wrong, 0, lastRevision + 1, dead, dead},
	"before the last": {wrong, wrong, wrong, wrong, dead},
	"the last":        {wrong, wrong, lastRevision + 1, lastRevision + 1, dead},
	"after the last":  {wrong, wrong, wrong, wrong, dead},
	"beyond all":      {wrong, wrong, wrong, wrong, dead},
}, func(p *peer, stream string, e expectation, want int) {
	p.mark()
	w, err := p.append(stream, e.expected, Happened(2)...)
	switch want {
	case wrong:
		p.refused(client.ErrorCodeWrongExpectedVersion, err)
		require.Empty(p, p.all(), "something was written")
	case dead:
		p.refused(client.ErrorCodeStreamDeleted, err)
		require.Empty(p, p.all(), "something was written")
	default:
		require.NoError(p, err)
		require.EqualValues(p, want+1, w.NextExpectedVersion)
		got := p.read(stream)
		last := got[len(got)-1].Event
		require.EqualValues(p, want+1, last.EventNumber)
		require.Equal(p, client.Position{Commit: w.CommitPosition, Prepare: w.PreparePosition},
			last.Position, "the position is that of the last event")
	}
})
