package timeline_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// quoting is a post that quotes another, as Mastodon has it.
func quoting(by *fedtest.Actor, name, quoted string) fedtest.Document {
	return by.Note(name).With("quote", quoted).With("quoteUri", quoted)
}

// asks is how its author asks for leave.
func asksToQuote(by *fedtest.Actor, name string, note fedtest.Document) fedtest.Document {
	return fedtest.Document{
		"@context": "https://www.w3.org/ns/activitystreams", "id": by.URI + "#quotes/" + name, "type": "QuoteRequest", "actor": by.URI, "object": note["quote"], "instrument": note,
	}
}

func (c *cast) quotesOf(p *social.Post) int {
	c.t.Helper()
	all, err := c.home.Store.ListQuotes(c.t.Context(), p.URI, social.Viewer{Owner: true}, store.Below(0, 10))
	c.must(err)
	return len(all)
}

// TestAskedToBeQuoted answers by what the post says, once for each post that quotes,
// and keeps that post with the owner told.
func TestAskedToBeQuoted(t *testing.T) {
	for name, test := range map[string]struct {
		may        social.MayQuote
		visibility social.Visibility
		before     func(*cast)
		wants      string
	}{
		"anybody":         {social.MayQuoteAnybody, social.Public, nil, "Accept QuoteRequest"},
		"a stranger":      {social.MayQuoteFollowers, social.Public, nil, "Reject QuoteRequest"},
		"a follower":      {social.MayQuoteFollowers, social.Unlisted, func(c *cast) { c.follower(c.sam) }, "Accept QuoteRequest"},
		"nobody":          {social.MayQuoteNobody, social.Public, func(c *cast) { c.follower(c.sam) }, "Reject QuoteRequest"},
		"not to be known": {social.MayQuoteAnybody, social.Followers, nil, ""},
		"for followers":   {social.MayQuoteAnybody, social.Followers, func(c *cast) { c.follower(c.sam) }, "Reject QuoteRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			if test.before != nil {
				test.before(c)
			}
			p, err := c.tl.Publish(t.Context(), social.Draft{Text: "hello", Visibility: test.visibility, MayQuote: test.may})
			c.must(err)
			c.sent()
			note := quoting(c.sam, "1", p.URI)
			for range 2 { // the second is the same asking, come again
				c.deliver(c.sam, asksToQuote(c.sam, "1", note))
			}
			want, told, quotes := "", "", 0
			if test.wants != "" {
				want = "stranger.test/users/sam/inbox " + test.wants
			}
			if test.wants == "Accept QuoteRequest" {
				told, quotes = "sam quote", 1
			}
			c.wantSent(want)
			check(t, "notified", c.notified(), told)
			check(t, "quotes", c.quotesOf(p), quotes)
		})
	}
}

// TestQuotedByWhoDoesNotAsk is a quote of a server before FEP-044f: what the owner's
// post says holds for it, too, and their leave can be taken back.
func TestQuotedByWhoDoesNotAsk(t *testing.T) {
	for name, test := range map[string]struct {
		may    social.MayQuote
		told   string
		quotes int
	}{
		"anybody":    {social.MayQuoteAnybody, "sam quote", 1},
		"a stranger": {social.MayQuoteFollowers, "", 0},
		"nobody":     {social.MayQuoteNobody, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			p, err := c.tl.Publish(t.Context(), social.Draft{Text: "hello", Visibility: social.Public, MayQuote: test.may})
			c.must(err)
			c.sent()
			note := c.sam.Note("1").With("_misskey_quote", p.URI).With("quoteUrl", p.URI)
			for range 2 {
				c.deliver(c.sam, c.sam.Act("Create", "1", note))
			}
			c.wantSent("")
			check(t, "notified", c.notified(), test.told)
			check(t, "quotes", c.quotesOf(p), test.quotes)
			kept := c.post(note["id"].(string))
			if (kept != nil) != (test.quotes > 0) {
				t.Fatalf("kept %+v", kept)
			}
			if kept == nil {
				return
			}
			c.must(c.tl.RevokeQuote(t.Context(), p.ID, kept.ID))
			check(t, "quotes", c.quotesOf(p), 0)
			c.deliver(c.sam, c.sam.Act("Update", "2", note.With("updated", c.Now().Add(time.Hour).UTC().Format(time.RFC3339))))
			check(t, "state", c.post(kept.URI).Quote.State, social.QuoteRevoked)
		})
	}
}

