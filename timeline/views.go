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
	Ancestors []*social.Post // from the first post down to the parent
	Post      *social.Post
	Replies   []*social.Post // everything below, in the order of time
	Total     int            // replies that the post's own server counts; -1 unknown
	FetchedAt time.Time      // when it was last asked; zero if never
	Asking    bool           // what is missing is being asked for
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
	thread := Thread{Post: post, Total: -1}
	if thread.Ancestors, thread.Replies, err = t.store.ListThread(ctx, id, v); err != nil {
		return Thread{}, err
	}
	known, err := t.store.FindThread(ctx, id)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return Thread{}, err
	}
	if err == nil {
		thread.Total, thread.FetchedAt = known.Total, known.FetchedAt
	}
	if thread.Asking = v.Owner && t.wantsThread(post, thread); !thread.Asking {
		return thread, nil
	}
	return thread, t.store.Update(ctx, func(tx *store.Tx) error { return t.node.WantThread(ctx, tx, post.URI) })
}

// wantsThread reports whether the home should ask for more of a thread: not
// before five minutes after the post, and not oftener than every quarter of an
// hour, as Mastodon has it; at any time where the parent is missing.
func (t *Timeline) wantsThread(post *social.Post, thread Thread) bool {
	now := t.now()
	if now.Sub(thread.FetchedAt) < 15*time.Minute {
		return false
	}
	if post.IsReply() && post.InReplyToID == 0 {
		return true
	}
	return !post.Local && now.Sub(post.PublishedAt) >= 5*time.Minute
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
	if isAddress(text) {
		return t.lookUp(ctx, text)
	}
	var found Found
	var err error
	if before == 0 {
		if found.Actors, err = t.store.SearchActors(ctx, strings.TrimPrefix(text, "@"), searchPage); err != nil {
			return Found{}, err
		}
	}
	if found.Posts, err = t.store.SearchPosts(ctx, text, before, searchPage); err != nil {
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

// isAddress reports whether a text is the handle or the address of something,
// not words to look for.
func isAddress(text string) bool {
	if strings.ContainsAny(text, " \t\n") {
		return false
	}
	if strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") {
		return true
	}
	_, err := social.ParseHandle(text)
	return err == nil
}
