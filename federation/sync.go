package federation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"croft/federation/activity"
	"croft/social"
)

// syncHeader tells a server which of its people follow the owner, as a digest,
// so that it can find out that its list is another (FEP-8fcf).
func (n *Node) syncHeader(ctx context.Context, host string) (http.Header, error) {
	uris, err := n.store.ListFollowerURIs(ctx, host)
	if err != nil {
		return nil, err
	}
	value := fmt.Sprintf("collectionId=%q, url=%q, digest=%q",
		n.site.Followers(), n.site.FollowersOf(), followersDigest(uris))
	return http.Header{"Collection-Synchronization": {value}}, nil
}

// followersDigest is the XOR of the SHA-256 of each follower's id (FEP-8fcf).
func followersDigest(uris []string) string {
	var digest [sha256.Size]byte
	for _, uri := range uris {
		one := sha256.Sum256([]byte(uri))
		for i := range digest {
			digest[i] ^= one[i]
		}
	}
	return hex.EncodeToString(digest[:])
}

// FollowersOf is the collection of those followers of the owner that live on
// the viewer's own server, which must have signed its question (FEP-8fcf).
func (n *Node) FollowersOf(ctx context.Context, v social.Viewer) ([]byte, error) {
	host := social.HostOf(v.ActorURI)
	if host == "" {
		return nil, fmt.Errorf("followers of a server: %w", social.ErrUnauthorized)
	}
	if v.Blocked {
		return nil, fmt.Errorf("followers of %s: %w", host, social.ErrForbidden)
	}
	uris, err := n.store.ListFollowerURIs(ctx, host)
	if err != nil {
		return nil, err
	}
	list := activity.Collection{Type: "OrderedCollection", ID: n.site.FollowersOf(), Total: -1}
	for _, uri := range uris {
		list.Items = append(list.Items, activity.Item{ID: uri})
	}
	return activity.EncodeCollection(list)
}
