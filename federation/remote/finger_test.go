package remote

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"croft/social"
)

const self = `{"rel":"self","type":"application/activity+json","href":%q}`

// card is a JRD with a self link for each actor.
func card(subject string, actors ...string) string {
	var links []string
	for _, a := range actors {
		links = append(links, fmt.Sprintf(self, a))
	}
	return fmt.Sprintf(`{"subject":%q,"aliases":["https://x.test"],"links":[{"rel":"http://webfinger.net/rel/profile-page","href":"https://x.test"},%s]}`,
		subject, strings.Join(links, ","))
}

// webfinger serves JRDs by the handle asked for; > is a redirect.
func webfinger(cards map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := cards[r.URL.Query().Get("resource")]
		switch {
		case r.URL.Path != "/.well-known/webfinger" || !ok:
			http.NotFound(w, r)
		case strings.HasPrefix(body, ">"):
			http.Redirect(w, r, body[1:]+"?"+r.URL.RawQuery, http.StatusFound)
		default:
			answerWith("application/jrd+json; charset=utf-8", body)(w, r)
		}
	}
}

func parseHandle(t *testing.T, s string) social.Handle {
	t.Helper()
	h, err := social.ParseHandle(s)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestDIS01 asks for handles of good.test, whose answers are more or less true.
func TestDIS01(t *testing.T) {
	const good, evil, split = "https://good.test/alice", "https://evil.test/bob", "https://social.split.test/carol"
	w := newWorld(t)
	w.host("good.test", webfinger(map[string]string{
		"acct:alice@good.test":  card("acct:alice@good.test", good),
		"acct:ALICE@good.test":  card("acct:alice@good.test", good),
		"acct:twin@good.test":   card("acct:alice@good.test", good, good),
		"acct:url@good.test":    card(good, good),
		"acct:bob@good.test":    card("acct:bob@evil.test", evil),
		"acct:known@good.test":  card("acct:known@friend.test", "https://friend.test/known"),
		"acct:thief@good.test":  card("acct:known@friend.test", evil),
		"acct:other@good.test":  card("acct:other@friend.test", "https://friend.test/other"),
		"acct:nobody@good.test": card("acct:nobody@friend.test", "https://friend.test/nobody"),
		"acct:borrow@good.test": card("acct:borrow@good.test", "https://friend.test/known"),
		"acct:self@good.test":   card("acct:self@good.test", evil),
		"acct:two@good.test":    card("acct:two@good.test", good, evil),
		"acct:none@good.test":   card("acct:none@good.test"),
		"acct:broken@good.test": card("acct:@@", good),
		"acct:inside@good.test": card("acct:inside@good.test", "https://127.0.0.1/alice"),
		"acct:plain@good.test":  card("acct:plain@good.test", "http://good.test/alice"),
		"acct:script@good.test": card("acct:script@good.test", "javascript:alert(1)"),
		"acct:ours@good.test":   card("acct:ana@me.test", "https://me.test/@ana"),
		"acct:hop@good.test":    card("acct:hop@friend.test", "https://friend.test/hop"),
	}))
	evilHost := w.host("evil.test", webfinger(map[string]string{
		"acct:bob@evil.test": card("acct:bob@elsewhere.test", evil),
	}))
	w.host("friend.test", webfinger(map[string]string{
		"acct:known@friend.test": card("acct:known@friend.test", "https://friend.test/known"),
		"acct:other@friend.test": card("acct:other@friend.test", "https://friend.test/someone"),
		"acct:hop@friend.test":   card("acct:hop@good.test", "https://friend.test/hop"),
	}))
	// A handle's host that sends us to where its people live.
	w.host("split.test", webfinger(map[string]string{
		"acct:carol@split.test": ">https://social.split.test/.well-known/webfinger",
		"acct:dora@split.test":  card("acct:dora@split.test", "https://social.split.test/dora"),
	}))
	w.host("social.split.test", webfinger(map[string]string{
		"acct:carol@split.test":        card("acct:carol@split.test", split),
		"acct:carol@social.split.test": card("acct:carol@split.test", split),
		"acct:dora@split.test":         card("acct:dora@split.test", "https://social.split.test/dora"),
	}))
	c := w.client()
	for asked, want := range map[string]string{
		"alice@good.test":         "@alice@good.test " + good,
		"ALICE@good.test":         "@alice@good.test " + good,
		"twin@good.test":          "@alice@good.test " + good,
		"url@good.test":           "@url@good.test " + good,
		"known@good.test":         "@known@friend.test https://friend.test/known",
		"carol@split.test":        "@carol@split.test " + split,
		"carol@social.split.test": "@carol@split.test " + split,
		"dora@split.test":         "@dora@split.test https://social.split.test/dora",
		"bob@good.test":           "",
		"thief@good.test":         "",
		"other@good.test":         "",
		"nobody@good.test":        "",
		"borrow@good.test":        "",
		"self@good.test":          "",
		"two@good.test":           "",
		"none@good.test":          "",
		"broken@good.test":        "",
		"inside@good.test":        "",
		"plain@good.test":         "",
		"script@good.test":        "",
		"ours@good.test":          "",
		"hop@good.test":           "",
		"missing@good.test":       "",
		"ana@me.test":             "",
	} {
		f, err := c.Finger(t.Context(), parseHandle(t, asked))
		got := strings.TrimSpace(f.Subject.String() + " " + f.ActorURI)
		if want == "" {
			want = "@"
		}
		if got != want || (err != nil) != (want == "@") {
			t.Errorf("DIS-01 %s: %s, %v, want %s", asked, got, err, want)
		}
		if errors.Is(err, social.ErrUnavailable) {
			t.Errorf("DIS-01 %s: %v would be tried again", asked, err)
		}
	}
	for _, r := range evilHost.seen() {
		if !strings.HasPrefix(r.URL.Path, "/.well-known/") {
			t.Errorf("DIS-01: evil.test was asked for %s", r.URL)
		}
	}
	if _, err := c.Finger(t.Context(), parseHandle(t, "missing@good.test")); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("a name that nobody has: %v", err)
	}
}

