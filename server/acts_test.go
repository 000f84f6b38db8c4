package server_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// picked is what a test looks at of an answer.
type picked struct {
	ID, Visibility, Content, Text string
	Warning                       string  `json:"spoiler_text"`
	InReplyTo                     *string `json:"in_reply_to_id"`
	Reblog                        *picked
	Liked                         bool `json:"favourited"`
	Boosted                       bool `json:"reblogged"`
	Bookmarked, Pinned            bool
	Media                         []struct{ ID, Description string } `json:"media_attachments"`
	Following                     bool
	Requested                     bool
	Showing                       bool `json:"showing_reblogs"`
	Blocking, Muting              bool
	Domain                        bool   `json:"domain_blocking"`
	FollowedBy                    bool   `json:"followed_by"`
	DisplayName                   string `json:"display_name"`
	Avatar                        string
	Fields                        []struct{ Name, Value string }
	Source                        struct{ Privacy, Language, Note string }
	Locked                        bool
	Error                         string
	Details                       map[string][]struct{ Error, Description string }
}

func (p *page) pick() (v picked) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.body), &v); err != nil {
		p.t.Fatalf("%s: %v: %s", p.asked, err, p.body)
	}
	return v
}

// act is a call that must succeed.
func (h *house) act(method, path, token string, fields ...string) picked {
	h.t.Helper()
	return h.call(method, path, token, fields...).wants(200).pick()
}

// send is a call with a file.
func (h *house) send(method, path, token, field string, data []byte, fields map[string]string) *page {
	h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		h.must(w.WriteField(name, value))
	}
	part, err := w.CreateFormFile(field, "x.png")
	h.must(err)
	_, err = part.Write(data)
	h.must(err)
	h.must(w.Close())
	req := httptest.NewRequestWithContext(h.t.Context(), method, h.home.Site.Origin+path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+token)
	return h.ask(req)
}

// TestPublishByTheAPI writes, answers, changes and deletes posts (PRI-11).
func TestPublishByTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	upload := h.send("POST", "/api/v2/media", key, "file", picture(t, 9), map[string]string{"description": "A hill", "focus": "0.5,-0.5"}).wants(200)
	if !strings.Contains(upload.body, `"focus":{"x":0.5,"y":-0.5}`) || !strings.Contains(upload.body, `"description":"A hill"`) {
		t.Errorf("the upload is %s", upload.body)
	}
	id := upload.pick().ID
	h.call("PUT", "/api/v1/media/"+id, key, "description=A+green+hill").wants(200)
	one := h.act("POST", "/api/v1/statuses", key, `{"status":"Look","visibility":"private","spoiler_text":"hill","media_ids":["`+id+`"],"language":"en"}`)
	if one.Visibility != "private" || one.Warning != "hill" || len(one.Media) != 1 || one.Media[0].Description != "A green hill" {
		t.Fatalf("the post is %+v", one)
	}
	h.call("PUT", "/api/v1/media/"+id, key, "description=x").wants(404)
	h.call("DELETE", "/api/v1/media/"+id, key).wants(422)
	answers := h.act("POST", "/api/v1/statuses", key, "status=Yes&visibility=private&in_reply_to_id="+one.ID)
	if answers.InReplyTo == nil || *answers.InReplyTo != one.ID || answers.Visibility != "private" {
		t.Errorf("the answer is %+v", answers)
	}
	h.home.Settle()
	before := h.home.Dump("tokens")
	wrong := h.call("PUT", "/api/v1/statuses/"+one.ID, key, "status=All&visibility=public").wants(422).pick()
	if len(wrong.Details["visibility"]) != 1 {
		t.Errorf("wider: %+v", wrong)
	}
	for _, fields := range []string{"", "status=x&poll[options][]=a&poll[options][]=b", "status=x&scheduled_at=2001-01-01T00:00:00Z", "status=x&visibility=followers", "status=x&media_ids[]=7", "status=x&language=%22", "status=x&quoted_status_id=" + one.ID} {
		h.call("POST", "/api/v1/statuses", key, fields).wants(422)
	}
	h.call("PUT", "/api/v1/statuses/"+one.ID, key, `{"status":"x","media_ids":["`+id+`"],"media_attributes":[{"id":"`+id+`","focus":"7,7"}]}`).wants(422)
	h.call("POST", "/api/v1/statuses", key, "status=x&in_reply_to_id=7").wants(404)
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}
	edited := h.act("PUT", "/api/v1/statuses/"+one.ID, key, `{"status":"Look *here*","media_ids":["`+id+`"],"media_attributes":[{"id":"`+id+`","description":"Moss"}]}`)
	if edited.Visibility != "private" || !strings.Contains(edited.Content, "<em>here</em>") || edited.Media[0].Description != "Moss" {
		t.Errorf("edited: %+v", edited)
	}
	if got := h.act("GET", "/api/v1/statuses/"+one.ID+"/source", key); got.Text != "Look *here*" {
		t.Errorf("source %+v", got)
	}
	history := h.call("GET", "/api/v1/statuses/"+one.ID+"/history", key).wants(200).body
	if strings.Index(history, "A green hill") > strings.Index(history, "Moss") || strings.Count(history, `"created_at"`) != 2+2 {
		t.Errorf("history %s", history)
	}
	if got := h.call("GET", "/api/v1/statuses/"+one.ID+"/context", key).wants(200).body; !strings.Contains(got, answers.ID) {
		t.Errorf("context %s", got)
	}
	h.call("GET", "/api/v1/statuses/"+one.ID+"/history", "").wants(401)
	h.call("GET", "/api/v1/statuses/"+one.ID+"/context", "").wants(404)
	gone := h.act("DELETE", "/api/v1/statuses/"+one.ID, key)
	if gone.Text != "Look *here*" || len(gone.Media) != 1 {
		t.Fatalf("deleted: %+v", gone)
	}
	h.call("GET", "/api/v1/statuses/"+one.ID, key).wants(404)
	h.call("DELETE", "/api/v1/statuses/"+one.ID, key).wants(404)
	h.call("GET", "/api/v1/statuses/"+one.ID+"/source", key).wants(404)
	again := h.act("POST", "/api/v1/statuses", key, "status=Again&media_ids[]="+gone.Media[0].ID)
	h.act("DELETE", "/api/v1/statuses/"+again.ID+"?delete_media=true", key)
	h.call("GET", "/api/v1/media/"+gone.Media[0].ID, key).wants(404)
}

