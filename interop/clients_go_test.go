package interop

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-mastodon"

	"croft/social"
)

// asks is a question to the helper, as the scripts ask it.
func (c *clients) asks(path string, params url.Values) string {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.helper.URL+path+"?"+params.Encode(), nil)
	c.do(err)
	answer, err := http.DefaultClient.Do(req)
	c.do(err)
	defer answer.Body.Close()
	words, err := io.ReadAll(answer.Body)
	c.do(err)
	if answer.StatusCode != http.StatusOK {
		c.t.Fatalf("%s answers %d: %s", path, answer.StatusCode, words)
	}
	return string(words)
}

// signInGo has go-mastodon register and let in.
func (c *clients) signInGo() *mastodon.Client {
	c.t.Helper()
	ctx := c.t.Context()
	app, err := mastodon.RegisterApp(ctx, &mastodon.AppConfig{
		Server: c.Site.Origin, ClientName: "go-mastodon", Scopes: "read write follow push", RedirectURIs: "urn:ietf:wg:oauth:2.0:oob",
	})
	c.do(err)
	client := mastodon.NewClient(&mastodon.Config{Server: c.Site.Origin, ClientID: app.ClientID, ClientSecret: app.ClientSecret})
	c.do(client.GetUserAccessToken(ctx, c.asks("/code", url.Values{"url": {app.AuthURI}}), app.RedirectURI))
	return client
}

// hears waits for an event of a stream.
func (c *clients) hearsGo(events chan mastodon.Event, what string, is func(mastodon.Event) bool) {
	c.t.Helper()
	for late := time.After(patience); ; {
		select {
		case e := <-events:
			if is(e) {
				return
			}
			if failed, ok := e.(*mastodon.ErrorEvent); ok {
				c.t.Fatalf("the stream fails: %v", failed.Err)
			}
		case <-late:
			c.t.Fatalf("%s was not heard", what)
		}
	}
}

