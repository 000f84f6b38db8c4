package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"croft/bench/rig"
)

const (
	listenersHere = 200
	postsHeard    = 100
)

// listeners measures apps that listen by WebSocket while posts are published: how
// long each post takes to reach every one of them, from the moment it is sent to
// the home, and what each of them costs in memory.
func (b *bench) listeners() error {
	dir := filepath.Join(b.home.Dir, "listeners")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	h, err := rig.NewHome(b.ctx, b.home.Binary, dir)
	if err != nil {
		return err
	}
	if _, err = h.Start(b.ctx); err != nil {
		return err
	}
	defer h.Kill()
	if err := h.SignIn(b.ctx); err != nil {
		return err
	}
	key, err := h.Token(b.ctx, "read write")
	if err != nil {
		return err
	}
	publish := func() error {
		req, err := http.NewRequestWithContext(b.ctx, http.MethodPost, h.Origin+"/api/v1/statuses", strings.NewReader(url.Values{"status": {"Words for all."}}.Encode()))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if rig.Do(req) != http.StatusOK {
			return errors.New("a post was refused")
		}
		return nil
	}
	first, err := b.dial(h, key, 20) // so that what all share is there
	if err != nil {
		return err
	}
	before, _ := h.Memory()
	ears, err := b.dial(h, key, listenersHere)
	if err != nil {
		return err
	}
	time.Sleep(time.Second)
	after, _ := h.Memory()
	row("the process grows by, for each that listens", fmt.Sprintf("%.1f kB", float64(after-before)*1.024/listenersHere), "", "< 20 kB")
	for _, socket := range first {
		_ = socket.CloseNow()
	}
	took, cpu := []time.Duration{}, h.CPU()
	for range postsHeard {
		began := time.Now()
		heard := b.hear(ears, began)
		if err := publish(); err != nil {
			return err
		}
		took = append(took, heard()...)
	}
	slices.Sort(took)
	row(fmt.Sprintf("a post reaches %d apps that listen", listenersHere),
		fmt.Sprintf("p50 %.1f ms, p99 %.1f ms, last %.1f ms (%d of %d)", ms(took[len(took)/2]), ms(took[len(took)*99/100]), ms(took[len(took)-1]), len(took), listenersHere*postsHeard),
		perCall(h.CPU()-cpu, postsHeard), "p99 < 100 ms")
	return nil
}

func (b *bench) dial(h *rig.Home, key string, n int) ([]*websocket.Conn, error) {
	var ears []*websocket.Conn
	for range n {
		socket, res, err := websocket.Dial(b.ctx, strings.Replace(h.Origin, "http", "ws", 1)+"/api/v1/streaming?stream=user&access_token="+key, nil)
		if res != nil && res.Body != nil {
			_ = res.Body.Close() // of a refusal
		}
		if err != nil {
			return nil, err
		}
		socket.SetReadLimit(1 << 20)
		ears = append(ears, socket)
	}
	return ears, nil
}

// hear waits for one message to reach everybody; what it returns waits for that.
func (b *bench) hear(ears []*websocket.Conn, began time.Time) func() []time.Duration {
	var mu sync.Mutex
	var took []time.Duration
	var wait sync.WaitGroup
	ctx, end := context.WithTimeout(b.ctx, 10*time.Second)
	for _, socket := range ears {
		wait.Go(func() {
			if _, _, err := socket.Read(ctx); err == nil {
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	return func() []time.Duration {
		wait.Wait()
		end()
		return took
	}
}
