package esdb

import (
	"sync"
	"sync/atomic"
	"time"
)

// noticeAfter is how long calls wait before anybody is told.
const noticeAfter = 2 * time.Second

// outage tells when the server is away, and when it is back, once for all calls.
type outage struct {
	tell func(Notice)

	away atomic.Bool // spares the calls of a good server the mutex

	mu     sync.Mutex
	since  time.Time // when the first call began to wait
	reason Reason    // why the last one did
	told   bool
	timer  *time.Timer
}

// begins notes that a call has waited since then.
func (o *outage) begins(since time.Time, reason Reason) {
	if o.tell == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reason = reason
	if o.away.Load() {
		return
	}
	o.away.Store(true)
	o.since, o.told = since, false
	o.timer = time.AfterFunc(time.Until(since.Add(noticeAfter)), o.notice)
}

func (o *outage) notice() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away.Load() && !o.told {
		o.told = true
		o.tell(Notice{Waits: true, Reason: o.reason, For: time.Since(o.since)})
	}
}

// ends notes that the server has answered.
func (o *outage) ends() {
	if !o.away.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.away.Load() {
		return
	}
	o.away.Store(false)
	o.timer.Stop()
	if o.told {
		o.tell(Notice{For: time.Since(o.since)})
	}
}
