// Package esdb is an [eventstore.Store] on the official EventStoreDB client. No other
// package that is linked into a program imports that client.
//
// It talks to package embedded, to EventStoreDB 23.10 and later and to KurrentDB, and
// does not know which: [Open] takes a connection string. It asks for appends with
// exact revisions, reads of streams and of $all, and subscriptions to $all filtered by
// stream prefix, and for nothing else.
//
// # Connection strings
//
//	esdb://user:password@host:port?tls=true&tlsCaFile=FILE
//	esdb://user:password@host:port,host:port,…?…
//	esdb+discover://user:password@host:port?…
//
// The first form talks to that host. The others ask one host after the other which
// member of the cluster to talk to. User and password are percent-encoded; they are sent
// over TLS only, which is the default, and without them nothing else is asked for.
// No error and no log line holds a password, and [Redact] shows a string without it.
//
// # What it guards against
//
// The client (v4.2.0) has defects that this package keeps from its callers:
//
//   - A client whose discovery has failed is dead, and callers that wait for it hang
//     for ever. One goroutine connects; the others wait for it under their own context,
//     and a client that failed is replaced by a new one.
//   - A client that discovers again leaks the connection it had. It is kept from doing
//     so: it is retired on the first sign of a lost server, before it can begin, and
//     closed when its last call has ended.
//   - A batch over the size limit of the server comes back as a bare io.EOF, without a
//     reason. Batches are bounded before they are sent.
//   - A subscription does not survive its connection. It is opened again after the
//     last event that was delivered.
//   - Hosts after esdb+discover:// are forgotten when there are several, a port over
//     65,535 becomes another one, and a comma in a password is taken for the end of a
//     host. User and hosts are read here.
//   - A call for the leader is marked as one in the wrong context, so the mark is not sent, and
//     a node that lags behind answers. The mark is sent from here.
//   - A server that was stopped keeps its connections, and calls on them wait for ten to
//     twenty seconds. It is asked whether it is there, and its connection given up.
//   - Unexpected messages panic, or are skipped by subscriptions. Both become
//     errors.
//   - An event without a time of creation ends the process. It is refused when it is decoded.
//   - A conflict on deletion has no code of its own. The status tells it.
//
// # Decoding
//
// The generated code takes half of the time of reading $all. Importing this package
// registers a codec with gRPC, for the whole process, that decodes events by hand and
// leaves every other message, and every event it does not know plainly, to the generated
// code (docs/decisions/0009-decoding-of-events.md).
//
// # Repetition
//
// Reads, appends and subscriptions are repeated when the server was not there. That is
// safe for appends, because ids and expected revision stay the same: the server
// recognises what it has stored. A read or an append gives up after [Options.Wait] without an
// answer, 60 seconds by default, or when its context ends; a subscription never does. What does
// not pass by waiting ends a call at once: a certificate that proves nothing, a wrong password, a
// server that is too old or none at all.
package esdb
