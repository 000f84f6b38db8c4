package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"croft/social"
)

// lock takes the home for this process. The lock is the kernel's: it ends with
// the process, however that ends, and the file that carries it stays behind.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%w: this home is in use by another croft; stop that one first", social.ErrConflict)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
