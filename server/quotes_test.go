package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// quotes has somebody's post quote another.
func (h *house) quotes(by *social.Actor, name, uri string, state social.QuoteState) *social.Post {
	h.t.Helper()
	p := storetest.Post(by, name, h.Now())
	p.Quote = &social.Quote{URI: uri, State: state}
	return h.keep(p)
}

// TestQuotesOfTheAPI quotes as apps do, shows what is approved and says of the rest
// how far it has come, and takes leave back.
func TestQuotesOfTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	h.follows(bob)
	status := func(id string) string {
		t.Helper()
		return h.call("GET", "/api/v1/statuses/"+id, key).wants(200).body
	}
	wants := func(what, got string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %s is not in %s", what, part, got)
			}
		}
	}
	own := h.call("POST", "/api/v1/statuses", key, "status=First&quote_approval_policy=followers").wants(200)
	wants("the first", own.body, `"quote":null,"quote_approval":{"automatic":["followers"],"manual":[],"current_user":"automatic"}`, `"quotes_count":0`)
	first := own.field("id")
	second := h.call("POST", "/api/v1/statuses", key, `{"status":"Second","quoted_status_id":"`+first+`"}`).wants(200)
	wants("the second", second.body, `"quote":{"state":"accepted","quoted_status":{"id":"`+first+`"`)
	third := h.call("POST", "/api/v1/statuses", key, `{"status":"Third","quoted_status_id":"`+second.field("id")+`"}`).wants(200)
	wants("the third", third.body, `"quoted_status":{"id":"`+second.field("id")+`"`, `"quote":{"state":"accepted","quoted_status_id":"`+first+`"}`)
	wants("the first again", status(first), `"quotes_count":1`)
	wants("to anybody", h.call("GET", "/api/v1/statuses/"+second.field("id"), "").wants(200).body, `"quoted_status":{"id":"`+first+`"`)

	// Others' quotes
	post, err := social.ParseID(first)
	h.must(err)
	kept, err := h.home.Store.FindPost(t.Context(), post)
	h.must(err)
	wants("pending", status(h.quotes(bob, "1", kept.URI, social.QuotePending).ID.String()), `"quote":{"state":"pending","quoted_status":null}`)
	quotes := h.call("GET", "/api/v1/statuses/"+first+"/quotes", key).wants(200).body
	wants("the quotes", quotes, `"id":"`+second.field("id")+`"`)
	if strings.Contains(quotes, "far.test") {
		t.Errorf("what is pending is among the quotes: %s", quotes)
	}
	theirs := h.keep(storetest.Post(sam, "s", h.Now()))
	of := h.quotes(bob, "2", theirs.URI, social.QuoteAccepted).ID.String()
	wants("theirs", status(of), `"quote":{"state":"accepted","quoted_status":{"id":"`+theirs.ID.String()+`"`)
	h.must(h.tl.Mute(t.Context(), sam.ID, h.Now().Add(1e12), false))
	wants("of who is muted", status(of), `"quote":{"state":"unauthorized","quoted_status":null}`)
	wants("of what is not here", status(h.quotes(bob, "3", "https://nowhere.test/1", social.QuoteAccepted).ID.String()), `"quote":{"state":"unauthorized","quoted_status":null}`)

	// What is refused changes nothing.
	private := h.call("POST", "/api/v1/statuses", key, "status=Hush&visibility=private").wants(200).field("id")
	wants("private", status(private), `"quote_approval":{"automatic":[],"manual":[],"current_user":"`)
	before := h.home.Dump("tokens")
	for fields, want := range map[string]int{
		`{"status":"x","quoted_status_id":"` + private + `"}`: 422, `{"status":"x","quoted_status_id":"7"}`: 404, `{"status":"x","quoted_status_id":"x"}`: 404,
		`{"status":"x","quote_approval_policy":"friends"}`: 422, `{"status":"x","quoted_status_id":"` + first + `","poll":{"options":["a","b"],"expires_in":600}}`: 422,
	} {
		h.call("POST", "/api/v1/statuses", key, fields).wants(want)
	}
	h.call("PUT", "/api/v1/statuses/"+first+"/interaction_policy", key, "quote_approval_policy=").wants(422)
	h.call("POST", "/api/v1/statuses/"+first+"/quotes/"+private+"/revoke", key).wants(404)
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}
	wants("the policy", h.call("PUT", "/api/v1/statuses/"+first+"/interaction_policy", key, "quote_approval_policy=nobody").wants(200).body, `"quote_approval":{"automatic":[],"manual":[],"current_user":"automatic"}`)
	wants("revoked", h.call("POST", "/api/v1/statuses/"+first+"/quotes/"+second.field("id")+"/revoke", key).wants(200).body, `"quote":{"state":"revoked","quoted_status":null}`)
	wants("edited", h.call("PUT", "/api/v1/statuses/"+third.field("id"), key, "status=Third+again").wants(200).body, `"quote":{"state":"accepted"`, "Third again")
	h.call("DELETE", "/api/v1/statuses/"+second.field("id"), key).wants(200)
	wants("of what is deleted", status(third.field("id")), `"quote":{"state":"deleted","quoted_status":null}`)
}

