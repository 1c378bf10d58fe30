package embedded

import (
	"strconv"
	"strings"
)

// parseLink reads the data of a link event: revision, "@", stream.
func parseLink(data []byte) (stream string, revision uint64, ok bool) {
	number, stream, found := strings.Cut(string(data), "@")
	if !found || checkStream(stream) != nil {
		return "", 0, false
	}
	revision, err := strconv.ParseUint(number, 10, 63)
	return stream, revision, err == nil
}
