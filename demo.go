package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"croft/config"
	"croft/home"
	"croft/server"
	"croft/social"
	"croft/timeline"
)

const demoPassword = "three odd words"

func demoCommand() *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use: "demo", Short: "Three homes on this machine that follow each other and post; leaves nothing behind", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if port < 1 || port > 65533 {
				return usageError{fmt.Errorf("--port: three homes need three ports, so choose one from 1 to 65533")}
			}
			data, err := os.MkdirTemp("", "croft-demo-")
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
			return demo(cmd.Context(), data, port)
		},
	}
	cmd.Flags().IntVar(&port, "port", 8080, "port of the first home; the others take the next two")
	return cmd
}

// demo opens the homes, lets them live, and waits for ctx to end.
func demo(ctx context.Context, data string, port int) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	var homes []*home.Home
	defer func() {
		cancel(nil)
		running.Wait()
		for _, h := range homes {
			err = errors.Join(err, h.Close())
		}
		err = errors.Join(err, failure(ctx))
	}()
	for i, n := range neighbours() {
		h, l, err := openNeighbour(ctx, data, port+i, n)
		if err != nil {
			return err
		}
		homes = append(homes, h)
		for _, work := range []func() error{
			func() error { return h.Run(ctx) },
			func() error { return serveOn(ctx, l, h) },
		} {
			running.Go(func() {
				if err := work(); err != nil {
					cancel(err)
				}
			})
		}
	}
	if err := befriend(ctx, homes); err != nil && ctx.Err() == nil {
		return err
	}
	for i, n := range neighbours() {
		say("%-17s %s   sign in as %s with the password: %s", n.name, homes[i].Site.Actor(), n.handle, demoPassword)
	}
	say("Stop with Ctrl-C; nothing is left behind.")
	<-ctx.Done()
	return nil
}

func openNeighbour(ctx context.Context, data string, port int, n neighbour) (*home.Home, net.Listener, error) {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	l, err := listenOn(ctx, "--port", address)
	if err != nil {
		return nil, nil, err
	}
	hash, err := server.HashPassword(demoPassword)
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	folder, err := home.Create(ctx, data, timeline.NewHome{
		Origin: "http://" + address, Handle: social.Handle{Name: n.handle, Host: address}, Name: n.name, Hue: n.hue, PasswordHash: hash,
	})
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	h, err := home.Open(ctx, folder, home.Options{Config: config.Default(), Version: version})
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return h, l, nil
}

// befriend has everybody follow everybody, furnish their home, and then speak.
func befriend(ctx context.Context, homes []*home.Home) error {
	for _, h := range homes {
		for _, other := range homes {
			if other == h {
				continue
			}
			if _, err := h.Timeline.FollowHandle(ctx, other.Site.Handle().String()); err != nil {
				return err
			}
		}
	}
	if err := waitFor(ctx, func() (bool, error) { return allFollowed(ctx, homes) }); err != nil {
		return err
	}
	for i, n := range neighbours() {
		if err := furnish(ctx, homes[i], n); err != nil {
			return err
		}
	}
	return speak(ctx, homes)
}

func allFollowed(ctx context.Context, homes []*home.Home) (bool, error) {
	for _, h := range homes {
		n, err := h.Store.CountFollowing(ctx, social.FollowAccepted)
		if err != nil || n < len(homes)-1 {
			return false, err
		}
	}
	return true, nil
}

// waitFor asks again and again, for half a minute at most.
func waitFor(ctx context.Context, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		ok, err := done()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("the three homes did not find each other")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
