package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// notify keeps a notification.
func (w *world) notify(kind social.NotificationKind, by *social.Actor, post social.ID, at time.Time) {
	w.t.Helper()
	w.update(func(tx *store.Tx) error {
		_, err := tx.PutNotification(w.t.Context(), social.Notification{Kind: kind, ActorID: by.ID, PostID: post, CreatedAt: at})
		return err
	})
}

// told is the groups of a page, each as its key and who is in it.
func (w *world) told(before social.ID, limit int, kinds ...social.NotificationKind) (lines []string, last social.ID) {
	w.t.Helper()
	groups, err := w.ListNotificationGroups(w.t.Context(), store.GroupQuery{NotificationQuery: store.NotificationQuery{Span: store.Below(before, limit), Kinds: kinds}, Newest: 2})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, g := range groups {
		line := fmt.Sprintf("%s %d/%d:", g.Newest[0].Kind, g.Unread, g.Count)
		for _, n := range g.Newest {
			line += " " + n.Actor.Handle.Name
		}
		lines, last = append(lines, line), g.ID
	}
	return lines, last
}

func (w *world) fan(i int) *social.Actor {
	return storetest.PutActor(w.t, w.Store, storetest.Actor(fmt.Sprintf("fan%d", i), "fans.test"))
}

// Likes and boosts of two posts, and follows of two days, come in any order.
func TestWhatSaysTheSameIsOneGroup(t *testing.T) {
	w := newWorld(t)
	a, b := w.post(w.owner, "a", 0, nil), w.post(w.owner, "b", 1, nil)
	day := 24 * time.Hour
	w.notify(social.NotifyLike, w.bob, a.ID, at(1))
	w.notify(social.NotifyFollow, w.sam, 0, at(1))
	w.notify(social.NotifyLike, w.bob, b.ID, at(2))
	w.notify(social.NotifyBoost, w.bob, a.ID, at(2))
	w.notify(social.NotifyMention, w.sam, a.ID, at(2))
	w.notify(social.NotifyLike, w.carol, a.ID, at(3))
	w.notify(social.NotifyFollow, w.carol, 0, at(1).Add(day))
	w.notify(social.NotifyMention, w.sam, b.ID, at(4))
	w.notify(social.NotifyLike, w.sam, a.ID, at(5))
	w.notify(social.NotifyFollow, w.bob, 0, at(2).Add(day))
	got, _ := w.told(0, 20)
	wantSame(t, "groups", got, []string{"follow 2/2: bob carol", "like 3/3: sam carol", "mention 1/1: sam", "mention 1/1: sam",
		"boost 1/1: bob", "like 1/1: bob", "follow 1/1: sam"})
	got, _ = w.told(0, 20, social.NotifyLike, social.NotifyBoost)
	wantSame(t, "groups of two kinds", got, []string{"like 3/3: sam carol", "boost 1/1: bob", "like 1/1: bob"})
	counts, err := w.CountUnreadByKind(t.Context())
	wantSame(t, "unread", counts, map[social.NotificationKind]int{"like": 4, "boost": 1, "follow": 3, "mention": 2})
	wantError(t, "count", err, nil)
}

// However pages are cut, each group is on one of them, and each of those in it
// is listed once.
func TestPagesOfGroupsLoseAndRepeatNobody(t *testing.T) {
	w := newWorld(t)
	posts := []*social.Post{w.post(w.owner, "a", 0, nil), w.post(w.owner, "b", 1, nil), w.post(w.owner, "c", 2, nil)}
	for i := range 30 {
		w.notify(social.NotifyLike, w.fan(i), posts[i*i%3].ID, at(int64(i)))
		w.notify(social.NotifyBoost, w.fan(i), posts[i%3].ID, at(int64(i)))
		w.notify(social.NotifyMention, w.fan(i), posts[i%3].ID, at(int64(i)))
	}
	for limit := 1; limit < 5; limit++ {
		keys, people, groups := map[string]bool{}, map[social.ID]bool{}, 0
		for before := social.ID(0); ; {
			page, err := w.ListNotificationGroups(t.Context(), store.GroupQuery{NotificationQuery: store.NotificationQuery{Span: store.Below(before, limit)}, Newest: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range page {
				if keys[g.Key] {
					t.Fatalf("%s is told twice with %d a page", g.Key, limit)
				}
				keys[g.Key], before, groups = true, g.ID, groups+1
				w.walkGroup(g, limit, people)
			}
			if len(page) < limit {
				break
			}
		}
		if groups != 35 || len(people) != 90 {
			t.Errorf("%d a page: %d groups of %d notifications, want 35 of 90", limit, groups, len(people))
		}
	}
}

func (w *world) walkGroup(g store.NotificationGroup, limit int, seen map[social.ID]bool) {
	w.t.Helper()
	n := 0
	for before := social.ID(0); ; {
		page, err := w.ListGroup(w.t.Context(), g.Key, before, limit)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, one := range page {
			if seen[one.ID] {
				w.t.Fatalf("%v is listed twice", one)
			}
			seen[one.ID], before, n = true, one.ID, n+1
		}
		if len(page) < limit {
			break
		}
	}
	if n != g.Count {
		w.t.Errorf("%s has %d, and lists %d", g.Key, g.Count, n)
	}
}

// Who is muted or blocked is not counted, not named, and alone no line at all.
// What is taken back leaves the line to those who stay.
func TestAGroupIsOfThoseWhomTheOwnerHears(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "a", 0, nil)
	for _, a := range []*social.Actor{w.carol, w.sam, w.bob} {
		w.notify(social.NotifyLike, a, p.ID, at(1))
	}
	w.notify(social.NotifyBoost, w.bob, p.ID, at(2))
	tells := func(what string, want ...string) {
		t.Helper()
		got, _ := w.told(0, 9)
		wantSame(t, what, got, want)
	}
	tells("all", "boost 1/1: bob", "like 3/3: bob sam")
	w.update(func(tx *store.Tx) error { return tx.PutMute(t.Context(), w.bob.ID, time.Time{}, false) })
	tells("bob muted", "like 2/2: sam carol")
	w.update(func(tx *store.Tx) error { return tx.PutBlock(t.Context(), w.sam.ID) })
	tells("sam blocked, too", "like 1/1: carol")
	if all, err := w.ListGroup(t.Context(), "like-"+p.ID.String(), 0, 9); err != nil || len(all) != 1 || all[0].ActorID != w.carol.ID {
		t.Errorf("the group lists %v (%v), want carol alone", all, err)
	}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.DeleteMute(t.Context(), w.bob.ID), tx.DeleteBlock(t.Context(), w.sam.ID),
			tx.DeleteNotification(t.Context(), social.NotifyLike, w.bob.ID, p.ID))
	})
	tells("bob unliked", "boost 1/1: bob", "like 2/2: sam carol")
	w.update(func(tx *store.Tx) error { return tx.DeleteNotificationsBy(t.Context(), w.sam.ID) })
	tells("sam gone", "boost 1/1: bob", "like 1/1: carol")
	w.update(func(tx *store.Tx) error { return tx.DeletePost(t.Context(), p.ID) })
	tells("the post gone")
}

