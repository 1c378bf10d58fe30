package applicant

// May reports whether an applicant may cause an event of this stored type himself, on
// his own application. Everything else is for officers.
func May(eventType string) bool {
	switch eventType {
	case "application.withdrawn.v1", "application.recheck_asked.v1", "application.renewed.v1",
		"identity.released.v1": // of the persons of an application that he withdrew
		return true
	}
	return false
}
