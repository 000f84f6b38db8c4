package mastodon

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"croft/social"
	"croft/timeline"
)

// asyncRefresh says how far the home is with asking others' servers for what is
// missing in a thread (entity AsyncRefresh).
type asyncRefresh struct {
	ID     string `json:"id"`
	Status string `json:"status"` // running or finished
	Count  int    `json:"result_count"`
}

// refreshing are the calls about what the home asks others' servers for.
func (a *API) refreshing() []Route {
	return []Route{{get, "/api/v1_alpha/async_refreshes/:id", "read", 0, a.getRefresh}}
}

// refreshOf tells an app that a thread is being filled, and where it learns when
// that is done. What stands there already is in the id, so that nothing needs to be
// remembered: see getRefresh.
func refreshOf(t *timeline.Thread) http.Header {
	if !t.Asking {
		return nil
	}
	return http.Header{"Mastodon-Async-Refresh": {fmt.Sprintf(`id="%s-%d", retry=3, result_count=0`, t.Post.ID, around(t))}}
}

func around(t *timeline.Thread) int { return len(t.Above) + len(t.Below) }

// getRefresh says whether a thread is still being filled, and how much has come
// since refreshOf.
func (a *API) getRefresh(c *Call) (Answer, error) {
	name, count, _ := strings.Cut(c.Param("id"), "-")
	id, err := social.ParseID(name)
	before, notNumber := strconv.Atoi(count)
	if err != nil || notNumber != nil {
		return Answer{}, social.ErrNotFound
	}
	thread, err := a.timeline.Thread(c.Context, id, c.viewer())
	if err != nil {
		return Answer{}, err
	}
	v := asyncRefresh{c.Param("id"), "finished", max(around(&thread)-before, 0)}
	if thread.Asking {
		v.Status = "running"
	}
	return answer(map[string]asyncRefresh{"async_refresh": v}), nil
}