// What has been read is marked by group and by kind, and no further than what
// was seen.
func TestGroupsAreReadAsFarAsTheyWereSeen(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "a", 0, nil)
	w.notify(social.NotifyLike, w.carol, p.ID, at(1))
	w.notify(social.NotifyBoost, w.carol, p.ID, at(1))
	w.notify(social.NotifyFollow, w.carol, 0, at(1))
	_, last := w.told(0, 1)
	w.notify(social.NotifyLike, w.bob, p.ID, at(2))
	w.update(func(tx *store.Tx) error {
		return tx.SetGroupsRead(t.Context(), last, []string{"like-" + p.ID.String(), "nothing"})
	})
	got, _ := w.told(0, 9)
	wantSame(t, "the likes seen", got, []string{"like 1/2: bob carol", "follow 1/1: carol", "boost 1/1: carol"})
	w.update(func(tx *store.Tx) error { return tx.SetNotificationsRead(t.Context(), last, social.NotifyFollow) })
	got, _ = w.told(0, 9)
	wantSame(t, "the follows seen", got, []string{"like 1/2: bob carol", "follow 0/1: carol", "boost 1/1: carol"})
}

func TestBookmarks(t *testing.T) {
	w := newWorld(t)
	var want []social.ID
	for i := range 5 {
		p := w.post(w.carol, fmt.Sprint(i), int64(10-i), nil) // the last to be kept is the oldest
		w.update(func(tx *store.Tx) error { return tx.PutBookmark(t.Context(), p.ID) })
		want = append([]social.ID{p.ID}, want...)
	}
	w.update(func(tx *store.Tx) error { return tx.PutBookmark(t.Context(), want[3]) }) // once more: it stays where it is
	walk := func(limit int) (got []social.ID) {
		t.Helper()
		for before := social.ID(0); ; {
			page, err := w.ListBookmarks(t.Context(), store.Below(before, limit))
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range page {
				got, before = append(got, b.Post.ID), b.ID
				if !b.CreatedAt.Equal(clock()) {
					t.Errorf("kept at %v, want %v", b.CreatedAt, clock())
				}
			}
			if len(page) < limit {
				return got
			}
		}
	}
	wantSame(t, "bookmarks", walk(2), want)
	mine, err := w.ListMine(t.Context(), want)
	if err != nil || len(mine) != 5 || !mine[want[0]].Bookmarked {
		t.Errorf("mine is %v (%v)", mine, err)
	}
	w.update(func(tx *store.Tx) error { return tx.PutBlock(t.Context(), w.carol.ID) })
	wantSame(t, "with carol blocked", walk(9), []social.ID(nil))
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.DeleteBlock(t.Context(), w.carol.ID), tx.DeletePost(t.Context(), want[0]), tx.DeleteBookmark(t.Context(), want[4]),
			tx.DeleteBookmark(t.Context(), want[4]))
	})
	wantSame(t, "in the end", walk(9), slices.Clone(want[1:4]))
	if mine, err := w.ListMine(t.Context(), want); err != nil || len(mine) != 3 {
		t.Errorf("in the end mine is %v (%v), want three", mine, err)
	}
	wantError(t, "bookmark of nothing", w.Update(t.Context(), func(tx *store.Tx) error { return tx.PutBookmark(t.Context(), 99) }), social.ErrConflict)
}
