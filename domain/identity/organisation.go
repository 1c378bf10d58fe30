package identity

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"lotteryledger/domain/fault"
)

// Why an organisation code is refused, in the order in which the checks are made.
var (
	ErrOrganisationLength = fault.New(fault.OrganisationLength,
		"organisation code is not 18 characters long")
	ErrOrganisationCharacter = fault.New(fault.OrganisationCharacter,
		"organisation code holds a character that does not belong there")
	ErrOrganisationRegion = fault.New(fault.OrganisationRegion,
		"organisation code has a region that is not six digits")
	ErrOrganisationChecksum = fault.New(fault.OrganisationChecksum,
		"organisation code has a wrong check character")
	ErrOrganisationBody = fault.New(fault.OrganisationBody,
		"organisation code has a wrong check character in its part of GB 11714")
)

// OrganisationCode is a checked unified social credit code (GB 32100-2015): the
// authority, the kind of organisation, a region of six digits, the nine characters of the
// organisation code (GB 11714-1997), and a check character.
//
// Signs are 0-9 and A-Z without I, O, S, V and Z, in this order worth 0 to 30. With the
// weights 3^(i-1) mod 31 for the places i = 1..17, the check character is worth
// (31 - sum mod 31) mod 31. The ninth character of the part of GB 11714 checks the eight
// before it: with the weights 3, 7, 9, 10, 5, 8, 4, 2, and letters worth 10 to 35, it
// is 11 - sum mod 11, where 10 is written X and 11 is 0.
//
// Like a [Number], every way of printing it shows its mask. The zero OrganisationCode is that of
// no organisation.
type OrganisationCode struct{ s [organisationLength]byte }

const (
	organisationLength = 18
	organisationSigns  = "0123456789ABCDEFGHJKLMNPQRTUWXY"
)

// ParseOrganisation reads a code of 18 characters. Full-width digits and letters count
// as plain ones, and small letters as capitals. The error is one of the above.
func ParseOrganisation(s string) (OrganisationCode, error) {
	var c OrganisationCode
	if utf8.RuneCountInString(s) != organisationLength {
		return OrganisationCode{}, ErrOrganisationLength
	}
	i := 0
	for _, r := range s {
		if r >= '０' && r <= 'ｚ' { // full-width forms lie at a fixed distance
			r -= '０' - '0'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		if r > 'Z' || strings.IndexByte(organisationSigns, byte(r)) < 0 {
			return OrganisationCode{}, ErrOrganisationCharacter
		}
		c.s[i] = byte(r)
		i++
	}
	if strings.Trim(string(c.s[2:8]), "0123456789") != "" {
		return OrganisationCode{}, ErrOrganisationRegion
	}
	if c.s[organisationLength-1] != organisationCheck(c.s[:organisationLength-1]) {
		return OrganisationCode{}, ErrOrganisationChecksum
	}
	if c.s[organisationLength-2] != bodyCheck(c.s[8:16]) {
		return OrganisationCode{}, ErrOrganisationBody
	}
	return c, nil
}

// organisationCheck is the 18th character that belongs to 17.
func organisationCheck(signs []byte) byte {
	sum, weight := 0, 1
	for _, c := range signs {
		sum += weight * strings.IndexByte(organisationSigns, c)
		weight = weight * 3 % 31
	}
	return organisationSigns[(31-sum%31)%31]
}

// bodyCheck is the ninth character of GB 11714 that belongs to eight.
func bodyCheck(signs []byte) byte {
	sum := 0
	for i, c := range signs {
		value := int(c - '0')
		if c >= 'A' {
			value = int(c-'A') + 10
		}
		sum += value * [...]int{3, 7, 9, 10, 5, 8, 4, 2}[i]
	}
	return "0X987654321"[sum%11]
}

// Mask shows the first two and the last four characters: 91************0Y43. The zero
// code has an empty mask.
func (c OrganisationCode) Mask() string {
	if c == (OrganisationCode{}) {
		return ""
	}
	hidden := strings.Repeat("*", organisationLength-6)
	return string(c.s[:2]) + hidden + string(c.s[organisationLength-4:])
}

// String returns the mask, so that printing a code reveals nothing.
func (c OrganisationCode) String() string { return c.Mask() }

// Format prints the mask whatever the verb is.
func (c OrganisationCode) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.Mask()) }

// MarshalText refuses, as that of a [Number] does.
func (OrganisationCode) MarshalText() ([]byte, error) {
	return nil, errors.New(
		"organisation code is never marshalled as it stands: seal what Reveal returns")
}

// Reveal returns the 18 characters, in plain digits and capitals. The caller is responsible for
// them. The zero code reveals an empty string.
func (c OrganisationCode) Reveal() string {
	if c == (OrganisationCode{}) {
		return ""
	}
	return string(c.s[:])
}
