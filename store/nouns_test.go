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

func TestHome(t *testing.T) {
	s := storetest.Open(t, t.TempDir()+"/croft.db", clock)
	_, err := s.FindHome(t.Context())
	wantError(t, "before the set-up", err, social.ErrNotFound)
	home := storetest.SetUp(t, s, storetest.Site())
	profile := social.Profile{Name: "Ana", Bio: "*hi*", Fields: []social.ProfileField{{Name: "a", Value: "b"}}, Locked: true, Hue: "moss"}
	preferences := social.Preferences{OpenWarnings: true, TimeZone: "Pacific/Auckland", Boosts: social.BoostsFewer}
	storetest.Update(t, s, func(tx *store.Tx) error {
		return errors.Join(tx.SetProfile(t.Context(), profile), tx.SetPreferences(t.Context(), preferences),
			tx.PutOwnKeys(t.Context(), home.OwnerID, store.OwnKeys{RSA: []byte("r"), Ed25519: []byte("e")}))
	})
	got, err := s.FindHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "home", got, store.Home{
		Origin: "https://home.test", HandleHost: "home.test", Name: "ana", OwnerID: home.OwnerID,
		InstanceID: home.InstanceID, Profile: profile, Preferences: preferences, CreatedAt: clock(),
	})
	if got.Site() != storetest.Site() {
		t.Errorf("site %v", got.Site())
	}
	keys, err := s.FindOwnKeys(t.Context(), home.OwnerID)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "own keys", keys, store.OwnKeys{RSA: []byte("r"), Ed25519: []byte("e")})
	wantError(t, "a second home", s.Update(t.Context(), func(tx *store.Tx) error { return tx.PutHome(t.Context(), home) }), social.ErrConflict)
}

func TestActor(t *testing.T) {
	w := newWorld(t)
	a := storetest.Actor("Dora", "far.test")
	a.Type, a.Name, a.Bio = social.Service, "Dora D.", "<p>bio</p>"
	a.Avatar, a.Header = social.Image{RemoteURL: "https://far.test/a.png", MediaType: "image/png"}, social.Image{File: "h.jpg", Alt: "hills"}
	a.Fields = []social.Field{{Name: "web", Value: "<a>x</a>", Source: "x", VerifiedAt: at(1)}}
	a.Emojis = []social.Emoji{{Name: "blob", RemoteURL: "https://far.test/blob"}}
	a.MovedTo, a.AlsoKnownAs = "https://new.test/dora", []string{"https://old.test/dora"}
	a.Locked, a.Discoverable, a.Indexable = true, true, true
	a.FollowerCount, a.FollowingCount, a.PostCount = 1, 2, 3
	a.CreatedAt, a.UpdatedAt, a.FetchedAt = at(1), at(2), at(3)
	storetest.PutActor(t, w.Store, a)
	find := func(what string, got *social.Actor, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, what, got, a)
	}
	got, err := w.FindActor(t.Context(), a.ID)
	find("by id", got, err)
	got, err = w.FindActorByURI(t.Context(), a.URI)
	find("by uri", got, err)
	got, err = w.FindActorByHandle(t.Context(), social.Handle{Name: "dORA", Host: "far.test"})
	find("by handle", got, err)
	b := *a
	b.ID, b.Name, b.Fields, b.Avatar, b.Locked = 0, "new", nil, social.Image{}, false
	id := a.ID
	a = &b
	if storetest.PutActor(t, w.Store, a); a.ID != id {
		t.Errorf("put again under id %s, want %s", a.ID, id)
	}
	w.update(func(tx *store.Tx) error { return tx.SetActorGone(t.Context(), id) })
	a.GoneAt = clock()
	got, err = w.FindActor(t.Context(), id)
	find("changed and gone", got, err)
	_, err = w.FindActor(t.Context(), 99)
	wantError(t, "unknown actor", err, social.ErrNotFound)
}

