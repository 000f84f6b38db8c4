package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// Edit gives a post of the owner's a new wording, keeps the old one in its
// history and tells everybody who got the post. Who may see it stays as it is:
// the draft's Visibility and InReplyToID are not looked at. A draft that
// changes nothing does nothing.
func (t *Timeline) Edit(ctx context.Context, id social.ID, d social.Draft) error {
	return t.EditPictures(ctx, id, d, nil)
}

// EditPictures is Edit with new details of some of the pictures; a picture that
// the draft does not have is passed over.
func (t *Timeline) EditPictures(ctx context.Context, id social.ID, d social.Draft, said map[social.ID]Details) error {
	for _, details := range said {
		if err := details.check(); err != nil {
			return err
		}
	}
	before, err := t.findOwn(ctx, t.store.Reader, id)
	if err != nil {
		return fmt.Errorf("edit: %w", err)
	}
	d.Visibility = before.Visibility
	if err := d.Validate(t.maxPost); err != nil {
		return err
	}
	people, err := t.resolveMentions(ctx, d.Text, d.Visibility)
	if err != nil {
		return err
	}
	err = t.store.Update(ctx, func(tx *store.Tx) error {
		old, err := t.findOwn(ctx, tx.Reader, id)
		if err != nil {
			return err
		}
		post := *old
		t.word(&post, d, people)
		ask(&post, d.Poll, tx.Now)
		if post.Emojis, err = emojisIn(ctx, tx.Reader, wordsOf(d)...); err != nil {
			return err
		}
		if post.Attachments, err = findUploads(ctx, tx, d.Attachments, id); err != nil {
			return err
		}
		for i, m := range post.Attachments {
			if s, ok := said[m.ID]; ok {
				post.Attachments[i].Alt, post.Attachments[i].FocusX, post.Attachments[i].FocusY = s.Alt, s.FocusX, s.FocusY
			}
		}
		if sameWording(old, &post) {
			return nil
		}
		post.EditedAt = tx.Now.Truncate(time.Millisecond)
		if err := tx.PutRevision(ctx, revision(old)); err != nil {
			return err
		}
		if _, err := tx.PutPost(ctx, &post); err != nil {
			return err
		}
		t.happens(tx, Edited, id)
		if !post.Poll.SameQuestion(old.Poll) {
			if err := tx.DeleteVotes(ctx, id); err != nil {
				return err
			}
			if err := t.wantPollEnd(ctx, tx, &post); err != nil {
				return err
			}
		}
		return t.sendEdit(ctx, tx, &post, people)
	})
	if err != nil {
		return fmt.Errorf("edit %s: %w", id, err)
	}
	return nil
}

