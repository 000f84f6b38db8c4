package markup

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"croft/social"
)

// parseTree reads HTML as a browser reads the content of a page.
func parseTree(t testing.TB, h social.HTML) []*html.Node {
	t.Helper()
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(string(h)), body)
	if err != nil {
		t.Fatalf("parse %.200q: %v", h, err)
	}
	return nodes
}

// allowed lists, for each element that may come out, its attributes.
var allowed = map[string][]string{
	"a": {"href", "class", "rel"}, "span": {"class"}, "p": {"class"},
	"ol": {"start", "reversed"}, "li": {"value"},
	"br": nil, "del": nil, "s": nil, "pre": nil, "code": nil, "em": nil, "strong": nil, "b": nil, "i": nil,
	"u": nil, "ul": nil, "blockquote": nil, "h2": nil, "h3": nil, "h4": nil,
}

// checkTree holds HTML against what may come out of this package, whoever wrote
// the text. It says what is wrong, or nothing.
func checkTree(nodes []*html.Node, depth int) error {
	if depth > 60 {
		return fmt.Errorf("nested too deep")
	}
	for _, n := range nodes {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			if err := checkElement(n); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a node of type %d", n.Type)
		}
		if err := checkTree(slices.Collect(n.ChildNodes()), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkElement(n *html.Node) error {
	attributes, ok := allowed[n.Data]
	if !ok || n.Namespace != "" {
		return fmt.Errorf("element <%s> %s", n.Data, n.Namespace)
	}
	seen := map[string]string{}
	for _, a := range n.Attr {
		if !slices.Contains(attributes, a.Key) && a.Key != "lang" && a.Key != "dir" {
			return fmt.Errorf("attribute %s of <%s>", a.Key, n.Data)
		}
		seen[a.Key] = a.Val
	}
	for class := range strings.FieldsSeq(seen["class"]) {
		if !slices.Contains([]string{"h-card", "u-url", "mention", "hashtag", "ellipsis", "invisible", "quote-inline"}, class) {
			return fmt.Errorf("class %s", class)
		}
	}
	if n.Data != "a" {
		return nil
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "a" {
			return fmt.Errorf("a link within a link")
		}
	}
	if href, ok := safeHref(seen["href"]); !ok || href != seen["href"] {
		return fmt.Errorf("href %q", seen["href"])
	}
	return nil
}

// rendered writes a tree in the one way in which this package writes it.
func rendered(nodes []*html.Node) string {
	var out strings.Builder
	for _, n := range nodes {
		if n.Type == html.TextNode {
			out.WriteString(escapeText(n.Data))
			continue
		}
		out.WriteString("<" + n.Data)
		for _, key := range strings.Fields("href class rel start reversed value lang dir") { // the parser sorts them
			for _, a := range n.Attr {
				if a.Key == key {
					out.WriteString(" " + a.Key + `="` + escapeAttr(a.Val) + `"`)
				}
			}
		}
		out.WriteString(">")
		if n.Data == "br" {
			continue
		}
		out.WriteString(rendered(slices.Collect(n.ChildNodes())) + "</" + n.Data + ">")
	}
	return out.String()
}

// checkSafe holds HTML against every promise: nothing but what is allowed, and
// a parser that reads it back has the tree that was written.
func checkSafe(t testing.TB, in string, got social.HTML) {
	t.Helper()
	nodes := parseTree(t, got)
	if err := checkTree(nodes, 0); err != nil {
		t.Errorf("%.300q\n gave %.300q:\n %v", in, got, err)
	}
	if again := rendered(nodes); again != string(got) {
		t.Errorf("%.300q\n gave %.300q\n read back as %.300q", in, got, again)
	}
}

// checkSanitized is checkSafe and the fixed point.
func checkSanitized(t testing.TB, in string) {
	t.Helper()
	for name, sanitize := range map[string]func(string) social.HTML{"content": Sanitize, "field": SanitizeField} {
		got := sanitize(in)
		checkSafe(t, in, got)
		if again := sanitize(string(got)); again != got {
			t.Errorf("%s %.300q\n gave %.300q\n and then %.300q", name, in, got, again)
		}
	}
}
