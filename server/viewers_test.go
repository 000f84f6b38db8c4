package server_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// shown is a post of the matrix with the word by which it is recognised.
type shown struct {
	*social.Post
	mark string
}

// looker is somebody who looks: by a signature, by the owner's cookie, or as
// anybody. A page is not shown to a signature, and a document not to a cookie.
type looker struct {
	name   string
	signed *stranger
	cookie bool
	viewer social.Viewer // by the signature
}

func (l looker) asks(g *gate, method, path, accept string) (*http.Request, social.Viewer) {
	req := g.request(method, path, "")
	req.Header.Set("Accept", accept)
	if l.cookie {
		g.owned(req)
	}
	if l.signed != nil {
		g.sign(l.signed, req, "")
	}
	return req, l.viewer
}

// matrixPosts are posts of every visibility, alone and as answers, with a
// picture, and one of each that was deleted. All name mia.
func (g *gate) matrixPosts() []shown {
	g.t.Helper()
	var all []shown
	root := social.ID(0)
	add := func(mark string, v social.Visibility, to social.ID) *social.Post {
		picture, err := g.Timeline.Attach(g.t.Context(), bytes.NewReader(picture(g.t, byte(len(all)))), details(mark))
		g.must(err)
		p := g.publish(social.Draft{
			Text: mark + " @mia@named.test #matrix", Warning: mark, Visibility: v, InReplyToID: to, Attachments: []social.ID{picture.ID},
		})
		all = append(all, shown{p, mark})
		return p
	}
	for _, v := range []social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct} {
		p := add("mark-"+string(v)+"-alone", v, 0)
		if v == social.Public {
			root = p.ID
		}
		if v != social.Direct {
			g.must(g.Timeline.Pin(g.t.Context(), p.ID))
		}
		add("mark-"+string(v)+"-reply", v, root)
		gone := add("mark-"+string(v)+"-deleted", v, root)
		g.must(g.Timeline.Delete(g.t.Context(), gone.ID))
		all[len(all)-1].DeletedAt = g.clock()
	}
	return all
}

// answers are posts of somebody else below the first of ours. What was not meant
// for everybody is theirs to show, to whomever it names.
func (g *gate) answers(by *stranger, root *social.Post) []shown {
	g.t.Helper()
	var all []shown
	for _, v := range []social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct} {
		p := storetest.Post(by.Actor, "mark-"+string(v)+"-answer", g.clock())
		p.Visibility, p.InReplyTo, p.InReplyToID, p.FetchedAt = v, root.URI, root.ID, g.clock()
		p.Mentions = []social.Mention{{URI: "https://named.test/users/mia", Handle: "@mia@named.test"}}
		all = append(all, shown{storetest.PutPost(g.t, g.Store, p), "mark-" + string(v) + "-answer"})
	}
	return all
}

// lookers are all who may look at the posts. mia is named in them.
func (g *gate) lookers(fan, sam, mia, eve, troll *stranger) []looker {
	g.t.Helper()
	g.update(func(tx *store.Tx) error {
		for _, who := range []*stranger{fan, eve, troll} {
			_, err := tx.PutFollow(g.t.Context(), social.Follow{
				URI: who.URI + "#follow", FollowerID: who.ID, FollowedID: g.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
			})
			if err != nil {
				return err
			}
		}
		_, err := tx.PutFollow(g.t.Context(), social.Follow{
			URI: sam.URI + "#follow", FollowerID: sam.ID, FollowedID: g.Node.OwnerID(), State: social.FollowPending, CreatedAt: tx.Now,
		})
		if err != nil {
			return err
		}
		if err := tx.PutBlock(g.t.Context(), eve.ID); err != nil {
			return err
		}
		return tx.PutHostBlock(g.t.Context(), troll.Handle.Host)
	})
	return []looker{
		{name: "anybody"},
		{name: "owner", cookie: true},
		{name: "stranger who asks to follow", signed: sam, viewer: social.Viewer{ActorURI: sam.URI}},
		{name: "follower", signed: fan, viewer: social.Viewer{ActorURI: fan.URI, Follows: true}},
		{name: "mentioned", signed: mia, viewer: social.Viewer{ActorURI: mia.URI}},
		{name: "blocked follower", signed: eve, viewer: social.Viewer{ActorURI: eve.URI, Follows: true, Blocked: true}},
		{name: "follower of a blocked server", signed: troll, viewer: social.Viewer{Blocked: true}},
	}
}

