package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func TestListHome(t *testing.T) {
	w := newWorld(t)
	mine := w.post(w.owner, "mine", 10, nil)
	w.post(w.bob, "bob's", 20, nil)
	theirs := w.post(w.sam, "sam's", 30, nil)
	w.boost(w.carol, theirs, 40)
	w.boost(w.sam, mine, 50)
	w.post(w.bob, "bob's reply", 60, func(p *social.Post) { p.InReplyTo, p.Visibility = theirs.URI, social.Followers })
	w.post(w.bob, "whisper", 70, func(p *social.Post) { p.Visibility = social.Direct })
	w.boost(w.owner, theirs, 80)
	home := func() []string {
		t.Helper()
		entries, err := w.ListHome(t.Context(), store.HomeQuery{Span: store.Span{Limit: 20}, AllReplies: true})
		if err != nil {
			t.Fatal(err)
		}
		return names(entries)
	}
	all := []string{"ana boosts sam's", "bob's reply", "carol boosts sam's", "bob's", "mine"}
	wantSame(t, "home", home(), all)
	var paged []string
	for before := social.ID(0); ; {
		entries, err := w.ListHome(t.Context(), store.HomeQuery{Span: store.Span{Before: before, Limit: 2}, AllReplies: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			break
		}
		paged = append(paged, names(entries)...)
		before = entries[len(entries)-1].ID
	}
	wantSame(t, "home in pages", paged, all)

	with := func(what string, change, undo func(*store.Tx) error, want ...string) {
		t.Helper()
		w.update(change)
		wantSame(t, what, home(), want)
		w.update(undo)
		wantSame(t, "after "+what, home(), all)
	}
	ctx := t.Context()
	with("carol muted", func(tx *store.Tx) error { return tx.PutMute(ctx, w.carol.ID, time.Time{}, false) },
		func(tx *store.Tx) error { return tx.DeleteMute(ctx, w.carol.ID) }, "ana boosts sam's", "bob's reply", "bob's", "mine")
	with("sam muted until later", func(tx *store.Tx) error { return tx.PutMute(ctx, w.sam.ID, clock().Add(1e9), false) },
		func(tx *store.Tx) error { return tx.PutMute(ctx, w.sam.ID, clock(), false) }, "bob's reply", "bob's", "mine")
	with("sam blocked", func(tx *store.Tx) error { return tx.PutBlock(ctx, w.sam.ID) },
		func(tx *store.Tx) error { return tx.DeleteBlock(ctx, w.sam.ID) }, "bob's reply", "bob's", "mine")
	with("sam's server blocked", func(tx *store.Tx) error { return tx.PutHostBlock(ctx, "test") },
		func(tx *store.Tx) error { return tx.DeleteHostBlock(ctx, "test") })
	with("bob not followed", func(tx *store.Tx) error { return tx.DeleteFollow(ctx, w.owner.ID, w.bob.ID) },
		func(tx *store.Tx) error {
			_, err := tx.PutFollow(ctx, social.Follow{URI: "again", FollowerID: w.owner.ID, FollowedID: w.bob.ID, State: social.FollowAccepted})
			return err
		}, "ana boosts sam's", "carol boosts sam's", "mine")
}

func TestListByAuthor(t *testing.T) {
	w := newWorld(t)
	w.post(w.owner, "open", 10, nil)
	w.post(w.owner, "for followers", 20, func(p *social.Post) { p.Visibility = social.Followers })
	w.post(w.owner, "direct", 30, func(p *social.Post) { p.Visibility, p.To = social.Direct, []string{w.sam.URI} })
	w.boost(w.owner, w.post(w.bob, "bob's", 1, nil), 40)
	w.boost(w.owner, w.post(w.sam, "hidden", 2, func(p *social.Post) { p.Visibility = social.Followers }), 50)
	for what, test := range map[string]struct {
		v    social.Viewer
		want []string
	}{
		"anybody":  {social.Viewer{}, []string{"ana boosts bob's", "open"}},
		"follower": {social.Viewer{ActorURI: w.sam.URI, Follows: true}, []string{"ana boosts bob's", "for followers", "open"}},
		"blocked":  {social.Viewer{ActorURI: w.sam.URI, Blocked: true}, nil},
		"owner":    {social.Viewer{Owner: true}, []string{"ana boosts hidden", "ana boosts bob's", "for followers", "open"}},
	} {
		entries, err := w.ListByAuthor(t.Context(), w.owner.ID, test.v, store.AuthorQuery{Span: store.Below(0, 9)})
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, what, names(entries), test.want)
	}
	for author, want := range map[*social.Actor]int{w.owner: 1, w.sam: 1} {
		if n, err := w.CountPosts(t.Context(), author.ID); err != nil || n != want {
			t.Errorf("%d posts of %s (%v), want %d", n, author.Handle, err, want)
		}
	}
}

