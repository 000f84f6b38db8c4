package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store/storetest"
)

// kept is a post of the fixtures with words by which it is recognised.
type kept struct {
	name   string
	id     string
	tag    string
	words  []string // of what it says now, its warning, its photo
	old    string   // of its earlier wording
	status int      // what a visitor gets at its address
	lists  bool     // it stands on the profile
	feeds  bool     // it stands in feeds and on hashtag pages
}

// keepOne publishes a post with a photo, edits it, and lets sam answer it to
// followers only.
func (h *house) keepOne(k *kept, v social.Visibility, shade uint8, sam *social.Actor) {
	h.t.Helper()
	k.tag, k.old = "tag"+k.name, "former-"+k.name
	k.words = []string{"says-" + k.name, "warns-" + k.name, "shows-" + k.name, "leads-" + k.name}
	form := url.Values{"visibility": {string(v)}, "text": {k.old + " @sam@stranger.test #" + k.tag}, "alt_1": {"shows-" + k.name}, "warning": {"warns-" + k.name}}
	out := h.upload("/compose", form, map[string][]byte{"media_1": picture(h.t, shade)}).wants(http.StatusSeeOther)
	k.id = strings.TrimPrefix(out.location, "/posts/")
	edit := h.get("/posts/" + k.id + "/edit").wants(http.StatusOK)
	src := edit.attr("input[name=media_id_1] ~ * img, .pic img", "src")
	k.words = append(k.words, strings.TrimPrefix(src, "/media/"))
	form = formOf(edit)
	form.Set("text", "says-"+k.name+" @sam@stranger.test #"+k.tag+" https://page.test/leads-"+k.name)
	h.upload("/posts/"+k.id+"/edit", form, nil).wants(http.StatusSeeOther)
	id, err := social.ParseID(k.id)
	h.must(err)
	answer := storetest.Post(sam, "hush-answer-"+k.name, h.Now())
	answer.Visibility, answer.InReplyTo, answer.InReplyToID = social.Followers, h.home.Site.Post(id), id
	h.keep(answer)
}

// privacyHouse has posts of every visibility, and posts of others that were
// never meant for visitors.
func privacyHouse(t *testing.T) (h *house, posts []*kept, others []social.ID) {
	h = openHouse(t)
	sam := h.home.Know(h.Peer("stranger.test").Person("sam"))
	posts = []*kept{
		{name: "pub", status: http.StatusOK, lists: true, feeds: true},
		{name: "unl", status: http.StatusOK, lists: true},
		{name: "fol", status: http.StatusNotFound},
		{name: "dm", status: http.StatusNotFound},
		{name: "gone", status: http.StatusGone},
	}
	for i, v := range []social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct, social.Public} {
		h.keepOne(posts[i], v, uint8(40*i+20), sam)
	}
	h.post("/posts/"+posts[4].id+"/delete", nil).wants(http.StatusSeeOther)

	secret := storetest.Post(sam, "question", h.Now())
	secret.Visibility, secret.Content = social.Followers, "<p>hush-question</p>"
	secret = h.keep(secret)
	h.publish(url.Values{"text": {"an open answer"}, "in_reply_to": {secret.ID.String()}})
	others = h.keepToOneself(sam, posts[0], secret)
	h.home.Settle()
	return h, posts, append(others, secret.ID)
}

