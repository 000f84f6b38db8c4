package crash

import (
	"fmt"
	"maps"
	"strings"
)

// recounts name what is kept twice: each query lists what differs from what it
// is made of.
var recounts = []struct{ what, query string }{
	{"likes of a post", `select p.uri from posts p where p.like_count <> (select count(*) from likes l where l.post_id = p.id)`},
	{"boosts of a post", `select p.uri from posts p where p.boost_count <> (select count(*) from boosts b where b.post_id = p.id)`},
	{"replies to a post", `select p.uri from posts p where p.reply_count <> (
		select count(*) from posts c
		where c.in_reply_to_id = p.id and c.deleted_at is null and c.visibility in ('public', 'unlisted'))`},
	{"posts of an author", `
		select a.uri from actors a where ifnull((select c.n from post_counts c where c.author_id = a.id), 0) <> (
			select count(*) from posts p
			where p.author_id = a.id and p.deleted_at is null and (not p.local or p.visibility in ('public', 'unlisted')))`},
	{"a message outside of a conversation", `
		select p.uri from posts p where p.deleted_at is null and (p.visibility = 'direct') <> (p.conversation is not null)`},
	{"a reply that does not hang on its post", `select c.uri from posts c join posts p on p.uri = c.in_reply_to`},
	{"tags of a post", `
		with said as (
			select p.id as post_id, lower(j.value) as tag from posts p, json_each(iif(p.tags = '', '[]', p.tags)) j
			where p.deleted_at is null)
		select * from (select tag || ' of ' || post_id from said except select tag || ' of ' || post_id from post_tags)
		union all
		select * from (select tag || ' of ' || post_id from post_tags except select tag || ' of ' || post_id from said)`},
	{"something of a deleted post", `
		select p.uri from posts p where p.deleted_at is not null and (
			p.content <> '' or p.source <> ''
			or exists (select 1 from attachments m where m.post_id = p.id) or exists (select 1 from revisions v where v.post_id = p.id)
			or exists (select 1 from likes l where l.post_id = p.id) or exists (select 1 from boosts b where b.post_id = p.id)
			or exists (select 1 from notifications n where n.post_id = p.id))`},
	{"a like without its notification, or told twice", `
		select l.uri from likes l join posts p on p.id = l.post_id, home h
		where p.local = 1 and l.actor_id <> h.owner_id and 1 <> (
			select count(*) from notifications n where n.kind = 'like' and n.actor_id = l.actor_id and n.post_id = l.post_id)`},
	{"a boost without its notification, or told twice", `
		select b.uri from boosts b join posts p on p.id = b.post_id, home h
		where p.local = 1 and b.booster_id <> h.owner_id and 1 <> (
			select count(*) from notifications n where n.kind = 'boost' and n.actor_id = b.booster_id and n.post_id = b.post_id)`},
	{"a follower without a notification, or told twice", `
		select f.uri from follows f, home h
		where f.followed_id = h.owner_id and 1 <> (
			select count(*) from notifications n where n.kind = 'follow' and n.actor_id = f.follower_id)`},
	{"a mention without its notification, or told twice", `
		select p.uri from posts p where p.local = 0 and p.deleted_at is null and 1 <> (
			select count(*) from notifications n where n.kind = 'mention' and n.post_id = p.id)`},
	{"a notification of nothing", `
		select n.kind || ' ' || n.id from notifications n, home h
		where n.kind = 'like' and not exists (select 1 from likes l where l.actor_id = n.actor_id and l.post_id = n.post_id)
			or n.kind = 'boost' and not exists (select 1 from boosts b where b.booster_id = n.actor_id and b.post_id = n.post_id)
			or n.kind = 'follow' and not exists (select 1 from follows f where f.follower_id = n.actor_id and f.followed_id = h.owner_id)
			or n.kind in ('mention', 'edit') and not exists (select 1 from posts p where p.id = n.post_id and p.author_id = n.actor_id)
			or n.kind not in ('like', 'boost', 'follow', 'mention', 'edit')`},
	{"a job that no lane has", `
		select j.kind || ' ' || j.host from jobs j
		where j.parked_at is null and not exists (select 1 from lanes l where l.kind = j.kind and l.host = j.host)`},
	{"a delivery of nothing", `
		select j.recipient from jobs j
		where j.kind = 'deliver' and not exists (
			select 1 from activities a where a.uri = substr(cast(j.payload as text), instr(cast(j.payload as text), char(10)) + 1))`},
	{"a post that was never said", `
		select p.uri from posts p
		where p.local = 1 and p.deleted_at is null and not exists (select 1 from activities a where a.uri = p.uri || '/activity')`},
	{"an answered job that waits", `select j.kind || ' ' || j.host from jobs j where j.parked_at is null and j.kind <> 'sweep'`},
}

// recount counts again what is kept twice.
func recount(b *book) (found []finding) {
	for _, r := range recounts {
		for _, text := range b.texts(r.query) {
			found = append(found, finding{wrong, r.what + ": " + text})
		}
	}
	return append(found, recountWords(b)...)
}

// recountWords holds the full-text index against the posts: each wording is
// found by its word, and by no word of before.
func recountWords(b *book) (found []finding) {
	if _, err := b.tx.ExecContext(b.t.Context(), `create virtual table temp.index_words using fts5vocab('main', 'post_words', 'instance')`); err != nil {
		b.t.Fatal(err)
	}
	defer b.tx.ExecContext(b.t.Context(), `drop table temp.index_words`)
	indexed, want := map[string]string{}, map[string]string{}
	for _, line := range b.texts(`select term || ' ' || doc from temp.index_words where term glob 'w[0-9]*v[0-9]*'`) {
		term, id, _ := strings.Cut(line, " ")
		indexed[id] += " " + term
	}
	for id, p := range b.posts() {
		if !p.deleted {
			want[id] = " " + p.word
		}
	}
	if maps.Equal(indexed, want) {
		return nil
	}
	for id := range want {
		if indexed[id] != want[id] {
			found = append(found, finding{wrong, fmt.Sprintf("post %s is found by %q, want %q", id, indexed[id], want[id])})
		}
		delete(indexed, id)
	}
	for id, terms := range indexed {
		found = append(found, finding{wrong, fmt.Sprintf("what is gone is found: %s by %q", id, terms)})
	}
	return found
}