// TestCountPosts keeps the numbers true whatever happens to posts.
func TestCountPosts(t *testing.T) {
	w := newWorld(t)
	count := func(what string, mine, sams int) {
		t.Helper()
		for author, want := range map[*social.Actor]int{w.owner: mine, w.sam: sams, w.bob: 0} {
			if n, err := w.CountPosts(t.Context(), author.ID); err != nil || n != want {
				t.Errorf("%s: %d posts of %s (%v), want %d", what, n, author.Handle, err, want)
			}
		}
	}
	mine, sams := w.post(w.owner, "mine", 1, nil), w.post(w.sam, "sam's", 2, nil)
	hidden := w.post(w.sam, "hidden", 3, func(p *social.Post) { p.Visibility = social.Followers })
	w.post(w.owner, "for followers", 4, func(p *social.Post) { p.Visibility = social.Followers })
	count("in the beginning", 1, 2)
	storetest.PutPost(t, w.Store, mine)
	storetest.PutPost(t, w.Store, sams)
	count("put again", 1, 2)
	mine.Visibility = social.Followers
	storetest.PutPost(t, w.Store, mine)
	count("hidden from the many", 0, 2)
	mine.Visibility = social.Unlisted
	storetest.PutPost(t, w.Store, mine)
	count("shown again", 1, 2)
	for _, p := range []*social.Post{mine, hidden, hidden} {
		w.update(func(tx *store.Tx) error { return tx.DeletePost(t.Context(), p.ID) })
	}
	count("deleted", 0, 1)
}

func TestListByTag(t *testing.T) {
	w := newWorld(t)
	tagged := func(p *social.Post) { p.Tags = []string{"Garden"} }
	w.post(w.owner, "mine", 1, tagged)
	w.post(w.owner, "unlisted", 2, func(p *social.Post) { tagged(p); p.Visibility = social.Unlisted })
	w.post(w.bob, "bob's", 3, tagged)
	for what, test := range map[string]struct {
		v    social.Viewer
		want []string
	}{
		"anybody": {social.Viewer{}, []string{"mine"}},
		"owner":   {social.Viewer{Owner: true}, []string{"bob's", "unlisted", "mine"}},
	} {
		posts, err := w.ListByTag(t.Context(), store.TagQuery{Span: store.Below(0, 9), Tag: "gArden"}, test.v)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, what, postNames(posts), test.want)
	}
}

func TestListThread(t *testing.T) {
	w := newWorld(t)
	answer := func(name string, to *social.Post, ms int64, by *social.Actor) *social.Post {
		return w.post(by, name, ms, func(p *social.Post) { p.InReplyTo = to.URI })
	}
	root := w.post(w.bob, "root", 1, nil)
	a := answer("a", root, 2, w.carol)
	b := answer("b", a, 3, w.owner)
	answer("c", b, 4, w.sam)
	answer("d", b, 5, w.carol)
	answer("e", root, 6, w.carol)
	show := func(p *social.Post) string {
		up, down, err := w.ListThread(t.Context(), p.ID, social.Viewer{})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(postNames(up), postNames(down))
	}
	wantSame(t, "around b", show(b), "[root a] [c d]")
	wantSame(t, "around the root", show(root), "[] [a b c d e]")
	replies, err := w.ListReplies(t.Context(), b.ID, social.Viewer{}, 0, 9)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "replies", postNames(replies), []string{"d", "c"})
	w.update(func(tx *store.Tx) error { return tx.PutBlock(t.Context(), w.sam.ID) })
	wantSame(t, "with sam blocked", show(b), "[root a] [d]")

	circle := *root
	circle.InReplyTo = b.URI
	storetest.PutPost(t, w.Store, &circle)
	wantSame(t, "in a circle", show(b), "[root a] [root a d e]")
	self := w.post(w.bob, "self", 9, func(p *social.Post) { p.InReplyTo = p.URI })
	wantSame(t, "answers itself", show(self), "[] []")
}

