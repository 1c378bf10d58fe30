package tiles

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"lotteryledger/domain/fault"
)

// Writer appends entries to a ledger folder. It holds the right edge of the tree and
// the bundle in work only, whatever the size. It is for one goroutine.
//
// One writer at a time may work on a folder, which the caller sees to (the ledger does it
// with an expected revision in the event store). Two that append the same
// entries write the same files; of two that differ, the later one stops with ErrFork.
//
// An error of the folder ends a Writer: all later calls return it again. The way
// on is Open at the last size that Sync told.
type Writer struct {
	disk   *disk
	edge   edge
	bundle []byte // the entries after the last full bundle, as in the file
	err    error  // what ended the writer
}

// Create begins a ledger without entries. The folder is made if need be. Files that
// are there already are handled as in Open.
func Create(dir string) (*Writer, error) { return Open(dir, 0, EmptyRoot()) }

// Open goes on with a ledger from a size and root that Sync told and that
// were signed. It reads the right edge, and proves it to be that of the root. Files
// beyond the size, as a crash leaves them, stay: the same entries, appended
// again, are the same bytes.
func Open(dir string, size int64, root tlog.Hash) (*Writer, error) {
	return open(newDisk(dir), size, root)
}

func open(d *disk, size int64, root tlog.Hash) (*Writer, error) {
	if err := d.prepare(); err != nil {
		return nil, fmt.Errorf("preparing ledger folder: %w", err)
	}
	f := folder{os.DirFS(d.root)}
	e, err := f.edge(size, root)
	if err != nil {
		return nil, fmt.Errorf("opening ledger at size %d: %w", size, err)
	}
	w := &Writer{disk: d, edge: e}
	if width := partialWidth(size, 0); width > 0 {
		w.bundle, err = f.bundle(nil, hashCount(size, 1), width)
		if err != nil {
			return nil, fmt.Errorf("opening ledger at size %d: %w", size, err)
		}
		if err := checkBundle(w.bundle, hashCount(size, 1), width, e.levels[0]); err != nil {
			return nil, fmt.Errorf("opening ledger at size %d: %w", size, err)
		}
	}
	return w, nil
}

// Size returns the number of entries, appended ones included.
func (w *Writer) Size() int64 { return w.edge.size }

// Append adds an entry of 1 to MaxEntry bytes. It is not durable before Sync. An entry
// of another length is refused, and the Writer goes on.
func (w *Writer) Append(entry []byte) error {
	if w.err != nil {
		return w.err
	}
	if len(entry) < 1 || len(entry) > MaxEntry {
		return at("", w.edge.size).New(fault.EntrySize,
			"entry has %d bytes, want 1 to %d", len(entry), MaxEntry)
	}
	if w.edge.size == MaxSize {
		return at("", w.edge.size).New(fault.SizeRange, "ledger is full")
	}
	w.bundle = binary.BigEndian.AppendUint16(w.bundle, uint16(len(entry)))
	w.bundle = append(w.bundle, entry...)
	if err := w.edge.add(tlog.RecordHash(entry), w.putFull); err != nil {
		w.err = fmt.Errorf("appending leaf %d: %w", w.edge.size, err)
	}
	return w.err
}

// Sync makes all appended entries durable, and then returns the size and
// root to be signed. With nothing appended since the last call it returns the same.
func (w *Writer) Sync() (size int64, root tlog.Hash, err error) {
	if w.err == nil {
		if err := w.sync(); err != nil {
			w.err = fmt.Errorf("syncing ledger at size %d: %w", w.edge.size, err)
		}
	}
	if w.err != nil {
		return 0, tlog.Hash{}, w.err
	}
	return w.edge.size, w.edge.root(), nil
}

func (w *Writer) sync() error {
	for level, hashes := range w.edge.levels {
		if len(hashes) == 0 {
			continue
		}
		name := Path(level, hashCount(w.edge.size, level+1), len(hashes))
		if err := w.disk.put(name, encodeTile(hashes)); err != nil {
			return err
		}
	}
	if width := partialWidth(w.edge.size, 0); width > 0 {
		if err := w.disk.put(EntriesPath(hashCount(w.edge.size, 1), width), w.bundle); err != nil {
			return err
		}
	}
	return w.disk.barrier()
}

// Close ends the Writer. What was appended after the last Sync is not promised.
func (w *Writer) Close() error {
	w.err = fmt.Errorf("appending to ledger: %w", os.ErrClosed)
	_ = w.disk.group.Wait() // an unfinished file is as good as none
	if err := w.disk.clear(); err != nil {
		return fmt.Errorf("closing ledger: %w", err)
	}
	return nil
}

// putFull writes a full tile and, at level 0, its bundle.
func (w *Writer) putFull(level int, n int64, hashes []tlog.Hash) error {
	if level == 0 {
		full := w.bundle
		w.bundle = make([]byte, 0, cap(full)) // the file is written from full meanwhile
		if err := w.disk.put(EntriesPath(n, Width), full); err != nil {
			return err
		}
	}
	return w.disk.put(Path(level, n, Width), encodeTile(hashes))
}

// Publish puts the signed note raw into the folder, in the place of the one before. The
// size in it must be one that Sync told.
func Publish(dir string, raw []byte) error {
	d := newDisk(dir)
	err := d.replace(CheckpointFile, slices.Clone(raw))
	if err == nil {
		err = d.barrier()
	}
	if err := errors.Join(err, d.clear()); err != nil {
		return fmt.Errorf("publishing checkpoint: %w", err)
	}
	return nil
}
