package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"croft/markup"
	"croft/social"
)

// Preview is the post that Publish would make of a draft, as far as this home
// knows without asking anybody: whom it does not know stays text. Nothing is
// kept, and nothing is held against the draft: it has no ID, and of its pictures
// those stand in it that are here.
func (t *Timeline) Preview(ctx context.Context, d social.Draft) (*social.Post, error) {
	people, err := t.knownMentions(ctx, d.Text)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	post := &social.Post{
		Kind: social.Note, AuthorID: t.ownerID, AuthorURI: t.site.Actor(), Local: true,
		Visibility: d.Visibility, PublishedAt: t.now().Truncate(time.Millisecond),
	}
	if post.Author, err = t.store.FindActor(ctx, t.ownerID); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	t.word(post, d, people)
	ask(post, d.Poll, post.PublishedAt)
	if post.Emojis, err = emojisIn(ctx, t.store.Reader, wordsOf(d)...); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	for _, id := range d.Attachments {
		m, err := t.store.FindAttachment(ctx, id)
		if err != nil && !errors.Is(err, social.ErrNotFound) {
			return nil, fmt.Errorf("preview: %w", err)
		}
		if err == nil && m.File != "" {
			post.Attachments = append(post.Attachments, m)
		}
	}
	return post, nil
}

// knownMentions is resolveMentions without the network.
func (t *Timeline) knownMentions(ctx context.Context, text string) ([]*social.Actor, error) {
	var people []*social.Actor
	for _, handle := range markup.Scan(text).Mentions {
		actor, err := t.findNamed(ctx, handle)
		if errors.Is(err, social.ErrNotFound) || err == nil && !actor.GoneAt.IsZero() {
			continue
		}
		if err != nil {
			return nil, err
		}
		named := *actor
		named.Handle = handle
		people = append(people, &named)
	}
	return people, nil
}

func (t *Timeline) findNamed(ctx context.Context, h social.Handle) (*social.Actor, error) {
	if own := t.site.Handle(); strings.EqualFold(h.Name, own.Name) && (h.Host == own.Host || h.Host == t.site.Host()) {
		return t.store.FindActor(ctx, t.ownerID)
	}
	return t.store.FindActorByHandle(ctx, h)
}

// Unfound are the handles that a post of the owner's names and that led to
// nobody when it was published: they stand in it as text.
func Unfound(p *social.Post) []social.Handle {
	return slices.DeleteFunc(markup.Scan(p.Source).Mentions, func(h social.Handle) bool {
		return slices.ContainsFunc(p.Mentions, func(m social.Mention) bool { return m.Handle == h.String() })
	})
}
