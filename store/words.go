package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"croft/social"
)

// PostSearch asks for a page of posts by their words.
type PostSearch struct {
	Span
	Offset   int       // so many are passed over
	Text     string    // every word of it
	AuthorID social.ID // by whom; 0 means anybody
}

// SearchPosts returns one page of posts that hold every word of the text. Words
// in quotation marks match side by side; a word that ends in * matches whatever
// begins with it. It searches everything that was kept and is for the owner
// alone. Text without a word finds nothing. Within a transaction it does not see
// what that transaction put.
func (r Reader) SearchPosts(ctx context.Context, q PostSearch) ([]*social.Post, error) {
	query := searchQuery(q.Text)
	if query == "" {
		return nil, nil
	}
	posts, err := r.listPosts(ctx, `
		select `+postColumns+`
		from post_words s
		join posts p on p.id = s.rowid
		where s.words match ?1 and s.rowid < ?2 and s.rowid > ?3 and (?6 = 0 or p.author_id = ?6) and `+welcome+`
		order by s.rowid `+q.order()+`
		limit ?4 offset ?5`, query, upTo(q.Before), q.After, q.Limit, q.Offset, q.AuthorID)
	if err != nil {
		return nil, fmt.Errorf("search posts: %w", err)
	}
	return posts, nil
}

// searchQuery puts what a person typed into FTS5's language, in which only what
// stands in quotation marks is harmless.
func searchQuery(text string) string {
	var terms []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			terms = append(terms, phrase(part)...)
			continue
		}
		for _, word := range strings.Fields(part) {
			for _, term := range phrase(word) {
				if strings.HasSuffix(word, "*") || isHalf(word) {
					term += "*"
				}
				terms = append(terms, term)
			}
		}
	}
	return strings.Join(terms, " ")
}

// phrase quotes the text for FTS5; text without a word is no phrase.
func phrase(text string) []string {
	if !hasWord(text) {
		return nil
	}
	return []string{`"` + strings.ReplaceAll(strings.TrimSpace(pairs(text)), "\x00", " ") + `"`}
}

// isHalf reports a single letter that the index has as half of a pair.
func isHalf(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && isUnspaced(r)
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// postWords is the text by which a post is found. It must give for a stored
// post what it gave when that was put: the index forgets by being told the same
// words again. Change it only with a migration that makes the index anew.
func postWords(p *social.Post) string {
	var b strings.Builder
	for _, s := range []string{p.Title, p.Warning, plainText(string(p.Content))} {
		if s != "" {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	for _, m := range p.Attachments {
		if m.Alt != "" {
			b.WriteString(m.Alt)
			b.WriteByte('\n')
		}
	}
	if p.Poll != nil {
		for _, o := range p.Poll.Options {
			b.WriteString(o.Text)
			b.WriteByte('\n')
		}
	}
	return pairs(b.String())
}

// plainText is the words of markup.
func plainText(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(tokens.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			if !inline(string(name)) {
				b.WriteByte(' ')
			}
		}
	}
}

// inline names the tags within which a word may go on.
func inline(tag string) bool {
	switch tag {
	case "a", "span", "em", "strong", "b", "i", "u", "s", "del", "code", "small", "sub", "sup":
		return true
	}
	return false
}

// pairs writes the runs of scripts that put no space between words as
// overlapping pairs of letters, so that any part of a run can be asked for as a
// phrase.
func pairs(s string) string {
	if !strings.ContainsFunc(s, isUnspaced) {
		return s
	}
	var b strings.Builder
	var run []rune
	end := func() {
		for i := range run {
			if i > 0 {
				b.WriteRune(run[i-1])
				b.WriteRune(run[i])
				b.WriteByte(' ')
			}
		}
		if len(run) == 1 {
			b.WriteRune(run[0])
			b.WriteByte(' ')
		}
		run = run[:0]
	}
	for _, r := range s {
		switch {
		case isUnspaced(r):
			if len(run) == 0 {
				b.WriteByte(' ')
			}
			run = append(run, r)
		case len(run) > 0 && unicode.Is(unicode.M, r):
			// A mark on a letter would part the pair: FTS5 takes it for a space.
		default:
			end()
			b.WriteRune(r)
		}
	}
	end()
	return b.String()
}

func isUnspaced(r rune) bool {
	return r >= 0x0e00 && unicode.IsLetter(r) && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan) ||
		r == 'ー' // lengthens a vowel; no script of its own
}

// wordChange is a change of the index that waits for the commit.
type wordChange struct {
	id         social.ID
	old, words string
}

// replaceWords takes the old words of a post out of the index, by naming them,
// and puts the new ones in. It happens just before the commit: FTS5 writes out
// everything it holds at each savepoint, and there are many before that.
func (tx *Tx) replaceWords(id social.ID, old, words string) {
	if old != words {
		tx.words = append(tx.words, wordChange{id, old, words})
	}
}

// writeWords makes the changes of the index that the members of a transaction
// left behind.
func (w *writer) writeWords(changes []wordChange) error {
	for _, c := range changes {
		if c.old != "" {
			err := w.exec(`insert into post_words (post_words, rowid, words) values ('delete', ?, ?)`, c.id, c.old)
			if err != nil {
				return err
			}
		}
		if c.words != "" {
			if err := w.exec(`insert into post_words (rowid, words) values (?, ?)`, c.id, c.words); err != nil {
				return err
			}
		}
	}
	return nil
}
