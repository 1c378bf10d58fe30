// Package embedded is an EventStoreDB-compatible gRPC server inside the process,
// for one machine, stored in a log of its own, with an index in Pebble.
//
// It is a compatible subset and not EventStoreDB: no cluster, no projections, no
// persistent subscriptions, no access lists. Compatibility was established by reading the
// public sources of the server and of its Go client, not by observing a real server.
// docs/conformance.md says which version is followed; package storetest checks it.
// The official clients connect to it with an ordinary connection string.
//
// # Services
//
// Streams.Read (streams and $all, both directions, filters, subscriptions, links),
// Streams.Append, Streams.Delete, Streams.Tombstone, ServerFeatures and Gossip
// (a cluster of one leader). BatchAppend, PersistentSubscriptions and Projections
// answer Unimplemented. A service of our own, lotteryledger.store.Operations, tells the
// status, sends a backup, lists streams and takes many appends in one call.
//
// # Who may do what
//
// Without [Security] the server speaks plain text and listens on loopback addresses
// only; whoever can connect may do everything. With it the server speaks TLS 1.2 or
// later, may listen on any address, and each call of the Streams service carries a name
// and a password in one header:
//
//	authorization: Basic base64(name:password)
//
// They are checked against the user file (package users):
//
//	caller                      streams   $-streams and $all
//	nobody, or wrong password   Unauthenticated
//	ordinary user               all       PermissionDenied, exception=access-denied
//	administrator               all       all, but nobody appends to $all
//
// A metadata stream $$x belongs to the stream x: who may read and write x may do both to
// $$x. An access list ($acl) in it is stored and means nothing. The target of a link
// is shown to whoever may read the link. Status and backup are for administrators. A subscription
// is checked when it begins. ServerFeatures and Gossip answer everybody: clients send no password
// with them. Gossip names the advertised address, which the certificate has to name too.
// Certificate, key and users are read by [Open] and not again.
//
// # Order and durability
//
// One goroutine decides requests, each against the state that the ones before it left,
// and collects their events in a group, while another makes the group before durable:
// one write to the end of the log and one sync. Only then are its events visible and its
// requests answered. A group is handed on when no request waits and the one before it is
// done, so groups grow with the load; one that is less than half as large as the last waits for
// more, about 2 ms, unless others did so in vain. When a write or a sync fails writing stops for
// good: the requests and all later ones are answered Unavailable with the cause,
// [Server.Failed] is closed, and nothing that was acknowledged is lost. Reading goes on. A
// new process may open the folder again. A sync is never tried again.
//
// The position of an event is the offset of its record in the log: rising, sparse, not to
// be counted with. A read or a subscription from a position that is no record boundary is
// refused. Nothing is ever scavenged, so truncated, expired and deleted events stay in
// $all.
//
// # The log
//
// The file events in the folder of the store, integers big endian. The first record
// begins at 64:
//
//	0   8  "lotstore"
//	8   4  version of the layout, 2
//	12 48  zero
//	60  4  CRC-32C of the 60 bytes above
//	64     records, one after the other, and then nothing but zeros
//
// A record is a CRC-32C (4) of what follows it, its kind (1) and what the kind calls for:
//
//	0   one frame: the encoded ReadResp message of the protocol, which is sent to
//	    readers as it is. It begins with its own length.
//	1   nothing: an append without events
//	2   position(8) length(4): here begins a group with so many bytes of records
//	    of the kinds 0 and 1
//
// The first record is of the kind 2, and behind each group stands another or the end. A
// group is written when everything before it is durable. The CRC is checked whenever a record is
// read; zeros are no record.
//
// # The index
//
// The folder index holds a database of Pebble that follows from the log alone:
//
//	i                                position(8) up to which it was made
//	g position(8)                    a group begins here, which does not end in the same 64 KiB
//	s length(2) stream revision(8)   position(8) count(4) of a run
//	h stream                         head: last revision and stream metadata
//
// A run is as many events of a stream as follow each other in one group, the last one
// beginning less than 32 KiB behind the first. The database has no log of its own. Its
// changes of one group are atomic, and made when the group is durable; they reach the disk
// in their order, at the latest after 256 MiB of records and when the store is closed.
// Opening reads the log behind i into it. When the folder index is lost or damaged it can
// be removed: opening makes it again.
//
// # Opening
//
// What stands behind the last whole group was never acknowledged and is made zero. But a
// group that is not whole and is followed by another one was durable once, and so was
// everything before i: that is damage, and refused. The last group is written and synced
// again before it is shown, because its sync may have failed.
//
// A store of layout 1, which had the records in Pebble, is refused.
//
// # Backup
//
// A backup is a copy of the log that says in its header how long it is:
//
//	0   8  "lotstore"
//	8   4  version of the layout
//	12  8  length of the file, the position of the next record
//	20  8  number of events
//	28 32  SHA-256 of all records and then of the 28 bytes above
//	60  4  CRC-32C of the 60 bytes above
//	64     records, one after the other
//
// The header is written when the records are durable; until then its bytes are zero and
// the name of the file ends in ".part".
//
// # Damage
//
// Everything is under a checksum that is verified whenever it is read, and
// [Folder.Check] reads everything. After a crash, damage in the last group of the log
// cannot be told from a write that was cut off. When a cut of power loses the beginning of that
// group and keeps what follows, and an event there was made to look like another group, opening
// takes it for damage and refuses; nothing that was acknowledged is touched.
//
// # Limits
//
// 1 MiB per append, counting data, metadata and twice the length of the type of each
// event; 4,096 bytes per stream name and per event type. Filters take prefixes or one
// regular expression in RE2 syntax. Ids of events written under "any" or "stream
// exists" are recognised when they are among the last 65,536 of this process.
//
// Memory does not grow with the number of events: a block cache of 64 MiB, index buffers
// of 128 MiB, and one page for each reader.
package embedded
