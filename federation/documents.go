package federation

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/social"
	"croft/store"
)

// pageSize is how many items a page of a collection has.
const pageSize = 20

// documentCache keeps the owner's and the instance actor's documents as bytes.
type documentCache struct {
	mu   sync.Mutex
	made map[social.ID]madeDocument
}

type madeDocument struct {
	updatedAt time.Time
	body      []byte
}

// OwnerDocument is the owner as others get to know them, for an Update of the
// profile.
func (n *Node) OwnerDocument(owner *social.Actor) *activity.ActorDocument {
	doc := actorDocument(owner, n.owner)
	doc.WebFinger = n.site.Handle().Acct()
	return &doc
}

// actorDocument adds the public halves of a local actor's keys.
func actorDocument(a *social.Actor, keys remote.Keys) activity.ActorDocument {
	doc := activity.ActorDocument{Actor: a, Implements: []string{activity.RFC9421, activity.RFC9421Ed25519}}
	if pem, err := signature.EncodePEM(keys.RSA.Private.Public()); err == nil {
		doc.Keys = append(doc.Keys, activity.Key{ID: keys.RSA.ID, Owner: a.URI, PEM: pem})
	}
	if public, ok := keys.Ed25519.Private.Public().(ed25519.PublicKey); ok {
		doc.Keys = append(doc.Keys, activity.Key{ID: keys.Ed25519.ID, Owner: a.URI, Multibase: signature.EncodeMultikey(public)})
	}
	return doc
}

// ActorDocument is the owner's actor document.
func (n *Node) ActorDocument(ctx context.Context) ([]byte, error) {
	return n.cachedActor(ctx, n.home.OwnerID, n.OwnerDocument)
}

// InstanceDocument is the document of the instance actor. It must be served
// without a signature, since it holds the key that signs our own fetches. It
// names an outbox, though nothing is ever in it: without one Mitra cannot read
// an actor (ActivityPub §4.1), and so would not know who asks.
func (n *Node) InstanceDocument(ctx context.Context) ([]byte, error) {
	return n.cachedActor(ctx, n.home.InstanceID, func(a *social.Actor) *activity.ActorDocument {
		instance := *a
		instance.Outbox = n.site.InstanceOutbox()
		doc := actorDocument(&instance, n.instance)
		doc.WebFinger = a.Handle.Acct()
		return &doc
	})
}

// cachedActor encodes an actor of ours anew only when it has changed.
func (n *Node) cachedActor(ctx context.Context, id social.ID, document func(*social.Actor) *activity.ActorDocument) ([]byte, error) {
	actor, err := n.store.FindActor(ctx, id)
	if err != nil {
		return nil, err
	}
	n.documents.mu.Lock()
	defer n.documents.mu.Unlock()
	if made, ok := n.documents.made[id]; ok && made.updatedAt.Equal(actor.UpdatedAt) {
		return made.body, nil
	}
	body, err := n.encoder.EncodeActor(*document(actor))
	if err != nil {
		return nil, err
	}
	if n.documents.made == nil {
		n.documents.made = map[social.ID]madeDocument{}
	}
	n.documents.made[id] = madeDocument{actor.UpdatedAt, body}
	return body, nil
}

// findOwn returns a post of the owner's that the viewer may see. One that was
// deleted is ErrGone; what they may not see is ErrNotFound, as if it were not
// there.
func (n *Node) findOwn(ctx context.Context, id social.ID, v social.Viewer) (*social.Post, error) {
	post, err := n.store.FindPost(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case !post.Local, !post.DeletedAt.IsZero() && !post.WasVisibleTo(v):
		err = social.ErrNotFound // who could not see it does not learn that it was there
	case !post.DeletedAt.IsZero():
		err = social.ErrGone
	case !post.VisibleTo(v):
		err = social.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", id, err)
	}
	return post, nil
}

// PostDocument is a post of the owner's as the viewer may have it; see findOwn
// for what they may not.
func (n *Node) PostDocument(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.encoder.EncodePost(post)
}

// TombstoneDocument is what stands where a post of the owner's was deleted;
// where none was, ErrNotFound.
func (n *Node) TombstoneDocument(ctx context.Context, id social.ID) ([]byte, error) {
	post, err := n.store.FindPost(ctx, id)
	if err != nil {
		return nil, err
	}
	if !post.Local || post.DeletedAt.IsZero() {
		return nil, fmt.Errorf("tombstone %s: %w", id, social.ErrNotFound)
	}
	return activity.EncodeTombstone(activity.Tombstone{ID: post.URI, Deleted: post.DeletedAt})
}

// ActivityDocument is the Create of a post, as it was sent; of one that was
// edited, with its present wording: the former ones are the owner's affair.
func (n *Node) ActivityDocument(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.createDocument(ctx, post)
}

func (n *Node) createDocument(ctx context.Context, post *social.Post) ([]byte, error) {
	uri := n.site.Part(post.ID, "activity")
	if post.EditedAt.IsZero() {
		return n.store.FindActivity(ctx, uri)
	}
	return n.encoder.Encode(activity.Create{
		ID: uri, Actor: n.site.Actor(), Object: post.URI, Post: post, To: post.To, Cc: post.Cc, Published: post.PublishedAt,
	})
}

// InstanceOutbox is an empty collection: the instance actor publishes nothing.
func (n *Node) InstanceOutbox() ([]byte, error) {
	return activity.EncodeCollection(activity.Collection{Type: "OrderedCollection", ID: n.site.InstanceOutbox()})
}

