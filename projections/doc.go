// Package projections keeps tables that are computed from the public events, so
// that questions are answered without folding streams.
//
// # One file, many projections
//
// A [DB] is one SQLite file. Each [Projection] owns the tables whose names begin with
// its own name and an underscore, and one row of the table "projections":
//
//	name              of the projection
//	version           of its tables and of how it fills them
//	commit_position   of the last event applied; 0 before the first
//	prepare_position  likewise
//	leaves            number of public events applied, which is the index that the
//	                  next one has in the public ledger
//
// Rows and position are written in one transaction, and events at or before the
// position are skipped. Events that are delivered again, a process that is killed
// at any moment, and two processes that work on the same file are therefore
// harmless: the tables are a function of the events up to the position.
//
// Nothing is stored here that the events do not say, so a file may be deleted at
// any time. A projection whose version rose is dropped and begins anew.
//
// # Errors
//
// An event that cannot be read or applied stops everything: the error names stream,
// revision and position, and the position stays before that event. Unknown
// types are errors. Which types a projection ignores is written out in its code.
//
// # Other databases
//
// The SQL of projections keeps to what SQLite and PostgreSQL agree on, except for the
// word STRICT in a schema.
package projections
