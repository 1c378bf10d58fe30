package audit

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"lotteryledger/domain/notice"
)

// notices are all that were published.
type notices struct {
	streams map[string]stream[notice.State] // by id
	texts   map[notice.Text]bool            // that ever were
}

func (all notices) fold(id string, after stream[notice.State]) {
	all.streams[id] = after
	for _, t := range after.state.Texts {
		all.texts[t] = true
	}
}

// inForce lists the texts of the notices that are published now, ascending by digest.
func (all notices) inForce() []notice.Text {
	in := map[notice.Text]bool{}
	for _, n := range all.streams {
		if n.state.Phase == notice.PhasePublished {
			for _, t := range n.state.Texts {
				in[t] = true
			}
		}
	}
	return byDigest(in)
}

func byDigest(texts map[notice.Text]bool) []notice.Text {
	return slices.SortedFunc(maps.Keys(texts), func(a, b notice.Text) int {
		return cmp.Or(bytes.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Size, b.Size),
			cmp.Compare(a.Language, b.Language))
	})
}
