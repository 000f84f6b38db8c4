package mastodon

import (
	"context"
	"fmt"
	"slices"

	"croft/social"
	"croft/store"
)

// deleteStatus deletes a post and answers with what its author typed, so that it
// can be written anew; its pictures are uploads again, unless they shall go.
func (a *API) deleteStatus(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	post, err := a.own(c, id)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.statuses(c, []*social.Post{post})
	if err != nil {
		return Answer{}, err
	}
	shown[0].Text = &post.Source
	if c.isTrue("delete_media", false) {
		return answer(shown[0]), a.timeline.Delete(c.Context, id)
	}
	left, err := a.timeline.Withdraw(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	for i, upload := range left.Attachments {
		if i < len(shown[0].Media) {
			shown[0].Media[i].ID = upload.String()
		}
	}
	return answer(shown[0]), nil
}

// own is a living post of the owner's; anything else is ErrNotFound.
func (a *API) own(c *Call, id social.ID) (*social.Post, error) {
	post, err := a.store.FindPost(c.Context, id)
	if err == nil && (!post.Local || !post.DeletedAt.IsZero()) {
		err = fmt.Errorf("no post %s of the owner's: %w", id, social.ErrNotFound)
	}
	return post, err
}

func (a *API) getStatusSource(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	post, err := a.own(c, id)
	if err != nil {
		return Answer{}, err
	}
	return answer(map[string]string{"id": id.String(), "text": post.Source, "spoiler_text": post.Warning}), nil
}

// wording is one of the wordings that a post had (entity StatusEdit).
type wording struct {
	Content   string        `json:"content"`
	Warning   string        `json:"spoiler_text"`
	Sensitive bool          `json:"sensitive"`
	CreatedAt string        `json:"created_at"`
	Account   account       `json:"account"`
	Media     []attachment  `json:"media_attachments"`
	Emojis    []customEmoji `json:"emojis"`
}

// getStatusHistory is every wording of a post that is known here, the first one
// first.
func (a *API) getStatusHistory(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	entry, err := a.find(c, id)
	if err != nil {
		return Answer{}, err
	}
	post := entry.Post
	revisions, err := a.store.ListRevisions(c.Context, post.ID)
	if err != nil {
		return Answer{}, err
	}
	at := post.PublishedAt
	if !post.EditedAt.IsZero() {
		at = post.EditedAt
	}
	revisions = append([]social.Revision{{
		Content: post.Content, Warning: post.Warning, Sensitive: post.Sensitive, Attachments: post.Attachments, At: at,
	}}, revisions...)
	v, shown := a.view(c), []wording{}
	for _, r := range slices.Backward(revisions) {
		w := wording{
			Content: string(r.Content), Warning: r.Warning, Sensitive: r.Sensitive, CreatedAt: moment(r.At),
			Account: v.account(post.Author), Media: []attachment{}, Emojis: v.emojis("post-emoji", post.ID, post.Emojis),
		}
		for _, m := range r.Attachments {
			w.Media = append(w.Media, v.attachment(m))
		}
		shown = append(shown, w)
	}
	return answer(shown), nil
}

// getStatusContext is what stands around a post.
func (a *API) getStatusContext(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	entry, err := a.find(c, id)
	if err != nil {
		return Answer{}, err
	}
	thread, err := a.timeline.Thread(c.Context, entry.Post.ID, c.viewer())
	if err != nil {
		return Answer{}, err
	}
	above, err := a.statuses(c, thread.Above)
	if err != nil {
		return Answer{}, err
	}
	below, err := a.statuses(c, thread.Below)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Body: map[string][]status{"ancestors": above, "descendants": below}, Header: refreshOf(&thread)}, nil
}

// on makes a call of an act on a post. At a boost's number it is about the post
// within. The post as it is then is the answer.
func (a *API) on(act func(context.Context, social.ID) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		id, err := c.id("id")
		if err != nil {
			return Answer{}, err
		}
		entry, err := a.find(c, id)
		if err != nil {
			return Answer{}, err
		}
		if err := act(c.Context, entry.Post.ID); err != nil {
			return Answer{}, err
		}
		return a.answerStatus(c, entry.Post.ID)
	}
}

// postReblog passes a post on, always to everybody: for fewer there is no boost
// here. The boost is the answer, around its post.
func (a *API) postReblog(c *Call) (Answer, error) {
	if v := c.Form.Get("visibility"); v != "" && v != string(social.Public) {
		return Answer{}, social.InvalidField("visibility", "This server boosts for everybody only.")
	}
	got, err := a.on(a.timeline.Boost)(c)
	if err != nil {
		return got, err
	}
	id, err := social.ParseID(got.Body.(status).ID)
	if err != nil {
		return Answer{}, err
	}
	boost, err := a.store.FindBoost(c.Context, a.node.OwnerID(), id)
	if err != nil {
		return Answer{}, err
	}
	return a.answerStatus(c, boost.ID)
}

// answerStatus is what stands at an id now.
func (a *API) answerStatus(c *Call, id social.ID) (Answer, error) {
	entry, err := a.find(c, id)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.entries(c, []store.Entry{entry})
	if err != nil {
		return Answer{}, err
	}
	return answer(shown[0]), nil
}

// statusActs are the calls of this file.
func (a *API) statusActs() []Route {
	const own = "write:statuses"
	return []Route{
		{post, "/api/v1/statuses", own, 0, a.postStatus},
		{put, "/api/v1/statuses/:id", own, 0, a.putStatus},
		{del, "/api/v1/statuses/:id", own, 0, a.deleteStatus},
		{get, "/api/v1/statuses/:id/source", "read:statuses", 0, a.getStatusSource},
		{get, "/api/v1/statuses/:id/history", "read:statuses", 0, a.getStatusHistory},
		{get, "/api/v1/statuses/:id/context", openTo("read:statuses"), 0, a.getStatusContext},
		{post, "/api/v1/statuses/:id/favourite", "write:favourites", 0, a.on(a.timeline.Like)},
		{post, "/api/v1/statuses/:id/unfavourite", "write:favourites", 0, a.on(a.timeline.Unlike)},
		{post, "/api/v1/statuses/:id/reblog", own, 0, a.postReblog},
		{post, "/api/v1/statuses/:id/unreblog", own, 0, a.on(a.timeline.Unboost)},
		{post, "/api/v1/statuses/:id/bookmark", "write:bookmarks", 0, a.on(a.timeline.Bookmark)},
		{post, "/api/v1/statuses/:id/unbookmark", "write:bookmarks", 0, a.on(a.timeline.Unbookmark)},
		{post, "/api/v1/statuses/:id/mute", "write:mutes", 0, a.on(a.timeline.MuteThread)},
		{post, "/api/v1/statuses/:id/unmute", "write:mutes", 0, a.on(a.timeline.UnmuteThread)},
		{post, "/api/v1/statuses/:id/pin", "write:accounts", 0, a.on(a.timeline.Pin)},
		{post, "/api/v1/statuses/:id/unpin", "write:accounts", 0, a.on(a.timeline.Unpin)},
	}
}
