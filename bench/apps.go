package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"croft/bench/rig"
)

// apps measures what apps ask of the home that reader has filled.
func (b *bench) apps(h *rig.Home) error {
	key, err := h.Token(b.ctx, "read write")
	if err != nil {
		return err
	}
	a := &bench{ctx: b.ctx, scale: b.scale, home: h}
	call := func(method, path string, form url.Values) bool {
		req, err := http.NewRequestWithContext(b.ctx, method, h.Origin+path, strings.NewReader(form.Encode()))
		if err != nil {
			return false
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return rig.Do(req) == http.StatusOK
	}
	dice := rand.New(rand.NewPCG(5, 6))
	rare := make([]string, b.gets)
	for i := range rare {
		rare[i] = words(dice, 2)
	}
	for _, p := range []struct {
		name, goal string
		path       func(i int) string
	}{
		{"home timeline, for an app", "≥ 8,000/s, p99 ≤ 10 ms, ≤ 0.2 ms", func(int) string { return "/api/v1/timelines/home" }},
		{"the same, made anew each time", "", func(i int) string { return fmt.Sprint("/api/v1/timelines/home?anew=", i) }},
		{"notifications, for an app", "≥ 5,000/s, ≤ 0.3 ms", func(int) string { return "/api/v1/notifications" }},
		{"search for two words, for an app", "≥ 2,000/s, ≤ 0.8 ms", func(i int) string {
			return "/api/v2/search?type=statuses&q=" + url.QueryEscape(rare[i])
		}},
	} {
		o := a.spread(16, b.gets, func(i int) bool { return call(http.MethodGet, p.path(i), nil) })
		row(p.name, o.String(), o.perCall(), p.goal)
	}
	return b.publish(a, func(i int) bool {
		return call(http.MethodPost, "/api/v1/statuses", url.Values{"status": {fmt.Sprintf("Words number %d, with a #tag.", i)}})
	})
}

// publish measures the first and the last thousand of many posts: it must not
// slow down as they grow.
func (b *bench) publish(a *bench, one func(i int) bool) error {
	for from := 0; from < b.publishes; from += 1000 {
		o := a.spread(4, min(1000, b.publishes-from), one)
		if from == 0 || from+1000 >= b.publishes {
			row(fmt.Sprintf("publish by an app, after %d", from), o.String(), o.perCall(), "≥ 1,500/s, p99 ≤ 20 ms, ≤ 1 ms")
		}
	}
	return nil
}
