package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// groups is what a page of the grouped notifications holds.
type groups struct {
	Accounts []struct{ ID string }
	Partial  []struct{ ID string } `json:"partial_accounts"`
	Statuses []struct{ ID string }
	Groups   []struct {
		Key    string   `json:"group_key"`
		Type   string   `json:"type"`
		Count  int      `json:"notifications_count"`
		Newest int64    `json:"most_recent_notification_id"`
		Sample []string `json:"sample_account_ids"`
		Status string   `json:"status_id"`
	} `json:"notification_groups"`
}

func (h *house) groups(query string) (g groups) {
	h.t.Helper()
	h.must(json.Unmarshal([]byte(h.call("GET", "/api/v2/notifications"+query, h.key("read")).wants(200).body), &g))
	return g
}

// told has seven people like a post, one boost it, one mention the owner and one
// follow.
func (h *house) told() (post social.ID, people []*social.Actor) {
	h.t.Helper()
	post, err := social.ParseID(h.publish(url.Values{"text": {"Look"}}))
	h.must(err)
	for i := range 7 {
		a := h.know(storetest.Actor(fmt.Sprint("fan", i), "far.test"))
		people = append(people, a)
		h.notify(social.NotifyLike, a, post)
	}
	h.notify(social.NotifyBoost, people[0], post)
	h.notify(social.NotifyMention, people[1], h.keep(storetest.Post(people[1], "1", h.Now())).ID)
	h.notify(social.NotifyFollow, people[2], 0)
	h.notify(social.NotifyMove, people[3], 0)
	return post, people
}

