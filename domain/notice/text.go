package notice

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// Languages lists those that a text may be in, in their one order. The first one is always there.
var Languages = []string{"zh", "en"}

// MaxText is the most bytes of a text.
const MaxText = 64 << 10

// Text names a text: UTF-8, in Markdown, with the title in its first line.
type Text struct {
	Language string        `json:"language"`
	SHA256   domain.Digest `json:"sha256"`
	Size     uint64        `json:"size"` // bytes
}

func checkTexts(texts []Text) error {
	last := -1
	for _, t := range texts {
		i := slices.Index(Languages, t.Language)
		if i <= last {
			return fault.New(fault.InvalidNotice,
				"language %q is unknown, named twice or out of order (%v)", t.Language, Languages)
		}
		if t.Size < 1 || t.Size > MaxText || t.SHA256 == (domain.Digest{}) {
			return fault.New(fault.InvalidNotice,
				"a text has 1 to %d bytes, and their digest", MaxText)
		}
		last = i
	}
	if len(texts) == 0 || texts[0].Language != Languages[0] {
		return fault.New(fault.InvalidNotice, "a notice has a text in %s", Languages[0])
	}
	return nil
}

var number = regexp.MustCompile(`[0-9]+[Xx]?`)

// Check refuses what is no text in UTF-8, or too long, and a text that holds an identity number or
// a mobile number. The refusal names the line and does not repeat the number.
func Check(text []byte) error {
	if len(text) > MaxText || !utf8.Valid(text) {
		return fault.New(fault.InvalidNotice,
			"it is not text in UTF-8 of at most %d bytes", MaxText)
	}
	line := 1
	for len(text) > 0 {
		end := 0
		for end < len(text) && text[end] != '\n' {
			end++
		}
		for _, n := range number.FindAllString(string(text[:end]), -1) {
			if _, err := identity.Parse(n); err == nil {
				return fault.New(fault.NoticePersonal, "line %d holds an identity number", line)
			}
			if len(n) == 11 && n[0] == '1' && n[1] > '2' { // others are switchboards and figures
				return fault.New(fault.NoticePersonal, "line %d holds a mobile number", line)
			}
		}
		text, line = text[min(end+1, len(text)):], line+1
	}
	return nil
}
