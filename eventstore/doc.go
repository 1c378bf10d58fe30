// Package eventstore reads and writes events.
//
// # Life of a fact
//
// A command reaches a handler with a [catalog.Meta]: its id, its actor, its time. The handler
// folds the stream that the command concerns, asks the aggregate's Decide, and appends the
// answer at the revision that it read ([Aggregate.Handle]). When another writer came first, the
// handler reads and decides again. The id of every event is a UUIDv5 of the command's id, the
// stream and the index ([catalog.EventID]), so a repeated command stores nothing.
//
// # Events
//
// Package catalog has the types of public events and their form. [Private] adds the types that
// do not become leaves of the public ledger. Samples of every type are in testdata/events.
// Samples are added and never changed.
//
// # Stores
//
// [Store] is the contract; package storetest states it clause by clause. Package esdb fulfils it
// on the EventStoreDB protocol. Package embedded is a server for that protocol inside the
// process, on one machine.
package eventstore
