package timeline_test

import (
	"sync"
	"testing"
)

// TestOnceOfMany is SIG-12 and FLT-08 to the end: fifty copies of one signed
// activity come to both inboxes at once. Each is answered well, and there is one
// post and one notification.
func TestOnceOfMany(t *testing.T) {
	c := newCast(t)
	body := c.sam.Act("Create", "1", c.sam.Note("1").With("to", []string{owner})).JSON()
	var all sync.WaitGroup
	for i := range 50 {
		req := c.sam.Post([]string{c.home.Site.Origin + "/inbox", c.home.Site.Inbox()}[i%2], body)
		all.Go(func() {
			if err := c.home.Admit(req, body); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	c.home.Settle()
	if c.post(c.sam.URI+"/statuses/1") == nil {
		t.Error("the post is not here")
	}
	check(t, "notified", c.notified(), "sam mention")
	c.unchanged(func() {
		if err := c.home.Admit(c.sam.Post(c.home.Site.Inbox(), body), body); err != nil {
			t.Error(err)
		}
	})
	c.wantSent("")
}
