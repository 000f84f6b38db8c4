package crash

import (
	"fmt"
	"strings"
	"time"
)

// copies looks at every follower's server for each post of the owner's as it is
// now. What still waits for a server is not lost.
func (l *load) copies(b *book) (found []finding) {
	waiting := map[string]bool{}
	for _, host := range b.texts(`select distinct host from jobs where kind = 'deliver'`) {
		waiting[host] = true
	}
	for _, n := range l.all {
		if waiting[n.Host] {
			continue
		}
		for _, p := range b.posts() {
			copied, got := n.copies[p.uri]
			switch {
			case !p.local || !got && (p.deleted || !n.follows(p.published)):
			case !got:
				found = append(found, finding{lost, p.uri + " neither reached " + n.Host + " nor waits for it"})
			case copied != p.state():
				found = append(found, finding{lost, fmt.Sprintf("%s at %s is %q, and here %q", p.uri, n.Host, copied, p.state())})
			}
		}
		for key, t := range l.things {
			if t.kind == "follow" && t.is(there) && strings.HasPrefix(key, "http://"+n.Host+"/") && !n.accepted[key] {
				found = append(found, finding{lost, "no answer to " + key})
			}
		}
	}
	return found
}

// reactions looks at others' servers for what the owner liked and boosted.
func (l *load) reactions(b *book) (found []finding) {
	mine := map[string]bool{}
	for _, line := range b.texts(`
		select 'boost ' || b.uri || ' ' || b.created_at || ' ' || p.uri from boosts b join posts p on p.id = b.post_id, home h where b.booster_id = h.owner_id
		union all
		select 'like ' || l.uri || ' ' || l.created_at || ' ' || p.uri from likes l join posts p on p.id = l.post_id, home h where l.actor_id = h.owner_id`) {
		var kind, uri, post string
		var at int64
		if _, err := fmt.Sscan(line, &kind, &uri, &at, &post); err != nil {
			b.t.Fatal(line, err)
		}
		mine[uri] = true
		for _, n := range l.all {
			if kind == "boost" && !n.follows(time.UnixMilli(at)) || kind == "like" && !strings.HasPrefix(post, "http://"+n.Host+"/") {
				continue
			}
			if n.reacted[uri] == "" && !b.hasJobs("deliver", n.Host) {
				found = append(found, finding{lost, uri + " neither reached " + n.Host + " nor waits for it"})
			}
		}
	}
	gone := map[string]bool{}
	for _, p := range b.posts() {
		gone[p.uri] = p.deleted
	}
	for _, n := range l.all {
		for uri, post := range n.reacted {
			if !mine[uri] && !n.undone[uri] && !gone[post] && !b.hasJobs("deliver", n.Host) {
				found = append(found, finding{lost, "not taken back at " + n.Host + ": " + uri})
			}
		}
	}
	return found
}
