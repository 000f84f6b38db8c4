package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/templates"
)

// TestPostLaterAtTheDesk has a post wait by the form alone: in the owner's time
// zone, through a mistake, with another time, and no more.
func TestPostLaterAtTheDesk(t *testing.T) {
	h := openHouse(t)
	h.post("/settings/preferences", url.Values{"time_zone": {"Pacific/Auckland"}, "clock": {"24"}, "visibility": {"public"}}).wants(http.StatusSeeOther)
	zone, err := time.LoadLocation("Pacific/Auckland")
	h.must(err)
	at := h.Now().Add(48 * time.Hour).In(zone)
	form := url.Values{"text": {"A happy day"}, "visibility": {"public"}, "act": {"schedule"}, "publish_at": {"soon"}}
	before := h.home.Dump("sessions")
	h.post("/compose", form).wants(http.StatusUnprocessableEntity).shows("#later[open]", 1).says("#publish_at-error", "Choose a day and a time.")
	form.Set("publish_at", h.Now().In(zone).Format(templates.TimeField))
	h.post("/compose", form).wants(http.StatusUnprocessableEntity).says("#publish_at-error", "at least 5 minutes")
	form.Set("publish_at", at.Format(templates.TimeField))
	form.Set("act", "post")
	h.post("/compose", form).wants(http.StatusUnprocessableEntity).says("#publish_at-error", "Press Schedule")
	if h.home.Dump("sessions") != before {
		t.Error("something was kept of what was refused")
	}
	form.Set("act", "schedule")
	h.post("/compose", form).wants(http.StatusSeeOther, "/drafts")
	h.get("/").shows("article.post", 0)
	list := h.get("/drafts").shows("[aria-labelledby=scheduled] li", 1).says("[aria-labelledby=scheduled]", at.Format("2 Jan 2006, 15:04"))
	desk := h.get(list.attr("ul.list a.btn", "href")).says("#later", "It is posted by itself on "+at.Format("2 Jan 2006, 15:04"))
	again := formOf(desk)
	if got := again.Get("publish_at"); got != at.Format(templates.TimeField) {
		t.Errorf("the form says %s", got)
	}
	again.Set("text", "A very happy day")
	again.Set("act", "schedule")
	again.Set("publish_at", at.Add(time.Hour).Format(templates.TimeField))
	h.upload("/compose", again, nil).wants(http.StatusSeeOther, "/drafts")
	list = h.get("/drafts").shows("ul.list > li", 1).says("ul.list", "A very happy day").says("ul.list", at.Add(time.Hour).Format("15:04"))
	h.post(list.attr("form[action$=keep]", "action"), nil).wants(http.StatusSeeOther, "/drafts")
	h.get("/drafts").shows("ul.list > li", 1).shows("[aria-labelledby=scheduled]", 0).shows("form[action$=keep]", 0)
	h.post(list.attr("form[action$=keep]", "action"), nil).wants(http.StatusNotFound)
}

// TestScheduledOfTheAPI has a post wait as apps do, gives it another time and
// throws it away.
func TestScheduledOfTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	at := h.Now().Add(time.Hour).UTC().Truncate(time.Second)
	fields := `{"status":"Later","visibility":"private","spoiler_text":"wait","scheduled_at":"` + at.Format(time.RFC3339) + `","poll":{"options":["a","b"],"expires_in":600}}`
	waits := h.call("POST", "/api/v1/statuses", key, fields).wants(200)
	for _, want := range []string{`"scheduled_at":"` + at.Format("2006-01-02T15:04:05.000Z"), `"text":"Later"`, `"visibility":"private"`, `"spoiler_text":"wait"`, `"expires_in":600`, `"media_attachments":[]`} {
		if !strings.Contains(waits.body, want) {
			t.Errorf("%s is not in %s", want, waits.body)
		}
	}
	path := "/api/v1/scheduled_statuses/" + waits.field("id")
	if got := h.call("GET", path, key).wants(200); got.body != waits.body {
		t.Errorf("it is %s", got.body)
	}
	if got := h.call("GET", "/api/v1/scheduled_statuses", key).wants(200); got.body != "["+waits.body+"]" || !strings.Contains(got.header.Get("Link"), "min_id="+waits.field("id")) {
		t.Errorf("the list is %s", got.body)
	}
	if got := h.call("GET", "/api/v1/statuses/"+waits.field("id"), key); got.status != 404 {
		t.Errorf("it is out: %s", got.body)
	}
	before := h.home.Dump("tokens")
	for _, wrong := range []string{"", "scheduled_at=tomorrow", "scheduled_at=" + h.Now().UTC().Format(time.RFC3339)} {
		h.call("PUT", path, key, wrong).wants(422)
	}
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}
	moved := at.Add(time.Hour)
	if got := h.call("PUT", path, key, "scheduled_at="+moved.Format(time.RFC3339)).wants(200); !strings.Contains(got.body, moved.Format("2006-01-02T15:04:05.000Z")) {
		t.Errorf("it is %s", got.body)
	}
	h.call("DELETE", path, key).wants(200)
	h.call("GET", path, key).wants(404)
	h.call("DELETE", path, key).wants(404)
	if got := h.call("GET", "/api/v1/scheduled_statuses", key).wants(200); got.body != "[]" {
		t.Errorf("the list is %s", got.body)
	}
}
