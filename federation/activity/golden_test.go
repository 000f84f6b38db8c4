package activity

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"croft/social"
)

var update = flag.Bool("update", false, "write the golden files anew")

// inputs lists the recorded and the made documents: folder documents and names
// with made-document are what was fetched, everything else came to the inbox.
func inputs(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" || strings.HasPrefix(path, filepath.Join("testdata", "out")) {
			return err
		}
		found[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isDocument(path string) bool {
	return strings.Contains(path, "documents") || strings.Contains(path, "made-document")
}

// decodeAny decodes the way the file would be.
func decodeAny(path string, data []byte) (any, error) {
	if isDocument(path) {
		return DecodeObject(data)
	}
	return Decode(data)
}

// TestGolden decodes what real servers sent, and fixtures made after the shape
// of others, and compares with what stands beside each.
func TestGolden(t *testing.T) {
	for path, data := range inputs(t) {
		got, err := decodeAny(path, data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		compareGolden(t, strings.TrimSuffix(path, ".json")+".want", show(t, got))
	}
}

// show writes a decoded struct with its type, leaving out what is zero.
func show(t testing.TB, v any) []byte {
	t.Helper()
	named := map[string]any{reflect.TypeOf(v).Name(): v}
	if doc, ok := v.(ActivityDocument); ok {
		named = map[string]any{"ActivityDocument": map[string]any{reflect.TypeOf(doc.Activity).Name(): doc.Activity}}
	}
	out, err := json.Marshal(named, json.OmitZeroStructFields(true), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestPeekAgrees holds the door's reading against the meaning's.
func TestPeekAgrees(t *testing.T) {
	for path, data := range inputs(t) {
		if !isDocument(path) {
			checkAgreement(t, data)
		}
	}
}

func checkAgreement(t *testing.T, data []byte) {
	t.Helper()
	head, peekErr := Peek(data)
	a, err := Decode(data)
	if err == nil && peekErr != nil {
		t.Fatalf("Peek refuses what Decode takes: %v\n%s", peekErr, data)
	}
	if err != nil {
		if !errors.Is(err, social.ErrInvalid) {
			t.Fatalf("Decode: %v is not ErrInvalid\n%s", err, data)
		}
		return
	}
	got := HeadOf(a)
	if got.ID != head.ID || got.Actor != head.Actor {
		t.Fatalf("Peek says %+v, Decode %+v\n%s", head, got, data)
	}
	alias := map[string]string{"EmojiReact": "Like", "Question": "Create"}
	if want := head.Type; got.Type != want && got.Type != alias[want] {
		t.Fatalf("Peek says %s, Decode %s\n%s", want, got.Type, data)
	}
}
