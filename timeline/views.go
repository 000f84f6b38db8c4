package timeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"croft/social"
	"croft/store"
)

// Thread is a post with what stands around it, as far as it is known here.
type Thread struct {
	store.Around
	Post      *social.Post
	Missing   int              // direct replies, or posts of the whole thread, that its server counts and that are not here
	Gap       store.MissingWhy // why what the first post above answers could not be had; empty if nothing is known
	Silence   store.MissingWhy // likewise, of the replies
	FetchedAt time.Time        // when its server last said what answers it; zero if never
	Asking    bool             // others' servers are being asked for what is missing
}

// Thread returns a post with its thread, as far as the viewer may see it. What
// they may not see is ErrNotFound, a deleted post that they could see ErrGone.
// For the owner, missing parts are asked for in the background: they stand there
// at the next look.
func (t *Timeline) Thread(ctx context.Context, id social.ID, v social.Viewer) (Thread, error) {
	post, err := t.store.FindPost(ctx, id)
	if err != nil {
		return Thread{}, err
	}
	if !post.WasVisibleTo(v) {
		return Thread{}, fmt.Errorf("post %s: %w", id, social.ErrNotFound)
	}
	if !post.DeletedAt.IsZero() {
		return Thread{}, fmt.Errorf("post %s: %w", id, social.ErrGone)
	}
	thread := Thread{Post: post}
	if thread.Around, err = t.store.FindAround(ctx, id, v); err != nil || !v.Owner {
		return thread, err
	}
	if err := t.askForThread(ctx, &thread); err != nil {
		return Thread{}, err
	}
	return thread, t.countMissing(ctx, &thread)
}

// First is the first post of the thread that is here.
func (t *Thread) First() *social.Post {
	if len(t.Above) > 0 {
		return t.Above[0]
	}
	return t.Post
}

// askForThread has what is missing asked for, as often as is polite: not before
// five minutes after the post, and not oftener than every quarter of an hour, as
// Mastodon has it; at any time where something above is missing.
func (t *Timeline) askForThread(ctx context.Context, thread *Thread) error {
	post, first := thread.Post, thread.First()
	gap := first.IsReply() && first.InReplyToID == 0
	if post.Local && !gap && len(thread.Below) == 0 {
		return nil
	}
	known, err := t.store.FindThread(ctx, post.ID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	now := t.now()
	if now.Sub(known.AskedAt) >= 15*time.Minute && (gap || now.Sub(post.PublishedAt) >= 5*time.Minute) {
		err := t.store.Update(ctx, func(tx *store.Tx) error { return t.node.WantThread(ctx, tx, post.URI) })
		if err != nil {
			return err
		}
	}
	thread.Asking, err = t.node.AsksThread(ctx, post, first)
	return err
}

// AsksThread reports whether others' servers are being asked for what is missing
// around a post; ErrNotFound if there is no such post.
func (t *Timeline) AsksThread(ctx context.Context, id social.ID) (bool, error) {
	post, err := t.store.FindPost(ctx, id)
	if err != nil {
		return false, err
	}
	first := post
	if post.InReplyToID != 0 {
		if first, err = t.store.FindFirst(ctx, id); err != nil {
			return false, err
		}
	}
	return t.node.AsksThread(ctx, post, first)
}

// countMissing says what others' servers told of the thread, and could not be
// asked.
func (t *Timeline) countMissing(ctx context.Context, thread *Thread) error {
	known, err := t.store.FindThread(ctx, thread.Post.ID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	if err == nil {
		thread.FetchedAt = known.FetchedAt
		here, err := t.store.CountAnswers(ctx, thread.Post.ID)
		if err != nil {
			return err
		}
		thread.Missing = max(known.Replies-here, 0)
		if !thread.Post.IsReply() && !thread.Cut {
			all := 1 + len(thread.Below) + thread.Hidden()
			thread.Missing = max(thread.Missing, known.Whole-all)
		}
	}
	if thread.Gap, err = t.findMissing(ctx, thread.First().InReplyTo); err != nil {
		return err
	}
	thread.Silence, err = t.findMissing(ctx, thread.Post.Replies)
	return err
}

// Hidden counts the replies that the owner is not shown because of whom they
// are by, Letters those that are direct where the post is not.
func (t *Thread) Hidden() int { return t.count(store.AbsentHidden) }

// Letters is explained at Hidden.
func (t *Thread) Letters() int { return t.count(store.AbsentLetter) }

func (t *Thread) count(why store.AbsenceWhy) (n int) {
	for _, a := range t.OutBelow {
		if a.Why == why {
			n++
		}
	}
	return n
}

func (t *Timeline) findMissing(ctx context.Context, uri string) (store.MissingWhy, error) {
	why, err := t.store.FindMissing(ctx, uri)
	if errors.Is(err, social.ErrNotFound) {
		return "", nil
	}
	return why, err
}

// Found is what a search found.
type Found struct {
	Actor  *social.Actor // the one whose handle or address was given; else nil
	Post   *social.Post  // likewise
	Actors []*social.Actor
	Posts  []*social.Post
	Older  social.ID // pass it as before to see more posts; 0 if these are all
}

const searchPage = 20

// Search looks up a handle or an address, over the network if it must, and
// anything else in what is kept here. A handle or address that leads nowhere is
// ErrInvalid with a sentence.
func (t *Timeline) Search(ctx context.Context, text string, before social.ID) (Found, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Found{}, nil
	}
	if IsAddress(text) {
		return t.lookUp(ctx, text)
	}
	var found Found
	var err error
	if before == 0 {
		if found.Actors, err = t.store.SearchActors(ctx, strings.TrimPrefix(text, "@"), searchPage); err != nil {
			return Found{}, err
		}
	}
	if found.Posts, err = t.store.SearchPosts(ctx, store.PostSearch{Text: text, Span: store.Below(before, searchPage)}); err != nil {
		return Found{}, err
	}
	if len(found.Posts) == searchPage {
		found.Older = found.Posts[searchPage-1].ID
	}
	return found, nil
}

func (t *Timeline) lookUp(ctx context.Context, address string) (Found, error) {
	thing, err := t.node.Resolve(ctx, address)
	switch thing := thing.(type) {
	case *social.Actor:
		return Found{Actor: thing}, err
	case *social.Post:
		return Found{Post: thing}, err
	}
	if errors.Is(err, social.ErrUnavailable) {
		return Found{}, social.InvalidField("q", "The server of %s did not answer. Try again in a while.", address)
	}
	for _, kind := range []error{social.ErrNotFound, social.ErrGone, social.ErrInvalid, social.ErrForbidden, social.ErrUnauthorized} {
		if errors.Is(err, kind) {
			return Found{}, social.InvalidField("q", "Nobody and nothing was found at %s. Look at the spelling.", address)
		}
	}
	return Found{}, err
}

// IsAddress reports whether a text is the handle or the address of something,
// not words to look for.
func IsAddress(text string) bool {
	if strings.ContainsAny(text, " \t\n") {
		return false
	}
	if strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") {
		return true
	}
	_, err := social.ParseHandle(text)
	return err == nil
}
