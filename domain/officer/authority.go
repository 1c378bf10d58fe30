package officer

// Role is a bundle of commands.
type Role string

// The roles.
const (
	Administrator Role = "administrator" // officers, rules, quotas and notices
	Registrar     Role = "registrar"     // applicants and their applications
	Reviewer      Role = "reviewer"      // approvals, rejections, checks after winning
	Conductor     Role = "conductor"     // rounds, draws and awards
	Custodian     Role = "custodian"     // looks at personal data, and erases it
)

// Roles lists all roles in their one order.
var Roles = []Role{Administrator, Registrar, Reviewer, Conductor, Custodian}

// RoleFor returns the role that the author of an event of this stored type must
// have, or false for a type that no officer may cause.
func RoleFor(eventType string) (Role, bool) {
	switch eventType {
	case "officer.appointed.v1", "officer.role_changed.v1", "officer.key_changed.v1", "officer.dismissed.v1", "rules.adopted.v1",
		"quota.set.v1", "quota.adjusted.v1", "quota.carried_over.v1",
		"notice.published.v1", "notice.replaced.v1", "notice.withdrawn.v1":
		return Administrator, true
	case "applicant.registered.v1", "applicant.contact_changed.v1", "identity.claimed.v1", "identity.released.v1",
		"application.submitted.v1", "application.edited.v1", "application.withdrawn.v1",
		"application.recheck_asked.v1", "application.renewed.v1", "application.expired.v1":
		return Registrar, true
	case "application.approved.v1", "application.rejected.v1", "application.check_recorded.v1",
		"application.recheck_answered.v1", "application.disqualified.v1", "application.credited.v1",
		"indicator.confirmed.v1", "indicator.revoked.v1", "indicator.used.v1", "indicator.forfeited.v1",
		"identity.barred.v1":
		return Reviewer, true
	case "round.opened.v1", "round.closed.v1", "round.sealed.v1", "round.announced.v1",
		"round.beacon_recorded.v1", "round.ranked.v1", "round.drawn.v1", "round.published.v1", "round.voided.v1",
		"round.announcement_superseded.v1", "round.anchored.v1", "round.ceremony_recorded.v1", "round.settled.v1",
		"application.awarded.v1", "indicator.awarded.v1", "indicator.promoted.v1":
		return Conductor, true
	case "applicant.erased.v1", "access.read.v1":
		return Custodian, true
	}
	return "", false
}

// NeedsTwo reports whether an event of this type takes two officers, one who proposes and
// another who approves, when the rules of its round, or the number of administrators, ask for it.
func NeedsTwo(eventType string) bool {
	switch eventType {
	case "round.sealed.v1", "round.announced.v1", "round.announcement_superseded.v1", "round.drawn.v1", "round.published.v1", "round.voided.v1",
		"rules.adopted.v1",
		"officer.appointed.v1", "officer.role_changed.v1", "officer.key_changed.v1", "officer.dismissed.v1":
		return true
	}
	return false
}

// clockMay lists the stored types that the clock may cause. A new duty needs a line here and
// one in the table of the clock's duties.
var clockMay = map[string]bool{
	"round.closed.v1":        true,
	"round.settled.v1":       true,
	"indicator.revoked.v1":   true, // only if not confirmed in time
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
