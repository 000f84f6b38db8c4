package static

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"croft/social"

	"github.com/klauspost/compress/zstd"
)

// TestFiles opens every embedded file by its hashed name and unpacks both of
// its compressed forms.
func TestFiles(t *testing.T) {
	f := New()
	unzstd, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unzstd.Close()
	for _, name := range []string{"croft.css", "croft.js", "icons.svg", "avatar.svg", "header.svg", "favicon.svg"} {
		address := f.Path(name)
		if !regexp.MustCompile(`^/static/[a-z]+\.[0-9a-f]{10}\.[a-z]+$`).MatchString(address) {
			t.Errorf("Path(%q) = %q", name, address)
		}
		file, err := f.Open(path.Base(address))
		if err != nil {
			t.Fatal(err)
		}
		if file.MediaType == "" || len(file.Plain) == 0 || len(file.ETag) != 12 {
			t.Errorf("%s: media type %q, %d bytes, ETag %s", name, file.MediaType, len(file.Plain), file.ETag)
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(file.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(plain, file.Plain) {
			t.Errorf("%s: gzip holds something else (%v)", name, err)
		}
		if plain, err := unzstd.DecodeAll(file.Zstd, nil); err != nil || !bytes.Equal(plain, file.Plain) {
			t.Errorf("%s: zstd holds something else (%v)", name, err)
		}
	}
	for _, name := range []string{"", "croft.css", "../croft.css", "croft.0000000000.css"} {
		if _, err := f.Open(name); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("Open(%q): %v, want not found", name, err)
		}
	}
}

func TestFor(t *testing.T) {
	f := New()
	file, err := f.Open(path.Base(f.Path("croft.css")))
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		"":                        "",
		"identity":                "",
		"gzip":                    "gzip",
		"gzip, deflate, br, zstd": "zstd",
		"GZIP;q=0.5, zstd;q=0":    "gzip",
		"zstd; q=0.0, br":         "",
	} {
		if _, got := file.For(accept); got != want {
			t.Errorf("For(%q) = %q, want %q", accept, got, want)
		}
	}
}

// TestScript holds the script to what the content policy and the house allow:
// it builds no markup out of text and calls no server but the home it is from:
// paths of ours, the page itself, and where a form of ours goes. It stays small.
func TestScript(t *testing.T) {
	script, err := embedded.ReadFile("croft.js")
	if err != nil {
		t.Fatal(err)
	}
	if len(script) >= 22_000 {
		t.Errorf("croft.js has %d bytes", len(script))
	}
	for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "XMLHttpRequest", ".style"} {
		if strings.Contains(string(script), word) {
			t.Errorf("croft.js says %s", word)
		}
	}
	for _, call := range regexp.MustCompile(`\b(fetch|post)\(.{0,20}`).FindAllString(string(script), -1) {
		if !regexp.MustCompile(`^(fetch\(("/[a-z]|location\)|to, \{)|post\(("/[a-z]|[a-z]+\.(formAction|action), ))`).MatchString(call) {
			t.Errorf("croft.js calls %s, which may not be a path of this home", call)
		}
	}
}

// The script is sent without its comments, line by line, which no string may
// reach over.
func TestScriptIsSentWithoutItsComments(t *testing.T) {
	source, err := embedded.ReadFile("croft.js")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(source), "\n") {
		if strings.Count(line, "`")%2 != 0 {
			t.Errorf("line %d of the script begins or ends a string of many lines", i+1)
		}
	}
	files := New()
	sent, err := files.Open(strings.TrimPrefix(files.Path("croft.js"), Prefix))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(sent.Plain); strings.Contains(got, "\n//") || strings.Contains(got, "\n ") || len(got) < len(source)/2 {
		t.Errorf("the script is sent in %d of %d bytes", len(got), len(source))
	}
}

// TestPackingIsFrugal holds what packing the files takes: a home idles in
// 35 MiB, and what was taken once is not given back soon.
func TestPackingIsFrugal(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	New()
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 12 {
		t.Errorf("packing took %d MiB, want at most 12", took)
	}
}
