package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func at(ms int64) time.Time { return time.UnixMilli(1_790_000_000_000 + ms).UTC() }

// clock stands still an hour after at(0).
func clock() time.Time { return at(3_600_000) }

func wantError(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: error %v, want %v", what, err, kind)
	}
}

func wantSame(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// world is a home with the people of most tests: the owner follows bob and
// carol; carol and sam follow the owner.
type world struct {
	*store.Store
	t                      testing.TB
	home                   store.Home
	owner, bob, carol, sam *social.Actor
}

func newWorld(t testing.TB) *world {
	t.Helper()
	s := storetest.New(t, clock)
	home, err := s.FindHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owner, err := s.FindActor(t.Context(), home.OwnerID)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		Store: s, t: t, home: home, owner: owner,
		bob:   storetest.PutActor(t, s, storetest.Actor("bob", "far.test")),
		carol: storetest.PutActor(t, s, storetest.Actor("carol", "friend.test")),
		sam:   storetest.PutActor(t, s, storetest.Actor("sam", "stranger.test")),
	}
	w.follow(owner, w.bob, social.FollowAccepted)
	w.follow(owner, w.carol, social.FollowAccepted)
	w.follow(w.carol, owner, social.FollowAccepted)
	w.follow(w.sam, owner, social.FollowAccepted)
	return w
}

func (w *world) follow(follower, followed *social.Actor, state social.FollowState) {
	storetest.Update(w.t, w.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(w.t.Context(), social.Follow{
			URI: fmt.Sprintf("%s/follows/%s", follower.URI, followed.Handle.Name), FollowerID: follower.ID,
			FollowedID: followed.ID, State: state, CreatedAt: at(0),
		})
		return err
	})
}

func (w *world) update(fn func(tx *store.Tx) error) {
	w.t.Helper()
	storetest.Update(w.t, w.Store, fn)
}

// post puts a public post that says its own name.
func (w *world) post(author *social.Actor, name string, ms int64, change func(*social.Post)) *social.Post {
	w.t.Helper()
	p := storetest.Post(author, name, at(ms))
	if change != nil {
		change(p)
	}
	return storetest.PutPost(w.t, w.Store, p)
}

func (w *world) boost(booster *social.Actor, p *social.Post, ms int64) social.ID {
	w.t.Helper()
	var id social.ID
	w.update(func(tx *store.Tx) (err error) {
		id, err = tx.PutBoost(w.t.Context(), social.Boost{
			URI: booster.URI + "/boosts/" + p.ID.String(), BoosterID: booster.ID, PostID: p.ID, CreatedAt: at(ms),
		})
		return err
	})
	return id
}

// names are what posts and boosts say, in order.
func names(entries []store.Entry) []string {
	var all []string
	for _, e := range entries {
		if e.Boost != nil {
			all = append(all, e.BoostedBy.Handle.Name+" boosts "+said(e.Post))
		} else {
			all = append(all, said(e.Post))
		}
	}
	return all
}

func said(p *social.Post) string {
	text := string(p.Content)
	if len(text) > 7 {
		return text[3 : len(text)-4]
	}
	return text
}

func postNames(posts []*social.Post) []string {
	var all []string
	for _, p := range posts {
		all = append(all, said(p))
	}
	return all
}
