package mastodon

import (
	"errors"
	"fmt"

	"croft/social"
	"croft/store"
)

// find is what stands at an id: a post, or a boost around one. What whoever asks
// may not see, or was deleted, is ErrNotFound.
func (a *API) find(c *Call, id social.ID) (entry store.Entry, err error) {
	entry.ID = id
	entry.Post, err = a.store.FindPost(c.Context, id)
	if errors.Is(err, social.ErrNotFound) {
		entry, err = a.findBoost(c, id)
	}
	if err != nil {
		return entry, err
	}
	if !entry.Post.VisibleTo(c.viewer()) || !entry.Post.Local && !c.isOwner() {
		return entry, fmt.Errorf("post %s: %w", id, social.ErrNotFound)
	}
	return entry, nil
}

func (a *API) findBoost(c *Call, id social.ID) (store.Entry, error) {
	entry := store.Entry{ID: id}
	boost, err := a.store.FindBoostByID(c.Context, id)
	if err != nil {
		return entry, err
	}
	entry.Boost = &boost
	if entry.BoostedBy, err = a.store.FindActor(c.Context, boost.BoosterID); err != nil {
		return entry, err
	}
	entry.Post, err = a.store.FindPost(c.Context, boost.PostID)
	return entry, err
}

// onePost is the post that the address names.
func (a *API) onePost(c *Call) (*social.Post, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	entry, err := a.find(c, id)
	return entry.Post, err
}

// getStatus is one post.
func (a *API) getStatus(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
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