func TestSearchActors(t *testing.T) {
	w := newWorld(t)
	named := storetest.Actor("x1", "far.test")
	named.Name = "Bobby Tables"
	storetest.PutActor(t, w.Store, named)
	gone := storetest.Actor("bobgone", "far.test")
	gone.GoneAt = at(1)
	storetest.PutActor(t, w.Store, gone)
	for text, want := range map[string][]string{
		"bob": {"bob", "x1"}, "@BOB": {"bob", "x1"}, "bob@far": {"bob"}, "bob@near": nil, "": nil, "ob": nil, "%": nil,
	} {
		found, err := w.SearchActors(t.Context(), text, 9)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range found {
			got = append(got, a.Handle.Name)
		}
		wantSame(t, fmt.Sprintf("search for %q", text), got, want)
	}
}

func TestKeys(t *testing.T) {
	w := newWorld(t)
	key := store.Key{URI: w.bob.URI + "#main-key", ActorID: w.bob.ID, Owner: w.bob.URI, Material: "PEM", FetchedAt: at(4)}
	second := store.Key{URI: w.bob.URI + "#ed", Material: "z6Mk", FetchedAt: at(4)}
	w.update(func(tx *store.Tx) error { return tx.PutKeys(t.Context(), w.bob.ID, []store.Key{key, second}) })
	got, err := w.FindKey(t.Context(), key.URI)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "key", got, key)
	wantError(t, "another's key", w.Update(t.Context(), func(tx *store.Tx) error {
		return tx.PutKeys(t.Context(), w.sam.ID, []store.Key{key})
	}), social.ErrConflict)
	w.update(func(tx *store.Tx) error { return tx.PutKeys(t.Context(), w.bob.ID, []store.Key{key}) })
	_, err = w.FindKey(t.Context(), second.URI)
	wantError(t, "a key they have no longer", err, social.ErrNotFound)
	w.update(func(tx *store.Tx) error { return tx.DeleteKeys(t.Context(), w.bob.ID) })
	_, err = w.FindKey(t.Context(), key.URI)
	wantError(t, "a deleted key", err, social.ErrNotFound)
}

func TestFollows(t *testing.T) {
	w := newWorld(t)
	f := social.Follow{URI: "https://far.test/f/1", FollowerID: w.bob.ID, FollowedID: w.owner.ID, State: social.FollowPending, CreatedAt: at(5)}
	w.update(func(tx *store.Tx) (err error) { f.ID, err = tx.PutFollow(t.Context(), f); return err })
	got, err := w.FindFollow(t.Context(), w.bob.ID, w.owner.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "follow", got, f)
	again := f
	again.ID, again.URI = 0, "https://far.test/f/2"
	w.update(func(tx *store.Tx) (err error) { again.ID, err = tx.PutFollow(t.Context(), again); return err })
	if again.ID != f.ID {
		t.Errorf("followed again under id %s, want %s", again.ID, f.ID)
	}
	byURI, err := w.FindFollowByURI(t.Context(), again.URI)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "the same edge", byURI, again)
	wantError(t, "a URI of another edge", w.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutFollow(t.Context(), social.Follow{URI: again.URI, FollowerID: w.sam.ID, FollowedID: w.bob.ID, State: social.FollowPending})
		return err
	}), social.ErrConflict)
	requests, err := w.ListFollowers(t.Context(), social.FollowPending, store.Below(0, 9))
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "requests", requests, []store.Edge{{Follow: again, Actor: w.bob}})
	w.update(func(tx *store.Tx) error {
		return tx.SetFollowState(t.Context(), w.bob.ID, w.owner.ID, social.FollowAccepted)
	})
	counts := func() [2]int {
		a, err := w.CountFollowers(t.Context(), social.FollowAccepted)
		b, err2 := w.CountFollowing(t.Context(), social.FollowAccepted)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return [2]int{a, b}
	}
	wantSame(t, "counts", counts(), [2]int{3, 2})
	page, err := w.ListFollowers(t.Context(), social.FollowAccepted, store.Below(0, 2))
	if err != nil || len(page) != 2 || page[0].Actor.Handle.Name != "bob" {
		t.Fatalf("first page %v (%v)", page, err)
	}
	page, err = w.ListFollowers(t.Context(), social.FollowAccepted, store.Below(page[1].Follow.ID, 2))
	if err != nil || len(page) != 1 || page[0].Actor.Handle.Name != "carol" {
		t.Errorf("second page %v (%v)", page, err)
	}
	w.update(func(tx *store.Tx) error { return tx.DeleteFollow(t.Context(), w.bob.ID, w.owner.ID) })
	wantSame(t, "counts", counts(), [2]int{2, 2})
	following, err := w.ListFollowing(t.Context(), social.FollowAccepted, store.Below(0, 9))
	if err != nil || len(following) != 2 || following[0].Actor.Handle.Name != "carol" {
		t.Errorf("following %v (%v)", following, err)
	}
	wantError(t, "accept nothing", w.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SetFollowState(t.Context(), w.bob.ID, w.owner.ID, social.FollowAccepted)
	}), social.ErrNotFound)
}

