package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/federation/fedtest"
)

// TestInteract takes a visitor to their own server, by a link.
func TestInteract(t *testing.T) {
	h := openHouse(t)
	far := h.Peer("far.test")
	far.Person("bob")
	far.Answer("/.well-known/webfinger", fedtest.Serve("application/jrd+json", `{"subject":"acct:bob@far.test","links":[
		{"rel":"self","type":"application/activity+json","href":"https://far.test/users/bob"},
		{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://far.test/authorize_interaction?uri={uri}"}]}`))
	id := h.publish(url.Values{"text": {"A post"}})
	before := h.home.Dump()

	for uri, want := range map[string]string{
		"": h.home.Site.Actor(), h.home.Site.Actor() + "/" + id: h.home.Site.Actor() + "/" + id, "https://evil.test/x": h.home.Site.Actor(),
	} {
		got := h.ask(h.visitorForm("/interact", url.Values{"acct": {"@bob@far.test"}, "uri": {uri}})).wants(http.StatusOK)
		if link := got.attr("main a.btn.main", "href"); link != "https://far.test/authorize_interaction?uri="+url.QueryEscape(want) {
			t.Errorf("for %q the way is %q", uri, link)
		}
	}
	for _, acct := range []string{"", "bob", "bob@nowhere.test", `"><img src=x>@far.test`} {
		got := h.ask(h.visitorForm("/interact", url.Values{"acct": {acct}})).wants(http.StatusUnprocessableEntity)
		got.shows("[name=acct][aria-invalid]", 1).shows("#acct-error", 1).shows(".note.bad", 0)
		if kept := got.attr("[name=acct]", "value"); kept != acct {
			t.Errorf("acct is %q, want %q as typed", kept, acct)
		}
	}
	if h.home.Dump() != before {
		t.Error("a visitor's wish was kept")
	}
}

// visitorForm is a form that a visitor sends from one of the home's pages.
func (h *house) visitorForm(path string, form url.Values) *http.Request {
	req := newGet(h.t, h.home.Site.Origin+path)
	req.Method, req.Body = http.MethodPost, http.NoBody
	encoded := form.Encode()
	req.Body, req.ContentLength = readCloser{strings.NewReader(encoded)}, int64(len(encoded))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.home.Site.Origin)
	return req
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// TestAuthorize shows the owner whom they asked for, and does nothing yet.
func TestAuthorize(t *testing.T) {
	h := openHouse(t)
	bob := h.Peer("far.test").Person("bob")
	h.visit("/authorize_interaction?uri="+url.QueryEscape(bob.URI)).
		wants(http.StatusSeeOther, "/login?next="+url.QueryEscape("/authorize_interaction?uri="+url.QueryEscape(bob.URI)))
	for _, uri := range []string{bob.URI, "@bob@far.test", "acct:bob@far.test"} {
		got := h.get("/authorize_interaction?uri=" + url.QueryEscape(uri)).wants(http.StatusOK)
		got.shows("main form[action$='/follow']", 1)
	}
	known, err := h.home.Store.FindActorByURI(t.Context(), bob.URI)
	h.must(err)
	if relation, err := h.home.Store.FindRelation(t.Context(), known.ID); err != nil || relation.Following != "" {
		t.Errorf("looking made %+v, %v", relation, err)
	}
	for _, odd := range []string{"", "https://nowhere.test/x", "javascript:alert(1)", "words"} {
		h.get("/authorize_interaction?uri="+url.QueryEscape(odd)).wants(http.StatusOK).shows("main form", 0)
	}
}