// TestAppBeginsAsThePageDoes writes in the language of the last post where
// nothing is said, and has one form of line ends.
func TestAppBeginsAsThePageDoes(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	language := func(fields string) string {
		t.Helper()
		got, _ := h.call("POST", "/api/v1/statuses", key, fields).wants(200).fields()["language"].(string)
		return got
	}
	if got := language("status=first"); got != "en" {
		t.Errorf("the first post is in %q, want en", got)
	}
	h.publish(url.Values{"text": {"kia ora"}, "language": {"mi"}})
	if got := language("status=second"); got != "mi" {
		t.Errorf("the next is in %q, want mi", got)
	}
	if got := language("status=third&language=pt_BR"); got != "pt-BR" {
		t.Errorf("what is said is %q, want pt-BR", got)
	}
	typed := h.act("POST", "/api/v1/statuses", key, "status=a%0D%0Ab")
	if got := h.act("GET", "/api/v1/statuses/"+typed.ID+"/source", key); got.Text != "a\nb" {
		t.Errorf("the source is %q", got.Text)
	}
}

// TestRepeatedCallPublishesOnce sends one call fifty times at once, and again
// later: all are answered with the same post (AUT-21).
func TestRepeatedCallPublishesOnce(t *testing.T) {
	h := openHouse(t)
	key := h.key("write read")
	send := func(token, idempotency string) *page {
		req := httptest.NewRequestWithContext(t.Context(), "POST", h.home.Site.Origin+"/api/v1/statuses", strings.NewReader("status=Once"))
		req.Header.Set("Content-Type", formKind)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Idempotency-Key", idempotency)
		return h.ask(req)
	}
	var wait sync.WaitGroup
	bodies := make([]string, 50)
	for i := range bodies {
		wait.Go(func() { bodies[i] = send(key, "k").body })
	}
	wait.Wait()
	id := send(key, "k").wants(200).pick().ID
	for _, body := range bodies {
		if body != bodies[0] || !strings.Contains(body, id) {
			t.Fatalf("%s, first %s", body, bodies[0])
		}
	}
	posts, err := h.home.Store.CountPosts(t.Context(), h.home.Node.OwnerID())
	if h.must(err); posts != 1 {
		t.Errorf("%d posts", posts)
	}
	if send(key, "l").wants(200).pick().ID == id {
		t.Error("another key gave the same post")
	}
}

