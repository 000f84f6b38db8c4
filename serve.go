package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"croft/config"
	"croft/home"
	"croft/social"
)

func serveCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conf, err := s.loadConfig()
			if err != nil {
				return err
			}
			return serve(cmd.Context(), conf, s)
		},
	}
	s.addData(cmd)
	cmd.Flags().StringVar(&s.configPath, "config", "", "settings (default ./croft.toml where it exists, or $CROFT_CONFIG)")
	cmd.Flags().StringVar(&s.listen, "listen", "", "address of the web server, such as 127.0.0.1:8080 (or $CROFT_LISTEN)")
	cmd.Flags().BoolVar(&s.withoutCopy, "without-copy", false, "bring an older database up to date without a copy, where there is no room for one")
	return cmd
}

// serve runs every home under the data folder, or the set-up page where there
// is none, until ctx ends.
func serve(ctx context.Context, conf config.Config, s settings) error {
	folders, err := home.List(s.dataFolder())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	street := &street{ctx: ctx, fail: cancel, options: home.Options{Config: conf, Version: version, WithoutCopy: s.withoutCopy}}
	for _, folder := range folders {
		if err = street.open(folder); err != nil {
			break
		}
	}
	if err == nil && conf.Metrics.Listen != "" {
		var l net.Listener
		if l, err = listenOn(ctx, "listen under [metrics]", conf.Metrics.Listen); err == nil {
			street.running.Go(func() {
				if err := serveMetrics(ctx, l, street); err != nil {
					cancel(err)
				}
			})
		}
	}
	if err == nil {
		err = listen(ctx, conf, s.dataFolder(), street)
	}
	cancel(nil)
	return errors.Join(err, street.close(), failure(ctx))
}

// failure is why the context ended, if somebody said so.
func failure(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// street holds the homes of one process, told apart by their host.
type street struct {
	ctx     context.Context
	fail    context.CancelCauseFunc
	options home.Options

	homes   atomic.Pointer[[]*home.Home]
	running sync.WaitGroup
}

// open opens the home in a folder and starts its work.
func (s *street) open(folder string) error {
	h, err := home.Open(s.ctx, folder, s.options)
	if errors.Is(err, social.ErrNotFound) {
		return fmt.Errorf("%w; if the making of it was cut off, move that folder away and start again", err)
	}
	if err != nil {
		return err
	}
	all := []*home.Home{h}
	if before := s.homes.Load(); before != nil {
		all = append(*before, h)
	}
	for _, other := range all[:len(all)-1] {
		if other.Site.Host() == h.Site.Host() {
			return errors.Join(fmt.Errorf("there are two homes at %s, and one address is one home's; move the folder of one of them out of the data folder", h.Site.Host()), h.Close())
		}
	}
	s.homes.Store(&all)
	if config.IsLoopback(h.Site.Origin) {
		slog.Warn("this home is for trying things out: its address is this machine's own, so plain http and private addresses of others are allowed", "origin", h.Site.Origin)
	}
	s.running.Go(func() {
		if err := h.Run(s.ctx); err != nil {
			s.fail(err)
		}
	})
	return nil
}

// close waits for the homes' work to end and closes them.
func (s *street) close() error {
	s.running.Wait()
	var errs []error
	if homes := s.homes.Load(); homes != nil {
		for _, h := range *homes {
			errs = append(errs, h.Close())
		}
	}
	return errors.Join(errs...)
}

// find is the home that a request is for: the only one, whatever name it was
// asked by, or the one with that name; nil if there is none.
func (s *street) find(host string) *home.Home {
	homes := s.homes.Load()
	if homes == nil {
		return nil
	}
	if len(*homes) == 1 {
		return (*homes)[0]
	}
	for _, h := range *homes {
		if strings.EqualFold(h.Site.Host(), host) || strings.EqualFold(h.Site.HandleHost, host) {
			return h
		}
	}
	return nil
}

func (s *street) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := s.find(r.Host)
	if homes := s.homes.Load(); h == nil && homes != nil && (r.URL.Path == "/livez" || r.URL.Path == "/readyz") {
		h = (*homes)[0] // whoever looks after the process knows its address and no name
	}
	if h == nil {
		http.Error(w, "No home of this name is here.", http.StatusMisdirectedRequest)
		return
	}
	h.ServeHTTP(w, r)
}

// The times that a connection may take (attacks PAR-16).
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	answerTimeout = 5 * time.Minute // a large picture on a slow line
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 1500 * time.Millisecond
)

func newHTTPServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout,
		WriteTimeout: answerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// listenOn opens an address; setting is where another one can be chosen.
func listenOn(ctx context.Context, setting, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%w; low ports want CAP_NET_BIND_SERVICE, as in docs/self-hosting.md, or choose another with %s", err, setting)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; stop the program that has this address, or choose another with %s", err, setting)
	}
	return l, nil
}

// serveOn serves until ctx ends, lets requests under way end for a moment, and
// returns why it stopped if that was not ctx.
func serveOn(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := newHTTPServer(handler)
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		_ = server.Close() // they had their moment
	}
	<-done
	return nil
}

// ready says that requests can be taken (contract, Logs).
func ready(origin string, l interface{ Addr() net.Addr }) {
	slog.Info("ready", "origin", origin, "listen", l.Addr().String())
}

// say prints a line for the person who started the program.
func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }
