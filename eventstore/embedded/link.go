package embedded

import (
	"strconv"
	"strings"
)

// link is what the data of a link event names: revision, "@", stream.
type link struct {
	stream   string // "" if it names none
	revision int64  // -1 is the last event
}

// lastEvent is the revision by which a link names the last event of a stream.
const lastEvent = -1

// parseLink reads the data of a link event. The number may stand between spaces and have a sign.
// Without a number it is no link, whatever its type says.
func parseLink(data []byte) (l link, ok bool) {
	number, stream, _ := strings.Cut(string(data), "@")
	revision, err := strconv.ParseInt(strings.Trim(number, " \t\n\v\f\r"), 10, 64)
	if err != nil {
		return l, false
	}
	if checkStream(stream) != nil || revision < lastEvent {
		stream = ""
	}
	return link{stream, revision}, true
}
