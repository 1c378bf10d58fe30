package embedded

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/rs/zerolog"
)

// backupFile is a backup that is being read to its end.
type backupFile struct {
	Backup
	io.Closer
	r   *bufio.Reader
	buf []byte
}

// openBackup opens a file whose header is good and whose length is what it says.
func openBackup(fs vfs.FS, from string) (_ *backupFile, err error) {
	f, err := fs.Open(from)
	if err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	if info.Size() < firstPosition {
		return nil, fmt.Errorf("%w: it has %d bytes, fewer than a header", ErrBadBackup,
			info.Size())
	}
	b := &backupFile{Closer: f, r: bufio.NewReaderSize(f, pageBytes)}
	header := make([]byte, firstPosition)
	if _, err := io.ReadFull(b.r, header); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	if b.Backup, err = parseBackupHeader(header); err != nil {
		return nil, err
	}
	if uint64(info.Size()) != b.Tail {
		return nil, fmt.Errorf("%w: it has %d bytes and should have %d", ErrBadBackup, info.Size(),
			b.Tail)
	}
	return b, nil
}

// read copies the records and compares the whole with the header at the end.
func (b *backupFile) read(ctx context.Context, to io.Writer, progress func(done, all int64)) error {
	seen := Backup{Tail: firstPosition}
	sum := sha256.New()
	for steps := 0; seen.Tail < b.Tail; steps++ {
		record, err := b.next(seen.Tail)
		if err != nil {
			return err
		}
		_, kind, err := parseRecord(record, seen.Tail)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrBadBackup, atPosition(seen.Tail), err)
		}
		if _, err := to.Write(record); err != nil {
			return err
		}
		if kind == kindEvent {
			seen.Events++
		}
		sum.Write(record)
		seen.Tail += uint64(len(record))
		if steps%1024 == 0 {
			progress(int64(seen.Tail), int64(b.Tail))
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if seen.Events != b.Events {
		return fmt.Errorf("%w: it has %d events and should have %d", ErrBadBackup, seen.Events,
			b.Events)
	}
	if seen.header(sum); seen.SHA256 != b.SHA256 {
		return fmt.Errorf("%w: its SHA-256 is %s and should be %s", ErrBadBackup, seen.SHA256,
			b.SHA256)
	}
	return nil
}

// next returns the record at a position. It is valid until the following one.
func (b *backupFile) next(position uint64) ([]byte, error) {
	start, err := b.r.Peek(sizePrefix)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	size, err := recordSize(start)
	if err != nil || uint64(size) > b.Tail-position {
		return nil, fmt.Errorf("%w: %s: %w", ErrBadBackup, atPosition(position), errRecordSize)
	}
	if cap(b.buf) < size {
		b.buf = make([]byte, size, 2*size)
	}
	b.buf = b.buf[:size]
	if _, err := io.ReadFull(b.r, b.buf); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	return b.buf, nil
}

// VerifyBackup reads a backup to its end, from the disk when no file system is given.
func VerifyBackup(ctx context.Context, fs vfs.FS, from string,
	progress func(done, all int64),
) (Backup, error) {
	b, err := openBackup(Folder{FS: fs}.fs(), from)
	if err != nil {
		return Backup{}, err
	}
	return b.Backup, errors.Join(b.read(ctx, io.Discard, progress), b.Close())
}

// Restore makes the folder, which must not exist or be empty, with the events of a
// backup at the places that they had. The folder appears when all of it is verified
// and durable; until then it is made under the name Dir.part.
func (f Folder) Restore(ctx context.Context, from string, progress func(done, all int64)) (_ Backup,
	err error,
) {
	fs := f.fs()
	if err := f.vacant(); err != nil {
		return Backup{}, err
	}
	b, err := openBackup(fs, from)
	if err != nil {
		return Backup{}, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	part := Folder{f.Dir + ".part", fs}
	if err := fs.RemoveAll(part.Dir); err != nil { // of a restore that was interrupted
		return Backup{}, fmt.Errorf("restoring the event store: %w", err)
	}
	if err := part.rebuild(ctx, b, progress); err != nil {
		return Backup{}, errors.Join(fmt.Errorf("restoring the event store: %w", err),
			fs.RemoveAll(part.Dir))
	}
	if _, err := fs.Stat(f.Dir); err == nil { // it is empty
		if err := fs.Remove(f.Dir); err != nil {
			return Backup{}, fmt.Errorf("restoring the event store: %w", err)
		}
	}
	if err := fs.Rename(part.Dir, f.Dir); err != nil {
		return Backup{}, fmt.Errorf("restoring the event store: %w", err)
	}
	return b.Backup, syncFolder(fs, fs.PathDir(f.Dir))
}

// vacant refuses a folder that holds anything.
func (f Folder) vacant() error {
	info, err := f.fs().Stat(f.Dir)
	if err != nil {
		return nil // what hinders will hinder again
	}
	var names []string
	if info.IsDir() {
		if names, err = f.fs().List(f.Dir); err != nil {
			return fmt.Errorf("looking into the folder to restore to: %w", err)
		}
	}
	if !info.IsDir() || len(names) > 0 {
		return fmt.Errorf("restoring the event store: %s %w and is not empty", f.Dir, ErrExists)
	}
	return nil
}

// rebuild fills a new folder. Opening the store makes its index.
func (f Folder) rebuild(ctx context.Context, b *backupFile, progress func(done, all int64)) error {
	fs := f.fs()
	if err := makeFolder(fs, f.Dir); err != nil {
		return err
	}
	if err := makeLog(fs, f.Dir); err != nil {
		return err
	}
	log, err := openLog(fs, f.Dir, true)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(&logWriter{log, firstPosition}, pageBytes)
	err = b.read(ctx, w, progress)
	if err = errors.Join(err, w.Flush(), log.Sync(), log.Close()); err != nil {
		return err
	}
	s, err := openStore(f.Dir, fs, zerolog.Nop(), true)
	if err != nil {
		return err
	}
	if tail := s.view.tail; tail != b.Tail {
		err = fmt.Errorf("%w: its last whole group ends at %d", ErrBadBackup, tail)
	}
	return errors.Join(err, s.close())
}

// logWriter writes to the log what is durable later.
type logWriter struct {
	log *eventLog
	at  int64
}

// Write appends to the log.
func (w *logWriter) Write(b []byte) (int, error) {
	n, err := w.log.WriteAt(b, w.at)
	w.at += int64(n)
	return n, err
}
