package notice

import (
	"regexp"

	"lotteryledger/domain"
	"lotteryledger/domain/identity"
)

var number = regexp.MustCompile(`[0-9]+[Xx]?`)

// Check refuses a text that holds an identity number or a mobile number. The refusal names the
// line and does not repeat the number.
func Check(text []byte) error {
	line := 1
	for len(text) > 0 {
		end := 0
		for end < len(text) && text[end] != '\n' {
			end++
		}
		for _, n := range number.FindAllString(string(text[:end]), -1) {
			if _, err := identity.Parse(n); err == nil {
				return domain.Reject("notice_personal", "line %d holds an identity number", line)
			}
			if len(n) == 11 && n[0] == '1' && n[1] > '2' { // others are switchboards and figures
				return domain.Reject("notice_personal", "line %d holds a mobile number", line)
			}
		}
		text, line = text[min(end+1, len(text)):], line+1
	}
	return nil
}