// TestDIS02 serves JRDs that are none.
func TestDIS02(t *testing.T) {
	good := card("acct:alice@good.test", "https://good.test/alice")
	hops := 0
	for name, handler := range map[string]http.HandlerFunc{
		"html":         answerWith("text/html", good),
		"large":        answerWith("application/jrd+json", good[:len(good)-1]+`,"x":"`+strings.Repeat("x", 2<<20)+`"}`),
		"20 redirects": func(w http.ResponseWriter, r *http.Request) { hops++; http.Redirect(w, r, r.URL.String(), 302) },
		"to http": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://good.test"+r.URL.String(), 302)
		},
		"two subjects": answerWith("application/jrd+json", good[:len(good)-1]+`,"subject":"acct:bob@good.test"}`),
		"list":         answerWith("application/jrd+json", "["+good+"]"),
		"cut":          answerWith("application/jrd+json", good[:40]),
	} {
		w := newWorld(t)
		w.host("good.test", handler)
		_, err := w.client().Finger(t.Context(), parseHandle(t, "alice@good.test"))
		if err == nil || errors.Is(err, social.ErrUnavailable) {
			t.Errorf("DIS-02 %s: %v", name, err)
		}
	}
	if hops != maxHops+1 {
		t.Errorf("DIS-02: %d requests, want %d", hops, maxHops+1)
	}
	w := newWorld(t)
	w.host("good.test", answerWith("application/json", good))
	if _, err := w.client().Finger(t.Context(), parseHandle(t, "alice@good.test")); err != nil {
		t.Errorf("a JRD as application/json: %v", err)
	}
}

// TestHostMeta finds WebFinger where host-meta says that it is.
func TestHostMeta(t *testing.T) {
	const xrd = `<?xml version="1.0"?>%s<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="%s"/></XRD>`
	for name, test := range map[string]struct {
		meta string
		ok   bool
	}{
		"at home":       {fmt.Sprintf(xrd, "", "https://good.test/finger?q={uri}"), true},
		"elsewhere":     {fmt.Sprintf(xrd, "", "https://evil.test/finger?q={uri}"), false},
		"inside":        {fmt.Sprintf(xrd, "", "https://127.0.0.1/finger?q={uri}"), false},
		"the usual":     {fmt.Sprintf(xrd, "", "https://good.test/.well-known/webfinger?resource={uri}"), false},
		"DIS-06 entity": {fmt.Sprintf(xrd, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`, "https://good.test/&e;?q={uri}"), false},
		"DIS-06 laughs": {fmt.Sprintf(xrd, `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>`, "https://good.test/&b;?q={uri}"), false},
		"broken":        {"<XRD><Link", false},
	} {
		w := newWorld(t)
		w.host("evil.test", answerWith("application/jrd+json", card("acct:alice@good.test", "https://good.test/alice")))
		good := w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/.well-known/host-meta":
				answerWith("application/xrd+xml; charset=utf-8", test.meta)(rw, r)
			case "/finger":
				answerWith("application/jrd+json", card(r.URL.Query().Get("q"), "https://good.test/alice"))(rw, r)
			default:
				http.NotFound(rw, r)
			}
		})
		f, err := w.client().Finger(t.Context(), parseHandle(t, "alice@good.test"))
		if test.ok != (err == nil) || test.ok && f.ActorURI != "https://good.test/alice" {
			t.Errorf("%s: %v, %v; asked %s", name, f, err, good.paths())
		}
		if err != nil && !errors.Is(err, social.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
}

func TestSubscribe(t *testing.T) {
	const ostatus, follow = "http://ostatus.org/schema/1.0/subscribe", "https://w3id.org/fep/3b86/Follow"
	link := func(rel, template string) string {
		return fmt.Sprintf(`{"subject":"acct:ana@good.test","links":[{"rel":%q,"template":%q}]}`, rel, template)
	}
	cards := map[string]string{}
	w := newWorld(t)
	good := w.host("good.test", webfinger(cards))
	c := w.client()
	for name, test := range map[string]struct{ card, want string }{
		"ostatus":  {link(ostatus, "https://good.test/authorize_interaction?uri={uri}"), "https://good.test/authorize_interaction?uri={uri}"},
		"3b86":     {link(follow, "https://good.test/follow?who={object}"), "https://good.test/follow?who={uri}"},
		"script":   {link(ostatus, "javascript:alert('{uri}')"), ""},
		"http":     {link(ostatus, "http://good.test/?uri={uri}"), ""},
		"nothing":  {card("acct:ana@good.test", "https://good.test/ana"), ""},
		"no place": {link(ostatus, "https://good.test/"), ""},
		"the host": {link(ostatus, "https://{uri}/"), ""},
	} {
		cards["acct:ana@good.test"] = test.card
		got, err := c.Subscribe(t.Context(), parseHandle(t, "ana@good.test"))
		if got != test.want || (err != nil) != (test.want == "") || err != nil && !errors.Is(err, social.ErrNotFound) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if len(good.seen()) != 7 {
		t.Errorf("%d requests for 7 questions", len(good.seen()))
	}
}
