// Package vault keeps what names people: the personal records behind the commitments
// of the ledger, in an SQLite file of its own. It cannot be rebuilt from events. When
// [Vault.Put] returns nil the records are durable. After a failed write the vault refuses to write
// until it is opened again.
//
// # What is sealed, and under what
//
// Each applicant has a data key of 32 random bytes. A record is stored under the
// commitment that an event carries, as
//
//	0x01 || nonce || AES-256-GCM(data key, nonce, salt || record,
//		"lotteryledger sealed record v1\n" || applicant || commitment)
//
// and the data key as
//
//	0x01 || nonce || AES-256-GCM(master key, nonce, data key,
//		"lotteryledger data key v1\n" || applicant)
//
// 0x01 names the suite. A nonce is 12 random bytes; ciphertexts end in the tag of 16 bytes. The
// applicant's id is 16 bytes, the commitment 32, the salt 32; record and commitment are those of
// package personal. The last argument is authenticated, so a row that was put in the place of
// another does not open.
//
// The master key is 32 bytes and kept outside of the file. The file has its id, the first 8 bytes
// of SHA-256("lotteryledger vault key v1\n" || master key), and refuses another one. [Vault.Rotate]
// wraps every data key anew.
//
// # What is destroyed
//
// [Vault.Erase] deletes an applicant's data key and records and leaves only that the
// applicant was erased. SQLite overwrites what it deletes; then the file is written anew, as rows
// that once moved between pages may have left copies, and its log is cut to nothing. Backups are
// not reached by this: they end with their own time, and with the master key that they were sealed
// under.
//
// # What is swept
//
// A sweep looks up records in the ledger. An index by time finds those that came since the last
// sweep, and the mark of that sweep says where in the ledger the changes of applicants begin. Both
// are in the file: with an old copy of it comes the old mark, so that whoever was erased since is
// found. [Vault.Put] dates no record before the mark.
package vault
