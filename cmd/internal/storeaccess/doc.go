// Package storeaccess opens the embedded event store of a data folder.
//
// A store has one process. A command opens it in its own process and no port. If another
// process has it open, that may be a server: 'lottery serve' or 'lottery store serve'. A server
// writes serve.json to its data folder, readable by its owner alone, and removes it when it
// stops:
//
//	address      where it listens, as its certificate names it
//	user         an administrator of this run
//	password     theirs
//	certificate  of the server, PEM
//
// A command that finds the store in use reads the file and becomes a client of the server. It
// accepts no other certificate, so that nobody else who listens there learns the password.
//
// A server without a certificate of the office's makes one, serve.crt with serve.key, and uses
// it again the next time.
package storeaccess
