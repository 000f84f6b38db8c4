package social

import (
	"errors"
	"testing"
)

func TestCheckLength(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "ünf": "", "fünf": "The word is one character too long: at most 3.", "siebzig": "The word is 4 characters too long: at most 3.",
	} {
		err := CheckLength("field", "word", text, 3)
		got := ""
		for _, p := range Problems(err) {
			got += p.Text
		}
		if got != want || (err != nil) != errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}
