package federation_test

import (
	"strings"
	"testing"

	"croft/social"
)

// TestRepliesOfOwn lists the answers to a post of the owner's that the one who
// asks may see, and tells by no number of the others.
func TestRepliesOfOwn(t *testing.T) {
	c := newCast(t)
	post := c.putOwn(t)
	owner := social.Viewer{Owner: true}
	open := c.putNote(t, c.alice, c.alice.Note("open").With("inReplyTo", post.URI))
	replies := func(v social.Viewer, before string) string {
		t.Helper()
		body, err := c.home.Node.Replies(t.Context(), post.ID, v, before)
		checkKind(t, err, nil)
		return string(body)
	}
	before := replies(social.Viewer{}, "") + replies(social.Viewer{}, "0")
	letter := c.putNote(t, c.sam, c.sam.Note("letter").With("inReplyTo", post.URI).With("to", []string{"https://me.test/@owner"}).With("cc", nil))
	checkText(t, "replies for a visitor", replies(social.Viewer{}, "")+replies(social.Viewer{}, "0"), before)
	for uri, v := range map[string]social.Viewer{open.URI: {}, letter.URI: owner} {
		if page := replies(v, "0"); !strings.Contains(page, uri) {
			t.Errorf("%s is not among the replies: %s", uri, page)
		}
	}
}
