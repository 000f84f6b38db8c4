package store

import (
	"context"
	"database/sql"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/social"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// recorder passes queries on and keeps their texts.
type recorder struct {
	querier
	mu    sync.Mutex
	texts map[string]int // how many arguments
}

func (r *recorder) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	r.mu.Lock()
	r.texts[text] = len(args)
	r.mu.Unlock()
	return r.querier.query(ctx, text, args...)
}

var bigTables = regexp.MustCompile(`SCAN (p|q|c|a|w|m|b|l|f|n|t|posts|actors|boosts|likes|follows|notifications|attachments|post_tags|k|s)\b`)

// TestPlans asks SQLite how it would answer each question of a page or of the
// door, and refuses a walk through a large table. The walks that are meant are
// by key and end with the page.
func TestPlans(t *testing.T) {
	s := openTest(t)
	rec := &recorder{querier: s.q, texts: map[string]int{}}
	r := Reader{rec}
	ctx := t.Context()
	ids := []social.ID{1, 2}
	var err error
	note := func(_ any, e error) {
		if e != nil && err == nil && !isNotFound(e) {
			err = e
		}
	}
	note(r.FindHome(ctx))
	note(r.FindActor(ctx, 1))
	note(r.FindActorByURI(ctx, "x"))
	note(r.FindActorByHandle(ctx, social.Handle{Name: "x"}))
	note(r.ListActors(ctx, ids))
	note(r.SearchActors(ctx, "x", 9))
	note(r.FindKey(ctx, "x"))
	note(r.FindPost(ctx, 1))
	note(r.FindPostByURI(ctx, "x"))
	note(r.ListPosts(ctx, ids))
	note(r.ListPostsByURI(ctx, []string{"x"}))
	note(r.ListRevisions(ctx, 1))
	note(r.ListHome(ctx, 0, 9))
	note(r.ListNotifications(ctx, 0, 9))
	note(r.ListByAuthor(ctx, 1, social.Viewer{}, 0, 9))
	note(r.ListByTag(ctx, "x", social.Viewer{}, 0, 9))
	note(r.ListPinned(ctx, 1, social.Viewer{}))
	note(r.ListReplies(ctx, 1, social.Viewer{}, 0, 9))
	_, _, e := r.ListThread(ctx, 1, social.Viewer{})
	note(nil, e)
	note(r.SearchPosts(ctx, "x", 0, 9))
	note(r.ListDirect(ctx, "x", 0, 9))
	note(r.ListMine(ctx, ids))
	note(r.FindBoost(ctx, 1, 2))
	note(r.FindLike(ctx, 1, 2))
	note(r.ListBoosters(ctx, 1, 0, 9))
	note(r.ListLikers(ctx, 1, 0, 9))
	note(r.FindFollow(ctx, 1, 2))
	note(r.ListFollowers(ctx, social.FollowAccepted, 0, 9))
	note(r.ListFollowing(ctx, social.FollowAccepted, 0, 9))
	note(r.ListFollowerInboxes(ctx))
	note(r.ListFollowerURIs(ctx, "x"))
	note(r.FindRelation(ctx, 1))
	note(r.ListRelations(ctx, ids))
	note(r.IsBlocked(ctx, "x", "a.b"))
	note(r.CountUnread(ctx))
	note(r.CountUnreadMessages(ctx))
	note(r.FindActivity(ctx, "x"))
	note(r.ListRecipients(ctx, 1))
	note(r.ListUnattached(ctx, time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.texts) < 35 {
		t.Fatalf("only %d queries were asked", len(rec.texts))
	}
	for text, n := range rec.texts {
		for _, step := range plan(t, s, text, n) {
			walks := bigTables.MatchString(step) && !strings.Contains(step, "VIRTUAL TABLE") && !strings.Contains(step, "notifications_unread")
			if walks || strings.Contains(step, "TEMP B-TREE FOR ORDER BY") && !sortsOnePage(text) {
				t.Errorf("%s\nis answered by: %s", text, step)
			}
		}
	}
}

// A post to ten thousand followers asks this once for each of their servers.
func TestFollowersOfAServerAreFoundWithoutTheOthers(t *testing.T) {
	s := openTest(t)
	rec := &recorder{querier: s.q, texts: map[string]int{}}
	if _, err := (Reader{rec}).ListFollowerURIs(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	for text, n := range rec.texts {
		if steps := strings.Join(plan(t, s, text, n), "; "); !strings.Contains(steps, "actors_host (host=?)") {
			t.Errorf("answered by %s", steps)
		}
	}
}

func isNotFound(err error) bool { return strings.Contains(err.Error(), social.ErrNotFound.Error()) }

// sortsOnePage are queries whose rows are few before they are sorted.
func sortsOnePage(text string) bool {
	for _, few := range []string{"union all", "json_each", "up.depth", "cross join", "in_reply_to_id = ?5", "a.handle_host = ?",
		"with matches", "pinned_at is not null", "as address", "order by a.uri", "b.post_id = ? and b.id", "l.post_id = ? and l.id"} {
		if strings.Contains(text, few) {
			return true
		}
	}
	return false
}

func plan(t *testing.T, s *Store, text string, args int) []string {
	t.Helper()
	steps, err := list(t.Context(), s.q, func(r row) (string, error) {
		var id, parent, unused int64
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, "explain query plan "+text, make([]any, args)...)
	if err != nil {
		t.Fatal(err)
	}
	return steps
}
