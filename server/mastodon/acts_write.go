package mastodon

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"croft/social"
	"croft/timeline"
)

// postStatus publishes. A call that is sent again with the same Idempotency-Key
// is answered with the post that it made, after a restart too (AUT-21). One for
// a later time is kept, and answered as what waits.
func (a *API) postStatus(c *Call) (Answer, error) {
	draft, err := a.draftOf(c)
	if err != nil {
		return Answer{}, err
	}
	if !draft.PublishAt.IsZero() {
		id, err := a.timeline.Schedule(c.Context, repeatOf(c), draft)
		if err != nil {
			return Answer{}, err
		}
		return a.answerScheduled(c, id)
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
// a quote left out would be another post.
func (a *API) draftOf(c *Call) (social.Draft, error) {
	begin, err := a.timeline.Writes(c.Context)
	if err != nil {
		return social.Draft{}, err
	}
	d, err := a.wordingOf(c)
	if err != nil {
		return d, err
	}
	if d.MayReply, err = c.mayReplyOf(begin.MayReply); err != nil {
		return d, err
	}
	if d.MayQuote, err = c.mayQuoteOf("quote_approval_policy", begin.MayQuote); err != nil {
		return d, err
	}
	if text := c.Form.Get("quoted_status_id"); text != "" {
		id, err := social.ParseID(text)
		if err != nil {
			return d, social.ErrNotFound
		}
		entry, err := a.find(c, id)
		if err != nil {
			return d, err
		}
		d.QuoteID = entry.Post.ID
	}
	if d.PublishAt, err = c.scheduledAt(); err != nil {
		return d, err
	}
	d.Visibility = begin.Visibility
	if text := c.Form.Get("visibility"); text != "" {
		if d.Visibility, err = visibilityOf(text); err != nil {
			return d, err
		}
	}
	if d.Language == "" {
		d.Language = begin.Language
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
	d := social.Draft{Text: social.Lines(c.Form.Get("status")), Warning: strings.TrimSpace(c.Form.Get("spoiler_text")), Sensitive: c.isTrue("sensitive", false)}
	var err error
	if d.Language, err = languageOf(c.Form.Get("language")); err != nil {
		return d, err
	}
	if d.Poll, err = c.pollOf(); err != nil {
		return d, err
	}
	d.Attachments, err = c.ids("media_ids")
	return d, err
}

// languageOf reads the code of a language. Some apps write pt_BR.
func languageOf(text string) (string, error) {
	text = strings.ReplaceAll(text, "_", "-")
	if !social.ValidLanguage(text) {
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
	if draft.MayReply, err = c.mayReplyOf(before.MayReply); err != nil {
		return Answer{}, err
	}
	if draft.MayQuote, err = c.mayQuoteOf("quote_approval_policy", before.MayQuote); err != nil {
		return Answer{}, err
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
func (a *API) mediaSaid(c *Call, ids []social.ID) (map[social.ID]timeline.Details, error) {
	entries, err := c.entriesOf("media_attributes", "id", "description", "focus")
	if err != nil {
		return nil, err
	}
	said := map[social.ID]timeline.Details{}
	for _, e := range entries {
		id, err := social.ParseID(e["id"])
		if err != nil || !slices.Contains(ids, id) {
			return nil, social.InvalidField("media_attributes", "The post has no such picture.")
		}
		m, err := a.store.FindAttachment(c.Context, id)
		if err != nil {
			return nil, err
		}
		alt, hasAlt := e["description"]
		focus, hasFocus := e["focus"]
		if said[id], err = detailsOf(m, alt, focus, hasAlt, hasFocus); err != nil {
			return nil, err
		}
	}
	return said, nil
}
