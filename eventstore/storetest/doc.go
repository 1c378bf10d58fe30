// Package storetest states what is expected of an event store, as tests that run against
// any server. Streams get names that nobody used before, so that the server need not be
// empty and a run can be repeated; nothing else on it is changed.
//
// [Run] checks the contract of [eventstore.Store], clause by clause, on any
// implementation. [Server] checks the behaviour of a server itself, row by row of the
// tables in docs/conformance.md: errors and trailers, expected revisions, repeated
// appends, sizes, deletion, metadata, reads, links, positions, subscriptions and
// checkpoints.
//
// The tests of this package run both on package embedded, and on the server that the
// environment variable STORE names by a connection string:
//
//	STORE='esdb://admin:changeit@localhost:2113?tlsVerifyCert=false' go test ./eventstore/...
//
// Facts that hold of package embedded only, or since a certain version, are skipped
// elsewhere and say so. TORTURE, set to anything, adds what takes long.
package storetest
