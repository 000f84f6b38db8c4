package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"croft/social"
)

// Conversation is what direct posts between the same people make.
type Conversation struct {
	Key  string          // stands for it in addresses
	With []*social.Actor // those besides the owner who take part, as far as they are known
	Last *social.Post
}

// ListConversations returns one page of conversations, by their Last, the one
// spoken in last first. What was put away is not among them.
func (r Reader) ListConversations(ctx context.Context, span Span) ([]Conversation, error) {
	ids, err := list(ctx, r.q, scanID, `
		select max(p.id)
		from posts p
		where p.conversation is not null and p.deleted_at is null and `+welcome+`
		group by p.conversation
		having max(p.id) < ? and max(p.id) > ?
			and max(p.id) > ifnull((select y.up_to from put_away y where y.conversation = p.conversation), 0)
		order by max(p.id) `+span.order()+`
		limit ?`, span.args()...)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	posts, err := r.ListPosts(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	return r.conversations(ctx, posts)
}

func (r Reader) conversations(ctx context.Context, posts []*social.Post) ([]Conversation, error) {
	owner, err := r.ownerURI(ctx)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	var everyone []string
	for _, p := range posts {
		everyone = append(everyone, participants(p, owner)...)
	}
	actors, err := r.ListActorsByURI(ctx, everyone)
	if err != nil {
		return nil, fmt.Errorf("list conversations: %w", err)
	}
	byURI := map[string]*social.Actor{}
	for _, a := range actors {
		byURI[a.URI] = a
	}
	all := make([]Conversation, len(posts))
	for i, p := range posts {
		uris := participants(p, owner)
		all[i] = Conversation{Key: conversationKey(uris), Last: p}
		for _, uri := range uris {
			if a := byURI[uri]; a != nil {
				all[i].With = append(all[i].With, a)
			}
		}
	}
	return all, nil
}

// FindConversation returns the conversation that a direct post belongs to, with
// that post as its Last; ErrNotFound if there is none.
func (r Reader) FindConversation(ctx context.Context, postID social.ID) (Conversation, error) {
	post, err := r.FindPost(ctx, postID)
	if err != nil {
		return Conversation{}, err
	}
	if post.Visibility != social.Direct || !post.DeletedAt.IsZero() {
		return Conversation{}, fmt.Errorf("conversation of %s: %w", postID, social.ErrNotFound)
	}
	all, err := r.conversations(ctx, []*social.Post{post})
	if err != nil {
		return Conversation{}, err
	}
	return all[0], nil
}

// ListDirect returns one page of a conversation, newest first, from before the
// ID on (0: from the newest). A key that stands for nothing is an empty page.
func (r Reader) ListDirect(ctx context.Context, key string, before social.ID, limit int) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.conversation = ? and p.id < ? and p.deleted_at is null and `+welcome+`
		order by p.id desc
		limit ?`, key, upTo(before), limit)
}

// FindConversationByKey returns a conversation with its last post; ErrNotFound if
// there is none.
func (r Reader) FindConversationByKey(ctx context.Context, key string) (Conversation, error) {
	posts, err := r.ListDirect(ctx, key, 0, 1)
	if err == nil && len(posts) == 0 {
		err = social.ErrNotFound
	}
	if err != nil {
		return Conversation{}, fmt.Errorf("find conversation %.100s: %w", key, err)
	}
	all, err := r.conversations(ctx, posts)
	if err != nil {
		return Conversation{}, err
	}
	return all[0], nil
}

// PutAway puts a conversation away up to a post.
func (tx *Tx) PutAway(ctx context.Context, key string, upTo social.ID) error {
	_, err := tx.exec(ctx, `
		insert into put_away (conversation, up_to) values (?, ?)
		on conflict (conversation) do update set up_to = excluded.up_to`, key, upTo)
	if err != nil {
		return fmt.Errorf("put away conversation %s: %w", key, err)
	}
	return nil
}

// conversationOf is the key of a direct post, and empty for any other.
func (tx *Tx) conversationOf(ctx context.Context, p *social.Post) (string, error) {
	if p.Visibility != social.Direct {
		return "", nil
	}
	owner, err := tx.ownerURI(ctx)
	if err != nil {
		return "", err
	}
	author, err := find(ctx, tx, scanText, `select a.uri from actors a where a.id = ?`, p.AuthorID)
	if err != nil {
		return "", err
	}
	known := *p
	known.AuthorURI = author // the caller need not have set it
	return conversationKey(participants(&known, owner)), nil
}

// participants are those besides the owner who wrote the post or were sent it
// by name, sorted.
func participants(p *social.Post, owner string) []string {
	uris := slices.Concat([]string{p.AuthorURI}, p.To, p.Cc)
	for _, m := range p.Mentions {
		uris = append(uris, m.URI)
	}
	slices.Sort(uris)
	return slices.DeleteFunc(slices.Compact(uris), func(uri string) bool {
		return uri == owner || uri == social.PublicURI || uri == ""
	})
}

func conversationKey(uris []string) string {
	sum := sha256.Sum256([]byte(strings.Join(uris, "\n")))
	return hex.EncodeToString(sum[:8])
}

func (r Reader) ownerURI(ctx context.Context) (string, error) {
	all, err := list(ctx, r.q, scanText, `select a.uri from home h join actors a on a.id = h.owner_id`)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}
