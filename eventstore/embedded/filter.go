package embedded

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// filter selects events of $all by stream name or by type. The zero filter selects
// every event.
type filter struct {
	byType   bool
	prefixes [][]byte
	regex    *regexp.Regexp
	interval uint64 // a checkpoint is due after so many events, matching or not
}

const defaultWindow = 32

func parseFilter(o *streams.ReadReq_Options_FilterOptions, subscription bool) (*filter, error) {
	f := &filter{}
	var x *streams.ReadReq_Options_FilterOptions_Expression
	switch by := o.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		x = by.StreamIdentifier
	case *streams.ReadReq_Options_FilterOptions_EventType:
		x, f.byType = by.EventType, true
	default:
		return nil, invalid("the filter names neither streams nor types")
	}
	for _, p := range x.GetPrefix() {
		f.prefixes = append(f.prefixes, []byte(p))
	}
	switch {
	case x.GetRegex() != "" && len(f.prefixes) > 0:
		return nil, invalid("the filter has both prefixes and a regular expression")
	case x.GetRegex() != "":
		re, err := regexp.Compile(x.GetRegex())
		if err != nil {
			return nil, invalid("the regular expression of the filter is not in RE2 syntax: %v",
				err)
		}
		f.regex = re
	case len(f.prefixes) == 0:
		return nil, invalid("the filter has neither prefixes nor a regular expression")
	}
	window := uint64(defaultWindow)
	if m, ok := o.GetWindow().(*streams.ReadReq_Options_FilterOptions_Max); ok {
		window = uint64(m.Max)
	}
	if window == 0 {
		return nil, invalid("the search window of the filter is empty")
	}
	if subscription && o.GetCheckpointIntervalMultiplier() == 0 {
		return nil, invalid("the checkpoint interval of the filter is zero")
	}
	f.interval = window * uint64(o.GetCheckpointIntervalMultiplier())
	return f, nil
}

// selects reports whether the event of a frame is wanted. It reads no more of the frame than
// the name that it compares.
func (f *filter) selects(frame []byte) (bool, error) {
	named := hasStream
	if f.byType {
		named = hasType
	}
	e, err := parseUntil(frame, named)
	if err != nil {
		return false, err
	}
	name := e.stream
	if f.byType {
		name = e.eventType
	}
	return f.matches(name), nil
}

func (f *filter) matches(name []byte) bool {
	if f.regex != nil {
		return f.regex.Match(name)
	}
	return slices.ContainsFunc(f.prefixes, func(p []byte) bool { return bytes.HasPrefix(name, p) })
}

func hasStream(e *event) bool { return e.stream != nil }
func hasType(e *event) bool   { return e.eventType != nil }
