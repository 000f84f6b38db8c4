package markup

import (
	"strings"
	"testing"
	"unicode/utf8"

	"croft/social"
)

func TestText(t *testing.T) {
	for in, want := range map[social.HTML]string{
		"":                                 "",
		"<p>a</p><p>b</p>":                 "a\n\nb",
		"<p>a<br>b</p>":                    "a\nb",
		"<p>a<br>\n b</p>":                 "a\nb",
		"<p>a  <b> b</b>\nc</p>":           "a b c",
		"<p>a<b>b</b></p>":                 "ab",
		"<p>x &lt;b&gt; &amp; y</p>":       "x <b> & y",
		"<ul><li>a</li><li>b</li></ul>c":   "• a\n• b\n\nc",
		"<ul><li><p>a</p></li></ul>":       "• a",
		"<h2>a</h2><blockquote>b":          "a\n\nb",
		"<pre><code>a\n  b\n</code></pre>": "a\n  b\n",
		`<a href="https://x.example/a"><span class="invisible">https://</span>x.example/a</a>`: "https://x.example/a",
		`hi <img class="emoji" src="/e" alt=":cat:">!`:                                         "hi :cat:!",
		"<p>سلام</p><p>藍</p>":                                                                  "سلام\n\n藍",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"Ana":                         "Ana",
		" Ana <3 ":                    "Ana <3",
		"Ana & Bo":                    "Ana & Bo",
		"<b>Ana</b> &amp; Bo":         "Ana & Bo",
		"<script>alert(1)</script>Bo": "Bo",
		"a\x00\x1bb\nc":               "ab c",
		`"><img src=x onerror=1>`:     `">`,
	} {
		if got := PlainText(in); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, test := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 5, ""},
		{"hello", 5, "hello"},
		{"hello\n\nworld", 20, "hello world"},
		{"hello world", 10, "hello…"},
		{"hello world", 6, "hello…"},
		{"hello world", 1, "…"},
		{"hello world", 0, ""},
		{"hello world", -1, ""},
		{"abcdefghij", 5, "abcd…"},
		{"藍も同じです。甕の機嫌を", 5, "藍も同じ…"},
		{"ae\u0301xyz", 3, "a…"},
		{"a👩🏽\u200d🚀 xyz", 4, "a…"},
	} {
		got := Excerpt(test.in, test.n)
		if got != test.want {
			t.Errorf("Excerpt(%q, %d) = %q, want %q", test.in, test.n, got, test.want)
		}
		if utf8.RuneCountInString(got) > max(test.n, 0) {
			t.Errorf("Excerpt(%q, %d) = %q is too long", test.in, test.n, got)
		}
	}
	for n := range 40 { // never breaks a character, never panics
		if got := Excerpt(strings.Repeat("\u0301\u200d👩🏽", 12), n); !utf8.ValidString(got) {
			t.Errorf("Excerpt at %d is %q", n, got)
		}
	}
}

func TestEmojify(t *testing.T) {
	pictures := map[string]string{"cat": "/emoji?u=https://x.example/cat.png&s=1", "30": "/emoji?u=https://x.example/30.png", "gone": ""}
	const cat = `<img class="emoji" src="/emoji?u=https://x.example/cat.png&amp;s=1" alt=":cat:" title=":cat:" width="20" height="20" loading="lazy">`
	for in, want := range map[social.HTML]social.HTML{
		"<p>a :cat: b</p>":    "<p>a " + cat + " b</p>",
		":cat::cat:":          cat + cat,
		"(:cat:)":             "(" + cat + ")",
		"::cat:":              ":" + cat,
		":cat :cat:":          ":cat " + cat,
		"a:cat: :cat:b":       "a:cat: :cat:b",
		"12:30:45":            "12:30:45",
		":gone: :dog: :: : :": ":gone: :dog: :: : :",
		":cat":                ":cat",
		`<a href="https://x.example/:cat:">https://x.example/:cat:</a>`: `<a href="https://x.example/:cat:">https://x.example/:cat:</a>`,
		"<code>:cat:</code> :cat:":                                      "<code>:cat:</code> " + cat,
		"<pre><code>:cat:</code> :cat:</pre>:cat:":                      "<pre><code>:cat:</code> :cat:</pre>" + cat,
		`<span class=":cat:">&lt;:cat:&gt;</span>`:                      `<span class=":cat:">&lt;` + cat + `&gt;</span>`,
		social.HTML(strings.Repeat(":", 100) + "cat:"):                  social.HTML(strings.Repeat(":", 99) + cat),
	} {
		if got := Emojify(in, pictures); got != want {
			t.Errorf("Emojify(%q)\n got %q\nwant %q", in, got, want)
		}
	}
	if got := Emojify(":cat:", nil); got != ":cat:" {
		t.Errorf("without emoji: %q", got)
	}
	if got, want := EmojifyName(`<b>:cat: & co`, pictures), social.HTML("&lt;b&gt;"+cat+" &amp; co"); got != want {
		t.Errorf("EmojifyName: got %q, want %q", got, want)
	}
}

