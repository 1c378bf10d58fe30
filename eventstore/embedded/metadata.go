package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Settings of a stream.
const (
	metaTruncateBefore = "$tb"
	metaMaxCount       = "$maxCount"
	metaMaxAge         = "$maxAge"
	metaCacheControl   = "$cacheControl"
	metaTemporary      = "$tempStream"
	metaAccess         = "$acl"
)

// mostSeconds is the longest time that a server can express: 2⁶³−1 ticks of 100 ns.
const mostSeconds = 922337203685

// streamMetadata are the settings of a stream that change what a reader sees.
type streamMetadata struct{ truncateBefore, maxCount, maxAge uint64 }

// parseMetadata reads the data of a metadata event. A setting that is not positive
// counts as unset. The settings that have no effect here have to be well-formed all the same:
// otherwise a server takes no notice of any of them.
func parseMetadata(data []byte) (streamMetadata, error) {
	var m streamMetadata
	var cacheControl uint64
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return m, fmt.Errorf("parsing stream metadata: %w", err)
	}
	for key, check := range map[string]func(json.RawMessage) error{
		metaTruncateBefore: number(&m.truncateBefore),
		metaMaxCount:       number(&m.maxCount),
		metaMaxAge:         seconds(&m.maxAge),
		metaCacheControl:   seconds(&cacheControl),
		metaTemporary:      boolean,
		metaAccess:         accessList,
	} {
		raw, ok := all[key]
		if !ok {
			continue
		}
		if err := check(raw); err != nil {
			return streamMetadata{}, fmt.Errorf("parsing %s of stream metadata: %w", key, err)
		}
	}
	return m, nil
}

func number(to *uint64) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		n, err := strconv.ParseInt(string(raw), 10, 64)
		*to = uint64(max(n, 0))
		return err
	}
}

func seconds(to *uint64) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if err == nil && (n > mostSeconds || n < -mostSeconds) {
			err = fmt.Errorf("%d seconds are too many", n)
		}
		*to = uint64(max(n, 0))
		return err
	}
}

func boolean(raw json.RawMessage) error {
	if s := string(raw); s != "true" && s != "false" {
		return fmt.Errorf("%s is neither true nor false", s)
	}
	return nil
}

// accessList checks the form of an access list: under known names a role, or a list of roles.
func accessList(raw json.RawMessage) error {
	var list map[string]json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	if list == nil {
		return errors.New("it is no object")
	}
	for name, roles := range list {
		if !slices.Contains([]string{"$r", "$w", "$d", "$mr", "$mw"}, name) {
			return fmt.Errorf("%q is no right", name)
		}
		var one *string
		var several []*string
		if json.Unmarshal(roles, &one) == nil && one != nil {
			continue
		}
		if err := json.Unmarshal(roles, &several); err != nil {
			return fmt.Errorf("the roles of %q: %w", name, err)
		}
		if several == nil || slices.Contains(several, nil) {
			return fmt.Errorf("the roles of %q are no texts", name)
		}
	}
	return nil
}

// undeleted returns metadata that differs only in its truncation. It reports false
// when the metadata is no JSON object.
func undeleted(metadata []byte, truncateBefore uint64) ([]byte, bool) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(metadata, &all); err != nil || all == nil {
		return nil, false
	}
	all[metaTruncateBefore] = fmt.Appendf(nil, "%d", truncateBefore)
	b, err := json.Marshal(all)
	return b, err == nil
}
