package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"croft/social"
)

func savedPicture(t *testing.T, l *Library) social.Attachment {
	t.Helper()
	a, err := l.Save(t.Context(), bytes.NewReader(asPNG(t, quarters(700, 500))))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOpen(t *testing.T) {
	l := newLibrary(t, Options{})
	a := savedPicture(t, l)
	f, err := l.Open(a.File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.MediaType != "image/png" || f.Size != a.Size || time.Since(f.ModTime) > time.Minute {
		t.Errorf("got %+v", f)
	}
	if b := savedPicture(t, l); b.File == a.File {
		t.Error("the same picture twice has one name")
	}
}

// TestOpenRefuses asks for everything that is not a name of ours (MED-03).
func TestOpenRefuses(t *testing.T) {
	l := newLibrary(t, Options{})
	a := savedPicture(t, l)
	dir := l.root.Name()
	if err := os.WriteFile(filepath.Join(dir, "x.png"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	outside := strings.Repeat("a", 64) + ".png"
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, ownFolder, outside)); err != nil {
		t.Fatal(err)
	}
	hash := a.File[:64]
	for _, name := range []string{
		"", ".", "..", "../x.png", "../../x", "/etc/passwd", "x.png", "own/" + a.File, "./" + a.File, "../own/" + a.File,
		a.File + "\x00", "\x00" + a.File, a.File + "/", a.File + "\n", "a\n" + a.File, strings.ToUpper(hash) + ".png",
		hash, hash + ".", hash + ".svg", hash + ".html", hash + ".png.html", hash[:63] + ".png", hash + "0.png",
		hash + ".jpg", strings.Repeat("0", 64) + ".png", strings.Repeat("x", 4096), strings.Repeat("../", 1000),
		`..\..\x`, "%2e%2e%2fx.png", "C:\\x.png",
	} {
		f, err := l.Open(name)
		if !errors.Is(err, social.ErrNotFound) {
			t.Errorf("Open(%q): %v", name, err)
		}
		if err == nil {
			f.Close()
		}
		if err := l.Delete(name); err != nil {
			t.Errorf("Delete(%q): %v", name, err)
		}
	}
	if f, err := l.Open(outside); err == nil {
		f.Close()
		t.Error("a link leads out of the folder")
	}
	readStored(t, l, a.File) // it is still there
	if _, err := os.Stat(filepath.Join(dir, "x.png")); err != nil {
		t.Error(err)
	}
}

// TestNameTellsDamage recomputes the hash that a name ends with.
func TestNameTellsDamage(t *testing.T) {
	l := newLibrary(t, Options{})
	a := savedPicture(t, l)
	nonce, err := hex.DecodeString(a.File[:32])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append(nonce, readStored(t, l, a.File)...))
	if got := hex.EncodeToString(sum[:16]); got != a.File[32:64] {
		t.Errorf("hash is %s, the name says %s", got, a.File[32:64])
	}
}

func TestDelete(t *testing.T) {
	l := newLibrary(t, Options{})
	a := savedPicture(t, l)
	for range 2 {
		if err := l.Delete(a.File); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Open(a.File); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSweep(t *testing.T) {
	l := newLibrary(t, Options{})
	bound, lost, fresh := savedPicture(t, l), savedPicture(t, l), savedPicture(t, l)
	yesterday := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{bound.File, bound.Preview, lost.File, lost.Preview} {
		if err := l.root.Chtimes(ownFolder+"/"+name, yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	known := func(name string) (bool, error) { return name == bound.File || name == bound.Preview, nil }
	before := time.Now().Add(-24 * time.Hour)
	if n, err := l.Sweep(t.Context(), before, known); n != 2 || err != nil {
		t.Errorf("swept %d, %v; want 2", n, err)
	}
	for _, name := range []string{bound.File, bound.Preview, fresh.File, fresh.Preview} {
		readStored(t, l, name)
	}
	broken := errors.New("no database")
	if n, err := l.Sweep(t.Context(), before, func(string) (bool, error) { return false, broken }); n != 0 || !errors.Is(err, broken) {
		t.Errorf("swept %d, %v", n, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if n, err := l.Sweep(ended, before, known); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("swept %d, %v", n, err)
	}
}

// TestOpenAfterCrash finds half-written files gone and whole ones there
// (MED-11).
func TestOpenAfterCrash(t *testing.T) {
	l := newLibrary(t, Options{})
	a := savedPicture(t, l)
	for range 3 {
		f, _, err := l.createTemp()
		if err != nil {
			t.Fatal(err)
		}
		f.WriteString("half an upl")
		f.Close()
	}
	again, err := Open(l.root.Name(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if left, err := again.listFolder(tempFolder); len(left) != 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	readStored(t, again, a.File)
}

func TestModes(t *testing.T) {
	l := newLibrary(t, Options{})
	savedPicture(t, l)
	err := filepath.Walk(l.root.Name(), func(file string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
