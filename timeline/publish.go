package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/markup"
	"croft/social"
	"croft/store"
)

// Publish publishes a post of the owner's and sends it to everybody it is for.
// Mentions are looked up over the network; one that cannot be found stays text,
// but for a direct post, which it would keep from its reader: that is
// ErrInvalid for the field "text". What is wrong with the draft is ErrInvalid
// with its fields, and nothing is published. A draft that was kept is kept no
// more when its post is there; one that went meanwhile is ErrInvalid.
func (t *Timeline) Publish(ctx context.Context, d social.Draft) (*social.Post, error) {
	return t.PublishOnce(ctx, "", d)
}

// PublishOnce is Publish for a call that may be sent again: if it has made a
// post already, that one is the answer, ErrGone or ErrNotFound where it is no
// longer there. An empty call is new each time.
func (t *Timeline) PublishOnce(ctx context.Context, call string, d social.Draft) (*social.Post, error) {
	return t.publish(ctx, call, d, func(*store.Tx) error { return nil })
}

// publish is PublishOnce with what must be done first within its transaction.
func (t *Timeline) publish(ctx context.Context, call string, d social.Draft, first func(*store.Tx) error) (*social.Post, error) {
	if post, err := findMade(ctx, t.store.Reader, call); post != nil || err != nil {
		return post, err
	}
	if err := d.Validate(t.maxPost); err != nil {
		return nil, err
	}
	people, err := t.resolveMentions(ctx, d.Text, d.Visibility)
	if err != nil {
		return nil, err
	}
	var post *social.Post
	err = t.store.Update(ctx, func(tx *store.Tx) error {
		if post, err = findMade(ctx, tx.Reader, call); post != nil || err != nil {
			return err
		}
		if err := first(tx); err != nil {
			return err
		}
		if err := t.takeDraft(ctx, tx, d.ID); err != nil {
			return err
		}
		post = &social.Post{
			Kind: social.Note, AuthorID: t.ownerID, AuthorURI: t.site.Actor(), Local: true,
			Visibility: d.Visibility, PublishedAt: tx.Now.Truncate(time.Millisecond),
		}
		post.ID = tx.NewID(post.PublishedAt)
		post.URI = t.site.Post(post.ID)
		post.URL = post.URI
		parent, err := t.placeReply(ctx, tx, post, d.InReplyToID)
		if err != nil {
			return err
		}
		t.word(post, d, people)
		quoted, err := t.placeQuote(ctx, tx, post, d.QuoteID)
		if err != nil {
			return err
		}
		ask(post, d.Poll, tx.Now)
		if post.Emojis, err = emojisIn(ctx, tx.Reader, wordsOf(d)...); err != nil {
			return err
		}
		if post.Attachments, err = findUploads(ctx, tx, d.Attachments, 0); err != nil {
			return err
		}
		if _, err := tx.PutPost(ctx, post); err != nil {
			return err
		}
		t.happens(tx, Posted, post.ID)
		if err := t.wantPollEnd(ctx, tx, post); err != nil {
			return err
		}
		if call != "" {
			if err := tx.PutRepeat(ctx, call, post.ID); err != nil {
				return err
			}
		}
		if parent != nil && parent.Visibility == social.Direct { // who answers has read
			if err := readConversation(ctx, tx, parent.ID); err != nil {
				return err
			}
		}
		if err := t.sendPost(ctx, tx, post, people, parent); err != nil {
			return err
		}
		return t.askToQuote(ctx, tx, post, quoted)
	})
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	return post, nil
}

