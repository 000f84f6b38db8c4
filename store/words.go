package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"croft/social"
)

// SearchPosts returns one page of posts that hold every word of the text,
// newest first, from before the ID on (0: from the newest). A word matches from
// its beginning; words in quotation marks match as they stand. It searches
// everything that was kept and is for the owner alone. Text without a word
// finds nothing.
func (r Reader) SearchPosts(ctx context.Context, text string, before social.ID, limit int) ([]*social.Post, error) {
	query := searchQuery(text)
	if query == "" {
		return nil, nil
	}
	posts, err := r.listPosts(ctx, `
		select `+postColumns+`
		from post_words s
		join posts p on p.id = s.rowid
		where s.words match ? and s.rowid < ? and `+welcome+`
		order by s.rowid desc
		limit ?`, query, upTo(before), limit)
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
			if phrase := strings.TrimSpace(pairs(part)); hasWord(phrase) {
				terms = append(terms, `"`+phrase+`"`)
			}
			continue
		}
		for _, word := range strings.FieldsFunc(part, func(r rune) bool { return unicode.IsSpace(r) || r == 0 }) {
			if phrase := strings.TrimSpace(pairs(word)); hasWord(phrase) {
				terms = append(terms, `"`+phrase+`"*`)
			}
		}
	}
	return strings.Join(terms, " ")
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

func (tx *Tx) putWords(ctx context.Context, id social.ID, words string) error {
	if words == "" {
		return nil
	}
	_, err := tx.exec(ctx, `insert into post_words (rowid, words) values (?, ?)`, id, words)
	return err
}

// replaceWords takes the old words out of the index, by naming them, and puts
// the new ones in.
func (tx *Tx) replaceWords(ctx context.Context, id social.ID, old, words string) error {
	if old == words {
		return nil
	}
	if old != "" {
		_, err := tx.exec(ctx, `insert into post_words (post_words, rowid, words) values ('delete', ?, ?)`, id, old)
		if err != nil {
			return err
		}
	}
	return tx.putWords(ctx, id, words)
}
