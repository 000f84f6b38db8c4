package mastodon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"croft/social"
	"croft/store"
	"croft/timeline"
)

// postStatus publishes. A call that is sent again with the same Idempotency-Key
// is answered with the post that it made, after a restart too (AUT-21).
func (a *API) postStatus(c *Call) (Answer, error) {
	draft, err := a.draftOf(c)
	if err != nil {
		return Answer{}, err
	}
	post, err := a.timeline.PublishOnce(c.Context, repeatOf(c), draft)
	if err != nil {
		return Answer{}, err
	}
	return a.answerStatus(c, post.ID)
}

// repeatOf is what stands for a call that may be sent again: the app with the
// key that it chose. Two apps may choose the same.
func repeatOf(c *Call) string {
	key := c.Header.Get("Idempotency-Key")
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(c.Key.App.ID.String() + " " + key))
	return hex.EncodeToString(sum[:])
}

// draftOf is the post as the app wrote it. What this home cannot do is refused:
// a poll left out would be another post.
func (a *API) draftOf(c *Call) (social.Draft, error) {
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return social.Draft{}, err
	}
	d, err := a.wordingOf(c)
	if err != nil {
		return d, err
	}
	d.Visibility = orPublic(home.Preferences.Visibility)
	if text := c.Form.Get("visibility"); text != "" {
		if d.Visibility, err = visibilityOf(text); err != nil {
			return d, err
		}
	}
	if d.Language == "" {
		d.Language = home.Preferences.Language
	}
	if text := c.Form.Get("in_reply_to_id"); text != "" {
		id, err := social.ParseID(text)
		if err != nil {
			return d, social.InvalidField("in_reply_to_id", "There is no such post to answer.")
		}
		entry, err := a.find(c, id)
		if err != nil {
			return d, err
		}
		d.InReplyToID = entry.Post.ID
	}
	return d, nil
}

// wordingOf is what an edit may change, too.
func (a *API) wordingOf(c *Call) (social.Draft, error) {
	d := social.Draft{Text: c.Form.Get("status"), Warning: c.Form.Get("spoiler_text"), Sensitive: c.isTrue("sensitive", false)}
	for name := range c.Form {
		switch {
		case strings.HasPrefix(name, "poll["):
			return d, social.InvalidField("poll", "This server cannot make polls yet.")
		case name == "scheduled_at" && c.Form.Get(name) != "":
			return d, social.InvalidField(name, "This server cannot publish at a later time yet.")
		case (name == "quoted_status_id" || name == "quote_id") && c.Form.Get(name) != "":
			return d, social.InvalidField(name, "This server cannot quote posts yet.")
		}
	}
	var err error
	if d.Language, err = languageOf(c.Form.Get("language")); err != nil {
		return d, err
	}
	d.Attachments, err = c.ids("media_ids")
	return d, err
}