// TestAround says of each post of a thread that is left out why.
func TestAround(t *testing.T) {
	w := newWorld(t)
	answer := func(name string, to *social.Post, ms int64, by *social.Actor, v social.Visibility) *social.Post {
		return w.post(by, name, ms, func(p *social.Post) { p.InReplyTo, p.Visibility = to.URI, v })
	}
	root := w.post(w.bob, "root", 1, nil)
	gone := answer("gone", root, 2, w.bob, social.Public)
	quietGone := answer("quiet and gone", root, 3, w.bob, social.Followers)
	quiet := answer("quiet", root, 4, w.bob, social.Followers)
	rude := answer("rude", root, 5, w.sam, social.Public)
	loud := answer("loud", root, 6, w.carol, social.Public)
	letter := answer("letter", root, 7, w.bob, social.Direct)
	last := answer("last", gone, 8, w.bob, social.Public)
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.DeletePost(t.Context(), gone.ID), tx.DeletePost(t.Context(), quietGone.ID), tx.PutBlock(t.Context(), w.sam.ID),
			tx.PutMute(t.Context(), w.carol.ID, time.Time{}, false))
	})
	out := func(p *social.Post, why store.AbsenceWhy) store.Absence {
		return store.Absence{ID: p.ID, AnswersID: root.ID, Why: why}
	}
	for what, test := range map[string]struct {
		v     social.Viewer
		shown []string
		out   []store.Absence
	}{
		"the owner": {social.Viewer{Owner: true}, []string{"quiet", "last"}, []store.Absence{
			out(gone, store.AbsentDeleted), out(quietGone, store.AbsentDeleted), out(rude, store.AbsentHidden), out(loud, store.AbsentHidden), out(letter, store.AbsentLetter)}},
		"a visitor": {social.Viewer{}, []string{"loud", "last"}, []store.Absence{
			out(gone, store.AbsentDeleted), out(quietGone, store.AbsentPrivate), out(quiet, store.AbsentPrivate), out(rude, store.AbsentPrivate), out(letter, store.AbsentPrivate)}},
	} {
		around, err := w.FindAround(t.Context(), root.ID, test.v)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, what+" is shown", postNames(around.Below), test.shown)
		wantSame(t, what+" is not shown", around.OutBelow, test.out)
		above, below, err := w.CountThread(t.Context(), root.ID, test.v)
		if err != nil || above != 0 || below != len(test.shown) {
			t.Errorf("%s: %d above and %d below (%v), want %d below", what, above, below, err, len(test.shown))
		}
	}
	around, err := w.FindAround(t.Context(), last.ID, social.Viewer{Owner: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "above the last", postNames(around.Above), []string{"root"})
	wantSame(t, "and not shown", around.OutAbove, []store.Absence{out(gone, store.AbsentDeleted)})
	first, err := w.FindFirst(t.Context(), last.ID)
	if err != nil || first.ID != root.ID {
		t.Errorf("the first above the last is %v (%v)", first, err)
	}
}

func TestThreadIsBounded(t *testing.T) {
	w := newWorld(t)
	var last *social.Post
	chain := []*social.Post{}
	w.update(func(tx *store.Tx) error {
		for i := range 700 {
			p := storetest.Post(w.bob, fmt.Sprint(i), at(int64(i)))
			if last != nil {
				p.InReplyTo = last.URI
			}
			id, err := tx.PutPost(t.Context(), p)
			if err != nil {
				return err
			}
			p.ID = id
			last, chain = p, append(chain, p)
		}
		return nil
	})
	up, _, err := w.ListThread(t.Context(), last.ID, social.Viewer{})
	if err != nil || len(up) != 100 || up[99].ID != chain[698].ID {
		t.Errorf("%d ancestors (%v), want the nearest 100", len(up), err)
	}
	_, down, err := w.ListThread(t.Context(), chain[0].ID, social.Viewer{})
	if err != nil || len(down) != 500 {
		t.Errorf("%d descendants (%v), want 500", len(down), err)
	}
}

