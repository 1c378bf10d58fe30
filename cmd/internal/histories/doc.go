// Package histories tests everything together that decides, stores and shows: the domain,
// the office, the store, the projections, the replay and the clock, in one process and
// under a seed. It holds tests only.
//
// A seed is a history: an office at work, with officers and applicants who ask for what
// they may and for what they may not, while writers come in between, replies are lost,
// appends are refused, processes die in the middle of a command, read models lag behind,
// and a clock stands still. A plain model, written from the pages in docs/ and not from the code,
// says of each command whether it is refused, with which code, and what it changes. At moments of
// the seed's choice model, folded events, read models and replay have to say the same.
//
//	go test ./cmd/internal/histories -run TestHistories -seed 42 -v    one history, printed
//	go test ./cmd/internal/histories -run TestHistories -histories 1000000
//
// Nothing here waits, reads a clock or depends on the order of goroutines: a seed gives the
// same bytes on every machine.
package histories
