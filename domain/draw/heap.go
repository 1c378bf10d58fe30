package draw

// heap keeps the best n of the entries it is given.
type heap struct {
	method *method
	n      int
	score  scorer
	kept   []Ranked
	order  []place // a binary heap over kept, the worst first
}

// place is an entry of the heap, small so that sifting stays in the cache:
// where keys differ they decide, without a look at the entry.
type place struct {
	key uint64
	at  int
}

func (h *heap) add(e Entry) {
	r := Ranked{Code: e.Code, Weight: e.Weight, Since: e.Since, Size: e.Size}
	r.Score = h.score(e.Code, h.method.tickets(e))
	key := h.method.key(&r)
	if len(h.kept) < h.n {
		h.kept = append(h.kept, r)
		h.order = append(h.order, place{key, len(h.kept) - 1})
		h.up(len(h.order) - 1)
		return
	}
	if h.n == 0 || key > h.order[0].key {
		return
	}
	if worst := h.order[0]; key < worst.key || h.method.compare(&r, &h.kept[worst.at]) < 0 {
		h.kept[worst.at] = r
		h.order[0].key = key
		h.down(0)
	}
}

// worse reports whether place a ranks behind place b.
func (h *heap) worse(a, b place) bool {
	if a.key != b.key {
		return a.key > b.key
	}
	return h.method.compare(&h.kept[a.at], &h.kept[b.at]) > 0
}

func (h *heap) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !h.worse(h.order[i], h.order[parent]) {
			return
		}
		h.order[i], h.order[parent] = h.order[parent], h.order[i]
		i = parent
	}
}

func (h *heap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.order) {
			return
		}
		if right := child + 1; right < len(h.order) && h.worse(h.order[right], h.order[child]) {
			child = right
		}
		if !h.worse(h.order[child], h.order[i]) {
			return
		}
		h.order[i], h.order[child] = h.order[child], h.order[i]
		i = child
	}
}