// TestQuotesOnPages quotes from the menu of a post by the form alone, shows what is
// quoted to whom it may be shown, and takes the owner's post out of another's.
func TestQuotesOnPages(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	first := h.publish(url.Values{"text": {"The **first** word"}})
	menu := h.get("/").attr(`#p`+first+` .menu a[href*="quote="]`, "href")
	form := formOf(h.get(menu).says("#quote", "The first word"))
	form.Set("text", "My second thought")
	form.Set("visibility", "public")
	form.Set("act", "draft")
	draft := h.upload("/compose", form, nil).wants(http.StatusSeeOther).location
	form = formOf(h.get(draft).says("#quote", "The first word"))
	form.Set("act", "post")
	form.Set("option_1", "a")
	form.Set("option_2", "b")
	form.Set("poll_lasts", "60")
	h.upload("/compose", form, nil).wants(http.StatusUnprocessableEntity).shows("#quote-error", 1)
	form.Del("option_1")
	form.Del("option_2")
	second := h.uploadPost(form)
	h.visit("/@owner/"+second).says(".quoted", "The first word").says("article", "My second thought")
	if got := h.document("/@owner/" + second); !strings.Contains(got, `"quote":"https://me.test/@owner/`+first) || !strings.Contains(got, `quote-inline`) {
		t.Errorf("other servers get %s", got)
	}
	id, err := social.ParseID(first)
	h.must(err)
	kept, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)

	pending := h.quotes(bob, "1", kept.URI, social.QuotePending)
	h.get("/posts/"+pending.ID.String()).says(".quoted", "without leave").shows(`[formaction$="unquote"]`, 0)
	with := storetest.Post(bob, "2", h.Now())
	with.Quote = &social.Quote{URI: kept.URI, State: social.QuoteAccepted}
	with.Content = `<p class="quote-inline">RE: <a href="https://me.test/x">https://me.test/x</a></p><p>Well said</p>`
	with = h.keep(with)
	path := "/posts/" + with.ID.String()
	page := h.get(path).says(".quoted", "The first word").says("article", "Well said").shows(`[formaction="`+path+`/unquote"]`, 1)
	if strings.Contains(page.body, "RE: ") {
		t.Error("the address of what is quoted stands there, too")
	}
	h.notify(social.NotifyQuote, bob, with.ID)
	if told := h.get("/notifications").says(".said", "Well said"); strings.Contains(told.body, "RE: ") {
		t.Error("the notification begins with the address of what is quoted")
	}
	for _, feed := range []string{"/@owner.rss", "/@owner.atom"} {
		if got := h.visit(feed).wants(http.StatusOK).body; !strings.Contains(got, "RE: ") || !strings.Contains(got, kept.URI+"&#34;") {
			t.Errorf("%s does not say what is quoted: %s", feed, got)
		}
	}
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutQuoteStamp(t.Context(), store.QuoteStamp{PostID: kept.ID, QuotingURI: with.URI, ActorID: bob.ID})
		return err
	})
	h.post(path+"/unquote", url.Values{"next": {path}}).wants(http.StatusSeeOther, path)
	h.get(path).says(".quoted", "has taken it out").shows(`[formaction$="unquote"]`, 0)
	h.post(path+"/unquote", nil).wants(http.StatusNotFound)
	h.post("/posts/"+first+"/delete", nil).wants(http.StatusSeeOther)
	h.visit("/@owner/"+second).says(".quoted", "was deleted")

	private := h.publish(url.Values{"text": {"hush"}, "visibility": {"followers"}})
	h.get("/compose?quote=7").wants(http.StatusNotFound)
	before := h.home.Dump("sessions")
	h.post("/compose", url.Values{"text": {"loud"}, "visibility": {"public"}, "quote": {private}}).wants(http.StatusUnprocessableEntity).says("#quote-error", "followers only")
	h.post("/compose", url.Values{"text": {"loud"}, "visibility": {"public"}, "may_quote": {"friends"}}).wants(http.StatusUnprocessableEntity).shows("#may_quote-error", 1)
	if h.home.Dump("sessions") != before {
		t.Error("a refused form changed something")
	}
	quiet := h.publish(url.Values{"text": {"for some"}, "visibility": {"followers"}, "quote": {private}})
	h.visit("/@owner/" + quiet).wants(http.StatusNotFound)
	h.get("/posts/"+quiet).says(".quoted", "hush")
}
