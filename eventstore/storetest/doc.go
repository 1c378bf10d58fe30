// Package storetest states the contract of [eventstore.Store] clause by clause, as
// tests that [Run] runs against any implementation on any server. Streams get names
// that nobody used before, so that the server need not be empty, and nothing else on
// it is read or changed.
package storetest