// TestWhoSeesWhat holds every surface against the one rule of who may see a post
// (attack PRI-01): for each post, viewer, address, method and kind of answer.
func TestWhoSeesWhat(t *testing.T) {
	g := signedGate(t)
	fan, sam, mia := g.stranger("fan", "fans.test"), g.stranger("sam", "strange.test"), g.stranger("mia", "named.test")
	eve, troll := g.stranger("eve", "eves.test"), g.stranger("troll", "blocked.test")
	posts := g.matrixPosts()
	all := append(posts[:len(posts):len(posts)], g.answers(sam, posts[0].Post)...)
	for _, l := range g.lookers(fan, sam, mia, eve, troll) {
		for _, p := range posts {
			g.checkOwnAddresses(l, p, all)
		}
		for _, path := range []string{
			"/", "/@ana", "/@ana/outbox", "/@ana/outbox?page=1", "/@ana/featured", "/@ana/followers", "/@ana/photos", "/@ana/links", "/@ana/about", "/@ana.rss", "/@ana.atom",
			"/tags/matrix", "/search?q=mark", "/notifications", "/messages", "/interact",
		} {
			for _, accept := range []string{"text/html", activityJSON} {
				g.checkSurface(l, path, accept, all)
			}
		}
	}
}

// checkSurface looks at an address that shows many posts.
func (g *gate) checkSurface(l looker, path, accept string, posts []shown) *page {
	g.t.Helper()
	req, viewer := l.asks(g, http.MethodGet, path, accept)
	got := g.send(req)
	head, _ := l.asks(g, http.MethodHead, path, accept)
	if bare := g.send(head); bare.status != got.status || bare.header.Get("Content-Type") != got.header.Get("Content-Type") {
		g.t.Errorf("%s, %s by %s: HEAD says %d, GET %d", path, accept, l.name, bare.status, got.status)
	}
	document := strings.Contains(got.header.Get("Content-Type"), "json")
	if document && (strings.Contains(got.body, `"bto"`) || strings.Contains(got.body, `"bcc"`)) {
		g.t.Errorf("%s tells of hidden recipients (PRI-10)", got.asked)
	}
	if !document {
		viewer = social.Viewer{Owner: l.cookie}
	}
	for _, p := range posts {
		told := strings.Contains(got.body, p.mark) || document && strings.Contains(got.body, p.URI+`"`) && !strings.HasPrefix(path, "/@ana/"+p.ID.String())
		if told && !p.VisibleTo(viewer) {
			g.t.Errorf("%s, %s by %s: %d tells of %s", path, accept, l.name, got.status, p.mark)
		}
	}
	return got
}

// checkOwnAddresses looks at the addresses of one post, which are there exactly
// for those who may see it.
func (g *gate) checkOwnAddresses(l looker, p shown, posts []shown) {
	g.t.Helper()
	own := "/@ana/" + p.ID.String()
	for _, part := range []string{"", "/activity", "/replies", "/replies?page=1", "/likes", "/shares", "/context"} {
		got := g.checkSurface(l, own+part, activityJSON, posts)
		if there := got.status == http.StatusOK; there != p.VisibleTo(l.viewer) {
			g.t.Errorf("%s of %s by %s: %d, want it there: %v", part, p.mark, l.name, got.status, !there)
		} else if there && (part == "" || part == "/activity") && !strings.Contains(got.body, p.mark) {
			g.t.Errorf("%s of %s by %s does not have the post", part, p.mark, l.name)
		}
		if got.status == http.StatusOK && !p.Visibility.IsOpen() {
			g.checkNotKept(got)
		}
	}
	for _, path := range []string{own, "/posts/" + p.ID.String()} {
		got := g.checkSurface(l, path, "text/html", posts)
		may := p.VisibleTo(social.Viewer{Owner: l.cookie}) && (path == own || l.cookie)
		if there := got.status == http.StatusOK; there != may || there && !strings.Contains(got.body, p.mark) {
			g.t.Errorf("%s of %s by %s: %d, want it there: %v", path, p.mark, l.name, got.status, may)
		}
	}
}

// checkNotKept wants no cache between to keep what was for one server alone (PRI-03).
func (g *gate) checkNotKept(got *page) {
	g.t.Helper()
	if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, "private") || !strings.Contains(cache, "no-store") {
		g.t.Errorf("%s: Cache-Control %q", got.asked, cache)
	}
	for _, name := range []string{"Accept", "Authorization", "Cookie", "Signature"} {
		if vary := got.header.Get("Vary"); !strings.Contains(vary, name) {
			g.t.Errorf("%s: Vary %q", got.asked, vary)
		}
	}
}
