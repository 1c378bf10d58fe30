package audit

import (
	"lotteryledger/domain"
	"lotteryledger/domain/rules"
)

// versions are the adopted versions of the rules, by name.
type versions map[string]*versionRecord

type versionRecord struct {
	stream[rules.State]
	sha256  domain.Digest // of the adoption's data
	adopted domain.Time
}

// replacing returns the version, adopted before seen, that takes the place of another one for
// windows that open at this time; the last by name, or "".
func (all versions) replacing(name string, opens, seen domain.Time) (by string) {
	for other, v := range all {
		if v.adopted < seen && v.state.Version.Supersedes(name, opens) {
			by = max(by, other)
		}
	}
	return by
}