// TestGoMastodon lives a day in the home by mattn/go-mastodon, listening by
// WebSocket and by server-sent events.
func TestGoMastodon(t *testing.T) {
	if testing.Short() {
		t.Skip("opens two homes and a client")
	}
	c := openClients(t, "go-mastodon")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := c.signInGo()
	me, err := client.GetAccountCurrentUser(ctx)
	c.do(err)
	if me.Username != "ana" {
		t.Fatalf("signed in as %s", me.Username)
	}
	// The streams have a client of their own: they read their key whenever they
	// connect anew, while RevokeToken writes it.
	key := *client.Config
	listener := mastodon.NewClient(&key)
	socket, err := listener.NewWSClient().StreamingWSUser(ctx)
	c.do(err)
	events, err := listener.StreamingUser(ctx)
	c.do(err)
	time.Sleep(300 * time.Millisecond) // until both listen: the library does not say when

	file, err := os.Open(pictureFile(t))
	c.do(err)
	defer file.Close()
	picture, err := client.UploadMediaFromMedia(ctx, &mastodon.Media{File: file, Description: "A red field"})
	c.do(err)
	post, err := client.PostStatus(ctx, &mastodon.Toot{Status: "By **go-mastodon**", MediaIDs: []mastodon.ID{picture.ID}, Visibility: "public"})
	c.do(err)
	if len(post.MediaAttachments) != 1 || post.MediaAttachments[0].Description != "A red field" || !strings.Contains(post.Content, "<strong>go-mastodon</strong>") {
		t.Errorf("the post is %+v", post)
	}
	isPost := func(e mastodon.Event) bool {
		update, ok := e.(*mastodon.UpdateEvent)
		return ok && update.Status.ID == post.ID
	}
	c.hearsGo(socket, "the post, by WebSocket", isPost)
	c.hearsGo(events, "the post, by server-sent events", isPost)
	edited, err := client.UpdateStatus(ctx, &mastodon.Toot{Status: "By *go-mastodon*", MediaIDs: []mastodon.ID{picture.ID}}, post.ID)
	c.do(err)
	if edited.EditedAt.IsZero() || len(edited.MediaAttachments) != 1 {
		t.Errorf("edited it is %+v", edited)
	}
	reply, err := client.PostStatus(ctx, &mastodon.Toot{Status: "More of it", InReplyToID: post.ID})
	c.do(err)
	around, err := client.GetStatusContext(ctx, post.ID)
	c.do(err)
	if len(around.Descendants) != 1 || around.Descendants[0].ID != reply.ID {
		t.Errorf("around the post stand %+v", around)
	}
	poll, err := client.PostStatus(ctx, &mastodon.Toot{Status: "Which?", Poll: &mastodon.TootPoll{Options: []string{"bread", "soup"}, ExpiresInSeconds: 3600}})
	c.do(err)
	if poll.Poll == nil || len(poll.Poll.Options) != 2 {
		t.Errorf("the poll is %+v", poll)
	}
	c.goVotes(ctx, client)

	goat := mastodon.ID(c.asks("/friend/mention", url.Values{"text": {"have you seen my goat?"}}))
	isMention := func(e mastodon.Event) bool {
		n, ok := e.(*mastodon.NotificationEvent)
		return ok && n.Notification.Type == "mention" && n.Notification.Status.ID == goat
	}
	c.hearsGo(socket, "the mention, by WebSocket", isMention)
	c.hearsGo(events, "the mention, by server-sent events", isMention)
	for name, act := range map[string]func(context.Context, mastodon.ID) (*mastodon.Status, error){
		"favourite": client.Favourite, "bookmark": client.Bookmark, "reblog": client.Reblog,
	} {
		if got, err := act(ctx, goat); err != nil || name == "reblog" && got.Reblog.ID != goat || name != "reblog" && got.ID != goat {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	kept, err := client.GetBookmarks(ctx, nil)
	c.do(err)
	liked, err := client.GetFavourites(ctx, nil)
	c.do(err)
	if len(kept) != 1 || len(liked) != 1 || kept[0].ID != goat || liked[0].ID != goat {
		t.Errorf("kept %v, liked %v", kept, liked)
	}
	told, err := client.GetNotifications(ctx, &mastodon.Pagination{Limit: 5})
	c.do(err)
	if !slices.ContainsFunc(told, func(n *mastodon.Notification) bool { return n.Type == "mention" && n.Status.ID == goat }) {
		t.Errorf("told of %+v", told)
	}
	c.goLists(ctx, client, goat)

	c.do(client.DeleteStatus(ctx, post.ID))
	isDelete := func(e mastodon.Event) bool {
		gone, ok := e.(*mastodon.DeleteEvent)
		return ok && gone.ID == post.ID
	}
	c.hearsGo(socket, "the delete, by WebSocket", isDelete)
	c.hearsGo(events, "the delete, by server-sent events", isDelete)
	if _, err := client.GetStatus(ctx, post.ID); err == nil {
		t.Error("the post is still there")
	}
	c.do(client.RevokeToken(ctx))
	if _, err := listener.GetAccountCurrentUser(ctx); err == nil {
		t.Error("a key that was revoked opens")
	}
}

// goVotes votes in a poll of the friend's, who counts it.
func (c *clients) goVotes(ctx context.Context, client *mastodon.Client) {
	c.t.Helper()
	asked := c.friend.publish(social.Draft{Text: "Tea?", Visibility: social.Public, Poll: &social.NewPoll{Options: []string{"yes", "no"}, Lasts: time.Hour}})
	seen := c.arrived(asked.URI)
	voted, err := client.PollVote(ctx, mastodon.ID(seen.ID.String()), 1)
	c.do(err)
	if !voted.Voted || !slices.Equal(voted.OwnVotes, []int{1}) {
		c.t.Errorf("the poll is %+v", voted)
	}
	eventually(c.t, "the vote is counted", func() bool {
		votes, _, err := c.friend.Store.CountVotes(ctx, asked.ID, 2)
		return err == nil && slices.Equal(votes, []int{0, 1})
	})
}

// goLists makes a list, a filter and a followed hashtag, and takes them away.
func (c *clients) goLists(ctx context.Context, client *mastodon.Client, goat mastodon.ID) {
	c.t.Helper()
	post, err := client.GetStatus(ctx, goat)
	c.do(err)
	list, err := client.CreateList(ctx, "Friends")
	c.do(err)
	c.do(client.AddToList(ctx, list.ID, post.Account.ID))
	in, err := client.GetTimelineList(ctx, list.ID, nil)
	c.do(err)
	if !slices.ContainsFunc(in, func(s *mastodon.Status) bool { return s.ID == goat }) {
		c.t.Errorf("the list has %+v", in)
	}
	c.do(client.RemoveFromList(ctx, list.ID, post.Account.ID))
	c.do(client.DeleteList(ctx, list.ID))
	filter, err := client.CreateFilter(ctx, &mastodon.Filter{Phrase: "goat", Context: []string{"home"}, WholeWord: true})
	c.do(err)
	all, err := client.GetFilters(ctx)
	c.do(err)
	if len(all) != 1 || all[0].Phrase != "goat" || !all[0].WholeWord {
		c.t.Errorf("the filters are %+v", all)
	}
	c.do(client.DeleteFilter(ctx, filter.ID))
	tag, err := client.TagFollow(ctx, "wool")
	c.do(err)
	if !tag.Following {
		c.t.Errorf("the hashtag is %+v", tag)
	}
	found, err := client.Search(ctx, "goat", false)
	c.do(err)
	if len(found.Statuses) == 0 {
		c.t.Error("nothing is found")
	}
}
