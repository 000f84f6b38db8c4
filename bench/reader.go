package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"croft/bench/rig"
	"croft/markup"
	"croft/social"
	"croft/store"
)

// reader measures what the owner reads at a home of a hundred thousand posts by
// three hundred people whom they follow: one person, one request after another.
func (b *bench) reader() error {
	dir := filepath.Join(b.home.Dir, "reader")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	h, err := rig.NewHome(b.ctx, b.home.Binary, dir)
	if err != nil {
		return err
	}
	if err := b.fill(h); err != nil {
		return err
	}
	if _, err = h.Start(b.ctx); err != nil {
		return err
	}
	defer h.Kill()
	if err = h.SignIn(b.ctx); err != nil {
		return err
	}
	for _, p := range []struct{ name, path, goal string }{
		{fmt.Sprintf("home page for the owner, %d posts", b.posts), "/", "p99 ≤ 5 ms"},
		{"the same, where the last visit ended", "", "p99 ≤ 5 ms"},
		{"the same, in the middle of them", "/?before=" + social.NewID(postedAt(b.posts/2, b.posts), 0).String(), ""},
	} {
		if p.path == "" {
			if p.path, err = h.Find(b.ctx, "/", `/?after=`); err != nil {
				return err
			}
		}
		o := b.one(h, p.path)
		row(p.name, o.String(), o.perCall(), p.goal)
	}
	if err := b.weigh(h); err != nil {
		return err
	}
	return b.apps(h)
}

// one asks for a page again and again, as a browser does.
func (b *bench) one(h *rig.Home, path string) outcome {
	const calls = 1000
	took := make([]time.Duration, 0, calls)
	failed := 0
	cpu, began := h.CPU(), time.Now()
	for range calls {
		start := time.Now()
		if _, _, err := h.Get(b.ctx, path, true); err != nil {
			failed++
		}
		took = append(took, time.Since(start))
	}
	return outcome{calls, time.Since(began), h.CPU() - cpu, took, failed}
}

// weigh prints what each main page weighs on its way to a browser.
func (b *bench) weigh(h *rig.Home) error {
	post, dice := "", rand.New(rand.NewPCG(3, 4))
	for range 25 {
		at, err := h.Form(b.ctx, "/compose", url.Values{"text": {words(dice, 45) + " #wool"}, "visibility": {"public"}, "act": {"post"}})
		if err != nil {
			return err
		}
		post = "/@owner/" + strings.TrimPrefix(at, "/posts/")
	}
	for _, p := range []struct{ name, path string }{
		{"profile", "/@owner"}, {"post", post}, {"tag", "/tags/wool"}, {"home", "/"}, {"notifications", "/notifications"},
		{"messages", "/messages"}, {"compose", "/compose"}, {"settings", "/settings/profile"},
	} {
		packed, kind, err := h.Get(b.ctx, p.path, true)
		if err != nil {
			return err
		}
		plain, _, err := h.Get(b.ctx, p.path, false)
		if err != nil {
			return err
		}
		row("bytes of the page: "+p.name, fmt.Sprintf("%.1f kB as %s (%.1f kB plain)", float64(packed)/1e3, kind, float64(plain)/1e3), "", "< 40 kB")
	}
	return nil
}

// words are as many, and packed as small, as those of a post: drawn from a
// thousand, the common ones more often.
func words(dice *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		x := dice.Float64()
		for k := uint64(1000*x*x) + 7; k > 0; k /= 9 {
			b.WriteString([]string{"be", "ta", "ni", "lo", "ru", "sem", "da", "fi", "or"}[k%9])
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// postedAt spreads posts over the last year, the newest a minute ago.
func postedAt(i, all int) time.Time {
	return started.Add(-time.Minute - time.Duration(all-i)*(365*24*time.Hour/time.Duration(all)))
}

var started = time.Now()

// fill puts people and posts into the database of a home that is not running: of
// the posts each third is a reply, each sixth is boosted, and each twentieth told of. Some
// are new.
func (b *bench) fill(h *rig.Home) (err error) {
	s, err := store.Open(b.ctx, h.Database(), store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	people, err := b.befriend(s)
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(1, 2))
	var ids []social.ID
	for part := range slices.Chunk(make([]struct{}, b.posts), 1000) {
		err := s.Update(b.ctx, func(tx *store.Tx) error {
			for range part {
				id, err := b.putPost(tx, dice, people, ids)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.Update(b.ctx, func(tx *store.Tx) error {
		told, err := tx.ListNotifications(b.ctx, store.NotificationQuery{Span: store.Below(0, 30)})
		if err != nil {
			return err
		}
		return errors.Join(tx.SetNotificationsRead(b.ctx, told[len(told)-1].ID), tx.PutMarker(b.ctx, social.MarkerHome, ids[len(ids)-60]))
	})
}

func (b *bench) befriend(s *store.Store) ([]*social.Actor, error) {
	home, err := s.FindHome(b.ctx)
	if err != nil {
		return nil, err
	}
	var people []*social.Actor
	return people, s.Update(b.ctx, func(tx *store.Tx) error {
		people = nil
		for i := range 300 {
			uri := fmt.Sprintf("https://host%d.test/users/person%d", i%50, i)
			a := &social.Actor{
				URI: uri, Type: social.Person, Name: fmt.Sprint("Person ", i), URL: uri, Inbox: uri + "/inbox", FetchedAt: tx.Now,
				Handle: social.Handle{Name: fmt.Sprint("person", i), Host: fmt.Sprintf("host%d.test", i%50)},
			}
			var err error
			if a.ID, err = tx.PutActor(b.ctx, a); err != nil {
				return err
			}
			_, err = tx.PutFollow(b.ctx, social.Follow{
				URI: uri + "#followed", FollowerID: home.OwnerID, FollowedID: a.ID, State: social.FollowAccepted, CreatedAt: started.Add(-400 * 24 * time.Hour),
			})
			if err != nil {
				return err
			}
			people = append(people, a)
		}
		return nil
	})
}

func (b *bench) putPost(tx *store.Tx, dice *rand.Rand, people []*social.Actor, ids []social.ID) (social.ID, error) {
	i := len(ids)
	author, at := people[dice.IntN(len(people))], postedAt(i, b.posts)
	p := &social.Post{
		URI: fmt.Sprintf("%s/%d", author.URI, i), Kind: social.Note, AuthorID: author.ID, Visibility: social.Public, Language: "en",
		Content:     markup.Sanitize("<p>" + words(dice, 45) + "</p>"),
		PublishedAt: at, FetchedAt: at,
	}
	if i > 100 && i%3 == 0 {
		p.InReplyToID = ids[i-1-dice.IntN(100)]
		parent, err := tx.FindPost(b.ctx, p.InReplyToID)
		if err != nil {
			return 0, err
		}
		p.InReplyTo = parent.URI
	}
	id, err := tx.PutPost(b.ctx, p)
	if err == nil && i%20 == 0 {
		_, err = tx.PutNotification(b.ctx, social.Notification{Kind: social.NotifyMention, ActorID: author.ID, PostID: id, CreatedAt: at})
	}
	if err != nil || i < 100 || i%6 != 0 {
		return id, err
	}
	booster := people[dice.IntN(len(people))]
	_, err = tx.PutBoost(b.ctx, social.Boost{
		URI: fmt.Sprintf("%s/boosts/%d", booster.URI, i), BoosterID: booster.ID, PostID: ids[i-1-dice.IntN(100)], CreatedAt: at.Add(time.Second),
	})
	return id, err
}
