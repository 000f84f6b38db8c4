package markup

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/kyokomi/emoji/v2"
)

// NamedEmoji is an emoji of Unicode's with a short name that people type for it.
type NamedEmoji struct{ Name, Text string }

// FindEmoji lists emoji whose short name begins with the prefix, then those of
// which another word of the name does, each once and under its shortest name.
func FindEmoji(prefix string, limit int) []NamedEmoji {
	prefix = strings.ToLower(prefix)
	if prefix == "" {
		return nil
	}
	var found []NamedEmoji
	seen := map[string]bool{}
	add := func(fits func(name string) bool) {
		for _, e := range emojiNames() {
			if len(found) < limit && !seen[e.Text] && fits(e.Name) {
				seen[e.Text] = true
				found = append(found, e)
			}
		}
	}
	add(func(name string) bool { return strings.HasPrefix(name, prefix) })
	add(func(name string) bool { return strings.Contains(name, "_"+prefix) })
	return found
}

// emojiNames is every short name, the shorter ones first. Those of skin tones
// are left out: they would fill the list six times over.
var emojiNames = sync.OnceValue(func() []NamedEmoji {
	var all []NamedEmoji
	for code, text := range emoji.CodeMap() {
		name := strings.Trim(code, ":")
		if !strings.Contains(name, "_tone") && !strings.Contains(name, "-tone") {
			all = append(all, NamedEmoji{name, text})
		}
	}
	slices.SortFunc(all, func(a, b NamedEmoji) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return all
})
