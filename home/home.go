// Package home puts one person's home together from their folder: store, queue,
// client, node, timeline and server, and takes it apart again. It holds no rule
// of its own: it is the wiring that the program, its tests and its measurements
// share.
package home

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"croft/config"
	"croft/federation"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/media"
	"croft/queue"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// Options are what a home is opened with. Only Config is needed.
type Options struct {
	Config      config.Config
	Version     string
	Log         *slog.Logger     // nil means slog.Default
	Now         func() time.Time // nil means time.Now
	WithoutCopy bool             // migrate even where there is no room for a copy

	// For tests: other roots to trust, and another network than the machine's.
	RootCAs  *x509.CertPool
	Resolver remote.Resolver
	Connect  func(ctx context.Context, network, address string) (net.Conn, error)
}

// Home is one person's home, open. It answers HTTP; Run does its work in the
// background.
type Home struct {
	http.Handler

	Site     social.Site
	Store    *store.Store
	Queue    *queue.Queue
	Node     *federation.Node
	Timeline *timeline.Timeline

	media  *media.Library
	server *server.Server
	client *remote.Client
}

// Folder is where the home of a handle at an origin lies under the data folder
// (contract, Files).
func Folder(data, origin, name string) string {
	_, host, _ := strings.Cut(origin, "://")
	return filepath.Join(data, strings.ReplaceAll(host, ":", "_"), name)
}

// List returns the folders under data that hold a home, in the order of their
// names. A data folder that is not there holds none.
func List(data string) ([]string, error) {
	databases, err := fs.Glob(os.DirFS(data), "*/*/croft.db") // data itself is no pattern
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, path := range databases {
		folders = append(folders, filepath.Join(data, filepath.Dir(path)))
	}
	return folders, nil
}

// Create makes a home in its folder under data and returns the folder. A home
// that is there already is ErrConflict.
func Create(ctx context.Context, data string, h timeline.NewHome) (folder string, err error) {
	folder = Folder(data, h.Origin, h.Handle.Name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	st, err := store.Open(ctx, filepath.Join(folder, "croft.db"), store.Options{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return folder, timeline.CreateHome(ctx, st, h)
}

// Open opens the home in a folder. One that was never set up is ErrNotFound.
func Open(ctx context.Context, folder string, o Options) (*Home, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	st, err := store.Open(ctx, filepath.Join(folder, "croft.db"), store.Options{Now: o.Now, WithoutCopy: o.WithoutCopy})
	if err != nil {
		return nil, err
	}
	h := &Home{Store: st}
	if err := h.build(ctx, folder, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open home %s: %w", folder, err), h.Close())
	}
	return h, nil
}

// build puts the floors on one another, from the bottom up.
func (h *Home) build(ctx context.Context, folder string, o Options) error {
	row, err := h.Store.FindHome(ctx)
	if err != nil {
		return err
	}
	h.Site = row.Site()
	if err := o.Config.CheckOrigin(h.Site.Origin); err != nil {
		return err
	}
	if h.media, err = media.Open(filepath.Join(folder, "media"), media.Options{Now: o.Now}); err != nil {
		return err
	}
	h.Queue = queue.New(h.Store, queue.Options{Now: o.Now, Log: o.Log})
	if h.client, err = h.newClient(ctx, row, o); err != nil {
		return err
	}
	h.Node, err = federation.New(ctx, federation.Options{
		Store: h.Store, Queue: h.Queue, Remote: h.client, Now: o.Now, Version: o.Version,
	})
	if err != nil {
		return err
	}
	h.Timeline = timeline.New(timeline.Options{
		Store: h.Store, Node: h.Node, Queue: h.Queue, Media: h.media, MaxPost: o.Config.Limits.Post, Now: o.Now,
	})
	h.Node.Receiver = h.Timeline.Receive
	h.server, err = server.New(server.Options{
		Config: o.Config, Site: h.Site, Timeline: h.Timeline, Node: h.Node, Store: h.Store.Reader,
		Changes: h.Store.Changes, Sessions: h.Store.Sessions(), Media: h.media, Now: o.Now, Version: o.Version, Log: o.Log,
	})
	h.Handler = h.server
	return err
}

// newClient makes the one way out to strangers. A home on this very machine is
// for trying things out: it may speak to neighbours here, by plain http.
func (h *Home) newClient(ctx context.Context, row store.Home, o Options) (*remote.Client, error) {
	key, err := federation.InstanceKey(ctx, h.Store.Reader, row)
	if err != nil {
		return nil, err
	}
	local := config.IsLoopback(h.Site.Origin)
	return remote.New(remote.Options{
		Origin:       h.Site.Origin,
		UserAgent:    "Croft/" + o.Version + " (+" + h.Site.Origin + ")",
		AllowHTTP:    o.Config.Federation.AllowHTTP || local,
		AllowPrivate: o.Config.Federation.AllowPrivate || local,
		Key:          func() signature.Key { return key },
		Schemes:      federation.NewSchemes(h.Store),
		Resolver:     o.Resolver, RootCAs: o.RootCAs, Connect: o.Connect, Now: o.Now,
	}), nil
}

// Run does the home's work in the background until ctx ends, and then waits for
// what is under way. It ends by itself with an error if the disk fails.
func (h *Home) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	for _, run := range []func(context.Context) error{h.Store.Run, h.Queue.Run, h.Timeline.Start, h.server.Run} {
		wait.Go(func() {
			if err := run(ctx); err != nil {
				cancel(err)
			}
		})
	}
	select {
	case <-h.Store.Failed():
		cancel(errors.New("the disk failed under a write; start croft again once it is well"))
	case <-ctx.Done():
	}
	wait.Wait()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// Close closes what Open opened, in reverse. Run must have returned.
func (h *Home) Close() error {
	if h.client != nil {
		h.client.Close()
	}
	var err error
	if h.media != nil {
		err = h.media.Close()
	}
	return errors.Join(err, h.Store.Close())
}