// keepToOneself puts what is the owner's alone into the home: what is not out yet,
// what waits for their word, what they note, and quotes of what was not meant for
// everybody. It answers with the posts.
func (h *house) keepToOneself(sam *social.Actor, open *kept, secret *social.Post) []social.ID {
	h.t.Helper()
	h.upload("/compose", url.Values{"text": {"hush-draft"}, "visibility": {"public"}, "act": {"draft"}}, nil).wants(http.StatusSeeOther)
	h.call("POST", "/api/v1/statuses", h.key("write"), "status=hush-scheduled&scheduled_at="+h.Now().Add(time.Hour).UTC().Format(time.RFC3339)).wants(http.StatusOK)
	h.call("POST", "/api/v2/filters", h.key("write"), "title=hush-filter&context[]=home&keywords_attributes[][keyword]=hush-keyword").wants(http.StatusOK)
	h.post("/people/"+sam.ID.String()+"/note", url.Values{"note": {"hush-note"}}).wants(http.StatusSeeOther)
	h.post("/lists", url.Values{"title": {"hush-list"}, "replies_policy": {"list"}}).wants(http.StatusSeeOther)

	dora := h.home.Know(h.Peer("far.test").Person("dora"))
	closed := h.publish(url.Values{"text": {"Nobody may answer"}, "may_reply": {"nobody"}})
	number, err := social.ParseID(closed)
	h.must(err)
	held := storetest.Post(dora, "held", h.Now())
	held.Content, held.InReplyTo, held.InReplyToID = "<p>hush-held</p>", h.home.Site.Post(number), number
	all := []social.ID{h.keep(held).ID}
	for i, uri := range []string{secret.URI, held.URI} {
		quoting := storetest.Post(dora, "quoting-"+strconv.Itoa(i), h.Now())
		quoting.InReplyTo = h.home.Site.Post(open.number())
		quoting.InReplyToID, quoting.Quote = open.number(), &social.Quote{URI: uri, State: social.QuoteAccepted}
		all = append(all, h.keep(quoting).ID)
	}
	if n, err := h.home.Store.CountHeldReplies(h.t.Context()); err != nil || n != 1 {
		h.t.Fatalf("%d replies wait (%v)", n, err)
	}
	return all
}

func (k *kept) number() social.ID {
	id, _ := social.ParseID(k.id) // it came from the home
	return id
}

// addresses are every address of the home that can be looked at, with every
// fixture in the place of what the route leaves open.
func (h *house) addresses(posts []*kept, others ...social.ID) (owners, everybodys []string) {
	for _, line := range h.server.Lines() {
		if line.Method != http.MethodGet {
			continue
		}
		for _, path := range fill(line.Path, posts, others) {
			if line.Owner {
				owners = append(owners, path)
			} else {
				everybodys = append(everybodys, path)
			}
		}
	}
	return owners, everybodys
}

func fill(path string, posts []*kept, others []social.ID) []string {
	if path == "/media/:name" || strings.HasPrefix(path, "/static") {
		return nil // a file's name is its key
	}
	path = strings.NewReplacer(":version", "2.1", ":kind", "attachment", ":name", "x").Replace(path)
	var paths []string
	switch {
	case strings.Contains(path, ":part"):
		for _, part := range []string{"activity", "replies", "likes", "shares", "context"} {
			paths = append(paths, fill(strings.Replace(path, ":part", part, 1), posts, others)...)
		}
	case strings.Contains(path, ":tag"):
		for _, k := range posts {
			paths = append(paths, strings.Replace(path, ":tag", k.tag, 1))
		}
	case strings.Contains(path, ":id"):
		for _, k := range posts {
			paths = append(paths, strings.Replace(path, ":id", k.id, 1))
		}
		for _, id := range others {
			paths = append(paths, strings.Replace(path, ":id", id.String(), 1))
		}
		for n := 1; n <= 30; n++ { // actors and attachments of a database this small
			paths = append(paths, strings.Replace(path, ":id", strconv.Itoa(n), 1))
		}
	default:
		paths = append(paths, path, path+"?page=1", path+"?with=replies")
	}
	return paths
}

var accepted = []string{
	"text/html", "application/activity+json", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "*/*",
}

// TestPrivacy looks at every address as a visitor, with a forged sign-in, and as
// the owner (attack PRI-01): nobody but the owner finds a word, a file's name or
// a former wording of what was not meant for them.
func TestPrivacy(t *testing.T) {
	h, posts, others := privacyHouse(t)
	secrets := []string{"hush-"}
	for _, k := range posts {
		secrets = append(secrets, k.old)
		if k.status != http.StatusOK {
			secrets = append(secrets, k.words...)
		}
	}
	closed := h.keysThatReadNothing()
	owners, everybodys := h.addresses(posts, others...)
	for _, path := range append(owners, everybodys...) {
		for _, accept := range accepted {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				h.finds(secrets, method, path, accept)
			}
		}
		h.finds(secrets, http.MethodGet, path, "text/html", "Cookie", h.cookie[0].Name+"=forged-"+strings.Repeat("x", 36))
		for _, key := range closed {
			h.finds(secrets, http.MethodGet, path, "application/json", "Authorization", "Bearer "+key)
		}
	}
	h.truth(posts)
}

