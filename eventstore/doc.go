// Package eventstore is the only way to read or write events.
//
// # The way of a fact
//
// A command reaches a handler with a [Meta]: its id, its actor, its time. The
// handler folds the stream it concerns, asks the aggregate's Decide, and appends
// the answer at the revision it read ([Aggregate.Handle]). When another writer came
// first it reads and decides again. The id of every event is a UUIDv5 of the command's
// id, the stream and the index ([EventID]), so a repeated command stores nothing.
//
// # Events
//
// The catalog lists every type that was ever stored. An event is one JSON object
// with a fixed order of fields and one byte form: [Decode] re-encodes and compares.
// Ids, integers, UTC times with whole seconds, hex digests and closed enumerations
// are all it may hold; no float, no free text, nothing personal. Samples of every
// type are in testdata/events; they are added to and never changed.
//
// # Streams
//
// A stream is named by the noun of its event types, a dash and an id. The streams
// of [PublicStreams] become leaves of the public ledger, in the order of the store;
// the stream "ledger" is private and locks the publisher.
//
// # Stores
//
// [Store] is the contract; package storetest states it clause by clause. Package
// esdb fulfils it on the EventStoreDB protocol; package embedded is a server for that
// protocol inside the process, on one machine.
package eventstore