// TestQuoteTakenBack ends the owner's leave: who quotes is told, and the stamp opens
// nothing.
func TestQuoteTakenBack(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	p := c.publish("hello", social.Public)
	c.deliver(c.sam, asksToQuote(c.sam, "1", quoting(c.sam, "1", p.URI)))
	quote := c.post(c.sam.URI + "/statuses/1")
	stamp, err := c.home.Store.FindQuoteStampOf(ctx, quote.URI)
	c.must(err)
	check(t, "the stamp", quote.Quote.Stamp, c.home.Site.Stamp(stamp.ID))
	if _, err := c.home.Node.StampDocument(ctx, stamp.ID); err != nil {
		t.Error(err)
	}
	c.sent()
	c.must(c.tl.RevokeQuote(ctx, p.ID, quote.ID))
	c.wantSent("stranger.test/users/sam/inbox Delete")
	check(t, "quotes", c.quotesOf(p), 0)
	check(t, "state", c.post(quote.URI).Quote.State, social.QuoteRevoked)
	if _, err := c.home.Node.StampDocument(ctx, stamp.ID); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("the stamp is still there: %v", err)
	}
	c.unchanged(func() {
		if err := c.tl.RevokeQuote(ctx, p.ID, quote.ID); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("taken back again: %v", err)
		}
	})
}

// TestOwnerQuotes asks the author, and tells everybody once they agreed, and when
// they think otherwise. A stamp from elsewhere counts for nothing.
func TestOwnerQuotes(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	c.follower(c.alice)
	c.deliver(c.carol, c.carol.Act("Create", "1", c.carol.Note("1").With("interactionPolicy", fedtest.Document{"canQuote": fedtest.Document{"automaticApproval": []string{social.PublicURI}}})))
	theirs := c.post(c.carol.URI + "/statuses/1")
	check(t, "may quote", theirs.MayQuote, social.MayQuoteAnybody)
	c.sent()
	p, err := c.tl.Publish(ctx, social.Draft{Text: "Look", Visibility: social.Public, QuoteID: theirs.ID})
	c.must(err)
	c.wantSent("good.test/inbox Create Note\nfriend.test/users/carol/inbox QuoteRequest")
	state := func() social.QuoteState { return c.post(p.URI).Quote.State }
	check(t, "at first", state(), social.QuotePending)
	c.home.Know(c.mallory)
	accept := func(by *fedtest.Actor, name, stamp string) fedtest.Document {
		return by.Act("Accept", name, c.home.Site.QuoteRequest(p.ID)).With("result", stamp)
	}
	stamp := c.carol.URI + "/stamps/1"
	c.unchanged(func() {
		c.attack(c.mallory, accept(c.mallory, "1", c.mallory.URI+"/stamps/1"))
		c.attack(c.carol, accept(c.carol, "0", "https://evil.test/stamps/1"))
	})
	c.deliver(c.carol, accept(c.carol, "1", stamp))
	check(t, "agreed", state(), social.QuoteAccepted)
	c.wantSent("good.test/inbox Update Note")
	check(t, "the stamp", c.post(p.URI).Quote.Stamp, stamp)
	for range 2 {
		c.deliver(c.carol, c.carol.Act("Update", "5", c.carol.Note("1").With("content", "<p>another</p>"))) // the second says nothing new
	}
	check(t, "notified", c.notified(), "carol quoted_edit")
	told, err := c.home.Store.ListNotifications(ctx, store.NotificationQuery{Span: store.Below(0, 1)})
	c.must(err)
	check(t, "of which", told[0].PostID, p.ID)
	c.unchanged(func() { c.attack(c.mallory, c.mallory.Act("Delete", "2", stamp)) })
	c.deliver(c.carol, c.carol.Act("Delete", "2", stamp))
	check(t, "taken back", state(), social.QuoteRevoked)
	c.wantSent("good.test/inbox Update Note")
	c.deliver(c.carol, accept(c.carol, "3", stamp)) // late
	check(t, "at last", state(), social.QuoteRevoked)
}

