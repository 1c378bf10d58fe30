package audit

import "lotteryledger/domain/fault"

// fault returns an error at this leaf.
func (d *Decoded) fault(code, format string, args ...any) error {
	at := fault.Site{Leaf: new(d.Index), Stream: d.Leaf.Stream, Revision: d.Leaf.Revision}
	return at.New(code, format, args...)
}

// refusal turns the refusal of a rule into a fault of the leaf.
func refusal(d *Decoded, err error) error {
	code := fault.CodeOf(err)
	if code == "" {
		code = fault.EventUncaused
	}
	return d.fault(code, "%s is not allowed: %v", d.Leaf.Type, err)
}

// asFault turns a refusal into a fault of the leaf. A fault of a file, and a failure to read,
// stay as they are.
func asFault(d *Decoded, err error) error {
	if e, ok := fault.Of(err); ok && e.Site.File == "" {
		return refusal(d, err)
	}
	return err
}
