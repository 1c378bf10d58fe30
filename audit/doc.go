// Package audit holds the public formats of the ledger and proves them. It needs
// nothing but files: no store, no database, no network. docs/ledger.md specifies every
// byte; this comment is the outline.
//
// # The public folder
//
//	ledger.vkey                      the ledger's key, as a note verifier key
//	checkpoint                       size and root of the tree, signed (package checkpoint)
//	tile/…, tile/entries/…           the tree and its leaves (package tiles)
//	rosters/<round>/<pool>.tsv       from the moment the round is sealed
//	announcements/<round>.json       from the moment it is announced
//	announcements/<round>.<n>.json   from the moment it is announced anew
//	results/<round>/<pool>.tsv       from the moment it is published
//
// # Leaves
//
// A leaf is one public event: see [Leaf]. Leaves stand in the order of the event
// store. No position of the store appears in them, so that a ledger can move.
//
// # What a replay proves
//
// [Ledger.Apply] takes the leaves one by one and holds each against all before it:
// the revision is the next of its stream; the id follows from the command; the actor
// held the role; and the aggregate's Decide, given the command behind the event and
// evidence from the leaves before, answers with just this event. For a round it makes the
// rosters again from the leaves that the seal names, and the announcement from the sealed
// rosters. It verifies the beacon's signature (package beacon), draws, and compares. The files
// of the folder are compared with what the leaves imply, and never read for anything else.
//
// The state changes only after all checks of a leaf. A ledger that has found a fault takes in
// nothing more.
//
// # What else the state is for
//
// A [State] is what the leaves say. The verdict of a replay rests on it, and so does the office.
// The clock asks what is due ([State.ToClose] and the like). The steps of a round ask for rosters,
// seats left, draw, vacant seats and settlement ([State.Rosters] and the like). So the code that
// will check an event also says what the event has to hold.
//
// [Ledger.WriteState] and [ReadLedger] keep the state, for the office alone: a citizen replays.
//
// What a replay cannot prove: that the people exist, that everybody sees the same
// folder, and when something was published. docs/design.md says who is trusted for that.
package audit