func TestFollowerInboxes(t *testing.T) {
	w := newWorld(t)
	alone := storetest.Actor("dan", "alone.test")
	alone.SharedInbox = ""
	gone := storetest.Actor("eve", "gone.test")
	gone.GoneAt = at(1)
	blocked := storetest.Actor("fay", "blocked.test")
	for _, a := range []*social.Actor{storetest.Actor("carola", "friend.test"), alone, gone, blocked} {
		w.follow(storetest.PutActor(t, w.Store, a), w.owner, social.FollowAccepted)
	}
	w.follow(w.bob, w.owner, social.FollowPending)
	w.update(func(tx *store.Tx) error { return tx.PutBlock(t.Context(), blocked.ID) })
	inboxes, err := w.ListFollowerInboxes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "inboxes", inboxes, []store.Recipient{
		{Inbox: "https://alone.test/users/dan/inbox", Host: "alone.test"},
		{Inbox: "https://friend.test/inbox", Host: "friend.test"}, {Inbox: "https://stranger.test/inbox", Host: "stranger.test"},
	})
	uris, err := w.ListFollowerURIs(t.Context(), "friend.test")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "followers on friend.test", uris, []string{"https://friend.test/users/carol", "https://friend.test/users/carola"})
}

func TestReactions(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "post", 0, nil)
	boostID := w.boost(w.carol, p, 5)
	b := social.Boost{ID: boostID, URI: w.carol.URI + "/boosts/" + p.ID.String(), BoosterID: w.carol.ID, PostID: p.ID, CreatedAt: at(5)}
	l := social.Like{URI: "https://far.test/l/1", ActorID: w.bob.ID, PostID: p.ID, Emoji: "🎉", CreatedAt: at(6)}
	w.update(func(tx *store.Tx) (err error) { l.ID, err = tx.PutLike(t.Context(), l); return err })
	gotBoost, err := w.FindBoost(t.Context(), w.carol.ID, p.ID)
	wantSame(t, "boost", gotBoost, b)
	gotBoost, err2 := w.FindBoostByURI(t.Context(), b.URI)
	wantSame(t, "boost by URI", gotBoost, b)
	gotLike, err3 := w.FindLike(t.Context(), w.bob.ID, p.ID)
	wantSame(t, "like", gotLike, l)
	gotLike, err4 := w.FindLikeByURI(t.Context(), l.URI)
	wantSame(t, "like by URI", gotLike, l)
	boosters, err5 := w.ListBoosters(t.Context(), p.ID, store.Below(0, 9))
	wantSame(t, "boosters", boosters, []store.Booster{{Boost: b, Actor: w.carol}})
	likers, err6 := w.ListLikers(t.Context(), p.ID, store.Below(0, 9))
	wantSame(t, "likers", likers, []store.Liker{{Like: l, Actor: w.bob}})
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	second := l
	second.ID, second.URI = 0, "https://far.test/l/2"
	w.update(func(tx *store.Tx) error {
		id, err := tx.PutLike(t.Context(), second)
		if id != l.ID {
			t.Errorf("liked again under id %s, want %s", id, l.ID)
		}
		mine, err2 := tx.PutLike(t.Context(), social.Like{URI: "mine", ActorID: w.owner.ID, PostID: p.ID, CreatedAt: at(7)})
		_ = mine
		return errors.Join(err, err2)
	})
	if got, _ := w.FindPost(t.Context(), p.ID); got.LikeCount != 2 || got.BoostCount != 1 {
		t.Errorf("%d likes and %d boosts, want 2 and 1", got.LikeCount, got.BoostCount)
	}
	mine, err := w.ListMine(t.Context(), []social.ID{p.ID, 99})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "mine", mine, map[social.ID]store.Mine{p.ID: {Liked: true}})
	for range 2 {
		w.update(func(tx *store.Tx) error {
			return errors.Join(tx.DeleteLike(t.Context(), w.bob.ID, p.ID), tx.DeleteBoost(t.Context(), w.carol.ID, p.ID))
		})
	}
	if got, _ := w.FindPost(t.Context(), p.ID); got.LikeCount != 1 || got.BoostCount != 0 {
		t.Errorf("afterwards %d likes and %d boosts, want 1 and 0", got.LikeCount, got.BoostCount)
	}
	wantError(t, "like nothing", w.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutLike(t.Context(), social.Like{URI: "x", ActorID: w.bob.ID, PostID: 99})
		return err
	}), social.ErrNotFound)
}

