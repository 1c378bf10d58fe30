package audit

import (
	"errors"
	"io/fs"
)

var errIrregular = errors.New("not a regular file")

// regular opens nothing but folders and regular files: opening a pipe may wait for ever, and
// a device may never end. Links are followed.
type regular struct{ fs.FS }

func (r regular) Open(name string) (fs.File, error) {
	info, err := fs.Stat(r.FS, name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errIrregular}
	}
	return r.FS.Open(name)
}