// TestEmojifyHostile gives an emoji a name and an address that try to leave
// their attributes (WEB-03).
func TestEmojifyHostile(t *testing.T) {
	got := Emojify(`:a" onerror="x: :b:`, map[string]string{`a" onerror="x`: "x", "b": `"><script>alert(1)</script>`})
	want := social.HTML(`:a" onerror="x: <img class="emoji" src="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" alt=":b:" title=":b:" width="20" height="20" loading="lazy">`)
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLinksBack holds the pages by which a link back has been faked (WEB-05).
func TestLinksBack(t *testing.T) {
	targets := []string{"https://home.example/@ana", "https://home.example/"}
	for in, want := range map[string]bool{
		`<a rel="me" href="https://home.example/@ana">me</a>`:                                                      true,
		`<link rel=me href=https://home.example/@ana>`:                                                             true,
		`<A HREF='https://home.example/@ana' REL='nofollow ME'/>`:                                                  true,
		`<html><head><link href=" https://home.example/ " rel="me noopener">`:                                      true,
		`<p>unclosed <div <a rel=me href="https://home.example/@ana"> <a rel=me href="https://home.example/@ana">`: true,
		`<a href="https://home.example/@ana">me</a>`:                                                               false,
		`<a rel="metoo" href="https://home.example/@ana">me</a>`:                                                   false,
		`<a rel="me" href="https://home.example/@anabel">me</a>`:                                                   false,
		`<a rel="me" href="https://home.example/@ana?x">me</a>`:                                                    false,
		`<a rel="me" href="https://evil.example/https://home.example/@ana">me</a>`:                                 false,
		`<a rel="me" href="x" href="https://home.example/@ana">me</a>`:                                             false,
		`<area rel="me" href="https://home.example/@ana">`:                                                         false,
		`<!-- <a rel="me" href="https://home.example/@ana"> -->`:                                                   false,
		`<script>'<a rel="me" href="https://home.example/@ana">'</script>`:                                         false,
		`<textarea><a rel="me" href="https://home.example/@ana"></textarea>`:                                       false,
		`<template><a rel="me" href="https://home.example/@ana"></template>`:                                       false,
		`<p title='<a rel="me" href="https://home.example/@ana">'>`:                                                false,
		`&lt;a rel="me" href="https://home.example/@ana"&gt;`:                                                      false,
		`rel="me" href="https://home.example/@ana"`:                                                                false,
		``: false,
		strings.Repeat("x", maxPage) + `<a rel="me" href="https://home.example/@ana">me</a>`: false,
		strings.Repeat("<p>", 1000) + `<a rel="me" href="https://home.example/@ana">me</a>`:  true,
	} {
		if got := LinksBack(strings.NewReader(in), targets); got != want {
			t.Errorf("LinksBack(%.120q) = %v, want %v", in, got, want)
		}
	}
	if LinksBack(strings.NewReader(`<a rel="me" href="">`), nil) {
		t.Error("a page links back to nobody")
	}
}
