package identity_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lotteryledger/domain/fault"
	"lotteryledger/domain/identity"
)

const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// organisationOf completes authority, kind, region and the first eight characters of
// the body by the formulas, written out once more.
func organisationOf(sixteen string) string {
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", sixteen[8+i])
	}
	body := sixteen + []string{
		"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X",
		"0",
	}[11-sum%11]
	sum = 0
	for i, w := range []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} {
		sum += w * strings.IndexByte(signs, body[i])
	}
	return body + string(signs[(31-sum%31)%31])
}

func TestOrganisation(t *testing.T) {
	const example = "91350100M000100Y43"
	require.Equal(t, example, organisationOf(example[:16]))
	for _, s := range []string{
		example, strings.ToLower(example),
		"９１３５０１００Ｍ０００１００Ｙ４３", "91350100ｍ000100y43",
	} {
		c, err := identity.ParseOrganisation(s)
		require.NoError(t, err, s)
		require.Equal(t, example, c.Reveal())
		require.Equal(t, "91************0Y43", c.Mask())
	}
	for s, want := range map[string]error{
		"":                      identity.ErrOrganisationLength,
		example[:17]:            identity.ErrOrganisationLength,
		example + "0":           identity.ErrOrganisationLength,
		"91350100I000100Y43":    identity.ErrOrganisationCharacter,
		"91350100M000100Z43":    identity.ErrOrganisationCharacter,
		"91350100M000100Y4 ":    identity.ErrOrganisationCharacter,
		"91350100M000100Y4京":    identity.ErrOrganisationCharacter,
		"91350100M000100Y4\x00": identity.ErrOrganisationCharacter,
		"9135010AM000100Y43":    identity.ErrOrganisationRegion,
		"91350100M000100Y44":    identity.ErrOrganisationChecksum,
		"19350100M000100Y43":    identity.ErrOrganisationChecksum,
	} {
		c, err := identity.ParseOrganisation(s)
		require.Equal(t, want, err, s)
		require.Equal(t, identity.OrganisationCode{}, c)
		require.NotContains(t, err.Error(), "9135")
	}
	// A body that fails its own check, under a check character that fits.
	wrong := "91350100M000100Y5"
	found := 0
	for _, c := range signs {
		if _, err := identity.ParseOrganisation(wrong +
			string(c)); err == identity.ErrOrganisationBody {
			found++
		}
	}
	require.Equal(t, 1, found)
}

// TestOrganisationFindsErrors: no single wrong character and no swap of neighbours passes.
func TestOrganisationFindsErrors(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		b := []byte("91110000")
		for len(b) < 16 {
			b = append(b, signs[random.IntN(len(signs))])
		}
		good := organisationOf(string(b))
		_, err := identity.ParseOrganisation(good)
		require.NoError(t, err, good)
		for i := range good {
			bad := []byte(good)
			for bad[i] == good[i] {
				bad[i] = signs[random.IntN(len(signs))]
			}
			_, err := identity.ParseOrganisation(string(bad))
			require.Error(t, err, "%s for %s", bad, good)
			if i > 0 && good[i] != good[i-1] {
				bad = []byte(good)
				bad[i], bad[i-1] = bad[i-1], bad[i]
				_, err := identity.ParseOrganisation(string(bad))
				require.Error(t, err, "%s for %s", bad, good)
			}
		}
	}
}

func TestOrganisationHidesItself(t *testing.T) {
	c, err := identity.ParseOrganisation("91350100M000100Y43")
	require.NoError(t, err)
	for _, s := range []string{
		fmt.Sprint(c),
		fmt.Sprintf("%v %+v %#v %s %q %x %d", c, c, c, c, c, c, c),
	} {
		require.NotContains(t, s, "350100")
	}
	_, err = json.Marshal(c)
	require.Error(t, err)
	var zero identity.OrganisationCode
	require.Equal(t, "", zero.Reveal()+zero.Mask()+zero.String())
}

func FuzzParseOrganisation(f *testing.F) {
	for _, s := range []string{
		"91350100M000100Y43", "９１３５０１００ｍ000100Y43",
		"91350100M000100Y44", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := identity.ParseOrganisation(s)
		if err != nil {
			require.NotEmpty(t, fault.CodeOf(err))
			return
		}
		again, err := identity.ParseOrganisation(c.Reveal())
		require.NoError(t, err)
		require.Equal(t, c, again)
		require.Equal(t, c.Reveal(), organisationOf(c.Reveal()[:16]))
	})
}
