package officer

// clockMay lists what falls due by itself: the stored types that the clock may cause. A
// kind of duty that is added has a line here, and one in the table of those who find what
// is due.
var clockMay = map[string]bool{
	"round.closed.v1":        true,
	"round.settled.v1":       true,
	"indicator.revoked.v1":   true, // for want of a confirmation only
	"indicator.forfeited.v1": true, // by lapse only
	"indicator.promoted.v1":  true,
	"indicator.awarded.v1":   true, // to the promoted only
	"application.awarded.v1": true, // likewise
	"application.expired.v1": true,
	"identity.barred.v1":     true,
	"identity.released.v1":   true, // of the expired, and of those whose award ended
}

// ClockMay reports whether an event of this stored type may be caused by the clock. The
// rules decide when, as for everybody.
func ClockMay(eventType string) bool { return clockMay[eventType] }
