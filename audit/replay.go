package audit

import (
	"errors"
	"io/fs"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit/tiles"
	"lotteryledger/eventstore/catalog"
)

// Replay proves the tiles of a public folder to be the tree of this size and root,
// and applies every leaf that the ledger does not have yet. Of the leaves that it has, the
// tiles are not read. It stops at the first fault, in the order of leaves. Progress, unless nil,
// is called now and then with the number of leaves read. Leaves are decoded on all processors
// and applied in order.
func Replay(files fs.FS, size int64, root tlog.Hash, l *Ledger, progress func(done int64)) error {
	p := startDecoding(l)
	err := tiles.VerifyFrom(files, l.Size(), size, root, p.add, progress)
	if failed := p.finish(); failed != nil {
		return failed // of an earlier leaf, or the cause of err
	}
	return err
}

// batchLeaves is how many leaves are decoded at a time.
const batchLeaves = 256

var errStopped = errors.New("stopped")

// batch is a run of leaves on their way through the decoders. It is used again once its leaves
// are applied.
type batch struct {
	first   int64
	bytes   []byte
	ends    []int
	decoded []Decoded
	err     error         // of the leaf after the decoded ones
	ready   chan struct{} // has room for one
}

func newBatch() *batch { return &batch{ready: make(chan struct{}, 1)} }

// decode reads the leaves up to the first that cannot be read.
func (b *batch) decode(by *catalog.Decoder) {
	if cap(b.decoded) < len(b.ends) {
		b.decoded = make([]Decoded, len(b.ends))
	}
	b.decoded = b.decoded[:len(b.ends)]
	start := 0
	for i, end := range b.ends {
		d := &b.decoded[i]
		if b.err = d.decode(by, b.first+int64(i), b.bytes[start:end:end]); b.err != nil {
			b.decoded = b.decoded[:i]
			return
		}
		start = end
	}
}

// apply applies what was decoded, and returns the first fault.
func (b *batch) apply(l *Ledger) error {
	for i := range b.decoded {
		if err := l.Apply(&b.decoded[i]); err != nil {
			return err
		}
	}
	return b.err
}

// decoding takes leaves from one goroutine, decodes them on several and applies
// them on one.
type decoding struct {
	ledger *Ledger
	next   *batch
	work   chan *batch
	order  chan *batch
	free   chan *batch   // to be used again
	failed chan struct{} // closed when err is set
	err    error
	done   sync.WaitGroup
}

func startDecoding(l *Ledger) *decoding {
	n := runtime.GOMAXPROCS(0)
	p := &decoding{
		ledger: l, failed: make(chan struct{}),
		work: make(chan *batch, 4*n), order: make(chan *batch, 4*n), free: make(chan *batch, 16*n),
	}
	for range n {
		p.done.Go(func() {
			by := new(catalog.Decoder)
			for b := range p.work {
				b.decode(by)
				b.ready <- struct{}{}
			}
		})
	}
	p.done.Go(p.apply)
	return p
}

func (p *decoding) apply() {
	for b := range p.order {
		<-b.ready
		if p.err != nil {
			continue // the channel is emptied, so that nobody waits
		}
		if p.err = b.apply(p.ledger); p.err != nil {
			close(p.failed)
		}
		select {
		case p.free <- b:
		default:
		}
	}
}

func (p *decoding) add(index int64, leaf []byte) error {
	if p.next == nil {
		select {
		case p.next = <-p.free:
		default:
			p.next = newBatch()
		}
		p.next.first, p.next.bytes, p.next.ends = index, p.next.bytes[:0], p.next.ends[:0]
	}
	p.next.bytes = append(p.next.bytes, leaf...)
	p.next.ends = append(p.next.ends, len(p.next.bytes))
	if len(p.next.ends) == batchLeaves {
		return p.flush()
	}
	return nil
}

func (p *decoding) flush() error {
	b := p.next
	p.next = nil
	if b == nil {
		return nil
	}
	select {
	case <-p.failed:
		return errStopped
	default:
	}
	p.work <- b
	p.order <- b
	return nil
}

// finish waits for everything that was added and returns what failed first.
func (p *decoding) finish() error {
	_ = p.flush() // a failure is in p.err
	close(p.work)
	close(p.order)
	p.done.Wait()
	return p.err
}