func TestNotifications(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "post", 0, nil)
	put := func(n social.Notification) bool {
		var id social.ID
		w.update(func(tx *store.Tx) (err error) { id, err = tx.PutNotification(t.Context(), n); return err })
		return id != 0
	}
	like := social.Notification{Kind: social.NotifyLike, ActorID: w.bob.ID, PostID: p.ID, CreatedAt: at(1)}
	follow := social.Notification{Kind: social.NotifyFollow, ActorID: w.sam.ID, CreatedAt: at(2)}
	edit := social.Notification{Kind: social.NotifyEdit, ActorID: w.bob.ID, PostID: p.ID, CreatedAt: at(3)}
	for i, fresh := range []bool{put(like), put(follow), put(edit), put(like), put(follow), put(edit)} {
		if want := i < 3 || i == 5; fresh != want {
			t.Errorf("notification %d is news: %v, want %v", i, fresh, want)
		}
	}
	all, err := w.ListNotifications(t.Context(), store.NotificationQuery{Span: store.Below(0, 9)})
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	post, _ := w.FindPost(t.Context(), p.ID)
	like.ID, like.Actor, like.Post = all[2].ID, w.bob, post
	follow.ID, follow.Actor = all[1].ID, w.sam
	edit.ID, edit.Actor, edit.Post = all[0].ID, w.bob, post
	wantSame(t, "notifications", all, []social.Notification{edit, follow, like})
	some, err := w.ListNotifications(t.Context(), store.NotificationQuery{Span: store.Below(0, 9), Kinds: []social.NotificationKind{social.NotifyLike, social.NotifyEdit}})
	if err != nil {
		t.Error(err)
	}
	wantSame(t, "likes and edits", some, []social.Notification{edit, like})
	w.update(func(tx *store.Tx) error { return tx.SetNotificationsRead(t.Context(), follow.ID) })
	if n, err := w.CountUnread(t.Context()); err != nil || n != 1 {
		t.Errorf("%d unread (%v), want 1", n, err)
	}
	w.update(func(tx *store.Tx) error { return tx.PutMute(t.Context(), w.bob.ID, clock().Add(time.Hour), false) })
	if rest, _ := w.ListNotifications(t.Context(), store.NotificationQuery{Span: store.Below(0, 9)}); len(rest) != 1 || rest[0].ActorID != w.sam.ID {
		t.Errorf("with bob muted: %v", rest)
	}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.DeleteNotificationsBy(t.Context(), w.sam.ID),
			tx.DeleteNotification(t.Context(), social.NotifyLike, w.bob.ID, p.ID), tx.DeleteMute(t.Context(), w.bob.ID))
	})
	if rest, _ := w.ListNotifications(t.Context(), store.NotificationQuery{Span: store.Below(0, 9)}); len(rest) != 1 || rest[0].Kind != social.NotifyEdit {
		t.Errorf("in the end: %v", rest)
	}
}