func TestMessages(t *testing.T) {
	w := newWorld(t)
	direct := func(by *social.Actor, name string, ms int64, to ...*social.Actor) *social.Post {
		return w.post(by, name, ms, func(p *social.Post) {
			p.Visibility, p.To, p.Cc, p.AuthorURI = social.Direct, nil, nil, ""
			for _, a := range to {
				p.To = append(p.To, a.URI)
				p.Mentions = append(p.Mentions, social.Mention{URI: a.URI})
			}
		})
	}
	direct(w.bob, "hi", 1, w.owner)
	direct(w.owner, "hi both", 2, w.bob, w.carol)
	direct(w.owner, "hi bob", 3, w.bob)
	direct(w.carol, "hi two", 4, w.bob, w.owner)
	all, err := w.ListConversations(t.Context(), store.Below(0, 9))
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	wantSame(t, "with", [][]*social.Actor{all[0].With, all[1].With}, [][]*social.Actor{{w.bob, w.carol}, {w.bob}})
	wantSame(t, "last", []string{said(all[0].Last), said(all[1].Last)}, []string{"hi two", "hi bob"})
	for _, one := range all {
		same, err := w.FindConversation(t.Context(), one.Last.ID)
		if err != nil {
			t.Error(err)
		}
		wantSame(t, "found by its last post", same, one)
	}
	open := w.post(w.bob, "to all", 5, nil)
	if _, err := w.FindConversation(t.Context(), open.ID); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("the conversation of an open post: %v", err)
	}
	posts, err := w.ListDirect(t.Context(), all[1].Key, 0, 9)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "with bob", postNames(posts), []string{"hi bob", "hi"})
	posts, err = w.ListDirect(t.Context(), all[1].Key, posts[0].ID, 9)
	wantSame(t, "second page", postNames(posts), []string{"hi"})
	older, err2 := w.ListConversations(t.Context(), store.Below(all[0].Last.ID, 9))
	if err := errors.Join(err, err2); err != nil || len(older) != 1 || older[0].Key != all[1].Key {
		t.Errorf("older conversations %v (%v)", older, err)
	}
}

