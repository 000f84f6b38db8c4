package crash

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func (l *load) mediaFolder() string {
	return filepath.Join(filepath.Dir(l.home.Database()), "media", "own")
}

// ownName is the form of a name that the cleaning takes for one of its own.
var ownName = regexp.MustCompile(`^[0-9a-f]{64}\.(jpg|png|gif)$`)

// files looks for rows whose file is missing or damaged, and for files without a
// row: after the cleaning there are none, before it only such as it will see.
func (l *load) files(b *book) (found []finding) {
	needed := map[string]bool{}
	for _, name := range b.texts(`
		select file from attachments where file <> ''
		union select preview from attachments where preview <> ''
		union select j.value ->> 'File' from revisions v, json_each(v.attachments) j where v.attachments <> '' and j.value ->> 'File' <> ''
		union select j.value ->> 'Preview' from revisions v, json_each(v.attachments) j where v.attachments <> '' and j.value ->> 'Preview' <> ''`) {
		needed[name] = true
	}
	for name := range needed {
		data, err := os.ReadFile(filepath.Join(l.mediaFolder(), name))
		switch {
		case err != nil:
			found = append(found, finding{lost, "a picture without its file: " + name})
		case !isWhole(name, data):
			found = append(found, finding{wrong, "a damaged file: " + name})
		}
	}
	there, err := os.ReadDir(l.mediaFolder())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range there {
		if !needed[f.Name()] && (*whole || !ownName.MatchString(f.Name())) {
			found = append(found, finding{wrong, "a file of nothing: " + f.Name()})
		}
	}
	return found
}

// isWhole holds a file against its name: 16 bytes by lot, and 16 of the hash of
// these and the content.
func isWhole(name string, data []byte) bool {
	stem, _, _ := strings.Cut(name, ".")
	raw, err := hex.DecodeString(stem)
	if err != nil || len(raw) != 32 {
		return false
	}
	sum := sha256.Sum256(append(raw[:16:16], data...))
	return string(sum[:16]) == string(raw[16:])
}
