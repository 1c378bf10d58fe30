package audit

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/application"
	"lotteryledger/domain/rules"
)

// Applicants, persons and applications are most of a ledger. Their states are kept without
// pointers, in as few bytes as the usual case needs. A state that has more to say is kept as it
// is, in a map beside them.

// maxLeaves is how many leaves a ledger may have: numbers of leaves have 32 bits there.
const maxLeaves = math.MaxUint32 - 1

// applicantID is the id of an applicant.
type applicantID [16]byte

func parseApplicant(s string) (id applicantID, ok bool) { return id, domain.DecodeHex(id[:], s) }

func (id applicantID) String() string { return hex.EncodeToString(id[:]) }

// codeNumber is the code of an application: one more than the number that its digits say, or 0
// for none.
type codeNumber uint64

const codeDigits = 13

// numberOf returns the number of a code, or 0 if it has not the form of one.
func numberOf(code string) (n codeNumber) {
	if len(code) != codeDigits {
		return 0
	}
	for i := range len(code) {
		digit := code[i] - '0'
		if digit > 9 {
			return 0
		}
		n = 10*n + codeNumber(digit)
	}
	return n + 1
}

func (n codeNumber) String() string {
	if n == 0 {
		return ""
	}
	var b [codeDigits]byte
	n--
	for i := range b {
		b[codeDigits-1-i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}

// The words that states hold, in the order of their numbers.
var (
	applicantKinds = []domain.ApplicantKind{
		"", domain.Individual, domain.Family, domain.Organisation,
	}
	indicatorKinds = []domain.IndicatorKind{"", domain.Ordinary, domain.NewEnergy, domain.Dwelling}
	roles          = []rules.Role{"", rules.Main, rules.Spouse, rules.Other}
	phases         = []application.Phase{
		"", application.PhaseSubmitted, application.PhaseApproved, application.PhaseRejected,
		application.PhaseWithdrawn, application.PhaseAwarded, application.PhaseExpired,
		application.PhaseDisqualified,
	}
)

// packer packs values into fewer bits, and notes whether one of them did not fit.
type packer struct{ full bool }

func (p *packer) uint8(n int) uint8 {
	p.full = p.full || n < 0 || n > math.MaxUint8
	return uint8(n)
}

func (p *packer) uint16(n int) uint16 {
	p.full = p.full || n < 0 || n > math.MaxUint16
	return uint16(n)
}

func (p *packer) time(t domain.Time) uint32 {
	p.full = p.full || t < 0 || t > math.MaxUint32
	return uint32(t)
}

// word returns the number of a word.
func word[W comparable](p *packer, words []W, w W) byte {
	i := slices.Index(words, w)
	p.full = p.full || i < 0
	return byte(i)
}

// must panics if a value did not fit that the rules keep within bounds.
func (p *packer) must(what any) {
	if p.full {
		panic(fmt.Sprintf("audit: no room for %+v", what))
	}
}
