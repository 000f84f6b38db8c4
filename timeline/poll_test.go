package timeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
)

// asks publishes a poll of the owner's.
func (c *cast) asks(v social.Visibility, change func(*social.NewPoll)) *social.Post {
	c.t.Helper()
	poll := &social.NewPoll{Options: []string{"bread", "soup"}, Lasts: time.Hour}
	if change != nil {
		change(poll)
	}
	p, err := c.tl.Publish(c.t.Context(), social.Draft{Text: "Which?", Visibility: v, Poll: poll})
	c.must(err)
	return p
}

// votes is a vote as Mastodon sends one.
func votes(by *fedtest.Actor, poll *social.Post, name string, choices ...string) fedtest.Document {
	var notes []any
	for _, choice := range choices {
		notes = append(notes, fedtest.Document{
			"type": "Note", "id": by.URI + "#votes/" + name + choice, "name": choice, "attributedTo": by.URI, "inReplyTo": poll.URI, "to": owner,
		})
	}
	return by.Act("Create", "vote-"+name, notes).With("to", owner)
}

// wantProblem wants an error with a sentence for the field.
func (c *cast) wantProblem(err error, field string) {
	c.t.Helper()
	if problems := social.Problems(err); len(problems) != 1 || problems[0].Field != field {
		c.t.Errorf("%v, want one sentence for %s", err, field)
	}
}

// stands is how a poll stands.
func (c *cast) stands(uri string) string {
	c.t.Helper()
	p := c.post(uri).Poll
	var words []string
	for _, o := range p.Options {
		words = append(words, fmt.Sprint(o.Text, " ", o.Votes))
	}
	return fmt.Sprint(strings.Join(words, ", "), " of ", p.VoterCount)
}

// TestVotesInOwnPoll counts each voter once, tells others of it in a while and
// once, and everybody at the end (ACT-34).
func TestVotesInOwnPoll(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.asks(social.Public, nil)
	c.wantSent("good.test/inbox Create Question")
	c.deliver(c.sam, votes(c.sam, p, "1", "soup"))
	c.deliver(c.alice, votes(c.alice, p, "1", "bread"))
	check(t, "after two votes", c.stands(p.URI), "bread 1, soup 1 of 2")
	c.wantSent("")
	c.Advance(2 * time.Minute)
	c.wantSent("good.test/inbox Update Question\nstranger.test/users/sam/inbox Update Question")

	bob := c.home.Know(c.bob)
	c.home.Know(c.mallory)
	c.unchanged(func() {
		c.attack(c.sam, votes(c.sam, p, "again", "soup"))
		c.attack(c.sam, votes(c.sam, p, "other", "bread"))
		c.attack(c.bob, votes(c.bob, p, "both", "bread", "soup"))
		c.attack(c.bob, votes(c.bob, p, "none", "cake"))
		c.attack(c.bob, votes(c.mallory, p, "forged", "bread"))
	})
	c.must(c.tl.Block(t.Context(), bob.ID))
	c.sent()
	c.unchanged(func() { c.attack(c.bob, votes(c.bob, p, "blocked", "bread")) })

	check(t, "notified before the end", c.notified(), "")
	c.Advance(2 * time.Hour)
	c.wantSent("good.test/inbox Update Question\nstranger.test/users/sam/inbox Update Question")
	check(t, "notified", c.notified(), "owner poll")
	if !c.post(p.URI).Poll.Closed {
		t.Error("the poll is not closed")
	}
	c.unchanged(func() { c.attack(c.carol, votes(c.carol, p, "late", "bread")) })
	check(t, "at the end", c.stands(p.URI), "bread 1, soup 1 of 2")
}

// TestVotesForSeveral takes them together, as GoToSocial sends them, or one by
// one.
func TestVotesForSeveral(t *testing.T) {
	c := newCast(t)
	p := c.asks(social.Public, func(p *social.NewPoll) { p.Multiple, p.Options = true, []string{"bread", "soup", "tea"} })
	c.deliver(c.sam, votes(c.sam, p, "1", "soup", "tea"))
	c.deliver(c.alice, votes(c.alice, p, "1", "soup"), votes(c.alice, p, "2", "bread"), votes(c.alice, p, "3", "bread"))
	check(t, "stands", c.stands(p.URI), "bread 1, soup 2, tea 1 of 2")
}

// TestPollForFollowers is for those only who may see it.
func TestPollForFollowers(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.asks(social.Followers, nil)
	c.deliver(c.alice, votes(c.alice, p, "1", "soup"))
	c.home.Know(c.sam)
	c.unchanged(func() { c.attack(c.sam, votes(c.sam, p, "1", "soup")) })
	check(t, "stands", c.stands(p.URI), "bread 0, soup 1 of 1")
}