// findMade is the post that a call has made already; nil if the call is new.
func findMade(ctx context.Context, r store.Reader, call string) (*social.Post, error) {
	if call == "" {
		return nil, nil
	}
	id, err := r.FindRepeat(ctx, call)
	if errors.Is(err, social.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return findLiving(ctx, r, id)
}

// sendPost sends a new post to those it is addressed to, and an open reply to
// the author it answers even where they are not named.
func (t *Timeline) sendPost(ctx context.Context, tx *store.Tx, post *social.Post, people []*social.Actor, parent *social.Post) error {
	to := federation.Audience{
		Actors: people, Followers: post.Visibility != social.Direct, Topic: post.ID,
	}
	if parent != nil && post.Visibility.IsOpen() && parent.Author != nil {
		to.Actors = append(slices.Clone(people), parent.Author)
	}
	return t.node.Send(ctx, tx, activity.Create{
		ID: t.site.Part(post.ID, "activity"), Actor: t.site.Actor(), Object: post.URI,
		Post: post, To: post.To, Cc: post.Cc, Published: post.PublishedAt,
	}, to)
}

// placeReply puts a post into its thread and returns the post it answers.
func (t *Timeline) placeReply(ctx context.Context, tx *store.Tx, post *social.Post, parentID social.ID) (*social.Post, error) {
	post.Context = t.site.Part(post.ID, "context")
	if parentID == 0 {
		return nil, nil
	}
	parent, err := findLiving(ctx, tx.Reader, parentID)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil, social.InvalidField("in_reply_to", "The post you answer is no longer there. Your words are still here: publish them as a post of their own.")
	}
	if err != nil {
		return nil, err
	}
	post.InReplyTo, post.InReplyToID = parent.URI, parent.ID
	if parent.Context != "" {
		post.Context = parent.Context
	}
	return parent, nil
}

// word gives a post its words, as typed and as HTML, and its addressing.
func (t *Timeline) word(post *social.Post, d social.Draft, people []*social.Actor) {
	post.Source, post.Warning, post.Language, post.MayReply = d.Text, d.Warning, d.Language, d.MayReply
	if post.MayQuote = d.MayQuote; post.MayQuote == "" {
		post.MayQuote = social.MayQuoteAnybody
	}
	post.Sensitive = d.Sensitive || d.Warning != "" && len(d.Attachments) > 0
	post.Tags = markup.Scan(d.Text).Tags
	post.Mentions = nil
	links := markup.Links{Mentions: map[social.Handle]string{}, Tag: t.site.Tag}
	for _, a := range people {
		post.Mentions = append(post.Mentions, social.Mention{URI: a.URI, Handle: a.Handle.String(), URL: a.URL})
		links.Mentions[a.Handle] = profileURL(a)
	}
	post.Content = markup.Render(d.Text, links)
	post.To, post.Cc = t.addressing(post.Visibility, people)
}

func profileURL(a *social.Actor) string {
	if a.URL != "" {
		return a.URL
	}
	return a.URI
}

// addressing writes a visibility as others read it (ActivityPub §5, Mastodon).
func (t *Timeline) addressing(v social.Visibility, people []*social.Actor) (to, cc []string) {
	var named []string
	for _, a := range people {
		named = append(named, a.URI)
	}
	switch v {
	case social.Public:
		return []string{social.PublicURI}, append([]string{t.site.Followers()}, named...)
	case social.Unlisted:
		return []string{t.site.Followers()}, append([]string{social.PublicURI}, named...)
	case social.Followers:
		return []string{t.site.Followers()}, named
	default:
		return named, nil
	}
}

// resolveMentions looks up everybody a text names.
func (t *Timeline) resolveMentions(ctx context.Context, text string, v social.Visibility) ([]*social.Actor, error) {
	var people []*social.Actor
	for _, handle := range markup.Scan(text).Mentions {
		actor, err := t.node.ResolveHandle(ctx, handle)
		switch {
		case err == nil:
			named := *actor
			named.Handle = handle // as it was typed: Render looks for it
			people = append(people, &named)
		case v == social.Direct:
			return nil, social.InvalidField("text", "%s could not be found, so this message would not reach them. Look at the spelling, or try again later.", handle)
		}
	}
	return people, nil
}

// findUploads returns the pictures a draft names, in its order: uploads that no
// post has taken, or those of the post that is being edited.
func findUploads(ctx context.Context, tx *store.Tx, ids []social.ID, postID social.ID) ([]social.Attachment, error) {
	var found []social.Attachment
	for _, id := range ids {
		m, err := tx.FindAttachment(ctx, id)
		if errors.Is(err, social.ErrNotFound) || err == nil && m.PostID != 0 && m.PostID != postID {
			return nil, social.InvalidField("media", "One of the pictures is no longer there. Please add it again.")
		}
		if err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}
