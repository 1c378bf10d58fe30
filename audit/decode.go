package audit

import (
	"crypto/sha256"

	"lotteryledger/domain/fault"
	"lotteryledger/eventstore/catalog"
)

// Decoded is a leaf with its contents read.
type Decoded struct {
	Index    int64
	Leaf     catalog.Leaf
	Type     *catalog.Type
	Prefix   string // of the stream, out of catalog.PublicStreams
	StreamID string
	Meta     catalog.Meta
	Event    catalog.Event
	signed   [sha256.Size]byte // root of the tree that the signature is over; zero without one
}

// Decode reads the leaf with this index. It checks everything that can be checked
// without knowing other leaves, and may run on many at once. Its error is a [fault.Error].
func Decode(index int64, b []byte) (*Decoded, error) {
	d := new(Decoded)
	if err := d.decode(new(catalog.Decoder), index, b); err != nil {
		return nil, err
	}
	return d, nil
}

// decode is [Decode] into d, whatever d held before.
func (d *Decoded) decode(by *catalog.Decoder, index int64, b []byte) (err error) {
	*d = Decoded{Index: index}
	if d.Leaf, err = catalog.ParseLeaf(b); err != nil {
		return fault.Site{Leaf: new(index)}.New(fault.LeafMalformed, "%w", err)
	}
	if d.Prefix, d.StreamID, err = catalog.Split(d.Leaf.Stream, d.Leaf.Type); err != nil {
		return d.fault(fault.EventStream, "%v", err)
	}
	if d.Meta, err = by.Meta(d.Leaf.Meta); err != nil {
		return d.fault(fault.EventMalformed, "metadata: %v", err)
	}
	if d.Type = catalog.Public.Find(d.Leaf.Type); d.Type == nil {
		return d.fault(fault.EventUnknown, "%v %q", catalog.ErrUnknownType, d.Leaf.Type)
	}
	d.Event, err = by.Event(d.Type, d.Leaf.Data)
	switch {
	case err != nil:
		return d.fault(fault.EventMalformed, "%v", err)
	case d.Leaf.ID != catalog.EventID(d.Meta.Command, d.Leaf.Stream, 0):
		return d.fault(fault.EventID, "the id is not that of command %s in this stream",
			d.Meta.Command)
	case d.signs():
		if d.signed, err = d.Meta.Signature.Root(catalog.SignedBytes(d.Leaf)); err != nil {
			return d.fault(fault.SignatureWrong, "%v", err)
		}
	}
	return nil
}

// signs reports whether the event is signed.
func (d *Decoded) signs() bool { return d.Meta.Signature != catalog.Signature{} }

// officer returns the id of the officer who caused the leaf, or "" if no officer did.
func (d *Decoded) officer() string {
	id, _ := d.Meta.Officer()
	return id
}
