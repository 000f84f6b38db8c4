package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// TestPollAtTheDesk asks something by the form alone: through a mistake, a draft
// and a preview, to the page that visitors see.
func TestPollAtTheDesk(t *testing.T) {
	h := openHouse(t)
	form := url.Values{"text": {"Which?"}, "visibility": {"public"}, "option_1": {"bread"}, "poll_lasts": {"60"}, "poll_multiple": {"1"}}
	h.post("/compose", form).wants(http.StatusUnprocessableEntity).shows("#poll[open]", 1).shows("#poll-error", 1).shows("#option_1[value=bread]", 1)
	h.get("/").shows("article.post", 0)
	form.Set("option_3", "soup <b>")
	form.Set("act", "draft")
	draft := h.post("/compose", form).wants(http.StatusSeeOther).location
	desk := h.get(draft).shows("#poll[open]", 1).shows("#option_1[value=bread]", 1).shows(`#option_2[value="soup <b>"]`, 1).shows("[name=poll_multiple][checked]", 1)
	if got := desk.attr("#poll_lasts [selected]", "value"); got != "60" {
		t.Errorf("it lasts %s minutes", got)
	}
	form.Set("act", "preview")
	h.post("/compose", form).wants(http.StatusOK).shows("#preview progress", 2).shows("#preview [name=choice]", 0)
	form.Set("act", "post")
	id := h.publish(form)
	page := h.visit("/@owner/"+id).shows("progress", 2).shows("[name=choice]", 0).says(".poll", "soup <b>")
	page.says("main", "0 votes. Closes")
	h.get("/posts/"+id).shows(".poll", 1).shows("[name=choice]", 0)
	h.get("/posts/"+id+"/edit").shows("#option_1[value=bread]", 1)
}

// TestVoteOnThePage votes once, and shows how it stands and what was chosen.
func TestVoteOnThePage(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	question := storetest.Post(bob, "1", h.Now())
	question.Kind, question.Poll = social.Question, &social.Poll{Options: []social.PollOption{{Text: "bread", Votes: 1}, {Text: "soup", Votes: 2}}, EndsAt: h.Now().Add(time.Hour)}
	question = h.keep(question)
	path := "/posts/" + question.ID.String()
	h.get("/").shows(`form[action="`+path+`/vote"] [name=choice][type=radio]`, 2).shows("progress", 2)
	h.post(path+"/vote", nil).wants(http.StatusUnprocessableEntity).says("main", "Choose an answer.")
	h.post(path+"/vote", url.Values{"choice": {"0", "1"}}).wants(http.StatusUnprocessableEntity)
	h.post(path+"/vote", url.Values{"choice": {"x"}}).wants(http.StatusUnprocessableEntity)
	h.post(path+"/vote", url.Values{"choice": {"1"}, "next": {"/"}}).wants(http.StatusSeeOther, "/")
	h.get("/").shows("[name=choice]", 0).says(".poll .mine", "soup").says(".poll .mine", "75%")
	h.post(path+"/vote", url.Values{"choice": {"1"}}).wants(http.StatusUnprocessableEntity).says("main", "You have voted already.")
	h.post("/posts/"+h.publish(url.Values{"text": {"asks nothing"}})+"/vote", url.Values{"choice": {"1"}}).wants(http.StatusNotFound)
}

// TestPollsOfTheAPI makes a poll and votes in one, as apps do.
func TestPollsOfTheAPI(t *testing.T) {
	h := openHouse(t)
	token := h.key("read write")
	for _, fields := range []string{
		"poll[options][]=a&poll[options][]=b", "poll[options][]=a&poll[expires_in]=3600", "poll[options][]=a&poll[options][]=a&poll[expires_in]=3600",
		"poll[options][]=a&poll[options][]=b&poll[expires_in]=1", "poll[options][]=a&poll[options][]=b&poll[expires_in]=x", "poll[multiple]=1",
		"poll[options][]=a&poll[options][]=b&poll[expires_in]=99999999999999999999",
	} {
		h.call("POST", "/api/v1/statuses", token, "status=Which&"+fields).wants(422)
	}
	h.get("/").shows("article.post", 0)
	made := h.call("POST", "/api/v1/statuses", token, `{"status":"Which?","poll":{"options":["bread","soup"],"expires_in":3600,"hide_totals":true}}`).wants(200)
	if !strings.Contains(made.body, `"options":[{"title":"bread","votes_count":0},{"title":"soup","votes_count":0}]`) || !strings.Contains(made.body, `"voted":true,"own_votes":[]`) {
		t.Errorf("the poll is %s", made.body)
	}
	if got := h.call("GET", "/api/v1/polls/"+made.field("id"), "").wants(200); !strings.Contains(got.body, `{"title":"bread","votes_count":null}`) {
		t.Errorf("a stranger is told %s", got.body)
	}
	h.visit("/@owner/"+made.field("id")).shows("progress", 0).says("main", "bread").says("main", "How it stands is told at the end")

	bob := h.know(storetest.Actor("bob", "far.test"))
	question := storetest.Post(bob, "1", h.Now())
	question.Kind, question.Poll = social.Question, &social.Poll{Multiple: true, Options: []social.PollOption{{Text: "bread", Votes: 1}, {Text: "soup", Votes: 2}, {Text: "tea"}}}
	question = h.keep(question)
	path := "/api/v1/polls/" + question.ID.String()
	h.call("GET", path, "").wants(404)
	for _, fields := range []string{"", "choices[]=3", "choices[]=x", "choices[]=1&choices[]=1", `{"choices":{"a":1}}`} {
		h.call("POST", path+"/votes", token, fields).wants(422)
	}
	h.call("POST", path+"/votes", h.key("read"), "choices[]=1").wants(403)
	got := h.call("POST", path+"/votes", token, `{"choices":[2,0]}`).wants(200)
	if !strings.Contains(got.body, `"voted":true,"own_votes":[0,2]`) || !strings.Contains(got.body, `"voters_count":1`) {
		t.Errorf("after the vote it is %s", got.body)
	}
	h.call("POST", path+"/votes", token, "choices[]=1").wants(422)
	if status := h.call("GET", "/api/v1/statuses/"+question.ID.String(), token).wants(200); !strings.Contains(status.body, `"own_votes":[0,2]`) {
		t.Errorf("the post says %s", status.body)
	}
	h.call("GET", "/api/v1/polls/1", token).wants(404)
}