// languageOf reads a language tag (BCP 47) no further than that it looks like
// one.
func languageOf(text string) (string, error) {
	odd := strings.ContainsFunc(text, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if len(text) > 35 || odd {
		return "", social.InvalidField("language", "This is not the code of a language.")
	}
	return text, nil
}

// visibilityOf is ours for the API's word.
func visibilityOf(text string) (social.Visibility, error) {
	v := social.Visibility(text)
	if text == "private" {
		v = social.Followers
	}
	if !v.Valid() || text == string(social.Followers) {
		return "", social.InvalidField("visibility", "Choose public, unlisted, private or direct.")
	}
	return v, nil
}

// putStatus gives a post another wording. Who may see it stays as it is (PRI-11).
func (a *API) putStatus(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	before, err := a.timeline.EditDraft(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	draft, err := a.wordingOf(c)
	if err != nil {
		return Answer{}, err
	}
	if text := c.Form.Get("visibility"); text != "" && text != visibility(before.Visibility) {
		return Answer{}, social.InvalidField("visibility", "Who may see a post cannot be changed later.")
	}
	if draft.Language == "" {
		draft.Language = before.Language
	}
	said, err := a.mediaSaid(c, draft.Attachments)
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.EditPictures(c.Context, id, draft, said); err != nil {
		return Answer{}, err
	}
	return a.answerStatus(c, id)
}

// mediaSaid reads media_attributes: what is said of pictures that the post has.
// JSON numbers the entries, a form repeats the names of their fields, as often
// each.
func (a *API) mediaSaid(c *Call, ids []social.ID) (map[social.ID]timeline.Details, error) {
	said := map[social.ID]timeline.Details{}
	say := func(id, alt, focus string, hasAlt, hasFocus bool) error {
		n, err := social.ParseID(id)
		if err != nil || !slices.Contains(ids, n) {
			return social.InvalidField("media_attributes", "The post has no such picture.")
		}
		m, err := a.store.FindAttachment(c.Context, n)
		if err != nil {
			return err
		}
		said[n], err = detailsOf(m, alt, focus, hasAlt, hasFocus)
		return err
	}
	for i := range social.MaxAttachments {
		name := "media_attributes[" + strconv.Itoa(i) + "]"
		if c.Form.Has(name + "[id]") {
			if err := say(c.Form.Get(name+"[id]"), c.Form.Get(name+"[description]"), c.Form.Get(name+"[focus]"), c.Form.Has(name+"[description]"), c.Form.Has(name+"[focus]")); err != nil {
				return nil, err
			}
		}
	}
	repeated, alts, points := c.Form["media_attributes[][id]"], c.Form["media_attributes[][description]"], c.Form["media_attributes[][focus]"]
	for _, all := range [][]string{alts, points} {
		if len(all) != 0 && len(all) != len(repeated) {
			return nil, social.InvalidField("media_attributes", "It is not clear which picture this is about.")
		}
	}
	for i, id := range repeated {
		alt, point := "", ""
		if len(alts) > 0 {
			alt = alts[i]
		}
		if len(points) > 0 {
			point = points[i]
		}
		if err := say(id, alt, point, len(alts) > 0, len(points) > 0); err != nil {
			return nil, err
		}
	}
	return said, nil
}

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

// own is a post of the owner's; anybody else's is ErrNotFound.
func (a *API) own(c *Call, id social.ID) (*social.Post, error) {
	post, err := a.store.FindPost(c.Context, id)
	if err == nil && !post.Local {
		err = fmt.Errorf("post %s is another's: %w", id, social.ErrNotFound)
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
		Content: social.HTML(contentOf(post)), Warning: post.Warning, Sensitive: post.Sensitive, Attachments: post.Attachments, At: at,
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
	return answer(map[string][]status{"ancestors": above, "descendants": below}), nil
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
		{get, "/api/v1/statuses/:id/history", Open, 0, a.getStatusHistory},
		{get, "/api/v1/statuses/:id/context", Open, 0, a.getStatusContext},
		{post, "/api/v1/statuses/:id/favourite", "write:favourites", 0, a.on(a.timeline.Like)},
		{post, "/api/v1/statuses/:id/unfavourite", "write:favourites", 0, a.on(a.timeline.Unlike)},
		{post, "/api/v1/statuses/:id/reblog", own, 0, a.postReblog},
		{post, "/api/v1/statuses/:id/unreblog", own, 0, a.on(a.timeline.Unboost)},
		{post, "/api/v1/statuses/:id/bookmark", "write:bookmarks", 0, a.on(a.timeline.Bookmark)},
		{post, "/api/v1/statuses/:id/unbookmark", "write:bookmarks", 0, a.on(a.timeline.Unbookmark)},
		{post, "/api/v1/statuses/:id/pin", "write:accounts", 0, a.on(a.timeline.Pin)},
		{post, "/api/v1/statuses/:id/unpin", "write:accounts", 0, a.on(a.timeline.Unpin)},
	}
}
