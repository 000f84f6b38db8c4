package templates

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The page lists the keys that the script knows, and no others.
func TestShortcuts(t *testing.T) {
	file, err := os.ReadFile("../static/croft.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(file), "const keys = {")
	table, _, closed := strings.Cut(rest, "\n  };")
	if !found || !closed {
		t.Fatal("the script has no table of keys")
	}
	var inScript, onPage []string
	for _, key := range regexp.MustCompile(`"([^" ]|g [a-z]|Enter)": `).FindAllStringSubmatch(table, -1) {
		inScript = append(inScript, key[1])
	}
	for _, group := range shortcutGroups() {
		for _, s := range group.shortcuts {
			onPage = append(onPage, strings.Join(s.keys, " "))
			if s.also != "" {
				onPage = append(onPage, s.also)
			}
		}
	}
	slices.Sort(inScript)
	slices.Sort(onPage)
	if !slices.Equal(inScript, onPage) {
		t.Errorf("the script knows %q\nand the page lists %q", inScript, onPage)
	}
}
