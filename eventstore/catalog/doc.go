// Package catalog holds the public form of events: which types there are, what is known of
// each, and the bytes in which an event, its metadata, its leaf and its signature are written.
// The office writes these forms and the citizen's program reads them. The package links no
// store.
//
// # Types
//
// [Public] has one row for each type of public event. Everything that depends on a type alone
// stands in its row and is read from there. Package eventstore adds the private types.
//
// # Events
//
// An event is one JSON object with a fixed order of fields and one byte form: [Decode] encodes
// it again and compares. An event holds ids, integers, UTC times with whole seconds, hex
// digests and closed enumerations only; no float, no free text, nothing personal. Samples of
// every type are in testdata/events. Samples are added and never changed.
//
// # Leaves
//
// A leaf is one event of a public stream, in one line of JSON ([Leaf]).
//
// # Streams
//
// The name of a stream is the noun of its event types, a dash and an id.
package catalog
