package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"time"

	"croft/social"
)

// mediaTypes is what a file is served as, by its extension. We wrote the file,
// so its extension is true, and no other type can ever be served.
var mediaTypes = map[string]string{
	".jpg": "image/jpeg",
	".png": "image/png",
	".gif": "image/gif",
}

// A File is open for reading; the caller closes it.
type File struct {
	io.ReadSeekCloser
	MediaType string
	Size      int64
	ModTime   time.Time
}

// fileName is the whole form of a name, in both folders. Nothing else is ever
// looked up.
var fileName = regexp.MustCompile(`^[0-9a-f]{64}\.(jpg|png|gif)$`)

// newName makes the name of a file from 16 random bytes and 16 bytes of the
// SHA-256 of these and the content. The hash lets a damaged file be found by
// its name alone. The random part is what a plain hash would lack: nobody who
// has the same picture can ask whether it is here, one picture in two posts
// does not connect them, and a file belongs to one attachment, so that deleting
// it takes nothing from another.
func newName(e encoded) string {
	var nonce [16]byte
	rand.Read(nonce[:]) // never fails
	h := sha256.New()
	h.Write(nonce[:])
	h.Write(e.data)
	return hex.EncodeToString(h.Sum(nonce[:])[:32]) + e.ext
}

// Open opens one of the owner's files. A name that is not of our own making, or
// of no file, is ErrNotFound.
func (l *Library) Open(name string) (File, error) {
	if !fileName.MatchString(name) {
		return File{}, fmt.Errorf("open file: %w", social.ErrNotFound)
	}
	return l.openFile(path.Join(ownFolder, name))
}

func (l *Library) openFile(name string) (File, error) {
	f, err := l.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, fmt.Errorf("open file %s: %w", name, social.ErrNotFound)
	}
	if err != nil {
		return File{}, fmt.Errorf("open file: %w", err)
	}
	stat, err := f.Stat()
	if err != nil {
		return File{}, errors.Join(fmt.Errorf("open file: %w", err), f.Close())
	}
	return File{f, mediaTypes[path.Ext(name)], stat.Size(), stat.ModTime()}, nil
}

// Delete removes one of the owner's files. A name that is of no file is no
// error. It does not wait for the disk: should the power fail now, Sweep will
// find the file again.
func (l *Library) Delete(name string) error {
	if !fileName.MatchString(name) {
		return nil
	}
	err := l.root.Remove(path.Join(ownFolder, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file: %w", err)
	}
	return nil
}

// Sweep removes those of the owner's files that are older than before and that
// nothing knows of: uploads never bound to a post, and what a crash left behind
// between writing the file and writing the row. It asks about each file once;
// known must answer for previews, avatars and headers too. It returns how many
// files went, and stops when ctx ends or known returns an error.
func (l *Library) Sweep(ctx context.Context, before time.Time, known func(name string) (bool, error)) (int, error) {
	names, err := l.listFolder(ownFolder)
	if err != nil {
		return 0, err
	}
	gone := 0
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return gone, fmt.Errorf("sweep files: %w", err)
		}
		old, err := l.isOlder(name, before)
		if err != nil || !old {
			continue // it went meanwhile, or is too young to judge
		}
		wanted, err := known(name)
		if err != nil {
			return gone, fmt.Errorf("sweep file %s: %w", name, err)
		}
		if wanted {
			continue
		}
		if err := l.Delete(name); err != nil {
			return gone, err
		}
		gone++
	}
	return gone, nil
}

func (l *Library) isOlder(name string, before time.Time) (bool, error) {
	if !fileName.MatchString(name) {
		return false, nil
	}
	stat, err := l.root.Stat(path.Join(ownFolder, name))
	return err == nil && stat.ModTime().Before(before), err
}

func (l *Library) listFolder(folder string) ([]string, error) {
	d, err := l.root.Open(folder)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	return names, nil
}

// write puts data under name so that the name is only ever seen with the whole
// file behind it. The folder still has to be synced for the name to last.
func (l *Library) write(name string, data []byte) error {
	f, temp, err := l.createTemp()
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = l.root.Rename(temp, name)
	}
	if err != nil {
		return fmt.Errorf("write file: %w", errors.Join(err, l.root.Remove(temp)))
	}
	return nil
}

func (l *Library) createTemp() (*os.File, string, error) {
	name := path.Join(tempFolder, rand.Text())
	f, err := l.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, "", fmt.Errorf("make temporary file: %w", err)
	}
	return f, name, nil
}

// clearTemp removes what a crash left: half-read uploads, which still hold what
// was to be stripped, and half-written files.
func (l *Library) clearTemp() error {
	names, err := l.listFolder(tempFolder)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := l.root.Remove(path.Join(tempFolder, name)); err != nil {
			return fmt.Errorf("clear temporary files: %w", err)
		}
	}
	return nil
}

func (l *Library) syncFolder(folder string) error {
	d, err := l.root.Open(folder)
	if err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder %s: %w", folder, err)
	}
	return nil
}
