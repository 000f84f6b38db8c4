package markup

import (
	"slices"
	"testing"
)

// An emoji is found by how its name begins, then by another word of it.
func TestFindEmoji(t *testing.T) {
	for prefix, want := range map[string]NamedEmoji{
		"smile": {"smile", "😄"}, "SMILE": {"smile", "😄"}, "+1": {"+1", "👍"}, "house": {"house", "🏠"}, "spool_of": {}, "": {},
	} {
		var got NamedEmoji
		if found := FindEmoji(prefix, 5); len(found) > 0 {
			got = found[0]
		}
		if got != want {
			t.Errorf("%q finds %q first, want %q", prefix, got, want)
		}
	}
	if !slices.ContainsFunc(FindEmoji("cat", 50), func(e NamedEmoji) bool { return e.Name == "smile_cat" }) {
		t.Error("cat does not find smile_cat")
	}
	seen := map[string]bool{}
	for _, e := range FindEmoji("s", 500) {
		if seen[e.Text] {
			t.Errorf("%s stands there twice", e.Text)
		}
		seen[e.Text] = true
	}
	if n := len(FindEmoji("s", 7)); n != 7 {
		t.Errorf("%d of s, want 7", n)
	}
}