func TestNotificationsForApps(t *testing.T) {
	h := openHouse(t)
	post, people := h.told()
	var all []struct {
		ID, Type string
		Account  struct{ Acct string }
		Status   *struct{ ID string }
	}
	read := func(query string) string {
		t.Helper()
		all = nil
		h.must(json.Unmarshal([]byte(h.call("GET", "/api/v1/notifications"+query, h.key("read:notifications")).wants(200).body), &all))
		var types []string
		for _, n := range all {
			types = append(types, n.Type)
		}
		return strings.Join(types, " ")
	}
	if got := read(""); got != "follow mention reblog"+strings.Repeat(" favourite", 7) {
		t.Errorf("they are %s", got)
	}
	if all[2].Status == nil || all[2].Status.ID != post.String() || all[0].Status != nil || all[0].Account.Acct != "fan2@far.test" {
		t.Errorf("they say %+v", all[:3])
	}
	for query, want := range map[string]string{
		"?types[]=mention&types[]=reblog": "mention reblog", "?exclude_types[]=favourite": "follow mention reblog", "?types[]=quote": "",
		"?account_id=" + people[0].ID.String(): "reblog favourite", "?types[]=mention&exclude_types[]=mention": "",
	} {
		if got := read(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	ids := []string{}
	read("")
	for _, n := range slices.Backward(all) {
		ids = append(ids, n.ID)
	}
	w := walker{h, "/api/v1/notifications", h.key("read"), ids, func() {}}
	w.all()
	w.since(2)

	newest := ids[len(ids)-1]
	if got := h.call("GET", "/api/v1/notifications/"+newest, h.key("read")).wants(200); got.field("type") != "follow" {
		t.Errorf("one is %s", got.body)
	}
	h.call("POST", "/api/v1/notifications/"+newest+"/dismiss", h.key("read")).wants(403)
	h.call("POST", "/api/v1/notifications/"+newest+"/dismiss", h.key("write")).wants(200)
	h.call("POST", "/api/v1/notifications/"+newest+"/dismiss", h.key("write")).wants(404)
	h.call("GET", "/api/v1/notifications/"+newest, h.key("read")).wants(404)
	if got := read("?limit=1"); got != "mention" {
		t.Errorf("after one was dismissed the newest is %s", got)
	}
	h.call("POST", "/api/v1/notifications/clear", h.key("write:notifications")).wants(200)
	if got := read(""); got != "" {
		t.Errorf("after all were cleared there are %s", got)
	}
	h.get("/notifications").shows(".list li", 0)
}

func TestGroupedNotifications(t *testing.T) {
	h := openHouse(t)
	post, _ := h.told()
	g := h.groups("")
	var lines []string
	for _, one := range g.Groups {
		lines = append(lines, fmt.Sprint(one.Type, " ", one.Count, " ", len(one.Sample)))
	}
	if got := strings.Join(lines, ", "); got != "follow 1 1, mention 1 1, reblog 1 1, favourite 7 7" {
		t.Errorf("the groups are %s", got)
	}
	if len(g.Accounts) != 7 || len(g.Statuses) != 2 || g.Groups[3].Status != post.String() || g.Groups[3].Newest == 0 {
		t.Errorf("they come with %d accounts and %d posts: %+v", len(g.Accounts), len(g.Statuses), g.Groups[3])
	}
	if g := h.groups("?expand_accounts=partial_avatars&types[]=favourite"); len(g.Accounts) != 1 || len(g.Partial) != 6 {
		t.Errorf("%d whole and %d small accounts", len(g.Accounts), len(g.Partial))
	}
	if g := h.groups("?grouped_types[]=follow"); len(g.Groups) != 10 || g.Groups[4].Count != 1 || !strings.HasPrefix(g.Groups[4].Key, "ungrouped-") {
		t.Errorf("ungrouped there are %d lines, the fifth is %+v", len(g.Groups), g.Groups[4])
	}
	if g := h.groups("?grouped_types[]=follow&limit=3"); len(g.Groups) != 3 {
		t.Errorf("a page of three has %d", len(g.Groups))
	}

	likes := "/api/v2/notifications/" + g.Groups[3].Key
	if got := h.call("GET", likes+"/accounts", h.key("read")).wants(200); strings.Count(got.body, `"acct"`) != 7 {
		t.Errorf("those who liked are %s", got.body)
	}
	if got := h.call("GET", likes, h.key("read")).wants(200); !strings.Contains(got.body, `"notifications_count":7`) {
		t.Errorf("the group is %s", got.body)
	}
	if got := h.call("GET", "/api/v2/notifications/unread_count", h.key("read")).wants(200); strings.TrimSpace(got.body) != `{"count":4}` {
		t.Errorf("unread groups: %s", got.body)
	}
	if got := h.call("GET", "/api/v1/notifications/unread_count", h.key("read")).wants(200); strings.TrimSpace(got.body) != `{"count":10}` {
		t.Errorf("unread: %s", got.body)
	}
	h.call("POST", likes+"/dismiss", h.key("write")).wants(200)
	h.call("POST", likes+"/dismiss", h.key("write")).wants(404)
	h.call("GET", likes, h.key("read")).wants(404)
	h.call("GET", "/api/v2/notifications/ungrouped-x", h.key("read")).wants(404)
	if left := h.groups(""); len(left.Groups) != 3 {
		t.Errorf("%d groups are left", len(left.Groups))
	}
	page := h.get("/notifications").shows(".list>li", 4)
	h.post("/notifications/dismiss", url.Values{"group": {page.attr("[name=group]", "value")}}).wants(303, "/notifications")
	h.get("/notifications").shows(".list>li", 3)
	h.post("/notifications/dismiss", nil).wants(303, "/notifications")
	h.get("/notifications").shows(".list>li", 0)
}

// What is read in an app is read on the page, and the other way round.
func TestMarkersOfApps(t *testing.T) {
	h := openHouse(t)
	h.told()
	token := h.key("read write")
	if got := h.call("GET", "/api/v1/markers?timeline[]=home&timeline[]=notifications", token).wants(200); strings.TrimSpace(got.body) != "{}" {
		t.Errorf("at first the markers are %s", got.body)
	}
	newest := fmt.Sprint(h.groups("?limit=1").Groups[0].Newest)
	got := h.call("POST", "/api/v1/markers", token, `{"notifications":{"last_read_id":"`+newest+`"}}`).wants(200)
	if !strings.HasPrefix(got.body, `{"notifications":{"last_read_id":"`+newest+`","version":1,`) {
		t.Errorf("the marker is %s", got.body)
	}
	h.get("/notifications").shows("li.new", 1) // that somebody moved came after it
	h.notify(social.NotifyFollow, h.know(storetest.Actor("late", "far.test")), 0)
	page := h.get("/notifications").shows("li.new", 2)
	h.post("/notifications/read", url.Values{"upto": {page.attr("[name=upto]", "value")}}).wants(303)
	moved := h.call("GET", "/api/v1/markers?timeline[]=notifications", token).wants(200).body
	if !strings.Contains(moved, `"version":2`) || strings.Contains(moved, newest) {
		t.Errorf("after all was read on the page the marker is %s", moved)
	}
	h.call("POST", "/api/v1/markers", token, "notifications[last_read_id]="+newest).wants(200)
	if got := h.call("GET", "/api/v1/markers?timeline[]=notifications", token).body; got != moved {
		t.Errorf("the marker went back: %s", got)
	}
	for _, odd := range []string{"x", "-1", "9223372036854775807"} {
		h.call("POST", "/api/v1/markers", token, "home[last_read_id]="+newest+"&notifications[last_read_id]="+odd).wants(422)
	}
	if got := h.call("GET", "/api/v1/markers?timeline[]=home", token).body; strings.TrimSpace(got) != "{}" {
		t.Errorf("a refused call kept %s", got)
	}
}

func TestConversationsForApps(t *testing.T) {
	h := openHouse(t)
	bob, carol := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("carol", "far.test"))
	h.letter(bob, "1")
	last := h.letter(bob, "2")
	h.letter(carol, "3", bob)
	token := h.key("read write")
	var all []struct {
		ID       string
		Unread   bool
		Accounts []struct{ Acct string }
		Last     struct{ ID string } `json:"last_status"`
	}
	read := func(query string) {
		t.Helper()
		all = nil
		h.must(json.Unmarshal([]byte(h.call("GET", "/api/v1/conversations"+query, token).wants(200).body), &all))
	}
	read("")
	if len(all) != 2 || len(all[0].Accounts) != 2 || all[1].Accounts[0].Acct != "bob@far.test" || !all[1].Unread || !all[0].Unread || all[1].Last.ID != last.ID.String() {
		t.Fatalf("the conversations are %+v", all)
	}
	if read("?limit=1&max_id=" + all[0].Last.ID); len(all) != 1 || all[0].Last.ID != last.ID.String() {
		t.Fatalf("the second page is %+v", all)
	}
	path := "/api/v1/conversations/" + all[0].ID
	if got := h.call("POST", path+"/read", token).wants(200); got.fields()["unread"] != false {
		t.Errorf("after it was read it is %s", got.body)
	}
	h.call("DELETE", path, h.key("read")).wants(403)
	h.call("DELETE", path, token).wants(200)
	h.call("DELETE", "/api/v1/conversations/none", token).wants(404)
	if read(""); len(all) != 1 || len(all[0].Accounts) != 2 {
		t.Errorf("after one was put away there are %+v", all)
	}
	h.get("/messages").shows(".list>li", 1)
	h.get("/messages/" + last.ID.String()).wants(200)
	h.letter(bob, "4")
	h.get("/messages").shows(".list>li", 2)
}
