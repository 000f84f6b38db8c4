package interop

import (
	"io"
	"net/http"
	"testing"
	"time"

	"croft/home"
	"croft/social"
	"croft/store"
)

// neighbours are two homes of one internet.
func neighbours(t *testing.T) (me, friend *house) {
	n := newInternet(t)
	build := func(host, name string) *house {
		h := settle(t, "https://"+host, name, home.Options{RootCAs: n.roots, Resolver: n, Connect: n.connect})
		n.serve(host, h)
		return h
	}
	return build("me.test", "me"), build("friend.test", "friend")
}

// befriend has both follow one another, each by the other's handle.
func befriend(t *testing.T, me, friend *house) {
	t.Helper()
	for _, pair := range [][2]*house{{me, friend}, {friend, me}} {
		_, err := pair[0].Timeline.FollowHandle(t.Context(), pair[1].Site.Handle().String())
		pair[0].do(err)
		eventually(t, pair[0].Site.Host()+" follows", func() bool {
			r, err := pair[0].Store.FindRelation(t.Context(), pair[0].actor(pair[1].Site.Actor()).ID)
			return err == nil && r.Following == social.FollowAccepted
		})
	}
	me.relation(friend.Site.Actor(), social.FollowAccepted, social.FollowAccepted)
	friend.relation(me.Site.Actor(), social.FollowAccepted, social.FollowAccepted)
	me.told(social.NotifyFollow, friend.Site.Actor(), "")
	friend.told(social.NotifyFollow, me.Site.Actor(), "")
}

// TestTwoHomes is a friendship from its beginning to its end, over TLS.
func TestTwoHomes(t *testing.T) {
	me, friend := neighbours(t)
	befriend(t, me, friend)
	both := [][2]*house{{me, friend}, {friend, me}}
	for _, pair := range both {
		talk(t, pair[0], pair[1])
	}
	for _, pair := range both {
		confide(t, pair[0], pair[1])
	}
	part(t, me, friend)
	me.unfinished()
	friend.unfinished()
}

// talk: one writes, the other reads, answers, likes and boosts, and takes all of
// it back.
func talk(t *testing.T, writer, reader *house) {
	t.Helper()
	ctx := t.Context()
	post := writer.publish(social.Draft{Text: "A morning by the **lake**", Attachments: []social.ID{writer.picture("a lake")}})
	seen := reader.arrived(post.URI)
	if len(seen.Attachments) != 1 || seen.Attachments[0].Alt != "a lake" || seen.Visibility != social.Public {
		t.Errorf("the post arrived as %+v", seen)
	}
	fetchPicture(t, reader, seen.Attachments[0].RemoteURL)

	draft, err := reader.Timeline.ReplyDraft(ctx, seen.ID)
	reader.do(err)
	draft.Text += " how still it is"
	reply := reader.publish(draft)
	answer := writer.arrived(reply.URI)
	if answer.InReplyTo != post.URI || answer.InReplyToID != post.ID {
		t.Errorf("the reply arrived as one to %q", answer.InReplyTo)
	}
	writer.told(social.NotifyMention, reader.Site.Actor(), reply.URI)

	reader.do(reader.Timeline.Like(ctx, seen.ID))
	reader.do(reader.Timeline.Boost(ctx, seen.ID))
	writer.counts(post.URI, 1, 1)
	writer.told(social.NotifyLike, reader.Site.Actor(), post.URI)
	writer.told(social.NotifyBoost, reader.Site.Actor(), post.URI)
	reader.do(reader.Timeline.Unlike(ctx, seen.ID))
	reader.do(reader.Timeline.Unboost(ctx, seen.ID))
	writer.counts(post.URI, 0, 0)

	edit, err := writer.Timeline.EditDraft(ctx, post.ID)
	writer.do(err)
	edit.Text = "An evening by the lake"
	time.Sleep(time.Until(post.PublishedAt.Add(time.Second))) // an edit is told from the post by its second
	writer.do(writer.Timeline.Edit(ctx, post.ID, edit))
	reader.reads(post.URI, "An evening")
	if seen = reader.post(post.URI); seen.EditedAt.IsZero() || len(seen.Attachments) != 1 {
		t.Errorf("the edit arrived as %+v", seen)
	}

	reader.do(reader.Timeline.Delete(ctx, reply.ID))
	writer.gone(reply.URI)
	writer.do(writer.Timeline.Delete(ctx, post.ID))
	reader.gone(post.URI)
}

// quoteState waits until a quote has come so far, as a home sees it.
func (h *house) quoteState(uri string, state social.QuoteState) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" has the quote of "+uri+" as "+string(state), func() bool {
		p := h.post(uri)
		return p != nil && p.Quote != nil && p.Quote.State == state
	})
}

