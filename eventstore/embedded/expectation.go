package embedded

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

type expectationKind uint8

const (
	expectAny expectationKind = iota
	expectNoStream
	expectExists
	expectExact
)

// expectation is what a writer expects of a stream.
type expectation struct {
	kind     expectationKind
	revision uint64 // of expectExact
}

// number is the expectation as the protocol writes it in trailers.
func (e expectation) number() int64 {
	switch e.kind {
	case expectAny:
		return -2
	case expectNoStream:
		return -1
	case expectExists:
		return -4
	default:
		return int64(e.revision)
	}
}

// expected is the part that the options of append, delete and tombstone share.
type expected interface {
	GetStreamIdentifier() *shared.StreamIdentifier
	GetRevision() uint64
	GetAny() *shared.Empty
	GetNoStream() *shared.Empty
	GetStreamExists() *shared.Empty
}

// target reads the stream and the expectation of a write.
func target(o expected, hasRevision bool) (string, expectation, error) {
	stream := string(o.GetStreamIdentifier().GetStreamName())
	if err := checkTarget(stream); err != nil {
		return "", expectation{}, err
	}
	switch {
	case hasRevision:
		return stream, expectation{expectExact, o.GetRevision()}, nil
	case o.GetAny() != nil:
		return stream, expectation{kind: expectAny}, nil
	case o.GetNoStream() != nil:
		return stream, expectation{kind: expectNoStream}, nil
	case o.GetStreamExists() != nil:
		return stream, expectation{kind: expectExists}, nil
	}
	return "", expectation{}, invalid("no expected revision was given")
}

// checkTarget refuses to write a stream that nobody may write.
func checkTarget(stream string) error {
	switch stream {
	case allStream:
		return accessDenied()
	case metastreamPrefix:
		return invalid("the stream name %q is reserved", stream)
	}
	return checkStream(stream)
}

const (
	allStream     = "$all"
	maxNameLength = 4096
)

func checkStream(name string) error {
	if name == "" {
		return invalid("the stream name is empty")
	}
	if len(name) > maxNameLength {
		return invalid("the stream name is longer than %d bytes", maxNameLength)
	}
	return nil
}