func TestBlocks(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.PutBlock(ctx, w.bob.ID), tx.PutHostBlock(ctx, "friend.test"), tx.PutHostBlock(ctx, "localhost:3001"),
			tx.PutMute(ctx, w.sam.ID, clock().Add(time.Hour), false), tx.PutBlockedBy(ctx, w.sam.ID, "https://stranger.test/b/1"))
	})
	for _, test := range []struct {
		uri, host string
		want      bool
	}{
		{w.bob.URI, "far.test", true}, {w.sam.URI, "stranger.test", false}, {"", "friend.test", true},
		{"", "a.b.friend.test", true}, {"", "friend.test:8443", true}, {"", "notfriend.test", false}, {w.carol.URI, "", true},
		{"", "localhost:3001", true}, {"", "localhost:3002", false}, {"", "", false},
	} {
		if got, err := w.IsBlocked(ctx, test.uri, test.host); err != nil || got != test.want {
			t.Errorf("%s at %s is blocked: %v (%v), want %v", test.uri, test.host, got, err, test.want)
		}
	}
	relation := func(a *social.Actor) social.Relation {
		t.Helper()
		r, err := w.FindRelation(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	wantSame(t, "bob", relation(w.bob), social.Relation{Following: social.FollowAccepted, Blocking: true})
	wantSame(t, "carol", relation(w.carol), social.Relation{Following: social.FollowAccepted, FollowedBy: social.FollowAccepted, HostBlocked: true})
	wantSame(t, "sam", relation(w.sam), social.Relation{FollowedBy: social.FollowAccepted, Muting: true, MutedUntil: clock().Add(time.Hour), BlockedBy: true})
	wantSame(t, "nobody", relation(&social.Actor{ID: 99}), social.Relation{})
	together, err := w.ListRelations(ctx, []social.ID{w.bob.ID, w.sam.ID, 99})
	if err != nil {
		t.Error(err)
	}
	wantSame(t, "all of them", together, map[social.ID]social.Relation{w.bob.ID: relation(w.bob), w.sam.ID: relation(w.sam)})
	late := storetest.PutActor(t, w.Store, storetest.Actor("late", "sub.friend.test"))
	if !relation(late).HostBlocked {
		t.Error("an actor who comes after the block of their server is not blocked")
	}
	if id, err := w.FindBlockedBy(ctx, "https://stranger.test/b/1"); err != nil || id != w.sam.ID {
		t.Error(id, err)
	}
	blocks, err := w.ListBlocks(ctx)
	wantSame(t, "blocks", blocks, []store.Blocked{{Actor: w.bob, CreatedAt: clock()}})
	mutes, err2 := w.ListMutes(ctx)
	wantSame(t, "mutes", mutes, []store.Muted{{Actor: w.sam, Until: clock().Add(time.Hour), CreatedAt: clock()}})
	hosts, err3 := w.ListHostBlocks(ctx)
	wantSame(t, "hosts", hosts, []store.HostBlock{{Host: "friend.test", CreatedAt: clock()}, {Host: "localhost:3001", CreatedAt: clock()}})
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.DeleteBlock(ctx, w.bob.ID), tx.DeleteHostBlock(ctx, "friend.test"), tx.DeleteMute(ctx, w.sam.ID), tx.DeleteBlockedBy(ctx, w.sam.ID))
	})
	wantSame(t, "bob again", relation(w.bob), social.Relation{Following: social.FollowAccepted})
	wantSame(t, "sam again", relation(w.sam), social.Relation{FollowedBy: social.FollowAccepted})
	if relation(late).HostBlocked {
		t.Error("the end of the block did not reach a subdomain")
	}
}

func TestSearchPosts(t *testing.T) {
	w := newWorld(t)
	w.post(w.bob, "1", 1, func(p *social.Post) { p.Content = "<p>Der Bäcker<br>backt</p><p>Brot &amp; Wein</p>" })
	w.post(w.bob, "2", 2, func(p *social.Post) { p.Content, p.Warning = "<p>go<b>pher</b>s run</p>", "animals" })
	w.post(w.bob, "3", 3, func(p *social.Post) {
		p.Content, p.Attachments = "日本語を勉強する", []social.Attachment{{Kind: social.MediaImage, RemoteURL: "x", Alt: "a kitten"}}
	})
	w.post(w.bob, "4", 4, func(p *social.Post) { p.Content = "ที่นี่ประเทศไทย bread wine" })
	for text, want := range map[string]string{
		"backer": "[1]", "backt brot": "[1]", "BROT wein": "[1]", `"wein brot"`: "[]", `"brot wein"`: "[1]", "gophers": "[2]",
		"animals": "[2]", "goph": "[]", "goph*": "[2]", "kitten": "[3]", "日本": "[3]", "本語": "[3]", "本": "[3]", "日語": "[]",
		"勉強": "[3]", "ประเทศ": "[4]", "ไทย wine": "[4]", "": "[]", `"`: "[]", "*": "[]", "a AND": "[]", "b* OR": "[]",
		"NEAR(": "[]", "words:x": "[]", "-bread": "[4]", "\x00": "[]", "bread\x00wine": "[4]", "b* w*": "[4 1]",
	} {
		posts, err := w.SearchPosts(t.Context(), store.PostSearch{Text: text, Span: store.Below(0, 9)})
		if err != nil {
			t.Errorf("search for %q: %v", text, err)
			continue
		}
		var ids []string
		for _, p := range posts {
			ids = append(ids, p.URI[len(p.URI)-1:])
		}
		if got := fmt.Sprint(ids); got != want {
			t.Errorf("search for %q: %s, want %s", text, got, want)
		}
	}
}
