package social

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Filter is what the owner does not want to read just so: posts with certain
// words, or certain posts. Their own are never filtered.
type Filter struct {
	ID        ID
	Title     string // the owner's name for it, said where it takes effect
	Contexts  []FilterContext
	Action    FilterAction
	ExpiresAt time.Time // zero if it stands for good
	Keywords  []FilterKeyword
	Posts     []FilterPost
}

// FilterKeyword is a word or phrase that a filter looks for, in any case.
type FilterKeyword struct {
	ID    ID
	Word  string
	Whole bool // not within a longer word
}

// FilterPost is a post that a filter is about, whatever it says.
type FilterPost struct {
	ID, PostID ID
}

// FilterContext is where a filter takes effect.
type FilterContext string

// The contexts; the names are those of the Mastodon API.
const (
	FilterHome          FilterContext = "home" // and lists
	FilterNotifications FilterContext = "notifications"
	FilterPublic        FilterContext = "public" // hashtags, links, search
	FilterThread        FilterContext = "thread"
	FilterAccount       FilterContext = "account" // what one person wrote
)

// FilterContexts are all of them.
func FilterContexts() []FilterContext {
	return []FilterContext{FilterHome, FilterNotifications, FilterPublic, FilterThread, FilterAccount}
}

// FilterAction is what happens to what a filter finds.
type FilterAction string

// The actions; the names are those of the Mastodon API.
const (
	FilterWarn FilterAction = "warn" // it is folded behind the filter's title
	FilterHide FilterAction = "hide" // only that it is there is said
	FilterBlur FilterAction = "blur" // its pictures are covered
)

// The bounds of filters, as with Mastodon.
const (
	MaxFilters       = 200
	MaxFilterWords   = 200 // of one filter; and as many posts
	MaxFilterTitle   = 256 // characters
	MaxFilterKeyword = 512
)

// Validate reports everything that is wrong, with the fields title, context,
// filter_action and keywords, as ErrInvalid.
func (f *Filter) Validate() error {
	errs := []error{CheckLength("title", "name", f.Title, MaxFilterTitle)}
	if strings.TrimSpace(f.Title) == "" {
		errs = append(errs, InvalidField("title", "Give the filter a name."))
	}
	if len(f.Contexts) == 0 || slices.ContainsFunc(f.Contexts, func(c FilterContext) bool { return !slices.Contains(FilterContexts(), c) }) {
		errs = append(errs, InvalidField("context", "Choose where the filter takes effect."))
	}
	if f.Action != FilterWarn && f.Action != FilterHide && f.Action != FilterBlur {
		errs = append(errs, InvalidField("filter_action", "Choose what happens to what the filter finds."))
	}
	if len(f.Keywords) > MaxFilterWords {
		errs = append(errs, InvalidField("keywords", "A filter has at most %d words.", MaxFilterWords))
	}
	for _, k := range f.Keywords {
		errs = append(errs, CheckLength("keywords", "word", k.Word, MaxFilterKeyword))
		if strings.TrimSpace(k.Word) == "" {
			errs = append(errs, InvalidField("keywords", "Write the word to look for."))
		}
	}
	return errors.Join(errs...)
}

// In reports whether the filter takes effect in the context at the moment.
func (f *Filter) In(c FilterContext, now time.Time) bool {
	return slices.Contains(f.Contexts, c) && !f.Expired(now)
}

// Expired reports that the filter takes effect no more.
func (f *Filter) Expired(now time.Time) bool {
	return !f.ExpiresAt.IsZero() && !now.Before(f.ExpiresAt)
}

// FilterMatch is a filter with what it has found in one post.
type FilterMatch struct {
	Filter Filter
	Words  []string // its keywords that were found
	PostID ID       // the post, where the filter is about this very one; else 0
}

// Match looks a post up in the filter. Words is the post's text in lower case.
func (f *Filter) Match(postID ID, words string) (m FilterMatch, found bool) {
	m.Filter = *f
	for _, k := range f.Keywords {
		if k.in(words) {
			m.Words = append(m.Words, k.Word)
		}
	}
	if slices.ContainsFunc(f.Posts, func(p FilterPost) bool { return p.PostID == postID }) {
		m.PostID = postID
	}
	return m, len(m.Words) > 0 || m.PostID != 0
}

// in looks for the keyword in a text that is in lower case. Where it begins or
// ends with a letter, a whole word has no letter before or after.
func (k FilterKeyword) in(text string) bool {
	word := strings.ToLower(strings.TrimSpace(k.Word))
	if word == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		start := from + i
		end := start + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		inner := start > 0 && ofWord(first) && ofWord(before) || end < len(text) && ofWord(last) && ofWord(after)
		if !k.Whole || !inner {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[start:])
		from = start + size
	}
}

// ofWord reports a rune of which words are made.
func ofWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}
