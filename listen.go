package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"

	"croft/config"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// listen serves the street, and the set-up page while no home is there, until
// ctx ends.
func listen(ctx context.Context, conf config.Config, data string, street *street) error {
	l, err := listenOn(ctx, "--listen", conf.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	front := &front{street: street}
	origin := ""
	var plain net.Listener
	var certificates *authority
	switch conf.TLS.Mode {
	case config.TLSFiles:
		sealed, err := fileTLS(conf.TLS)
		if err != nil {
			return err
		}
		l = tls.NewListener(l, sealed)
	case config.TLSACME:
		if plain, err = listenOn(ctx, "http_listen under [tls]", conf.TLS.HTTPListen); err != nil {
			return err
		}
		defer plain.Close()
		certificates = newAuthority(conf, data)
		defer certificates.cache.Stop()
		l = tls.NewListener(l, certificates.tls())
	}
	if homes := street.homes.Load(); homes != nil {
		for _, h := range *homes {
			origin = h.Site.Origin
			if certificates != nil {
				if err := certificates.manage(ctx, origin); err != nil {
					return err
				}
			}
		}
	} else {
		if err := prepareData(data); err != nil { // before anybody fills in a form for nothing
			return err
		}
		front.prepare(conf, data, l.Addr(), certificates)
	}
	ready(origin, l)
	if certificates == nil {
		return serveOn(ctx, l, front)
	}
	return serveBoth(ctx, plain, l, front, certificates)
}

// serveBoth serves https, and on the plain port what belongs there.
func serveBoth(ctx context.Context, plain, l net.Listener, front *front, certificates *authority) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := serveOn(ctx, plain, certificates.plain(front.street, front.addressOnly)); err != nil {
			cancel(err)
		}
	})
	err := serveOn(ctx, l, front)
	cancel(nil)
	wait.Wait()
	if err == nil {
		err = failure(ctx)
	}
	return err
}

// front is what a browser meets: the home, or the page that makes it.
type front struct {
	street      *street
	setup       http.Handler // everything is asked
	addressOnly http.Handler // by plain http: code and address; nil without ACME
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.setup != nil && f.street.homes.Load() == nil {
		f.setup.ServeHTTP(w, r)
		return
	}
	f.street.ServeHTTP(w, r)
}

// prepare makes the set-up page and prints where it is, with its code.
func (f *front) prepare(conf config.Config, data string, address net.Addr, certificates *authority) {
	code := newCode()
	var once sync.Mutex
	options := server.SetupOptions{Config: conf, Code: code, Create: func(ctx context.Context, h timeline.NewHome) (store.Sessions, error) {
		once.Lock()
		defer once.Unlock()
		if f.street.homes.Load() != nil {
			return store.Sessions{}, social.Invalidf("The home is there already. Open its address and sign in.")
		}
		folder, err := createHome(ctx, data, h)
		if err != nil {
			return store.Sessions{}, err
		}
		if err := f.street.open(folder); err != nil {
			return store.Sessions{}, err
		}
		ready(h.Origin, listenerAt{address})
		homes := *f.street.homes.Load()
		return homes[0].Store.Sessions(), nil
	}}
	f.setup = server.NewSetup(options)
	where := "http://" + browserAddress(address)
	if certificates != nil {
		options.Create = nil
		options.Certificate = certificates.fetch
		f.addressOnly = server.NewSetup(options)
		where = "http://THE-NAME-OF-THIS-MACHINE"
	} else if conf.TLS.Mode == config.TLSFiles {
		where = "https://THE-NAME-OF-THIS-MACHINE"
	}
	say("There is no home in %s yet. Set it up at\n\n    %s/setup?code=%s\n\nThe one-time code is %s", filepath.Clean(data), where, code, code)
}

// listenerAt is a listener's address without the listener.
type listenerAt struct{ address net.Addr }

func (l listenerAt) Addr() net.Addr { return l.address }

// browserAddress is how a browser on this machine reaches an address.
func browserAddress(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// newCode is a one-time code that can be read aloud: eight letters and digits
// without those that look alike.
func newCode() string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	var code strings.Builder
	for i, b := range raw {
		if i == 4 {
			code.WriteByte('-')
		}
		code.WriteByte(letters[int(b)%len(letters)])
	}
	return code.String()
}
