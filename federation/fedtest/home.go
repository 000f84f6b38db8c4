package fedtest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// Home is our own server in a world, as far as federation goes: what arrives is
// written down and not applied.
type Home struct {
	Site   social.Site
	Path   string // of the database
	Store  *store.Store
	Queue  *queue.Queue
	Remote *remote.Client
	Node   *federation.Node

	t        testing.TB
	world    *World
	mu       sync.Mutex
	arrivals []federation.Arrival
	refuse   func(federation.Arrival) error
}

// Home opens a new home of that host, whose owner is called owner. Its queue
// runs until the test ends; furnish is called before, to put more on top.
func (w *World) Home(host string, furnish ...func(*Home)) *Home {
	t := w.t
	t.Helper()
	h := &Home{
		t: t, world: w, Path: filepath.Join(t.TempDir(), "croft.db"),
		Site: social.Site{Origin: "https://" + host, Name: "owner", HandleHost: host},
	}
	h.Store = storetest.Open(t, h.Path, w.Now)
	home := storetest.SetUp(t, h.Store, h.Site)
	keys := ownKeys()
	storetest.Update(t, h.Store, func(tx *store.Tx) error {
		return errors.Join(tx.PutOwnKeys(t.Context(), home.OwnerID, keys), tx.PutOwnKeys(t.Context(), home.InstanceID, keys))
	})
	key, err := federation.InstanceKey(t.Context(), h.Store.Reader, home)
	if err != nil {
		t.Fatal(err)
	}
	options := w.Options(h.Site.Origin, key)
	options.Schemes = federation.NewSchemes(h.Store)
	h.Remote = remote.New(options)
	t.Cleanup(h.Remote.Close)
	h.Queue = queue.New(h.Store, queue.Options{Now: w.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.Node, err = federation.New(t.Context(), federation.Options{Store: h.Store, Queue: h.Queue, Remote: h.Remote, Now: w.Now, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	h.Node.Receiver = h.receive
	for _, fn := range furnish {
		fn(h)
	}
	h.run()
	return h
}

var ownKeys = sync.OnceValue(func() store.OwnKeys {
	keys, err := federation.GenerateKeys()
	if err != nil {
		panic(err)
	}
	return keys
})

func (h *Home) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Queue.Run(ctx) }()
	h.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
	})
}

// Refuse has the Receiver ask fn first, and fail where fn does.
func (h *Home) Refuse(fn func(federation.Arrival) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = fn
}

func (h *Home) receive(ctx context.Context, a federation.Arrival) error {
	h.mu.Lock()
	refuse := h.refuse
	h.mu.Unlock()
	if refuse != nil {
		if err := refuse(a); err != nil {
			return err
		}
	}
	err := h.Store.Update(ctx, func(tx *store.Tx) error { return a.Done(ctx, tx) })
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.arrivals = append(h.arrivals, a)
	return nil
}

// Settle waits until nothing is left to do now.
func (h *Home) Settle() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	if err := h.Queue.Settle(ctx); err != nil {
		h.t.Fatal(err)
	}
}

// Arrivals are what reached the Receiver since the last call, in order, once
// nothing is left to do.
func (h *Home) Arrivals() []federation.Arrival {
	h.t.Helper()
	h.Settle()
	h.mu.Lock()
	defer h.mu.Unlock()
	all := h.arrivals
	h.arrivals = nil
	return all
}

// Arrived is Arrivals in short: one word of the type and the object's id for
// each.
func (h *Home) Arrived() string {
	h.t.Helper()
	var all []string
	for _, a := range h.Arrivals() {
		head := activity.HeadOf(a.Activity)
		all = append(all, a.Actor.Handle.Name+" "+head.Type+" "+head.Object)
	}
	return strings.Join(all, "\n")
}

// Admit brings a request with its body to the door.
func (h *Home) Admit(req *http.Request, body []byte) error {
	return h.Node.Admit(req, body)
}

// Deliver signs a document as its actor would and brings it to the door of the
// owner's inbox.
func (h *Home) Deliver(from *Actor, doc Document) error {
	h.t.Helper()
	body := doc.JSON()
	return h.Admit(from.Post(h.Site.Inbox(), body), body)
}

// Know fetches an actor, as if they had been met before, and returns them.
func (h *Home) Know(a *Actor) *social.Actor {
	h.t.Helper()
	actor, err := h.Node.ResolveActor(h.t.Context(), a.URI)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor
}

// Follow makes the owner follow an actor, who agreed.
func (h *Home) Follow(a *Actor) *social.Actor {
	h.t.Helper()
	actor := h.Know(a)
	storetest.Update(h.t, h.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(h.t.Context(), social.Follow{
			URI: h.Site.Act("follows", tx.NewID(tx.Now)), FollowerID: h.Node.OwnerID(), FollowedID: actor.ID,
			State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
	return actor
}

// Dump writes down the whole database but the tables named.
func (h *Home) Dump(except ...string) string {
	h.t.Helper()
	return storetest.Dump(h.t, h.Path, except...)
}