// TestQuotesBetweenHomes asks for leave, gets it, shows the stamp to who wants to
// see it, and loses it again; where nobody may quote there is none.
func TestQuotesBetweenHomes(t *testing.T) {
	me, friend := neighbours(t)
	befriend(t, me, friend)
	ctx := t.Context()
	theirs := friend.publish(social.Draft{Text: "A heron at the weir", Visibility: social.Public})
	seen := me.arrived(theirs.URI)
	if seen.MayQuote != social.MayQuoteAnybody {
		t.Errorf("who may quote it arrived as %q", seen.MayQuote)
	}
	quote := me.publish(social.Draft{Text: "Look at this", Visibility: social.Public, QuoteID: seen.ID})
	me.quoteState(quote.URI, social.QuoteAccepted)
	friend.quoteState(quote.URI, social.QuoteAccepted)
	friend.told(social.NotifyQuote, me.Site.Actor(), quote.URI)
	quotes, err := friend.Store.ListQuotes(ctx, theirs.URI, social.Viewer{Owner: true}, store.Below(0, 9))
	friend.do(err)
	if len(quotes) != 1 {
		t.Fatalf("%d quotes", len(quotes))
	}
	friend.do(friend.Timeline.RevokeQuote(ctx, theirs.ID, quotes[0].ID))
	me.quoteState(quote.URI, social.QuoteRevoked)

	closed := friend.publish(social.Draft{Text: "Not to be passed round", Visibility: social.Public, MayQuote: social.MayQuoteNobody})
	if _, err := me.Timeline.Publish(ctx, social.Draft{Text: "All the same", Visibility: social.Public, QuoteID: me.arrived(closed.URI).ID}); len(social.Problems(err)) != 1 {
		t.Errorf("quoted what nobody may: %v", err)
	}
	me.unfinished()
	friend.unfinished()
}

// TestMayReplyBetweenHomes holds a reply back until its home is told otherwise.
func TestMayReplyBetweenHomes(t *testing.T) {
	me, friend := neighbours(t)
	befriend(t, me, friend)
	ctx := t.Context()
	post := me.publish(social.Draft{Text: "No words, please", Visibility: social.Public, MayReply: social.MayReplyNobody})
	draft, err := friend.Timeline.ReplyDraft(ctx, friend.arrived(post.URI).ID)
	friend.do(err)
	reply := friend.publish(social.Draft{Text: "Not one?", Visibility: social.Public, InReplyToID: draft.InReplyToID})
	held := me.arrived(reply.URI)
	thread := func() int {
		found, err := me.Timeline.Thread(ctx, post.ID, social.Viewer{})
		me.do(err)
		return len(found.Below)
	}
	if n := thread(); n != 0 {
		t.Errorf("%d replies are shown", n)
	}
	me.do(me.Timeline.ApproveReply(ctx, held.ID))
	if n := thread(); n != 1 {
		t.Errorf("%d replies are shown then", n)
	}
	me.unfinished()
	friend.unfinished()
}

// fetchPicture asks for another's picture the way the reader's pages do.
func fetchPicture(t *testing.T, h *house, address string) {
	t.Helper()
	body, kind, err := h.Node.FetchMedia(t.Context(), address)
	if err != nil {
		t.Errorf("fetch the picture: %v", err)
		return
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil || http.DetectContentType(data) != kind {
		t.Errorf("the picture is %s and not %s (%v)", http.DetectContentType(data), kind, err)
	}
}

// confide: a direct message, its answer, and the end of both.
func confide(t *testing.T, writer, reader *house) {
	t.Helper()
	ctx := t.Context()
	note := writer.publish(social.Draft{Text: reader.Site.Handle().String() + " between us", Visibility: social.Direct})
	seen := reader.arrived(note.URI)
	if seen.Visibility != social.Direct {
		t.Errorf("the direct message arrived as %s", seen.Visibility)
	}
	reader.told(social.NotifyMention, writer.Site.Actor(), note.URI)
	draft, err := reader.Timeline.ReplyDraft(ctx, seen.ID)
	reader.do(err)
	draft.Text += " nobody will know"
	reply := reader.publish(draft)
	if got := writer.arrived(reply.URI); got.Visibility != social.Direct {
		t.Errorf("the answer arrived as %s", got.Visibility)
	}
	reader.do(reader.Timeline.Delete(ctx, reply.ID))
	writer.gone(reply.URI)
	writer.do(writer.Timeline.Delete(ctx, note.ID))
	reader.gone(note.URI)
}

// part: one stops following, the other is shown out.
func part(t *testing.T, me, friend *house) {
	t.Helper()
	me.do(me.Timeline.Unfollow(t.Context(), me.actor(friend.Site.Actor()).ID))
	me.relation(friend.Site.Actor(), "", social.FollowAccepted)
	friend.relation(me.Site.Actor(), social.FollowAccepted, "")
	me.do(me.Timeline.RemoveFollower(t.Context(), me.actor(friend.Site.Actor()).ID))
	me.relation(friend.Site.Actor(), "", "")
	friend.relation(me.Site.Actor(), "", "")
}
