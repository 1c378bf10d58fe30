// Package embedded is an EventStoreDB-compatible gRPC server inside the process,
// for one machine, stored by Pebble.
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
// status and sends a backup.
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
// is shown to whoever may read the link. Status and backup are for administrators. A subscription is checked when it begins.
// ServerFeatures and Gossip answer everybody: clients send no password with them. Gossip names the
// advertised address, which the certificate has to name too. Certificate, key and users
// are read by [Open] and not again.
//
// # Order and durability
//
// One goroutine writes. It takes all requests that wait, decides each against the
// state that the ones before it left, and commits them as one Pebble batch with one
// synced write to the log; only then are they answered. Readers see synced events
// only. When a write or a sync fails the writer stops for good: the request and all
// later ones are answered Unavailable with the cause, [Server.Failed] is closed, and
// nothing that was acknowledged is lost. Reading goes on. A new process may open the
// folder again.
//
// The position of an event is the offset of its record in the imagined file of all
// records: rising, sparse, not to be counted with. A read or a subscription from a
// position that is no record boundary is refused. Nothing is ever scavenged, so
// truncated, expired and deleted events stay in $all.
//
// # Keys
//
//	v                             version of this layout, decimal
//	e position(8)                 record
//	s length(2) stream revision(8)   position(8) event id(16)
//	h stream                      head: last revision and stream metadata
//
// Integers are big endian. A record is a CRC-32C (4) of what follows it, flags (1)
// and one frame: the encoded ReadResp message of the protocol, which is sent to
// readers as it is. The CRC is checked whenever a record is read.
//
// The heads and the index follow from the records.
//
// # Backup
//
// A backup is the imagined file of all records; the first one begins at 64:
//
//	0   8  "lotstore"
//	8   4  version of the layout
//	12  8  length of the file, the position of the next record
//	20  8  number of events (records that are not hidden)
//	28 32  SHA-256 of all records and then of the 28 bytes above
//	60  4  CRC-32C of the 60 bytes above
//	64     records, one after the other
//
// The header is written when the records are durable; until then its bytes are zero and
// the name of the file ends in ".part". A record that is not hidden is 5 bytes longer
// than its frame, which begins with its own length; a hidden one has 5 bytes.
//
// # Damage
//
// Everything is under a checksum that is verified whenever it is read, and
// [Folder.Check] reads everything. Opening refuses a folder whose list of files has
// lost a table. Closing leaves nothing in the log only; after a crash, damage in the
// last 32 KiB of the log cannot be told from a write that was cut off.
//
// # Limits
//
// 1 MiB per append, counting data, metadata and twice the length of the type of each
// event; 4,096 bytes per stream name and per event type. Filters take prefixes or one
// regular expression in RE2 syntax. Ids of events written under "any" or "stream
// exists" are recognised when they are among the last 65,536 of this process.
//
// Memory does not grow with the number of events: a block cache of 128 MiB, log buffers
// of 128 MiB, and one page for each reader. A store of ten million events opens in
// 0.2 s (TestLarge measures it).
package embedded