// Outbox is what the owner published and boosted, the same for everybody but
// those whom the owner blocks, who see nothing of it. With an empty before it is
// the collection, else the page below that number; "0" is the first.
func (n *Node) Outbox(ctx context.Context, v social.Viewer, before string) ([]byte, error) {
	if before == "" {
		total, err := n.store.CountPosts(ctx, n.home.OwnerID)
		if err != nil {
			return nil, err
		}
		return activity.EncodeCollection(activity.Collection{
			Type: "OrderedCollection", ID: n.site.Outbox(), Total: total, First: n.site.FirstPage(n.site.Outbox()),
		})
	}
	from, err := parseBefore(before)
	if err != nil {
		return nil, err
	}
	entries, err := n.store.ListByAuthor(ctx, n.home.OwnerID, social.Viewer{Blocked: v.Blocked}, from, pageSize)
	if err != nil {
		return nil, err
	}
	page := activity.Collection{
		Type: "OrderedCollectionPage", ID: n.pageID(n.site.Outbox(), before), PartOf: n.site.Outbox(), Total: -1,
	}
	for _, e := range entries {
		item, err := n.outboxItem(ctx, e)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, item)
	}
	if len(entries) == pageSize {
		page.Next = n.pageID(n.site.Outbox(), entries[pageSize-1].ID.String())
	}
	return activity.EncodeCollection(page)
}

// outboxItem is the activity behind a line of the profile. A post whose Create
// is no longer kept is named by its id.
func (n *Node) outboxItem(ctx context.Context, e store.Entry) (activity.Item, error) {
	var body []byte
	var err error
	uri := n.site.Part(e.Post.ID, "activity")
	if e.Boost != nil {
		uri = e.Boost.URI
		body, err = n.store.FindActivity(ctx, uri)
	} else {
		body, err = n.createDocument(ctx, e.Post)
	}
	if errors.Is(err, social.ErrNotFound) {
		return activity.Item{ID: uri}, nil
	}
	return activity.Item{ID: uri, Raw: body}, err
}

// pageID is the address of the page of a collection that goes on before a
// number; "0" is the first page.
func (n *Node) pageID(collection, before string) string {
	if before == "0" {
		return n.site.FirstPage(collection)
	}
	return collection + "?before=" + before
}

func parseBefore(text string) (social.ID, error) {
	if text == "0" {
		return 0, nil
	}
	return social.ParseID(text)
}

// Followers is the collection of the owner's followers: their number, and no
// names, which are nobody else's affair.
func (n *Node) Followers(ctx context.Context) ([]byte, error) {
	total, err := n.store.CountFollowers(ctx, social.FollowAccepted)
	return n.counted(n.site.Followers(), total, err)
}

// Following is Followers for those whom the owner follows.
func (n *Node) Following(ctx context.Context) ([]byte, error) {
	total, err := n.store.CountFollowing(ctx, social.FollowAccepted)
	return n.counted(n.site.Following(), total, err)
}

// counted is a collection that says how many and no more.
func (n *Node) counted(id string, total int, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return activity.EncodeCollection(activity.Collection{Type: "OrderedCollection", ID: id, Total: total})
}

// Featured is the collection of the owner's pinned posts that the viewer may
// see, each of them whole.
func (n *Node) Featured(ctx context.Context, v social.Viewer) ([]byte, error) {
	posts, err := n.store.ListPinned(ctx, n.home.OwnerID, v)
	if err != nil {
		return nil, err
	}
	list := activity.Collection{Type: "OrderedCollection", ID: n.site.Featured(), Total: len(posts)}
	for _, p := range posts {
		body, err := n.encoder.EncodePost(p)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, activity.Item{ID: p.URI, Raw: body})
	}
	return activity.EncodeCollection(list)
}

// Likes is how many like a post of the owner's.
func (n *Node) Likes(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.counted(n.site.Part(id, "likes"), post.LikeCount, nil)
}

// Shares is how many boosted a post of the owner's.
func (n *Node) Shares(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.counted(n.site.Part(id, "shares"), post.BoostCount, nil)
}

// Replies are the ids of the answers to a post of the owner's that the viewer
// may see, a page at a time; before is as for Outbox. The number is that of the
// answers which everybody may see.
func (n *Node) Replies(ctx context.Context, id social.ID, v social.Viewer, before string) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	replies := n.site.Part(id, "replies")
	if before == "" {
		return activity.EncodeCollection(activity.Collection{
			Type: "Collection", ID: replies, Total: post.ReplyCount, First: n.site.FirstPage(replies),
		})
	}
	from, err := parseBefore(before)
	if err != nil {
		return nil, err
	}
	posts, err := n.store.ListReplies(ctx, id, v, from, pageSize)
	if err != nil {
		return nil, err
	}
	page := activity.Collection{
		Type: "CollectionPage", ID: n.pageID(replies, before), PartOf: replies, Total: -1, Items: uriItems(posts),
	}
	if len(posts) == pageSize {
		page.Next = n.pageID(replies, posts[pageSize-1].ID.String())
	}
	return activity.EncodeCollection(page)
}

// Thread is the collection behind the context of a thread that began here: the
// ids of its posts, as far as they are known and the viewer may see them
// (FEP-7888). It belongs to the owner (FEP-f228).
func (n *Node) Thread(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	_, below, err := n.store.ListThread(ctx, id, v)
	if err != nil {
		return nil, err
	}
	posts := append([]*social.Post{post}, below...)
	return activity.EncodeCollection(activity.Collection{
		Type: "OrderedCollection", ID: n.site.Part(id, "context"), AttributedTo: n.site.Actor(),
		Total: len(posts), Items: uriItems(posts),
	})
}

func uriItems(posts []*social.Post) []activity.Item {
	items := make([]activity.Item, 0, len(posts))
	for _, p := range posts {
		items = append(items, activity.Item{ID: p.URI})
	}
	return items
}
