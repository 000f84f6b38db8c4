package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"croft/server/mastodon"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

var update = flag.Bool("update", false, "write the answers anew")

// always empty are the lists of what the home never has.
var alwaysEmpty = map[string]bool{
	"/api/v1/instance/peers": true, "/api/v1/instance/rules": true, "/api/v1/announcements": true,
}

// TestAnswers holds the answer of every call that reads against the one that is
// kept in testdata/answers, made from a home that has at least one of everything. A
// call without a kept answer, and an answer with nothing in it, fail it. go test
// ./server -run TestAnswers -update writes them anew.
func TestAnswers(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write follow push")
	name := h.liveIn(key)
	for _, r := range apiRoutes() {
		if r.Method != "GET" {
			continue
		}
		got := h.call("GET", h.sampleOf(r, name), key).wants(200)
		if got.body == "[]" && !alwaysEmpty[r.Path] {
			t.Errorf("%s answers with nothing", r.Path)
		}
		file := filepath.Join("testdata", "answers", strings.NewReplacer("/", "_", ":", "").Replace(strings.TrimPrefix(r.Path, "/api/"))+".json")
		words := h.settled(got.body)
		if *update {
			h.must(os.MkdirAll(filepath.Dir(file), 0o750))
			h.must(os.WriteFile(file, words, 0o600))
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s: %v. Run go test ./server -run TestAnswers -update, and look at what it writes.", r.Path, err)
			continue
		}
		if !bytes.Equal(words, want) {
			t.Errorf("%s answers otherwise than %s:\n%s", r.Path, file, firstOther(words, want))
		}
	}
}

var (
	anyNumber = regexp.MustCompile(`\d{15,}`)
	anyMoment = regexp.MustCompile(`\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?`)
	anyHash   = regexp.MustCompile(`seal=[\w.~-]+|v=\w+|[0-9a-f]{64}|\.[0-9a-f]{10}\.|"(day|server_key|public_key|blurhash)":\s*"[^"]*"`)
)

// settled is an answer without what is another in every home: its keys are in
// order.
func (h *house) settled(body string) []byte {
	h.t.Helper()
	var said any
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	h.must(decoder.Decode(&said))
	var indented bytes.Buffer
	encoder := json.NewEncoder(&indented)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	h.must(encoder.Encode(said))
	words := anyMoment.ReplaceAllString(indented.String(), "MOMENT")
	words = anyHash.ReplaceAllStringFunc(words, func(found string) string {
		if name, _, ok := strings.Cut(found, ":"); ok {
			return name + `: "HASH"`
		}
		return "HASH"
	})
	return []byte(anyNumber.ReplaceAllString(words, "ID"))
}

// firstOther is the first line of an answer that is not as the kept one has it.
func firstOther(got, want []byte) string {
	wanted := bytes.Split(want, []byte("\n"))
	for i, line := range bytes.Split(got, []byte("\n")) {
		if i >= len(wanted) || !bytes.Equal(line, wanted[i]) {
			return fmt.Sprintf("line %d: %s", i+1, bytes.TrimSpace(line))
		}
	}
	return "it ends too soon"
}

// samples are what stands for a parameter in an address that contains something: the
// first that fits.
var samples = []struct{ in, param, name string }{
	{"/polls/", ":id", "poll"}, {"/scheduled_statuses/", ":id", "scheduled"}, {"/filters/keywords/", ":id", "keyword"},
	{"/filters/statuses/", ":id", "filterstatus"}, {"v1/filters/", ":id", "keyword"}, {"v2/filters/", ":id", "filter"}, {"/media/", ":id", "media"},
	{"/lists/", ":id", "list"}, {"/list/", ":id", "list"}, {"/notifications/requests/", ":id", "sam"}, {"v1/notifications/", ":id", "notification"},
	{"/notifications/", ":key", "group"}, {"/tags/", ":name", "tag"}, {"/tag/", ":tag", "tag"}, {"/async_refreshes/", ":id", "refresh"},
	{"/followers", ":id", "me"}, {"/following", ":id", "me"}, {"/featured_tags", ":id", "me"},
	{"/source", ":id", "edited"}, {"/history", ":id", "edited"}, {"/quotes", ":id", "edited"}, {"/statuses/:id", ":id", "theirs"}, {"/accounts/", ":id", "bob"},
}

// sampleOf is an address of a call at which there is something.
func (h *house) sampleOf(r mastodon.Route, name map[string]string) string {
	query := map[string]string{
		"/api/v1/accounts/lookup": "?acct=owner", "/api/v1/accounts/relationships": "?id[]=" + name["bob"], "/api/v1/accounts": "?id[]=" + name["bob"],
		"/api/v1/statuses": "?id[]=" + name["theirs"], "/api/v1/timelines/link": "?url=https://weave.test/loom", "/api/v1/accounts/search": "?q=bob",
		"/api/v1/accounts/familiar_followers": "?id[]=" + name["dora"], "/api/v2/search": "?q=wool", "/api/v1/markers": "?timeline[]=home",
	}[r.Path]
	for _, s := range samples {
		if strings.Contains(r.Path, s.in) && strings.Contains(r.Path, s.param) {
			return strings.Replace(r.Path, s.param, name[s.name], 1) + query
		}
	}
	return r.Path + query
}

