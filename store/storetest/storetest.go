// Package storetest gives tests a real database with a home in it. It holds no
// fake of any kind.
package storetest

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"croft/social"
	"croft/store"
)

// Site is the home that New sets up.
func Site() social.Site {
	return social.Site{Origin: "https://home.test", Name: "ana", HandleHost: "home.test"}
}

// New opens a database in a temporary folder, with the home of Site set up and
// the clock now (nil: time.Now). It is closed when the test ends.
func New(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	s := Open(t, filepath.Join(t.TempDir(), "croft.db"), now)
	SetUp(t, s, Site())
	return s
}

// Open opens the database at path, which may be new. It is closed when the test
// ends.
func Open(t testing.TB, path string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// SetUp makes the home: the owner's actor, the instance's, and the row that
// names them. They have no keys.
func SetUp(t testing.TB, s *store.Store, site social.Site) store.Home {
	t.Helper()
	Update(t, s, func(tx *store.Tx) error {
		ownerID, err := tx.PutActor(t.Context(), Owner(site, tx.Now))
		if err != nil {
			return err
		}
		instanceID, err := tx.PutActor(t.Context(), instance(site, tx.Now))
		if err != nil {
			return err
		}
		return tx.PutHome(t.Context(), store.Home{
			Origin: site.Origin, HandleHost: site.HandleHost, OwnerID: ownerID, InstanceID: instanceID,
			CreatedAt: tx.Now,
		})
	})
	home, err := s.FindHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return home
}

// Owner is the owner's actor as set-up makes it.
func Owner(site social.Site, at time.Time) *social.Actor {
	return &social.Actor{
		URI: site.Actor(), Type: social.Person, Handle: site.Handle(), URL: site.Actor(), Local: true,
		Inbox: site.Inbox(), SharedInbox: site.SharedInbox(), Outbox: site.Outbox(), Followers: site.Followers(),
		Following: site.Following(), Featured: site.Featured(), CreatedAt: at, UpdatedAt: at,
	}
}

func instance(site social.Site, at time.Time) *social.Actor {
	return &social.Actor{
		URI: site.Instance(), Type: social.Application, Handle: site.InstanceHandle(),
		URL: site.Origin, Local: true, Inbox: site.SharedInbox(), CreatedAt: at, UpdatedAt: at,
	}
}

// Actor is somebody on another server, not yet put.
func Actor(name, host string) *social.Actor {
	uri := fmt.Sprintf("https://%s/users/%s", host, name)
	return &social.Actor{
		URI: uri, Type: social.Person, Handle: social.Handle{Name: name, Host: host},
		URL: fmt.Sprintf("https://%s/@%s", host, name), Inbox: uri + "/inbox",
		SharedInbox: fmt.Sprintf("https://%s/inbox", host), Outbox: uri + "/outbox", Followers: uri + "/followers",
		Following: uri + "/following", FollowerCount: -1, FollowingCount: -1, PostCount: -1,
	}
}

// Post is a public post of the author's at the moment, not yet put. The author
// must have been put.
func Post(author *social.Actor, name string, at time.Time) *social.Post {
	return &social.Post{
		URI: author.URI + "/statuses/" + name, URL: author.URL + "/" + name, Kind: social.Note, AuthorID: author.ID,
		AuthorURI: author.URI, Content: social.HTML("<p>" + name + "</p>"), Visibility: social.Public,
		To: []string{social.PublicURI}, Cc: []string{author.Followers}, Local: author.Local, PublishedAt: at,
	}
}

// Update runs fn in a transaction and ends the test if it fails.
func Update(t testing.TB, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// PutActor puts the actor and fills in their ID.
func PutActor(t testing.TB, s *store.Store, a *social.Actor) *social.Actor {
	t.Helper()
	Update(t, s, func(tx *store.Tx) (err error) {
		a.ID, err = tx.PutActor(t.Context(), a)
		return err
	})
	return a
}

// PutPost puts the post and fills in its ID.
func PutPost(t testing.TB, s *store.Store, p *social.Post) *social.Post {
	t.Helper()
	Update(t, s, func(tx *store.Tx) (err error) {
		p.ID, err = tx.PutPost(t.Context(), p)
		return err
	})
	return p
}