// TestOwnerMayNotQuote refuses what cannot be quoted, and publishes nothing.
func TestOwnerMayNotQuote(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	policy := func(who ...string) fedtest.Document {
		return fedtest.Document{"canQuote": fedtest.Document{"automaticApproval": who, "manualApproval": []string{}}}
	}
	notes := []fedtest.Document{
		c.carol.Note("1").With("interactionPolicy", policy(c.carol.URI)),
		c.carol.Note("2").With("interactionPolicy", policy(c.carol.URI+"/following")),
		c.carol.Note("3").With("to", []string{c.carol.URI + "/followers"}).With("cc", []string{}),
	}
	var ids []social.ID
	for i, note := range notes {
		c.deliver(c.carol, c.carol.Act("Create", fmt.Sprint(i), note))
		ids = append(ids, c.post(note["id"].(string)).ID)
	}
	letter, private := c.publish("@sam@stranger.test psst", social.Direct), c.publish("hush", social.Followers)
	ids = append(ids, letter.ID, private.ID, 7)
	c.unchanged(func() {
		for i, id := range ids {
			_, err := c.tl.Publish(ctx, social.Draft{Text: "Look", Visibility: social.Public, QuoteID: id})
			if problems := social.Problems(err); len(problems) != 1 || problems[0].Field != "quote" {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
	p, err := c.tl.Publish(ctx, social.Draft{Text: "Look", Visibility: social.Followers, QuoteID: private.ID})
	c.must(err)
	check(t, "of oneself", c.post(p.URI).Quote.State, social.QuoteAccepted)
}

// TestQuotesOfOthers are shown only with the leave of the one who is quoted, which
// their own server shows.
func TestQuotesOfOthers(t *testing.T) {
	c := newCast(t)
	quoted := c.sam.Peer.Publish(c.sam.Note("q"))
	uri := quoted["id"].(string)
	stamp := func(peer *fedtest.Peer, id, author, of, target string) string {
		peer.Publish(fedtest.Document{"id": id, "type": "QuoteAuthorization", "attributedTo": author, "interactingObject": of, "interactionTarget": target})
		return id
	}
	mine := func(name string) string { return c.carol.URI + "/statuses/" + name }
	for name, test := range map[string]struct {
		stamp string
		want  social.QuoteState
	}{
		"good":       {stamp(c.sam.Peer, c.sam.URI+"/stamps/1", c.sam.URI, mine("good"), uri), social.QuoteAccepted},
		"none":       {"", social.QuotePending},
		"anothers":   {stamp(c.mallory.Peer, c.mallory.URI+"/stamps/1", c.sam.URI, mine("anothers"), uri), social.QuotePending},
		"elsewhere":  {stamp(c.sam.Peer, c.sam.URI+"/stamps/2", c.sam.URI, mine("good"), uri), social.QuotePending},
		"ofanother":  {stamp(c.sam.Peer, c.sam.URI+"/stamps/3", c.sam.URI, mine("ofanother"), c.sam.URI+"/statuses/other"), social.QuotePending},
		"byanother":  {stamp(c.sam.Peer, c.sam.URI+"/stamps/4", c.mallory.URI, mine("byanother"), uri), social.QuotePending},
		"notthere":   {c.sam.URI + "/stamps/nothing", social.QuotePending},
		"carolsself": {"", social.QuoteAccepted},
	} {
		target := uri
		if name == "carolsself" {
			target = c.carol.Peer.Publish(c.carol.Note("own"))["id"].(string)
		}
		note := quoting(c.carol, name, target)
		if test.stamp != "" {
			note = note.With("quoteAuthorization", test.stamp)
		}
		c.deliver(c.carol, c.carol.Act("Create", name, note))
		if got := c.post(mine(name)).Quote; got == nil || got.State != test.want {
			t.Errorf("%s: %+v, want %s", name, got, test.want)
		}
	}
	// A stamp that comes later, by an Update.
	note := quoting(c.carol, "none", uri).With("quoteAuthorization", stamp(c.sam.Peer, c.sam.URI+"/stamps/5", c.sam.URI, mine("none"), uri))
	c.deliver(c.carol, c.carol.Act("Update", "late", note))
	check(t, "later", c.post(mine("none")).Quote.State, social.QuoteAccepted)
	c.deliver(c.sam, c.sam.Act("Delete", "gone", c.sam.URI+"/stamps/5"))
	check(t, "taken back", c.post(mine("none")).Quote.State, social.QuoteRevoked)
}
