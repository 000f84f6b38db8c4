package federation_test

import (
	"net/http"
	"testing"

	"croft/federation/fedtest"
	"croft/social"
)

// TestGone takes the word of a server that somebody or something is gone,
// whether it says so by status or with a tombstone.
func TestGone(t *testing.T) {
	for name, status := range map[string]int{"tombstone": http.StatusOK, "status": http.StatusGone} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			alice := c.home.Know(c.alice)
			note := c.alice.URI + "/statuses/1"
			for path, uri := range map[string]string{"/users/alice": c.alice.URI, "/users/alice/statuses/1": note} {
				c.good.Answer(path, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/activity+json")
					w.WriteHeader(status)
					_, _ = w.Write(fedtest.Document{"id": uri, "type": "Tombstone"}.JSON())
				})
			}
			for _, uri := range []string{note, "good.test/users/alice/statuses/1"} {
				_, err := c.home.Node.Resolve(t.Context(), uri)
				checkKind(t, err, social.ErrGone)
			}
			_, err := c.home.Node.RefreshActor(t.Context(), c.alice.URI)
			checkKind(t, err, social.ErrGone)
			found, err := c.home.Store.FindActor(t.Context(), alice.ID)
			if err != nil || found.GoneAt.IsZero() {
				t.Errorf("alice is still here: %+v, %v", found, err)
			}
		})
	}
}
