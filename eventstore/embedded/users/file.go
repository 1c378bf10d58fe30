package users

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"lotteryledger/audit/durable"
)

// Error says why a user file, a name or a password cannot be used. It never holds a
// hash or a password.
type Error struct {
	Line   int // of the file; 0 when it is about no line
	Reason string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

const roleAdmin = "admin"

// mostFile is the size of a user file that is still read, in bytes.
const mostFile = 1 << 20

// Parse reads a user file. Its error is an [*Error].
func Parse(file []byte) (*Users, error) {
	u, err := parse(file)
	if err == nil && len(u.accounts) == 0 {
		return nil, &Error{Reason: "the file holds no user"}
	}
	return u, err
}

func parse(file []byte) (*Users, error) {
	if len(file) > mostFile {
		return nil, &Error{Reason: fmt.Sprintf("the file has more than %d bytes", mostFile)}
	}
	u := New()
	lines := map[string]int{}
	n := 0
	for line := range strings.Lines(string(file)) {
		n++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		a, err := parseLine(line)
		if err != nil {
			return nil, &Error{n, err.Error()}
		}
		if before := lines[a.name]; before > 0 {
			return nil, &Error{
				n,
				fmt.Sprintf("the user %s stands in line %d already", a.name, before),
			}
		}
		lines[a.name] = n
		u.add(a)
	}
	return u, nil
}

func parseLine(line string) (*account, error) {
	parts := strings.Split(line, ":")
	if len(parts) != 3 {
		return nil, errors.New("a user has the form name:role:hash")
	}
	if err := CheckName(parts[0]); err != nil {
		return nil, err
	}
	if parts[1] != "" && parts[1] != roleAdmin {
		return nil, errors.New("the role is neither empty nor admin")
	}
	h, err := parseHash(parts[2])
	if err != nil {
		return nil, err
	}
	return &account{name: parts[0], admin: parts[1] == roleAdmin, hash: h}, nil
}

// CheckName reports, as an [*Error], why a user cannot have a name.
func CheckName(name string) error {
	ok := 0 < len(name) && len(name) <= 64
	for i, c := range []byte(name) {
		alphanumeric := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		ok = ok && (alphanumeric || i > 0 && strings.IndexByte("._-", c) >= 0)
	}
	if !ok {
		return &Error{Reason: "a user name has 1 to 64 letters, digits, dots, dashes and " +
			"underscores and begins with a letter or digit"}
	}
	return nil
}

// Lengths of a new password. There is no other rule: length is what helps.
const (
	leastCharacters = 8
	mostPassword    = 1024 // bytes
)

// CheckPassword reports, as an [*Error], why a user cannot have a password.
func CheckPassword(password string) error {
	switch {
	case !utf8.ValidString(password):
		return &Error{Reason: "the password is not UTF-8"}
	case strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return &Error{Reason: "the password holds a control character"}
	case utf8.RuneCountInString(password) < leastCharacters:
		return &Error{Reason: fmt.Sprintf("a password needs at least %d characters",
			leastCharacters)}
	case len(password) > mostPassword:
		return &Error{Reason: fmt.Sprintf("a password has at most %d bytes", mostPassword)}
	}
	return nil
}

// Put gives a user this password and role, in a user file that need not exist, and
// reports whether the user was there before. Other lines stay as they are. The file
// changes as a whole or not at all, and only its owner can read it afterwards. When the
// name, the password or the file cannot be used the error is an [*Error].
func Put(path, name, password string, admin bool) (replaced bool, err error) {
	if err := errors.Join(CheckName(name), CheckPassword(password)); err != nil {
		return false, err
	}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("reading the user file: %w", err)
	}
	u, err := parse(old)
	if err != nil {
		return false, fmt.Errorf("reading the user file %s: %w", path, err)
	}
	_, replaced = u.accounts[name]
	role := ""
	if admin {
		role = roleAdmin
	}
	var file bytes.Buffer
	entry := fmt.Sprintf("%s:%s:%s\n", name, role, newHash(password))
	for line := range strings.Lines(string(old)) {
		if !strings.HasSuffix(line, "\n") {
			line += "\n"
		}
		if strings.HasPrefix(strings.TrimSpace(line), name+":") {
			line = entry
		}
		file.WriteString(line)
	}
	if !replaced {
		file.WriteString(entry)
	}
	if err := durable.Replace(path, 0o600, durable.Bytes(file.Bytes())); err != nil {
		return false, fmt.Errorf("writing the user file: %w", err)
	}
	return replaced, nil
}
