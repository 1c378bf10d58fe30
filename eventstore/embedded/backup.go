package embedded

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"iter"
	"strconv"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Backup describes a backup file: the imagined file of all records, with a header
// where the first 64 bytes are free. See the package comment for the format.
type Backup struct {
	Events uint64 `json:"events"`
	Tail   uint64 `json:"tail"`   // length of the file; where the next record would begin
	SHA256 string `json:"sha256"` // of the records and of what the header says of them
}

const (
	backupMagic  = "lotstore"
	backupSummed = 8 + 4 + 8 + 8 // the part of the header that the digest covers
	backupDigest = backupSummed + sha256.Size
)

// header returns the first bytes of the file, given a digest of the records. That of the
// log tells neither length nor digest.
func (b *Backup) header(records hash.Hash) []byte {
	version, _ := strconv.ParseUint(layout, 10, 32) // it is a number
	h := binary.BigEndian.AppendUint32(append(make([]byte, 0, firstPosition), backupMagic...),
		uint32(version))
	h = binary.BigEndian.AppendUint64(h, b.Tail)
	h = binary.BigEndian.AppendUint64(h, b.Events)
	digest := make([]byte, sha256.Size)
	if records != nil {
		records.Write(h)
		digest = records.Sum(nil)
	}
	b.SHA256 = hex.EncodeToString(digest)
	h = append(h, digest...)
	return binary.BigEndian.AppendUint32(h, crc32.Checksum(h, castagnoli))
}

// isWhole reports whether a header has the checksum that it says.
func isWhole(header []byte) bool {
	return binary.BigEndian.Uint32(header[backupDigest:]) == crc32.Checksum(header[:backupDigest],
		castagnoli)
}

// versionOf is the version of the layout that a header names.
func versionOf(header []byte) string {
	return strconv.FormatUint(uint64(binary.BigEndian.Uint32(header[8:])), 10)
}

// parseBackupHeader reads the first bytes of a backup file.
func parseBackupHeader(h []byte) (Backup, error) {
	var b Backup
	switch version := versionOf(h); {
	case string(h[:8]) == "\x00\x00\x00\x00\x00\x00\x00\x00":
		return b, fmt.Errorf("%w: it was never finished", ErrBadBackup)
	case string(h[:8]) != backupMagic:
		return b, fmt.Errorf("%w: it is no backup of an event store", ErrBadBackup)
	case !isWhole(h):
		return b, fmt.Errorf("%w: its header has a wrong checksum", ErrBadBackup)
	case version != layout:
		return b, fmt.Errorf("%w: its layout has version %s; this program knows version %s only",
			ErrBadBackup, version, layout)
	}
	b.Tail, b.Events = binary.BigEndian.Uint64(h[12:]), binary.BigEndian.Uint64(h[20:])
	b.SHA256 = hex.EncodeToString(h[backupSummed:backupDigest])
	return b, nil
}

// Backup copies the folder's events to a new file.
func (f Folder) Backup(ctx context.Context, to string, progress func(done, all int64)) (Backup,
	error,
) {
	var done Backup
	err := f.read(func(s *store) (err error) {
		done, err = writeBackup(ctx, f.fs(), to, s.view.tail, s.log.pages(s.view.tail), progress)
		return damage(err)
	})
	return done, err
}

// pages yields the bytes of all records before the tail, some whole ones at a time. A
// page is valid until the next one.
func (l *eventLog) pages(tail uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var page []byte
		for r := (logReader{log: l, at: firstPosition, end: tail}); r.at < tail; {
			page = page[:0]
			for at := r.at; r.at < tail && len(page) < pageBytes; at = r.at {
				record, err := r.record()
				if err != nil {
					yield(nil, fmt.Errorf("%w: %s: %w", ErrDamaged, atPosition(at), err))
					return
				}
				page = append(page, record...)
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// writeBackup writes a new file and verifies each record on its way.
func writeBackup(ctx context.Context, fs vfs.FS, to string, tail uint64,
	pages iter.Seq2[[]byte, error], progress func(done, all int64),
) (b Backup, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing the backup: %w", err)
		}
	}()
	if _, err := fs.Stat(to); err == nil {
		return b, fmt.Errorf("%s %w", to, ErrExists)
	}
	err = createFile(fs, to, func(f vfs.File) error {
		b, err = fillBackup(ctx, f, tail, pages, progress)
		return err
	})
	if err != nil {
		return Backup{}, err
	}
	return b, nil
}

// fillBackup writes the records, and the header when they are durable.
func fillBackup(ctx context.Context, f vfs.File, tail uint64, pages iter.Seq2[[]byte, error],
	progress func(done, all int64),
) (b Backup, err error) {
	w := bufio.NewWriterSize(f, pageBytes)
	sum := sha256.New()
	if _, err := w.Write(make([]byte, firstPosition)); err != nil {
		return b, err
	}
	b.Tail = firstPosition
	for page, err := range pages {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = b.add(page)
		}
		if err == nil {
			sum.Write(page)
			_, err = w.Write(page)
		}
		if err != nil {
			return b, err
		}
		progress(int64(b.Tail), int64(tail))
	}
	if b.Tail != tail {
		return b, fmt.Errorf("%w: the records end at %d, not at %d", ErrDamaged, b.Tail, tail)
	}
	header := b.header(sum)
	if err := errors.Join(w.Flush(), f.Sync()); err != nil {
		return b, err
	}
	if _, err := f.WriteAt(header, 0); err != nil {
		return b, err
	}
	return b, f.Sync()
}

// add verifies the records of a page and counts them.
func (b *Backup) add(page []byte) error {
	return eachRecord(page, b.Tail, func(record []byte, _ uint64, _ event, kind byte) error {
		if kind == kindEvent {
			b.Events++
		}
		b.Tail += uint64(len(record))
		return nil
	})
}
