package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"slices"

	"lotteryledger/domain"
	"lotteryledger/domain/fault"
	"lotteryledger/domain/personal"
)

const (
	suite     = 1
	nonceSize = 12
	keyTag    = "lotteryledger data key v1\n"
	recordTag = "lotteryledger sealed record v1\n"
)

// applicantID is the binary form of an applicant's id.
type applicantID [16]byte

func aead(key [32]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err == nil {
		var a cipher.AEAD
		if a, err = cipher.NewGCM(block); err == nil {
			return a
		}
	}
	panic(err) // only for keys and blocks of another size
}

// seal encrypts under a key, bound to what is said beside it.
func seal(a cipher.AEAD, plain []byte, beside ...[]byte) []byte {
	b := make([]byte, 1+nonceSize, 1+nonceSize+len(plain)+a.Overhead())
	b[0] = suite
	_, _ = rand.Read(b[1:]) // never fails: it would end the program
	return a.Seal(b, b[1:1+nonceSize], plain, slices.Concat(beside...))
}

// unseal decrypts what seal made; anything else is [errAltered].
func unseal(a cipher.AEAD, sealed []byte, beside ...[]byte) ([]byte, error) {
	if len(sealed) < 1+nonceSize || sealed[0] != suite {
		return nil, errAltered()
	}
	plain, err := a.Open(nil, sealed[1:1+nonceSize], sealed[1+nonceSize:], slices.Concat(beside...))
	if err != nil {
		return nil, errAltered()
	}
	return plain, nil
}

func errAltered() error {
	return fault.New(fault.RecordAltered, "what the vault holds is torn or was changed")
}

// wrap seals a data key under the master key.
func wrap(master cipher.AEAD, who applicantID, key [32]byte) []byte {
	return seal(master, key[:], []byte(keyTag), who[:])
}

func unwrap(master cipher.AEAD, who applicantID, wrapped []byte) (key [32]byte, err error) {
	b, err := unseal(master, wrapped, []byte(keyTag), who[:])
	if err == nil && len(b) != len(key) {
		err = errAltered()
	}
	copy(key[:], b)
	return key, err
}

// sealRecord seals salt and record under the applicant's data key.
func sealRecord(key [32]byte, who applicantID, e Entry, commitment domain.Digest) []byte {
	return seal(aead(key), slices.Concat(e.Salt[:], e.Record.Bytes()), []byte(recordTag), who[:],
		commitment[:])
}

// unsealRecord opens a sealed record, and checks it against its commitment.
func unsealRecord(key [32]byte, who applicantID, commitment domain.Digest,
	sealed []byte,
) (salt personal.Salt, r personal.Record, err error) {
	b, err := unseal(aead(key), sealed, []byte(recordTag), who[:], commitment[:])
	if err != nil {
		return salt, r, err
	}
	if n := copy(salt[:], b); n == len(salt) {
		r, err = personal.Verify(commitment, salt, b[n:])
	} else {
		err = errAltered()
	}
	if err != nil {
		return personal.Salt{}, personal.Record{}, errAltered()
	}
	return salt, r, nil
}
