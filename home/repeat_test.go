package home_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"croft/config"
	"croft/home"
	"croft/server/oauth"
	"croft/social"
	"croft/timeline"
)

// TestRepeatedCallAfterRestart answers an app that does not know whether its
// call came through with the post that it made, though the home was closed
// between (AUT-21). Another app that chose the same key makes a post of its own.
func TestRepeatedCallAfterRestart(t *testing.T) {
	folder, err := home.Create(t.Context(), t.TempDir(), timeline.NewHome{
		Origin: "https://me.test", Handle: social.Handle{Name: "ana", Host: "me.test"}, PasswordHash: "nobody signs in here",
	})
	if err != nil {
		t.Fatal(err)
	}
	var keys [2]string
	during := func(act func(h *home.Home)) {
		t.Helper()
		h, err := home.Open(t.Context(), folder, home.Options{Config: config.Default(), Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		act(h)
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
	}
	send := func(h *home.Home, key string) (id string) {
		t.Helper()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://me.test/api/v1/statuses", strings.NewReader("status=Once"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		h.Handler.ServeHTTP(w, req)
		var got struct{ ID string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s (%v)", w.Code, w.Body, err)
		}
		return got.ID
	}
	var first string
	during(func(h *home.Home) {
		for i := range keys {
			grant, err := oauth.New(h.Store.Sessions(), time.Now).Give(t.Context(), "App", "read write")
			if err != nil {
				t.Fatal(err)
			}
			keys[i] = grant.Token
		}
		first = send(h, keys[0])
	})
	during(func(h *home.Home) {
		if again := send(h, keys[0]); again != first {
			t.Errorf("after the restart it is %s, want %s", again, first)
		}
		if other := send(h, keys[1]); other == first {
			t.Error("another app was answered with a post that is not its own")
		}
		if n, err := h.Store.CountPosts(t.Context(), h.Node.OwnerID()); err != nil || n != 2 {
			t.Errorf("%d posts (%v), want 2", n, err)
		}
	})
}
