package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// fault is an answer to a request that is not granted: a status and the trailers by
// which clients tell the kinds apart.
type fault struct {
	code     codes.Code
	message  string
	trailers metadata.MD
}

func (f *fault) Error() string { return f.message }

func invalid(format string, args ...any) *fault {
	return &fault{code: codes.InvalidArgument, message: fmt.Sprintf(format, args...)}
}

func unavailable(cause error) *fault {
	return &fault{code: codes.Unavailable, message: cause.Error()}
}

func streamDeleted(stream string) *fault {
	return &fault{
		codes.FailedPrecondition, "stream is deleted",
		metadata.Pairs("exception", "stream-deleted", "stream-name", stream),
	}
}

func accessDenied() *fault {
	return &fault{
		codes.PermissionDenied, "access denied",
		metadata.Pairs("exception", "access-denied"),
	}
}

func appendTooLarge() *fault {
	return &fault{
		codes.InvalidArgument, fmt.Sprintf("append is larger than %d bytes", maxAppendSize),
		metadata.Pairs("exception", "maximum-append-size-exceeded", "maximum-append-size",
			strconv.Itoa(maxAppendSize)),
	}
}

func missingProperty(name string) *fault {
	return &fault{
		codes.InvalidArgument, fmt.Sprintf("required metadata property %q is missing", name),
		metadata.Pairs("exception", "missing-required-metadata-property",
			"required-metadata-properties", keyType+","+keyContentType),
	}
}

// wrongVersion is the outcome of a write whose expectation does not hold. The append
// call answers it in the body of its response, the other calls as a fault.
type wrongVersion struct {
	stream   string
	expected expectation
	actual   int64 // -1 when the stream has no events
}

func (w *wrongVersion) Error() string {
	return fmt.Sprintf("expected revision %d but the stream is at %d", w.expected.number(),
		w.actual)
}

func (w *wrongVersion) fault() *fault {
	return &fault{codes.FailedPrecondition, w.Error(), metadata.Pairs(
		"exception", "wrong-expected-version",
		"stream-name", w.stream,
		"expected-version", strconv.FormatInt(w.expected.number(), 10),
		"actual-version", strconv.FormatInt(w.actual, 10),
	)}
}

// answer turns the error of a handler into a status and its trailers.
func answer(err error, setTrailer func(metadata.MD)) error {
	var wrong *wrongVersion
	if errors.As(err, &wrong) {
		err = wrong.fault()
	}
	var f *fault
	if !errors.As(err, &f) {
		return err
	}
	if f.trailers != nil {
		setTrailer(f.trailers)
	}
	return status.Error(f.code, f.message)
}

func answerUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo,
	handler grpc.UnaryHandler,
) (any, error) {
	resp, err := handler(ctx, req)
	if err != nil {
		// SetTrailer fails only outside of a call.
		return nil, answer(err, func(md metadata.MD) { _ = grpc.SetTrailer(ctx, md) })
	}
	return resp, nil
}

func answerStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo,
	handler grpc.StreamHandler,
) error {
	if err := handler(srv, stream); err != nil {
		return answer(err, stream.SetTrailer)
	}
	return nil
}
