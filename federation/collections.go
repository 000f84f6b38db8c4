package federation

import (
	"context"
	"errors"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// pageSize is how many items a page of a collection has.
const pageSize = 20

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
	entries, err := n.store.ListByAuthor(ctx, n.home.OwnerID, social.Viewer{Blocked: v.Blocked}, store.AuthorQuery{Span: store.Below(from, pageSize)})
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

// FeaturedTags is the collection of the hashtags on the owner's profile.
func (n *Node) FeaturedTags(ctx context.Context) ([]byte, error) {
	tags, err := n.store.ListFeaturedTags(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Name
	}
	return n.encoder.EncodeTags(n.site.FeaturedTags(), names)
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
