package esdb

import (
	"errors"
	"fmt"
	"io"

	client "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore"
)

// errDeleted: the stream was tombstoned. It can be neither read nor written again.
var errDeleted = errors.New("stream is deleted for ever")

// translate gives an error of the client the form that the contract demands.
func (s *Store) translate(err error) error {
	var e *client.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() { // of the others it is said what went wrong
	case client.ErrorCodeWrongExpectedVersion:
		return fmt.Errorf("%w: %w", eventstore.ErrConflict, e.Err())
	case client.ErrorCodeResourceNotFound:
		return eventstore.ErrNotFound
	case client.ErrorCodeStreamDeleted:
		return errDeleted
	}
	return s.failure(err)
}

// lost reports whether an error means that the server was not there, or went away
// before it answered, so that asking again may help.
func lost(err error) bool {
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
	switch status.Code(err) {
	case codes.Unavailable, codes.Aborted, codes.DeadlineExceeded:
		return true
	}
	return false
}
