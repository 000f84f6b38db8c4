package markup

import (
	"strings"
	"testing"
)

// told writes changes as one line: -what went-, +what came+.
func told(all []Change) string {
	var words []string
	for _, c := range all {
		switch {
		case c.Went:
			words = append(words, "-"+c.Text+"-")
		case c.Came:
			words = append(words, "+"+c.Text+"+")
		default:
			words = append(words, c.Text)
		}
	}
	return strings.Join(words, " ")
}

func TestChanges(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"the same  words", "the\nsame words", ""},
		{"", "all new", "+all new+"},
		{"all gone", "", "-all gone-"},
		{"the kettle is on", "the big kettle is off", "the +big+ kettle is -on- +off+"},
		{"a b c d e", "a c b e", "a -b- c -d- +b+ e"},
		{"one two", "three four", "-one two- +three four+"},
		{"a a a", "a a", "a a -a-"},
	} {
		if got := told(Changes(c.before, c.after)); got != c.want {
			t.Errorf("%q becomes %q: %s, want %s", c.before, c.after, got, c.want)
		}
	}
}

// However two texts differ, what stayed and went is the old one, and what stayed
// and came the new one; and the longest texts take no time.
func FuzzChanges(f *testing.F) {
	f.Add("the kettle is on", "the big kettle is off")
	f.Add(strings.Repeat("a b ", 5000), strings.Repeat("b c ", 5000))
	f.Fuzz(func(t *testing.T, before, after string) {
		var a, b []string
		for _, c := range Changes(before, after) {
			if !c.Came {
				a = append(a, c.Text)
			}
			if !c.Went {
				b = append(b, c.Text)
			}
		}
		same := len(a)+len(b) == 0 && strings.Join(strings.Fields(before), " ") == strings.Join(strings.Fields(after), " ")
		if !same && (strings.Join(a, " ") != strings.Join(strings.Fields(before), " ") || strings.Join(b, " ") != strings.Join(strings.Fields(after), " ")) {
			t.Errorf("%q becomes %q by %v", before, after, Changes(before, after))
		}
	})
}
