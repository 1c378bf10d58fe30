package users

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	u, err := Parse([]byte("# the office\n\nchief:admin:" + vector + "\r\n  desk-2.b_C::" + vector))
	require.NoError(t, err)
	require.Len(t, u.accounts, 2)
	require.True(t, u.accounts["chief"].admin)
	require.False(t, u.accounts["desk-2.b_C"].admin)
}

func TestParseRefuses(t *testing.T) {
	good := "chief:admin:" + vector + "\n"
	for _, c := range []struct {
		file, reason string
		line         int
	}{
		{"", "holds no user", 0},
		{"\n# nobody\n", "holds no user", 0},
		{strings.Repeat("#", mostFile+1), "more than 1048576 bytes", 0},
		{good + "\nchief:" + vector, "name:role:hash", 3},
		{good + "a:b:c:d", "name:role:hash", 2},
		{good + "desk::" + vector + "\n" + "chief::" + vector, "stands in line 1 already", 3},
		{"Chief:root:" + vector, "role", 1},
		{"chief:Admin:" + vector, "role", 1},
		{":admin:" + vector, "user name", 1},
		{"a b:admin:" + vector, "user name", 1},
		{"-a:admin:" + vector, "user name", 1},
		{own + ":admin:" + vector, "user name", 1},
		{"中:admin:" + vector, "user name", 1},
		{strings.Repeat("a", 65) + "::" + vector, "user name", 1},
		{"chief:admin:hunter22", "not of the form", 1},
		{"chief:admin:" + strings.Replace(vector, "t=2", "t=99", 1), "t=99", 1},
	} {
		_, err := Parse([]byte(c.file))
		var e *Error
		require.ErrorAs(t, err, &e, c.file)
		require.Equal(t, c.line, e.Line, c.file)
		require.ErrorContains(t, err, c.reason)
		require.NotContains(t, err.Error(), "hunter22")
	}
}

// FuzzParse: whatever is accepted has bounded costs and is accepted again when it is
// written in the form of the file.
func FuzzParse(f *testing.F) {
	f.Add("chief:admin:" + vector + "\n# x\n\ndesk::" + vector)
	f.Add("chief:admin:" + strings.Replace(vector, "m=256", "m=8", 1))
	f.Add("chief:admin:$argon2id$v=19$m=,t=,p=$$")
	f.Add(":::\n::")
	f.Fuzz(func(t *testing.T, file string) {
		u, err := Parse([]byte(file))
		if err != nil {
			return
		}
		if len(u.accounts) == 0 {
			t.Fatal("a file without users was accepted")
		}
		var again strings.Builder
		for name, a := range u.accounts {
			h := a.hash
			if h.cost() > mostMemory*mostPasses || h.cost() > u.decoy.cost() ||
				h.threads > mostThreads || len(h.sum) > mostBytes || len(h.salt) > mostBytes {
				t.Fatalf("a hash without bounds: %s", h)
			}
			role := ""
			if a.admin {
				role = roleAdmin
			}
			again.WriteString(name + ":" + role + ":" + h.String() + "\n")
		}
		if v, err := Parse([]byte(again.String())); err != nil ||
			len(v.accounts) != len(u.accounts) {
			t.Fatalf("%q is read as %q, and that not at all: %v", file, again.String(), err)
		}
	})
}

func TestCheckPassword(t *testing.T) {
	for password, reason := range map[string]string{
		"":                        "8 characters",
		"1234567":                 "8 characters",
		"摇号摇号摇号摇":                 "8 characters",
		"tab\tand more":           "control character",
		"broken \xff utf-8":       "UTF-8",
		strings.Repeat("a", 1025): "1024 bytes",
	} {
		var e *Error
		require.ErrorAs(t, CheckPassword(password), &e, password)
		require.ErrorContains(t, e, reason)
	}
	for _, password := range []string{
		"12345678", "摇号摇号摇号摇号", "aaaaaaaa",
		"with space:and@#/?", strings.Repeat("a", 1024),
	} {
		require.NoError(t, CheckPassword(password))
	}
}

func TestPut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users")
	put := func(name, password string, admin bool) bool {
		replaced, err := Put(path, name, password, admin)
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
		return replaced
	}
	read := func() *Users {
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		u, err := Parse(file)
		require.NoError(t, err)
		return u
	}
	check := func(name, password string) bool {
		admin, err := read().Check(t.Context(), name, password)
		require.NoError(t, err)
		return admin
	}
	require.NoError(t, os.WriteFile(path, []byte("# the office"), 0o644))
	require.False(t, put("chief", "first password", true))
	require.False(t, put("desk", "second password", false))
	require.True(t, check("chief", "first password"))
	require.True(t, put("chief", "third password", false))
	require.False(t, check("chief", "third password"))
	require.False(t, check("desk", "second password"))
	_, err := read().Check(t.Context(), "chief", "first password")
	require.ErrorIs(t, err, ErrRefused)
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(string(file), "\n")
	require.Len(t, lines, 4)
	require.Equal(t, "# the office", lines[0])
	require.True(t, strings.HasPrefix(lines[1], "chief::"))
	require.NotContains(t, string(file), "password")

	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left behind")
}

func TestPutRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "users")
	const broken = "chief:admin:hunter22\n"
	require.NoError(t, os.WriteFile(path, []byte(broken), 0o600))
	for _, c := range []struct{ name, password, reason string }{
		{"desk", "long enough", "line 1"},
		{"a:b", "long enough", "user name"},
		{"desk", "short", "8 characters"},
	} {
		_, err := Put(path, c.name, c.password, false)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, c.reason)
		require.NotContains(t, err.Error(), "hunter22")
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, broken, string(file))
	}
	_, err := Put(filepath.Join(dir, "none", "users"), "desk", "long enough", false)
	require.ErrorContains(t, err, "writing the user file")
	_, err = Put(dir, "desk", "long enough", false)
	require.ErrorContains(t, err, "reading the user file")

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}