// liveIn gives the home at least one of everything, and returns the numbers of what
// it made by name.
func (h *house) liveIn(key string) map[string]string {
	h.t.Helper()
	ctx := h.t.Context()
	found := storetest.Actor("bob", "far.test")
	found.Discoverable = true
	bob, sam, dora, carl, asks := h.know(found), h.know(storetest.Actor("sam", "far.test")), h.know(storetest.Actor("dora", "far.test")), h.know(storetest.Actor("carl", "far.test")), h.know(storetest.Actor("asks", "far.test"))
	h.follows(bob)
	h.followedBy(bob, social.FollowAccepted)
	h.followedBy(asks, social.FollowPending)
	p := storetest.Post(bob, "1", h.Now())
	p.Content, p.Tags = `<p>Of #wool, see <a href="https://weave.test/loom">a loom</a></p>`, []string{"wool"}
	p = h.keep(p)
	poll := storetest.Post(bob, "2", h.Now())
	poll.Kind, poll.Poll = social.Question, &social.Poll{Options: []social.PollOption{{Text: "bread", Votes: 1}, {Text: "soup"}}, EndsAt: h.Now().Add(time.Hour), VoterCount: 1}
	poll = h.keep(poll)
	h.boost(bob, h.keep(storetest.Post(sam, "1", h.Now())))
	id := func(p *page) string { return p.wants(200).field("id") }
	name := map[string]string{
		"me": h.home.Node.OwnerID().String(), "bob": bob.ID.String(), "sam": sam.ID.String(), "dora": dora.ID.String(), "theirs": p.ID.String(), "poll": poll.ID.String(), "tag": "wool",
		"refresh": p.ID.String() + "-0",
	}
	name["media"] = id(h.send("POST", "/api/v2/media", key, "file", picture(h.t, 64), map[string]string{"description": "A loom"}))
	name["edited"] = id(h.call("POST", "/api/v1/statuses", key, "status=Of+%23wool&media_ids[]="+id(h.send("POST", "/api/v2/media", key, "file", picture(h.t, 64), nil))))
	h.call("PUT", "/api/v1/statuses/"+name["edited"], key, "status=Of+%23wool+and+silk").wants(200)
	h.call("POST", "/api/v1/statuses", key, "status=As+I+said&quoted_status_id="+name["edited"]).wants(200)
	name["scheduled"] = id(h.call("POST", "/api/v1/statuses", key, `{"status":"Later","scheduled_at":"`+h.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`","poll":{"options":["a","b"],"expires_in":600}}`))
	filter := h.call("POST", "/api/v2/filters", key, `{"title":"Loom","context":["home"],"keywords_attributes":[{"keyword":"loom","whole_word":true}]}`)
	name["filter"] = id(filter)
	words := h.call("GET", "/api/v2/filters/"+name["filter"]+"/keywords", key).wants(200).body
	name["keyword"] = strings.Split(words, `"`)[3]
	name["filterstatus"] = id(h.call("POST", "/api/v2/filters/"+name["filter"]+"/statuses", key, "status_id="+name["theirs"]))
	name["list"] = id(h.call("POST", "/api/v1/lists", key, "title=Weavers"))
	h.call("POST", "/api/v1/lists/"+name["list"]+"/accounts", key, "account_ids[]="+name["bob"]).wants(200)
	for _, act := range []string{"bookmark", "favourite", "reblog"} {
		h.call("POST", "/api/v1/statuses/"+name["theirs"]+"/"+act, key).wants(200)
	}
	h.call("POST", "/api/v1/tags/wool/follow", key).wants(200)
	h.call("POST", "/api/v1/featured_tags", key, "name=silk").wants(200)
	h.call("POST", "/api/v1/markers", key, "home[last_read_id]="+name["theirs"]).wants(200)
	h.call("POST", "/api/v1/domain_blocks", key, "domain=bad.example").wants(200)
	h.must(h.tl.Mute(ctx, carl.ID, time.Time{}, false))
	rude := h.know(storetest.Actor("rude", "far.test"))
	h.must(h.tl.Block(ctx, rude.ID))
	h.notify(social.NotifyMention, bob, p.ID)
	h.holds(sam, social.NotifyFollow, 0)
	name["notification"] = strings.Split(h.call("GET", "/api/v1/notifications", key).wants(200).body, `"`)[3]
	name["group"] = store.SingleKey(must(social.ParseID(name["notification"])))
	h.letter(bob, "letter")
	h.update(func(tx *store.Tx) error {
		if err := tx.SetCircle(ctx, bob.ID, []string{dora.URI}); err != nil {
			return err
		}
		_, err := tx.PutLike(ctx, social.Like{URI: bob.URI + "/likes/1", ActorID: bob.ID, PostID: must(social.ParseID(name["edited"])), Emoji: "🐐", CreatedAt: tx.Now})
		return err
	})
	h.publish(url.Values{"text": {"Only for some"}, "may_reply": {"nobody"}})
	guarded := must(social.ParseID(h.publish(url.Values{"text": {"Quiet"}, "may_reply": {"nobody"}})))
	quiet, err := h.home.Store.FindPost(ctx, guarded)
	h.must(err)
	held := storetest.Post(sam, "reply", h.Now())
	held.InReplyTo = quiet.URI
	h.keep(held)
	d := h.device()
	h.call("POST", "/api/v1/push/subscription", key, d.form("data[alerts][mention]=true")).wants(200)
	_, err = h.tl.AddEmoji(ctx, "loom", "Cloth", bytes.NewReader(picture(h.t, 64)))
	h.must(err)
	h.home.Settle()
	return name
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
