package embedded

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
)

// HeaderOfLayout is the header of an empty backup of another layout.
func HeaderOfLayout(version uint32) []byte {
	b := Backup{Tail: firstPosition}
	h := b.header(sha256.New())
	binary.BigEndian.PutUint32(h[8:], version)
	binary.BigEndian.PutUint32(h[backupDigest:], crc32.Checksum(h[:backupDigest], castagnoli))
	return h
}