// keysThatReadNothing are keys of apps that open no reading: one that may write
// alone, one that was taken back, and one that is an app's and not the owner's.
func (h *house) keysThatReadNothing() []string {
	h.t.Helper()
	revoked := h.key("read write follow push")
	h.post("/settings/apps/end", url.Values{"key": {h.get("/settings/apps").attr("[name=key]", "value")}}).wants(http.StatusSeeOther)
	h.call("GET", "/api/v1/timelines/home", revoked).wants(http.StatusUnauthorized)
	one := h.registerApp("https://app.test/cb")
	ofApp := h.appPost("/oauth/token", formKind, "grant_type=client_credentials&scope=read&client_id="+one.id+"&client_secret="+one.secret).wants(http.StatusOK)
	return []string{h.key("write follow"), revoked, ofApp.field("access_token")}
}

// finds reports every secret that a request without a good sign-in or key is told.
func (h *house) finds(secrets []string, method, path, accept string, header ...string) {
	h.t.Helper()
	ctx, end := context.WithTimeout(h.t.Context(), 5*time.Second)
	defer end()
	req := httptest.NewRequestWithContext(ctx, method, h.home.Site.Origin+path, nil)
	req.Header.Set("Accept", accept)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, req)
	if w.Code >= 500 {
		h.t.Errorf("%s %s (%s): %d", method, path, accept, w.Code)
	}
	told := w.Body.String()
	for _, values := range w.Header() {
		told += strings.Join(values, "\n")
	}
	for _, secret := range secrets {
		if strings.Contains(told, secret) {
			h.t.Errorf("%s %s (%s, %.20q) tells %q to a visitor", method, path, accept, header, secret)
		}
	}
}

// truth holds the lists against who may see what.
func (h *house) truth(posts []*kept) {
	h.t.Helper()
	for _, k := range posts {
		says := "says-" + k.name
		if got := h.visit("/@owner/" + k.id); got.status != k.status || strings.Contains(got.body, says) != (k.status == http.StatusOK) {
			h.t.Errorf("%s at its address: %d", k.name, got.status)
		}
		if got := strings.Contains(h.visit("/@owner/photos").text("main .wall"), "warns-"+k.name); got != k.lists {
			h.t.Errorf("the wall of photos shows that of %s to a visitor: %v, want %v", k.name, got, k.lists)
		}
		if got := strings.Contains(h.visit("/@owner/links").text("main"), "warns-"+k.name); got != k.lists {
			h.t.Errorf("the page of links shows that of %s to a visitor: %v, want %v", k.name, got, k.lists)
		}
		for path, want := range map[string]bool{
			"/@owner": k.lists, "/": k.lists, "/@owner?with=replies": k.lists, "/tags/" + k.tag: k.feeds,
			"/@owner.rss": k.feeds, "/@owner.atom": k.feeds,
		} {
			if got := strings.Contains(h.visit(path).body, says); got != want {
				h.t.Errorf("%s shows %s to a visitor: %v, want %v", path, k.name, got, want)
			}
		}
		alive := k.name != "gone"
		for path, want := range map[string]bool{
			"/": alive && k.name != "dm", "/posts/" + k.id: alive, "/tags/" + k.tag: alive && k.name != "dm",
			"/posts/" + k.id + "/history": alive, "/search?q=says-" + k.name: alive, "/messages/" + k.id: k.name == "dm",
		} {
			p := h.get(path)
			if got := strings.Contains(p.text("main"), says); got != want {
				h.t.Errorf("%s shows %s to the owner: %v, want %v", path, k.name, got, want)
			}
		}
		if got := h.get("/posts/" + k.id + "/history").body; strings.Contains(got, k.old) != alive {
			h.t.Errorf("the former wording of %s: %v, want %v", k.name, !alive, alive)
		}
	}
}

// TestLookingChangesNothing opens every address as the owner and as a visitor.
// Only what is asked of other servers may be queued (guide, walk E).
func TestLookingChangesNothing(t *testing.T) {
	h, posts, others := privacyHouse(t)
	before := h.home.Dump("jobs", "lanes")
	owners, everybodys := h.addresses(posts, others...)
	for _, path := range append(owners, everybodys...) {
		if p := h.get(path); p.status >= 500 {
			t.Errorf("%s: %d", path, p.status)
		}
		h.visit(path)
	}
	if diff := cmp.Diff(before, h.home.Dump("jobs", "lanes")); diff != "" {
		t.Errorf("looking changed:\n%s", diff)
	}
}
