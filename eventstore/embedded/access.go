package embedded

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"lotteryledger/eventstore/embedded/users"
)

// caller is who has issued a call.
type caller struct{ admin bool }

// identify finds out who calls. Without access control everybody is an administrator.
func (a *access) identify(ctx context.Context) (caller, error) {
	if a == nil {
		return caller{admin: true}, nil
	}
	name, password, ok := basicCredentials(ctx)
	if !ok {
		return caller{}, unauthenticated("user and password are needed")
	}
	admin, err := a.users.Check(ctx, name, password)
	if errors.Is(err, users.ErrRefused) {
		return caller{}, unauthenticated(err.Error())
	}
	if err != nil {
		return caller{}, status.FromContextError(err).Err()
	}
	return caller{admin}, nil
}

// permit reports why the caller may not read or write a stream, if so.
func (c caller) permit(stream string) error {
	if !c.admin && isSystem(stream) {
		return accessDenied()
	}
	return nil
}

// permit does both for a call that names its stream at once.
func (a *access) permit(ctx context.Context, stream string) error {
	c, err := a.identify(ctx)
	if err != nil {
		return err
	}
	return c.permit(stream)
}

// isSystem reports whether a stream is for administrators. Metadata belongs to the stream
// that it describes.
func isSystem(stream string) bool {
	if original, ok := originalOf(stream); ok {
		stream = original
	}
	return strings.HasPrefix(stream, "$")
}

// basicCredentials returns what the one authorization header of a call holds.
func basicCredentials(ctx context.Context) (name, password string, ok bool) {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return "", "", false
	}
	scheme, encoded, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "basic") {
		return "", "", false
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(decoded), ":")
}

func unauthenticated(why string) *fault { return &fault{code: codes.Unauthenticated, message: why} }