// TestActsOnPostsByTheAPI does with a post what the pages do.
func TestActsOnPostsByTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	far := storetest.Post(h.know(storetest.Actor("bob", "far.test")), "1", h.Now())
	far.Visibility = social.Public
	far = h.keep(far)
	at := "/api/v1/statuses/" + far.ID.String()
	if !h.act("POST", at+"/favourite", key).Liked || h.act("POST", at+"/unfavourite", key).Liked {
		t.Error("favourite")
	}
	if !h.act("POST", at+"/bookmark", key).Bookmarked || h.act("POST", at+"/unbookmark", key).Bookmarked {
		t.Error("bookmark")
	}
	h.call("POST", at+"/reblog", key, "visibility=private").wants(422)
	boost := h.act("POST", at+"/reblog", key)
	if boost.Reblog == nil || boost.Reblog.ID != far.ID.String() || !boost.Boosted || boost.ID == boost.Reblog.ID {
		t.Errorf("boost %+v", boost)
	}
	if !h.act("POST", "/api/v1/statuses/"+boost.ID+"/favourite", key).Liked {
		t.Error("the like of a boost is none of the post")
	}
	if h.act("POST", at+"/unreblog", key).Boosted {
		t.Error("unreblog")
	}
	h.call("POST", at+"/pin", key).wants(422)
	h.call("DELETE", at, key).wants(404)
	h.call("GET", at+"/source", key).wants(404)
	own := h.act("POST", "/api/v1/statuses", key, "status=Mine")
	if !h.act("POST", "/api/v1/statuses/"+own.ID+"/pin", key).Pinned || h.act("POST", "/api/v1/statuses/"+own.ID+"/unpin", key).Pinned {
		t.Error("pin")
	}
}

// TestActsOnPeopleByTheAPI follows, mutes, blocks and reports.
func TestActsOnPeopleByTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	at := "/api/v1/accounts/" + bob.ID.String()
	if got := h.act("POST", at+"/follow", key, `{"reblogs":false,"notify":true}`); !got.Requested || got.Showing {
		t.Errorf("follow %+v", got)
	}
	if got := h.act("POST", at+"/follow", key, "reblogs=true"); !got.Showing {
		t.Errorf("boosts %+v", got)
	}
	if got := h.act("POST", at+"/unfollow", key); got.Requested {
		t.Errorf("unfollow %+v", got)
	}
	for _, duration := range []string{"-1", "x", "1e300", "NaN"} {
		h.call("POST", at+"/mute", key, "duration="+duration).wants(422)
	}
	if !h.act("POST", at+"/mute", key, "duration=3600").Muting || h.act("POST", at+"/unmute", key).Muting {
		t.Error("mute")
	}
	h.followedBy(sam, social.FollowPending)
	if got := h.act("POST", "/api/v1/follow_requests/"+sam.ID.String()+"/authorize", key); !got.FollowedBy {
		t.Errorf("authorize %+v", got)
	}
	h.call("POST", "/api/v1/follow_requests/"+sam.ID.String()+"/reject", key).wants(404)
	if got := h.act("POST", "/api/v1/accounts/"+sam.ID.String()+"/remove_from_followers", key); got.FollowedBy {
		t.Errorf("remove %+v", got)
	}
	if got := h.call("POST", "/api/v1/reports", key, "account_id="+bob.ID.String()+"&comment=spam").wants(200); !strings.Contains(got.body, `"comment":"spam"`) {
		t.Errorf("report %s", got.body)
	}
	if !h.act("POST", at+"/block", key).Blocking || h.act("POST", at+"/unblock", key).Blocking {
		t.Error("block")
	}
	h.call("POST", "/api/v1/domain_blocks", key, "domain=far.test").wants(200)
	if !strings.Contains(h.call("GET", "/api/v1/accounts/relationships?id[]="+bob.ID.String(), key).body, `"domain_blocking":true`) {
		t.Error("the server is not blocked")
	}
	h.call("DELETE", "/api/v1/domain_blocks", key, "domain=far.test").wants(200)
	if wrong := h.call("POST", "/api/v1/domain_blocks", key, "domain=").wants(422).pick(); len(wrong.Details["domain"]) != 1 {
		t.Errorf("no domain: %+v", wrong)
	}
}

