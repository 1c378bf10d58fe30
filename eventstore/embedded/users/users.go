package users

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"runtime"
	"sync/atomic"
)

// ErrRefused: nobody has this name and this password.
var ErrRefused = errors.New("wrong user or password")

// Users are those of one file. Checking is safe for concurrent use.
type Users struct {
	accounts map[string]*account
	decoy    hash
	key      []byte        // of the MACs of this process
	turns    chan struct{} // holds a token for each hash that is being computed
}

type account struct {
	name  string
	admin bool
	hash  hash // zero for the account of this process

	verified atomic.Pointer[mac] // of the password that was right last
}

type mac [sha256.Size]byte

// New is nobody yet, see [Users.Own].
func New() *Users {
	u := &Users{
		accounts: map[string]*account{},
		key:      make([]byte, sha256.Size),
		turns:    make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	rand.Read(u.key)
	return u
}

func (u *Users) add(a *account) {
	u.accounts[a.name] = a
	if a.hash.cost() > u.decoy.cost() {
		u.decoy = a.hash.decoy()
	}
}

// own is the name of the account that [Users.Own] makes; no file can hold it.
const own = "$process"

// Own makes an account, with all rights, that only this process knows. It must be called
// before the first check.
func (u *Users) Own() (name, password string) {
	password = rand.Text()
	a := &account{name: own, admin: true}
	m := u.mac(password)
	a.verified.Store(&m)
	u.add(a)
	return own, password
}

// Check finds the user who has this name and this password, and whether he is an
// administrator. The error is [ErrRefused], or that of the context, which ended
// before the check had its turn.
func (u *Users) Check(ctx context.Context, name, password string) (admin bool, err error) {
	m := u.mac(password)
	a, known := u.accounts[name]
	if known && a.remembers(m) {
		return a.admin, nil
	}
	select {
	case u.turns <- struct{}{}:
		defer func() { <-u.turns }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if known && a.remembers(m) { // another call has found it right meanwhile
		return a.admin, nil
	}
	if u.decoy.sum == nil {
		return false, ErrRefused // there are no hashes that time could tell apart
	}
	h := u.decoy
	if known && a.hash.sum != nil {
		h = a.hash
	}
	if right := h.matches(password); !right || !known {
		return false, ErrRefused
	}
	a.verified.Store(&m)
	return a.admin, nil
}

func (a *account) remembers(m mac) bool {
	v := a.verified.Load()
	return v != nil && hmac.Equal(v[:], m[:])
}

func (u *Users) mac(password string) (m mac) {
	h := hmac.New(sha256.New, u.key)
	h.Write([]byte(password))
	h.Sum(m[:0])
	return m
}