// sendEdit tells whom the new wording names, whoever got the post, and those who
// passed it on: their servers have it, too.
func (t *Timeline) sendEdit(ctx context.Context, tx *store.Tx, post *social.Post, people []*social.Actor) error {
	boosters, err := listAllBoosters(ctx, tx, post.ID)
	if err != nil {
		return err
	}
	return t.node.Send(ctx, tx, activity.Update{
		ID: t.site.Edit(post.ID, tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: post.URI,
		Post: post, To: post.To, Cc: post.Cc, UpdatedAt: post.EditedAt,
	}, federation.Audience{
		Actors: slices.Concat(people, boosters), Followers: post.Visibility != social.Direct, Got: post.ID, Topic: post.ID,
	})
}

// listAllBoosters is everybody who passed a post on.
func listAllBoosters(ctx context.Context, tx *store.Tx, id social.ID) ([]*social.Actor, error) {
	var people []*social.Actor
	for before := social.ID(0); ; {
		page, err := tx.ListBoosters(ctx, id, store.Below(before, 500))
		if err != nil {
			return nil, err
		}
		for _, b := range page {
			people = append(people, b.Actor)
		}
		if len(page) < 500 {
			return people, nil
		}
		before = page[len(page)-1].Boost.ID
	}
}

// revision is the wording of a post as it stands.
func revision(p *social.Post) social.Revision {
	at := p.EditedAt
	if at.IsZero() {
		at = p.PublishedAt
	}
	return social.Revision{
		PostID: p.ID, Content: p.Content, Source: p.Source, Warning: p.Warning, Sensitive: p.Sensitive,
		Language: p.Language, Attachments: p.Attachments, At: at,
	}
}

func sameWording(a, b *social.Post) bool {
	x, y := revision(a), revision(b)
	return a.MayReply == b.MayReply && (a.MayQuote == b.MayQuote || !a.Local) && a.Poll.SameQuestion(b.Poll) && slices.EqualFunc(x.Attachments, y.Attachments, samePicture) && x.Source == y.Source && x.Content == y.Content && x.Warning == y.Warning && x.Sensitive == y.Sensitive && x.Language == y.Language
}

// samePicture compares what two attachments show and say. The numbers do not
// count: one that has just arrived has none.
func samePicture(a, b social.Attachment) bool {
	a.ID, a.PostID = b.ID, b.PostID
	return a == b
}

// EditDraft is a post of the owner's as it can be typed again.
func (t *Timeline) EditDraft(ctx context.Context, id social.ID) (social.Draft, error) {
	post, err := t.findOwn(ctx, t.store.Reader, id)
	if err != nil {
		return social.Draft{}, err
	}
	return draftOf(post), nil
}

func draftOf(p *social.Post) social.Draft {
	d := social.Draft{
		Text: p.Source, Warning: p.Warning, Sensitive: p.Sensitive, Language: p.Language,
		Visibility: p.Visibility, InReplyToID: p.InReplyToID, Poll: askedAs(p), MayReply: p.MayReply, MayQuote: p.MayQuote,
	}
	if d.MayQuote == social.MayQuoteAnybody {
		d.MayQuote = ""
	}
	for _, m := range p.Attachments {
		d.Attachments = append(d.Attachments, m.ID)
	}
	return d
}

// Delete deletes a post of the owner's: its words and pictures go, a tombstone
// stays, and everybody who got it or passed it on is told.
func (t *Timeline) Delete(ctx context.Context, id social.ID) error {
	_, err := t.delete(ctx, id, false, false)
	return err
}

// Withdraw deletes a post of the owner's as Delete does, and returns its wording
// with its pictures, which are uploads again that no post has taken: for an app
// that lets it be written anew.
func (t *Timeline) Withdraw(ctx context.Context, id social.ID) (social.Draft, error) {
	return t.delete(ctx, id, true, false)
}

// Redraft deletes a post of the owner's as Delete does, and keeps its wording
// and its pictures as a draft, whatever number of drafts there is.
func (t *Timeline) Redraft(ctx context.Context, id social.ID) (social.Draft, error) {
	return t.delete(ctx, id, true, true)
}

func (t *Timeline) delete(ctx context.Context, id social.ID, keepPictures, keepWords bool) (social.Draft, error) {
	var draft social.Draft
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		post, err := t.findOwn(ctx, tx.Reader, id)
		if err != nil {
			return err
		}
		boosters, err := listAllBoosters(ctx, tx, id)
		if err != nil {
			return err
		}
		unheard, err := t.node.TakeBackPost(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := t.wantDiscard(ctx, tx, post); err != nil {
			return err
		}
		if err := tx.DeletePost(ctx, id); err != nil {
			return err
		}
		t.happens(tx, Removed, id)
		draft = draftOf(post)
		if post.Quote != nil {
			quoted, err := tx.FindPostByURI(ctx, post.Quote.URI)
			if err != nil && !errors.Is(err, social.ErrNotFound) {
				return err
			}
			if err == nil {
				draft.QuoteID = quoted.ID
			}
		}
		if keepPictures {
			if draft.Attachments, err = keepUploads(ctx, tx, post.Attachments); err != nil {
				return err
			}
		}
		if keepWords {
			if draft.ID, err = tx.PutDraft(ctx, draft); err != nil {
				return err
			}
		}
		to := federation.Audience{
			Actors: boosters, Followers: post.Visibility != social.Direct, Got: id, Except: unheard, Topic: id,
		}
		return t.node.Send(ctx, tx, activity.Delete{
			ID: t.site.Act("deletes", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: post.URI,
			To: post.To, Cc: post.Cc, DeletedAt: tx.Now,
		}, to)
	})
	if err != nil {
		return social.Draft{}, fmt.Errorf("delete %s: %w", id, err)
	}
	return draft, nil
}

// keepUploads puts the pictures of a deleted post back among those that no post
// has taken.
func keepUploads(ctx context.Context, tx *store.Tx, pictures []social.Attachment) ([]social.ID, error) {
	var ids []social.ID
	for _, m := range pictures {
		m.ID, m.PostID = 0, 0
		id, err := tx.PutAttachment(ctx, m)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