// TestProfileByTheAPI changes what a call names, and nothing else.
func TestProfileByTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	const at = "/api/v1/accounts/update_credentials"
	got := h.act("PATCH", at, key, `{"display_name":"Olga","note":"*hi*","locked":true,"fields_attributes":[{"name":"a","value":"b"}],"source":{"privacy":"private","language":"de"}}`)
	if got.DisplayName != "Olga" || !got.Locked || len(got.Fields) != 1 || got.Source.Privacy != "private" || got.Source.Language != "de" || got.Source.Note != "*hi*" {
		t.Errorf("%+v", got)
	}
	got = h.send("PATCH", at, key, "avatar", picture(t, 7), map[string]string{"fields_attributes[1][name]": "c", "fields_attributes[1][value]": "d"}).wants(200).pick()
	if got.DisplayName != "Olga" || !got.Locked || len(got.Fields) != 1 || got.Fields[0].Name != "c" || !strings.Contains(got.Avatar, "/media/") {
		t.Errorf("with a picture %+v", got)
	}
	h.home.Settle()
	before := h.home.Dump("tokens")
	wrong := h.call("PATCH", at, key, "display_name="+strings.Repeat("x", 101)+"&note=new").wants(422).pick()
	if len(wrong.Details["display_name"]) != 1 {
		t.Errorf("%+v", wrong)
	}
	h.call("PATCH", at, key, "note=new&source[privacy]=no").wants(422)
	h.send("PATCH", at, key, "avatar", []byte("no picture"), map[string]string{"note": "new"}).wants(422)
	if after := h.home.Dump("tokens"); after != before {
		t.Errorf("a refused call changed something:\n%s\n\n%s", before, after)
	}
	if got := h.act("DELETE", "/api/v1/profile/avatar", key); strings.Contains(got.Avatar, "/media/") {
		t.Errorf("still %s", got.Avatar)
	}
}

// TestWebsites keeps whose pages may name the owner as their author, and tells other
// servers.
func TestWebsites(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	if got := h.call("PATCH", "/api/v1/accounts/update_credentials", key, `{"attribution_domains":["Loaf.example","loaf.example","b.example"]}`).wants(200).body; !strings.Contains(got, `"attribution_domains":["loaf.example","b.example"]`) {
		t.Errorf("they are %s", got)
	}
	if got := h.document("/@owner"); !strings.Contains(got, `"attributionDomains":["loaf.example","b.example"]`) {
		t.Errorf("other servers get %s", got)
	}
	h.home.Settle()
	before := h.home.Dump("tokens", "sessions")
	h.call("PATCH", "/api/v1/accounts/update_credentials", key, "attribution_domains[]=https%3A%2F%2Fx.example").wants(422)
	form := url.Values{"name": {"Ana"}, "websites": {"not a website"}}
	h.upload("/settings/profile", form, nil).wants(http.StatusUnprocessableEntity).shows("#websites-error", 1)
	if h.home.Dump("tokens", "sessions") != before {
		t.Error("what was refused changed something")
	}
	form.Set("websites", "loaf.example\r\nc.example\r\n")
	h.upload("/settings/profile", form, nil).wants(http.StatusSeeOther)
	h.get("/settings/profile").says("#websites", "loaf.example c.example")
}

// TestReactionsShown stand under a post, for visitors and apps, with the picture of
// a custom emoji through this home.
func TestReactionsShown(t *testing.T) {
	h := openHouse(t)
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	id := h.publish(url.Values{"text": {"hello"}})
	post, err := social.ParseID(id)
	h.must(err)
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutLike(t.Context(), social.Like{URI: bob.URI + "/likes/1", ActorID: bob.ID, PostID: post, Emoji: "🐐", CreatedAt: tx.Now})
		if err == nil {
			_, err = tx.PutLike(t.Context(), social.Like{URI: sam.URI + "/likes/1", ActorID: sam.ID, PostID: post, Emoji: ":goat:", Picture: "https://far.test/goat.png", CreatedAt: tx.Now})
		}
		return err
	})
	page := h.visit("/@owner/"+id).says("[aria-label=Reactions]", "🐐 1").shows("[aria-label=Reactions] img[alt=':goat:']", 1)
	src := page.attr("[aria-label=Reactions] img", "src")
	if !strings.HasPrefix(src, "/media/remote/reaction/") {
		t.Errorf("the picture is at %s", src)
	}
	h.visit(src).wants(http.StatusFound) // a stand-in: it is fetched for the owner only
	h.visit("/media/remote/reaction/7").wants(http.StatusNotFound)
	got := h.call("GET", "/api/v1/statuses/"+id, h.key("read")).wants(200).body
	if !strings.Contains(got, `"reactions":[{"name":"🐐","count":1,"me":false,"url":null,"static_url":null},{"name":"goat","count":1,"me":false,"url":"https://me.test/media/remote/reaction/`) {
		t.Errorf("the post is %s", got)
	}
}
