package storetest

import (
	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// repetitionFacts are both tables of idempotency: appends of events that were written
// before.
var repetitionFacts = []fact{
	{name: "any", check: func(p *peer) { rememberedIDs(p, client.Any{}) }},
	{name: "stream exists", check: func(p *peer) { rememberedIDs(p, client.StreamExists{}) }},
	{name: "no stream and revision", check: storedIDs},
	{name: "the last revision compares nothing", check: func(p *peer) {
		a, e := p.stream(), Happened(2)
		p.put(a, e...)
		w, err := p.append(a, client.Revision(1), e[0])
		require.NoError(p, err)
		require.EqualValues(p, 2, w.NextExpectedVersion)
		require.Len(p, p.read(a), 3)
	}},
	{name: "soft-deleted stream", check: func(p *peer) {
		for _, row := range []struct {
			name     string
			expected client.ExpectedRevision
		}{{"any", client.Any{}}, {"no stream", client.NoStream{}}} {
			p.run(row.name+" recognises", func(p *peer) {
				a, e := p.stream(), Happened(2)
				last := p.put(a, e...)
				require.NoError(p, p.delete(a, client.Any{}))
				w, err := p.append(a, row.expected, e...)
				require.NoError(p, err)
				require.Equal(p, unplaced(last), w, "nobody can read where it is")
				p.notFound(a)
			})
		}
		p.run("a revision recognises", func(p *peer) {
			a, e := p.stream(), Happened(3)
			last := p.put(a, e...)
			require.NoError(p, p.delete(a, client.Any{}))
			w, err := p.append(a, client.Revision(0), e[1:]...)
			require.NoError(p, err)
			require.Equal(p, unplaced(last), w)
			p.notFound(a)
		})
		p.run("no stream, first differs", func(p *peer) {
			a, e := p.stream(), Happened(3)
			p.put(a, e[:2]...)
			require.NoError(p, p.delete(a, client.Any{}))
			w, err := p.append(a, client.NoStream{}, e[2], e[1])
			require.NoError(p, err)
			require.EqualValues(p, 3, w.NextExpectedVersion)
			require.Equal(p, []int{2, 3}, revisions(p.read(a)))
		})
		p.run("no stream, later differs", func(p *peer) {
			a, e := p.stream(), Happened(3)
			p.put(a, e[:2]...)
			require.NoError(p, p.delete(a, client.Any{}))
			_, err := p.append(a, client.NoStream{}, e[0], e[2])
			p.refused(client.ErrorCodeWrongExpectedVersion, err)
			p.notFound(a)
		})
	}},
}

// unplaced is the answer to a repetition whose last event cannot be read any more: it has no
// position, which this client shows as 0.
func unplaced(w *client.WriteResult) *client.WriteResult {
	return &client.WriteResult{NextExpectedVersion: w.NextExpectedVersion}
}

// rememberedIDs checks the rows of appends without exact revision.
func rememberedIDs(p *peer, expected client.ExpectedRevision) {
	a, b, e := p.stream(), p.stream(), Happened(3)
	first, second := p.put(a, e[0]), p.put(a, e[1])
	p.run("all known in another order", func(p *peer) {
		w, err := p.append(a, expected, e[1], e[0])
		require.NoError(p, err)
		require.Equal(p, first, w, "the answer is about the last id listed")
		w, err = p.append(a, expected, e[0], e[1])
		require.NoError(p, err)
		require.Equal(p, second, w)
		require.Len(p, p.read(a), 2)
	})
	p.run("first known, a later one not", func(p *peer) {
		_, err := p.append(a, expected, e[0], e[2])
		p.refused(client.ErrorCodeWrongExpectedVersion, err)
		require.Len(p, p.read(a), 2)
	})
	p.run("first unknown, a later one known", func(p *peer) {
		w, err := p.append(a, expected, e[2], e[1])
		require.NoError(p, err)
		require.EqualValues(p, 3, w.NextExpectedVersion)
		require.Equal(p, []uuid.UUID{e[0].EventID, e[1].EventID, e[2].EventID, e[1].EventID},
			IDs(p.read(a)))
	})
	p.run("known under another stream", func(p *peer) {
		p.put(b, Happened(1)...)
		for range 2 { // the first record wins, so a repetition is not recognised either
			_, err := p.append(b, expected, e[0])
			require.NoError(p, err)
		}
		require.Len(p, p.read(b), 3)
	})
}

// storedIDs checks the rows of appends with an expectation that excludes repetition.
func storedIDs(p *peer) {
	a, e, other := p.stream(), Happened(5), Happened(3)
	p.put(p.stream(), other...)
	results := make([]*client.WriteResult, len(e))
	for i := range e {
		results[i] = p.put(a, e[i])
	}
	for _, row := range []struct {
		name     string
		expected client.ExpectedRevision
		events   []client.EventData
		want     *client.WriteResult // nil: refused
	}{
		{"no stream, all equal", client.NoStream{}, e[:3], results[2]},
		{"no stream, whole stream", client.NoStream{}, e, results[4]},
		{"no stream, first differs", client.NoStream{}, other[:1], nil},
		{"no stream, later differs", client.NoStream{}, []client.EventData{e[0], other[0]}, nil},
		{"no stream, runs past the last", client.NoStream{}, append(e[:5:5], other[0]), nil},
		{"no stream, no events", client.NoStream{}, nil, nil},
		{"revision, all equal", client.Revision(1), e[2:4], results[3]},
		{"revision, up to the last", client.Revision(0), e[1:], results[4]},
		{"revision, first differs", client.Revision(1), other[:1], nil},
		{"revision, later differs", client.Revision(1), []client.EventData{e[2], other[0]}, nil},
		{"revision, another order", client.Revision(1), []client.EventData{e[3], e[2]}, nil},
		{
			"revision, runs past the last", client.Revision(2),
			[]client.EventData{e[3], e[4], other[0]},
			nil,
		},
		{"revision, no events", client.Revision(1), nil, nil},
	} {
		p.run(row.name, func(p *peer) {
			w, err := p.append(a, row.expected, row.events...)
			if row.want == nil {
				p.refused(client.ErrorCodeWrongExpectedVersion, err)
			} else {
				require.NoError(p, err)
				require.Equal(p, row.want, w)
			}
			require.Equal(p, IDsOf(e), IDs(p.read(a)))
		})
	}
}
