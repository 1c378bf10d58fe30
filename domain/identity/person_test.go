package identity_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/identity"
)

func TestValidName(t *testing.T) {
	for _, s := range []string{
		"王", "王小明", "Ana María O'Neil", "买买提·吐尔逊", `A "B" \ C`,
		strings.Repeat("明", identity.MaxName),
	} {
		require.True(t, identity.ValidName(s), s)
	}
	for _, s := range []string{
		"", " 王", "王 ", "\u3000王", "王\n明", "王\x7f", "\xff",
		strings.Repeat("明", identity.MaxName+1),
	} {
		require.False(t, identity.ValidName(s), "%q", s)
	}
}

func TestValidMobile(t *testing.T) {
	for _, s := range []string{"12345", "13800000001", "+8613800000001", strings.Repeat("1", 15)} {
		require.True(t, identity.ValidMobile(s), s)
	}
	for _, s := range []string{
		"", "1234", "+1234", strings.Repeat("1", 16), "138 0000", "++12345",
		"１２３４５", "12345+",
	} {
		require.False(t, identity.ValidMobile(s), "%q", s)
	}
}

func TestMasks(t *testing.T) {
	for name, mask := range map[string]string{
		"": "", "王": "*", "王明": "王*", "王小明": "王**",
		"Ana B": "A****",
	} {
		require.Equal(t, mask, identity.MaskName(name))
	}
	for mobile, mask := range map[string]string{
		"": "", "12": "**", "12345": "***45",
		"1234567890": "********90", "13800000001": "138****0001",
		"+8613800000001": "+86*******0001",
	} {
		require.Equal(t, mask, identity.MaskMobile(mobile))
	}
}

// FuzzMasks: a mask is as long as what it hides, and hides at least half of it.
func FuzzMasks(f *testing.F) {
	f.Add("王小明")
	f.Add("13800000001")
	f.Add("\xff\xfe")
	f.Fuzz(func(t *testing.T, s string) {
		name := identity.MaskName(s)
		require.Equal(t, utf8.RuneCountInString(s), utf8.RuneCountInString(name))
		require.GreaterOrEqual(t, 2*strings.Count(name, "*"), utf8.RuneCountInString(s))
		if !identity.ValidMobile(s) {
			return
		}
		mobile := identity.MaskMobile(s)
		require.Len(t, mobile, len(s))
		require.GreaterOrEqual(t, strings.Count(mobile, "*"), 3)
	})
}
