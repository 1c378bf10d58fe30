package audit

import (
	"errors"
	"io/fs"
	"runtime"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/audit/tiles"
)

// Replay proves the tiles of a public folder to be the tree of this size and root,
// and applies every leaf to the ledger, which must be new. It stops at the first
// fault, in the order of leaves. Progress, unless nil, is called now and then with the number of leaves
// read. Leaves are decoded on all processors and applied in order.
func Replay(files fs.FS, size int64, root tlog.Hash, l *Ledger, progress func(done int64)) error {
	p := startDecoding(l)
	err := tiles.Verify(files, size, root, p.add, progress)
	if failed := p.finish(); failed != nil {
		return failed // of an earlier leaf, or the cause of err
	}
	return err
}

// batchLeaves is how many leaves are decoded at a time.
const batchLeaves = 256

var errStopped = errors.New("stopped")

// batch is a run of leaves on their way through the decoders.
type batch struct {
	first   int64
	bytes   []byte
	ends    []int
	decoded []*Decoded
	err     error // of the leaf after the decoded ones
	ready   chan struct{}
}

// decoding takes leaves from one goroutine, decodes them on several and applies
// them on one.
type decoding struct {
	ledger *Ledger
	next   *batch
	work   chan *batch
	order  chan *batch
	failed chan struct{} // closed when err is set
	err    error
	done   sync.WaitGroup
}

func startDecoding(l *Ledger) *decoding {
	n := runtime.GOMAXPROCS(0)
	p := &decoding{ledger: l, work: make(chan *batch, 4*n), order: make(chan *batch, 4*n), failed: make(chan struct{})}
	for range n {
		p.done.Go(func() {
			for b := range p.work {
				b.decode()
				close(b.ready)
			}
		})
	}
	p.done.Go(p.apply)
	return p
}

func (b *batch) decode() {
	start := 0
	b.decoded = make([]*Decoded, 0, len(b.ends))
	for i, end := range b.ends {
		d, err := Decode(b.first+int64(i), b.bytes[start:end:end])
		if err != nil {
			b.err = err
			return
		}
		b.decoded = append(b.decoded, d)
		start = end
	}
}

func (p *decoding) apply() {
	for b := range p.order {
		<-b.ready
		if p.err != nil {
			continue // the channel is emptied, so that nobody waits
		}
		for _, d := range b.decoded {
			if p.err = p.ledger.Apply(d); p.err != nil {
				break
			}
		}
		if p.err == nil {
			p.err = b.err
		}
		if p.err != nil {
			close(p.failed)
		}
	}
}

func (p *decoding) add(index int64, leaf []byte) error {
	if p.next == nil {
		p.next = &batch{first: index, bytes: make([]byte, 0, batchLeaves*len(leaf)*5/4), ready: make(chan struct{})}
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
