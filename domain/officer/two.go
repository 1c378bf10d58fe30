package officer

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

// KeyedAdministrator reports whether the officer is one of those who watch each other: an
// administrator with a key.
func (s State) KeyedAdministrator() bool { return s.Key != "" && s.Has(Administrator) }
