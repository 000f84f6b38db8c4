package social_test

import (
	"testing"

	"croft/social"
)

// TestFilterKeyword finds words as a reader would.
func TestFilterKeyword(t *testing.T) {
	for _, test := range []struct {
		word  string
		whole bool
		text  string
		found bool
	}{
		{"cat", true, "the cat sat", true},
		{"cat", true, "the category of a cat", true}, // the second one
		{"cat", true, "concatenate category", false},
		{"cat", false, "concatenate", true},
		{"Cat", true, "a cat!", true},
		{"#cat", true, "look #cats", false},
		{"#cat", true, "look #cat", true},
		{"cat", true, "#cat", true},
		{"c++", true, "c++11 is out", true}, // ends with no letter
		{"ÄPFEL", true, "saure äpfel.", true},
		{"äpfel", true, "bratäpfel", false},
		{"猫", true, "猫が好き", false},
		{"猫", false, "猫が好き", true},
		{"two words", true, "here are two words here", true},
		{" cat ", true, "cat", true},
		{"", false, "anything", false},
	} {
		f := social.Filter{Keywords: []social.FilterKeyword{{Word: test.word, Whole: test.whole}}}
		if _, found := f.Match(1, test.text); found != test.found {
			t.Errorf("%q in %q (whole: %v) is %v", test.word, test.text, test.whole, found)
		}
	}
}

// TestFilterMatch says what was found.
func TestFilterMatch(t *testing.T) {
	f := social.Filter{Keywords: []social.FilterKeyword{{Word: "a"}, {Word: "b"}, {Word: "c"}}, Posts: []social.FilterPost{{ID: 9, PostID: 5}}}
	m, found := f.Match(5, "a c")
	if !found || len(m.Words) != 2 || m.PostID != 5 {
		t.Errorf("found %+v", m)
	}
	if m, found := f.Match(6, "z"); found {
		t.Errorf("found %+v", m)
	}
}
