package draw

// Queue ranks by the start of waiting.
const Queue Method = "queue"

var queue = method{
	name:  Queue,
	since: SinceWaiting,
	order: []key{leastSince},
}
