// Package users knows who may call the embedded event store: the user file, the hashes
// of passwords in it, and the check of a name and a password.
//
// # The user file
//
// Text, one user a line; empty lines and lines that begin with # do not count.
//
//	name:role:hash
//
// A name has 1 to 64 letters, digits, dots, dashes and underscores and begins with a
// letter or digit. The role is admin, or empty for an ordinary user. The hash has the
// form that PHC defines for argon2id, salt and sum in base64 without padding:
//
//	$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$…
//
// m is the memory in KiB, at least 8 for each thread and at most 262,144; t the number
// of passes, 1 to 16; p the number of threads, 1 to 16. The salt has 8 to 64 bytes, the
// sum 16 to 64. Numbers are decimal without leading zeros: a hash has one form. What
// [Put] writes costs 64 MiB and three passes.
//
// A file holds at least one user and each user once; an error names the line. It is
// read once, when the server starts.
//
// # Checking
//
// A hash costs tenths of a second and each call carries a password, so the last
// password that was found right is remembered for each user: as a MAC under a key of
// this process, compared in constant time. A wrong password leaves nothing behind. No more
// hashes are computed at once than there are cores, which bounds their memory;
// whoever waits for his turn waits under his context. A name that nobody has costs a
// hash too, the dearest of the file, so that time does not tell which names exist.
package users
