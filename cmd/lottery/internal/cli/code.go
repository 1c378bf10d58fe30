package cli

import (
	"errors"
	"fmt"
	"strings"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

// Mistyped adds to the refusal of an unknown application what is wrong with its code, if
// anything is.
func Mistyped(code string, err error) error {
	if refusal := fault.CodeOf(err); refusal != fault.UnknownApplication &&
		refusal != fault.InvalidID {
		return err
	}
	switch _, wrong := identity.ParseCode(code); {
	case errors.Is(wrong, identity.ErrCodeChecksum):
		return advice{
			err,
			[]string{fmt.Sprintf("the check digit of %s is wrong: the code is mistyped", code)},
		}
	case errors.Is(wrong, identity.ErrCodeLength):
		line := fmt.Sprintf(
			"an application code has 13 digits, not %d characters", len([]rune(code)),
		)
		if padded := strings.Repeat("0", max(0, 13-len(code))) + code; len(code) > 9 {
			if _, err := identity.ParseCode(padded); err == nil {
				line += fmt.Sprintf("; did a spreadsheet drop leading zeros of %s?", padded)
			}
		}
		return advice{err, []string{line}}
	case errors.Is(wrong, identity.ErrCodeCharacter):
		return advice{err, []string{"an application code holds digits only"}}
	}
	return err
}
