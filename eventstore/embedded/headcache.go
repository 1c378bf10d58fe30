package embedded

// headsPerGeneration bounds the cache of heads to twice as many streams. It is far
// more than one group of requests can touch.
const headsPerGeneration = 1 << 15

// headCache keeps the heads of the streams that were written lately. A head stays
// for at least headsPerGeneration insertions.
type headCache struct{ young, old map[string]head }

func newHeadCache() headCache {
	return headCache{young: make(map[string]head), old: make(map[string]head)}
}

func (c *headCache) get(stream string) (head, bool) {
	if h, ok := c.young[stream]; ok {
		return h, true
	}
	h, ok := c.old[stream]
	if ok {
		c.put(stream, h)
	}
	return h, ok
}

func (c *headCache) put(stream string, h head) {
	if len(c.young) >= headsPerGeneration {
		c.young, c.old = make(map[string]head), c.young
	}
	c.young[stream] = h
}