func TestReports(t *testing.T) {
	w := newWorld(t)
	v := social.Report{URI: "https://far.test/flag/1", ActorID: w.bob.ID, TargetID: w.owner.ID, Posts: []string{"p"}, Comment: "c", CreatedAt: at(1)}
	for range 2 {
		w.update(func(tx *store.Tx) (err error) { v.ID, err = tx.PutReport(t.Context(), v); return err })
	}
	v.Actor, v.Target = w.bob, w.owner
	all, err := w.ListReports(t.Context(), 0, 9)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "reports", all, []social.Report{v})
	w.update(func(tx *store.Tx) error { return tx.SetReportClosed(t.Context(), v.ID) })
	v.ClosedAt = clock()
	got, err := w.FindReport(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "closed", got, v)
}

func TestActivitiesSeenThreadsRecipients(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "post", 0, nil)
	a, b, c := store.Recipient{"https://a.test/in", "a.test"}, store.Recipient{"https://b.test/in", "b.test"}, store.Recipient{"https://c.test/in", "c.test"}
	const act, edit, other = "/activity", "#updates/3", "0/activity" // what comes behind the post's URI
	body := []byte(`{"type":"Create","object":{}}`)
	w.update(func(tx *store.Tx) error {
		return errors.Join(
			tx.PutActivity(t.Context(), p.URI+act, []byte("old")), tx.PutActivity(t.Context(), p.URI+act, body),
			tx.PutActivity(t.Context(), p.URI+edit, body), tx.PutActivity(t.Context(), p.URI+other, body),
			tx.PutThread(t.Context(), store.Thread{PostID: p.ID, AskedAt: at(0), Replies: -1, Whole: -1}),
			tx.PutThread(t.Context(), store.Thread{PostID: p.ID, AskedAt: at(8), FetchedAt: at(9), Replies: 4, Whole: 7}),
			tx.PutRecipients(t.Context(), p.ID, []store.Recipient{a, b, a}), tx.PutRecipients(t.Context(), p.ID, []store.Recipient{c, b}),
		)
	})
	got, err := w.FindActivity(t.Context(), p.URI+act)
	if err != nil || string(got) != string(body) {
		t.Errorf("activity %q (%v)", got, err)
	}
	thread, err := w.FindThread(t.Context(), p.ID)
	wantSame(t, "thread", thread, store.Thread{PostID: p.ID, AskedAt: at(8), FetchedAt: at(9), Replies: 4, Whole: 7})
	w.update(func(tx *store.Tx) error {
		return tx.DeletePost(t.Context(), p.ID)
	})
	recipients, err2 := w.ListRecipients(t.Context(), p.ID)
	wantSame(t, "recipients of a deleted post", recipients, []store.Recipient{a, b, c})
	for tail, want := range map[string]error{act: social.ErrNotFound, edit: social.ErrNotFound, other: nil} {
		_, err := w.FindActivity(t.Context(), p.URI+tail)
		wantError(t, "the activity "+tail+" of a deleted post", err, want)
	}
	if err := errors.Join(err, err2); err != nil {
		t.Error(err)
	}
	seen := func(actor, id string) (fresh bool) {
		w.update(func(tx *store.Tx) (err error) { fresh, err = tx.PutSeen(t.Context(), actor, id); return err })
		return fresh
	}
	wantSame(t, "fresh", []bool{seen("x", "1"), seen("x", "1"), seen("y", "1"), seen("x", "2")}, []bool{true, false, true, true})
	var gone []int
	w.update(func(tx *store.Tx) error {
		for range 3 {
			n, err := tx.DeleteSeenBefore(t.Context(), clock().Add(1), 2)
			if err != nil {
				return err
			}
			gone = append(gone, n)
		}
		return nil
	})
	wantSame(t, "forgotten before the moment itself", gone, []int{0, 0, 0})
	w.update(func(tx *store.Tx) error {
		n, err := tx.DeleteSeenBefore(t.Context(), clock().Add(time.Second), 2)
		m, err2 := tx.DeleteSeenBefore(t.Context(), clock().Add(time.Second), 2)
		gone = []int{n, m}
		return errors.Join(err, err2)
	})
	wantSame(t, "forgotten", gone, []int{2, 1})
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	v := w.Sessions()
	one := store.Session{Token: "h1", Data: []byte("d"), ExpiresAt: clock().Add(time.Hour)}
	put := func(s store.Session) {
		if err := v.PutSession(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	put(store.Session{Token: "old", ExpiresAt: clock()})
	put(store.Session{Token: "h1", ExpiresAt: clock().Add(time.Minute)})
	if err := v.RenewSession(t.Context(), one, nil); err != nil {
		t.Fatal(err)
	}
	put(store.Session{Token: "h2", Data: []byte{}, ExpiresAt: clock().Add(time.Hour)})
	one.CreatedAt = clock()
	got, err := v.FindSession(t.Context(), "h1")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "session", got, one)
	_, err = v.FindSession(t.Context(), "old")
	wantError(t, "an expired session", err, social.ErrNotFound)
	if err := v.DeleteSession(t.Context(), "h2"); err != nil {
		t.Fatal(err)
	}
	if all, err := v.ListSessions(t.Context(), 9); err != nil || len(all) != 1 {
		t.Errorf("sessions %v (%v), want one", all, err)
	}
	if err := v.SetPassword(t.Context(), "hash"); err != nil {
		t.Fatal(err)
	}
	// A request that was under way when the owner signed out brings nothing back.
	heir := store.Session{Token: "h3", ExpiresAt: clock().Add(time.Hour)}
	wantError(t, "renewing what has ended", v.RenewSession(t.Context(), one, &heir), social.ErrNotFound)
	if all, err := v.ListSessions(t.Context(), 9); err != nil || len(all) != 0 {
		t.Errorf("sessions %v (%v) after the password was changed", all, err)
	}
	_, err = v.FindSession(t.Context(), "h1")
	wantError(t, "a session after a new password", err, social.ErrNotFound)
	if hash, err := v.FindPasswordHash(t.Context()); err != nil || hash != "hash" {
		t.Errorf("password %q (%v)", hash, err)
	}
	for _, token := range []string{"k1", "k2", "k3", "k4"} {
		put(store.Session{Token: token, ExpiresAt: clock().Add(time.Hour)})
	}
	if all, err := v.ListSessions(t.Context(), 3); err != nil || len(all) != 3 {
		t.Errorf("sessions %v (%v), want three", all, err)
	}
	if err := v.DeleteOtherSessions(t.Context(), "k1", "k3"); err != nil {
		t.Error(err)
	}
	for token, want := range map[string]error{"k1": nil, "k2": social.ErrNotFound, "k3": nil, "k4": social.ErrNotFound} {
		_, err := v.FindSession(t.Context(), token)
		wantError(t, token+" after the others ended", err, want)
	}
	if err := v.DeleteAllSessions(t.Context()); err != nil {
		t.Error(err)
	}
	if n, err := v.CountSessions(t.Context()); err != nil || n != 0 {
		t.Errorf("%d sessions left (%v)", n, err)
	}
}
