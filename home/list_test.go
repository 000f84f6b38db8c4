package home_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"croft/home"
)

// TestList finds homes also below a folder whose name looks like a pattern.
func TestList(t *testing.T) {
	data := filepath.Join(t.TempDir(), "[my] data*")
	if got, err := home.List(data); err != nil || len(got) != 0 {
		t.Errorf("of a folder that is not there: %v, %v", got, err)
	}
	folder := filepath.Join(data, "me.test", "ana")
	for _, dir := range []string{folder, filepath.Join(data, "me.test", "nobody")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "croft.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := home.List(data); err != nil || !slices.Equal(got, []string{folder}) {
		t.Errorf("%v, %v", got, err)
	}
}
