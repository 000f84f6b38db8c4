package federation_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croft/federation/fedtest"
	"croft/social"
)

// cast are the people of the tests: alice and bob share a server, mallory means
// ill, carol is followed by the owner, sam is a stranger.
type cast struct {
	*fedtest.World
	home                            *fedtest.Home
	good, evil, friend, stranger    *fedtest.Peer
	alice, bob, mallory, carol, sam *fedtest.Actor
}

func newCast(t *testing.T) *cast {
	w := fedtest.NewWorld(t)
	c := &cast{World: w, home: w.Home("me.test")}
	c.good, c.evil, c.friend, c.stranger = w.Peer("good.test"), w.Peer("evil.test"), w.Peer("friend.test"), w.Peer("stranger.test")
	c.alice, c.bob = c.good.Person("alice"), c.good.Person("bob")
	c.mallory, c.carol, c.sam = c.evil.Person("mallory"), c.friend.Person("carol"), c.stranger.Person("sam")
	c.home.Follow(c.carol)
	c.forget()
	return c
}

func (c *cast) peers() []*fedtest.Peer {
	return []*fedtest.Peer{c.good, c.evil, c.friend, c.stranger}
}

func (c *cast) forget() {
	for _, p := range c.peers() {
		p.Forget()
	}
}

// out is how many requests left the home since the last forget.
func (c *cast) out() int {
	n := 0
	for _, p := range c.peers() {
		n += len(p.Requests())
	}
	return n
}

// checkKind compares the kind of an error; nil stands for none.
func checkKind(t *testing.T, got, want error) {
	t.Helper()
	if want == nil && got != nil || want != nil && !errors.Is(got, want) {
		t.Errorf("error %v, want %v", got, want)
	}
}

// unchanged runs fn and reports every row that it changed, also after the
// workers have come to rest.
func (c *cast) unchanged(t *testing.T, fn func(), except ...string) {
	t.Helper()
	c.home.Settle()
	before := c.home.Dump(except...)
	fn()
	if got := c.home.Arrived(); got != "" {
		t.Errorf("arrived: %s", got)
	}
	if diff := cmp.Diff(before, c.home.Dump(except...)); diff != "" {
		t.Errorf("the database changed:\n%s", diff)
	}
}

func checkText(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

func checkPost(t *testing.T, got *social.Post, uri string) {
	t.Helper()
	if got == nil || got.URI != uri {
		t.Errorf("post %+v, want %s", got, uri)
	}
}
