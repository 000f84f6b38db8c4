package crash

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// book is the stopped home's database.
type book struct {
	t  *testing.T
	tx *sql.Tx

	all   map[string]row   // posts by number
	byKey map[string][]row // posts by URI, and the owner's by their word as well
	rows  map[string]int   // how often what is no post is there
}

// row is a post as it is stored.
type row struct {
	uri, word         string
	local, deleted    bool
	published         time.Time
	revisions, photos int
}

// state is the post's word, or that it is deleted.
func (r row) state() string {
	if r.deleted {
		return deleted
	}
	return r.word
}

// posts are all posts, by number.
func (b *book) posts() map[string]row {
	if b.all != nil {
		return b.all
	}
	b.all, b.byKey = map[string]row{}, map[string][]row{}
	rows, err := b.tx.QueryContext(b.t.Context(), `
		select p.id, p.uri, p.content, p.local, p.deleted_at is not null, p.published_at,
			(select count(*) from revisions v where v.post_id = p.id),
			(select count(*) from attachments m where m.post_id = p.id)
		from posts p`)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, content string
		var at int64
		var r row
		if err := rows.Scan(&id, &r.uri, &content, &r.local, &r.deleted, &at, &r.revisions, &r.photos); err != nil {
			b.t.Fatal(err)
		}
		r.word, r.published = word.FindString(content), time.UnixMilli(at)
		b.all[id] = r
		b.byKey[r.uri] = append(b.byKey[r.uri], r)
		if r.local {
			b.byKey["text "+r.word] = append(b.byKey["text "+r.word], r)
		}
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return b.all
}

// postsOf are the posts under the key that the journal has for them. A wording
// that was said once must not be there twice, under whatever number.
func (b *book) postsOf(key, actor string) []row {
	b.posts()
	if strings.HasPrefix(key, "http") || strings.HasPrefix(key, "text ") {
		return b.byKey[key]
	}
	rows := b.byKey[actor+"/"+key]
	if len(rows) == 1 && !rows[0].deleted {
		return b.byKey["text "+rows[0].word]
	}
	return rows
}

func (b *book) hasJobs(kind, host string) bool {
	return b.number(`select exists (select 1 from jobs where kind = ? and host = ?)`, kind, host) > 0
}

func (b *book) number(query string, args ...any) (n int) {
	b.t.Helper()
	if err := b.tx.QueryRowContext(b.t.Context(), query, args...).Scan(&n); err != nil {
		b.t.Fatal(query, err)
	}
	return n
}

func (b *book) texts(query string) (all []string) {
	b.t.Helper()
	rows, err := b.tx.QueryContext(b.t.Context(), query)
	if err != nil {
		b.t.Fatal(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			b.t.Fatal(query, err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(query, err)
	}
	return all
}

// waiting are the activities that came in and were not applied yet.
func (b *book) waiting() map[string]bool {
	all := map[string]bool{}
	for _, body := range b.texts(`select cast(payload as text) from jobs where kind = 'receive'`) {
		var act struct{ ID string }
		_ = json.Unmarshal([]byte(body), &act)
		all[act.ID] = true
	}
	return all
}

// times counts the rows of a thing that is no post.
func (b *book) times(t *thing, key string) int {
	if b.rows == nil {
		b.rows = map[string]int{}
		for _, key := range b.texts(`
			select 'like ' || uri from likes
			union all select 'boost ' || uri from boosts
			union all select 'follow ' || uri from follows where state = 'accepted'
			union all select 'own like ' || post_id from likes l, home h where l.actor_id = h.owner_id
			union all select 'own boost ' || post_id from boosts b, home h where b.booster_id = h.owner_id`) {
			b.rows[key]++
		}
	}
	if strings.HasPrefix(t.kind, "own ") {
		key = t.actor
	}
	return b.rows[t.kind+" "+key]
}
