package esdb

import "time"

// DefaultWait is how long a call waits for a server that is away.
const DefaultWait = 60 * time.Second

// Options say what happens while the server is away.
type Options struct {
	// Wait is how long a call goes on without any answer; 0 means [DefaultWait].
	Wait time.Duration
	// Notice is told when calls have waited for two seconds, and when they go on. It is
	// called by one goroutine at a time, and must not use the store. Nil: nobody is told.
	Notice func(Notice)
}

// Notice is that calls wait for the server, or that they go on.
type Notice struct {
	Waits  bool
	Reason Reason        // why they wait
	For    time.Duration // since when
}

// Reason is why a server gives no answer.
type Reason string

// The reasons.
const (
	Deaf     Reason = "nobody listens there"
	Silent   Reason = "no answer"
	Leadless Reason = "no leader yet"
	Unready  Reason = "it is not ready"
	Unnamed  Reason = "its name is not known"
)

// advice is what to look at.
var advice = map[Reason]string{
	Deaf:   "start the server, or correct host and port",
	Silent: "look whether the server runs, and what is between it and this machine",
	Leadless: "look whether most nodes of the cluster run and reach each other, and whether " +
		"this machine reaches the addresses by which they know each other",
	Unready: "look at the log of the server",
	Unnamed: "correct the name of the host, or look at the name service of this machine",
}
