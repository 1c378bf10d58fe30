package esdb

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore"
)

// errDeleted: the stream was tombstoned. It can be neither read nor written again.
var errDeleted = errors.New("stream is deleted for ever")

// leaderless is what a node says that knows of no leader. It has no code of its own.
const leaderless = "No leader info available in response"

// away is the error of a call that has waited for too long.
func (g *gate) away(wait time.Duration, err error) error {
	reason := reasonOf(err)
	return &wordedError{fmt.Sprintf("the event store at %s gave no answer for %s: %s; %s",
		g, wait, reason, advice[reason]), err}
}

// wordedError is an error in words of our own, with its cause for programs.
type wordedError struct {
	text  string
	cause error
}

func (e *wordedError) Error() string { return e.text }

func (e *wordedError) Unwrap() error { return e.cause }

// String names the servers.
func (g *gate) String() string { return strings.Join(g.hosts, ", ") }

// translate gives an error of the client the form that the contract demands, and words without
// its codes.
func (g *gate) translate(err error) error {
	var e *client.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case client.ErrorCodeWrongExpectedVersion:
		return fmt.Errorf("%w: %w", eventstore.ErrConflict, e.Err())
	case client.ErrorCodeResourceNotFound:
		return eventstore.ErrNotFound
	case client.ErrorCodeStreamDeleted:
		return errDeleted
	case client.ErrorCodeUnauthenticated:
		return &wordedError{g.unknown(), err}
	case client.ErrorCodeAccessDenied:
		return &wordedError{fmt.Sprintf("access denied by the event store at %s: it does not let "+
			"%s do that; give the address of the store with a user who may read and write the "+
			"ledger", g, g.user()), err}
	case client.ErrorCodeUnsupportedFeature:
		return &wordedError{fmt.Sprintf("the server at %s is no EventStoreDB, or too old for what "+
			"was asked", g), err}
	}
	return &wordedError{fmt.Sprintf("the event store at %s refused: %s", g, said(e)), err}
}

// unknown says that the server does not know the user.
func (g *gate) unknown() string {
	if g.config.Username == "" {
		return fmt.Sprintf("user and password are needed for the event store at %s; give them in "+
			"the address of the store", g)
	}
	return fmt.Sprintf("wrong user or password for the event store at %s: it does not know %s "+
		"with this password; correct them in the address of the store", g, g.user())
}

func (g *gate) user() string {
	if g.config.Username == "" {
		return "a client without a name"
	}
	return fmt.Sprintf("the user %q", g.config.Username)
}

// said is what the server said, without the names that the client and gRPC give to it.
func said(e *client.Error) string {
	if e.Err() == nil {
		return "without a reason"
	}
	if s, ok := status.FromError(e.Err()); ok {
		return s.Message()
	}
	return e.Err().Error()
}

// lost reports whether an error means that the server was not there, or went away
// before it answered, so that asking again may help.
func lost(err error) bool {
	var gone *unreachedError
	if errors.Is(err, errGone) || errors.As(err, &gone) {
		return true
	}
	var e *client.Error
	if errors.As(err, &e) {
		switch e.Code() {
		case client.ErrorUnavailable, client.ErrorCodeConnectionClosed, client.ErrorAborted,
			client.ErrorCodeDeadlineExceeded, client.ErrorCodeNotLeader:
			return true
		}
	}
	// A request that could not be sent whole comes back as io.EOF.
	if errors.Is(err, io.EOF) {
		return true
	}
	s := status.Convert(err)
	switch s.Code() {
	case codes.Unavailable, codes.Aborted, codes.DeadlineExceeded:
		return true
	case codes.Unknown:
		return strings.Contains(s.Message(), leaderless)
	}
	return false
}

// reasonOf returns why the server gave no answer to a call that is lost.
func reasonOf(err error) Reason {
	var gone *unreachedError
	var e *client.Error
	switch {
	case errors.As(err, &gone):
		return gone.reason
	case errors.As(err, &e) && e.Code() == client.ErrorCodeNotLeader,
		strings.Contains(status.Convert(err).Message(), leaderless):
		return Leadless
	case errors.As(err, &e) && e.Code() == client.ErrorUnavailable:
		return Unready
	}
	return Silent
}