// TestPollEdited keeps the votes while it asks the same, and begins anew where
// it asks something else.
func TestPollEdited(t *testing.T) {
	c := newCast(t)
	p := c.asks(social.Public, nil)
	c.deliver(c.sam, votes(c.sam, p, "1", "soup"))
	d, err := c.tl.EditDraft(t.Context(), p.ID)
	c.must(err)
	d.Text = "Which, please?"
	c.must(c.tl.Edit(t.Context(), p.ID, d))
	check(t, "after other words", c.stands(p.URI), "bread 0, soup 1 of 1")
	d.Poll.Options[0] = "cake"
	c.must(c.tl.Edit(t.Context(), p.ID, d))
	check(t, "after other answers", c.stands(p.URI), "cake 0, soup 0 of 0")
	c.deliver(c.sam, votes(c.sam, p, "2", "cake"))
	check(t, "after a vote for them", c.stands(p.URI), "cake 1, soup 0 of 1")
	d.Poll = nil
	c.must(c.tl.Edit(t.Context(), p.ID, d))
	if got := c.post(p.URI); got.Poll != nil || got.Kind != social.Note {
		t.Errorf("without its poll it is a %s with %+v", got.Kind, got.Poll)
	}
	c.Advance(2 * time.Hour)
	check(t, "notified", c.notified(), "")
}

// TestVoting sends a vote to the poll's author alone, and tells the owner how it
// ended.
func TestVoting(t *testing.T) {
	c := newCast(t)
	ends := c.Now().Add(time.Hour)
	question := c.poll(3).With("endTime", ends.Format(time.RFC3339))
	c.deliver(c.carol, c.carol.Act("Create", "1", question))
	p := c.post(question["id"].(string))
	for _, choices := range [][]int{nil, {0, 1}, {2}, {-1}} {
		c.unchanged(func() { c.wantProblem(c.tl.Vote(t.Context(), p.ID, choices), "choices") })
	}
	c.must(c.tl.Vote(t.Context(), p.ID, []int{1}))
	c.wantSent("friend.test/users/carol/inbox Create Note")
	check(t, "stands", c.stands(p.URI), "yes 3, no 1 of 1")
	c.unchanged(func() { c.wantProblem(c.tl.Vote(t.Context(), p.ID, []int{0}), "choices") })
	c.deliver(c.carol, c.carol.Act("Update", "2", c.poll(5).With("endTime", ends.Format(time.RFC3339))))
	check(t, "as its author says", c.stands(p.URI), "yes 5, no 0 of 0")

	c.peers[2].Publish(c.poll(9).With("endTime", ends.Format(time.RFC3339)).With("closed", ends.Format(time.RFC3339)))
	c.Advance(2 * time.Hour)
	c.home.Settle()
	check(t, "notified", c.notified(), "carol poll")
	check(t, "at the end", c.stands(p.URI), "yes 9, no 0 of 0")
	c.unchanged(func() { c.wantProblem(c.tl.Vote(t.Context(), p.ID, []int{0}), "choices") })
}

// TestOwnVotesGoWithTheQuestion lets the owner vote again where the answers are
// others now.
func TestOwnVotesGoWithTheQuestion(t *testing.T) {
	c := newCast(t)
	c.deliver(c.carol, c.carol.Act("Create", "1", c.poll(0)))
	p := c.post(c.poll(0)["id"].(string))
	c.must(c.tl.Vote(t.Context(), p.ID, []int{1}))
	other := c.poll(0)
	other["oneOf"].([]fedtest.Document)[0]["name"] = "maybe"
	c.deliver(c.carol, c.carol.Act("Update", "2", other.With("updated", c.Now().Format(time.RFC3339))))
	c.must(c.tl.Vote(t.Context(), p.ID, []int{0}))
	check(t, "stands", c.stands(p.URI), "maybe 1, no 0 of 1")
}

// TestOwnPollRefusals refuses a poll that nobody could vote in.
func TestOwnPollRefusals(t *testing.T) {
	c := newCast(t)
	for field, poll := range map[string]social.NewPoll{
		"poll":       {Options: []string{"one"}, Lasts: time.Hour},
		"option_2":   {Options: []string{"one", "one"}, Lasts: time.Hour},
		"option_1":   {Options: []string{" ", "two"}, Lasts: time.Hour},
		"poll_lasts": {Options: []string{"one", "two"}, Lasts: time.Minute},
	} {
		c.unchanged(func() {
			_, err := c.tl.Publish(t.Context(), social.Draft{Text: "Which?", Visibility: social.Public, Poll: &poll})
			c.wantProblem(err, field)
		})
	}
	p := c.asks(social.Public, nil)
	c.unchanged(func() { c.wantProblem(c.tl.Vote(t.Context(), p.ID, []int{0}), "choices") })
}
