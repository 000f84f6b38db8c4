package crash

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damages are faults that the check must see, each with a part of what it says.
var damages = []struct{ query, says string }{
	{`delete from seen where hash = (select hash from seen limit 1)`, "nothing is known of it"},
	{`delete from follows where id = (select min(id) from follows)`, "follow"},
	{`delete from likes where id = (select max(l.id) from likes l, home h where l.actor_id <> h.owner_id)`, "likes of a post"},
	{`update posts set boost_count = boost_count + 1 where id = (select min(id) from posts)`, "boosts of a post"},
	{`update posts set reply_count = reply_count - 1 where id = (select min(id) from posts)`, "replies to a post"},
	{`delete from post_tags where post_id = (select min(post_id) from post_tags)`, "tags of a post"},
	{`delete from notifications where id = (select min(id) from notifications where kind = 'mention')`, "a mention without"},
	{`delete from notifications where id = (select min(id) from notifications where kind = 'follow')`, "a follower without"},
	{`insert into notifications (id, kind, actor_id, post_id, created_at, read) select max(n.id) + 1, 'boost', h.owner_id, null, 0, 0 from notifications n, home h`, "a notification of nothing"},
	{`update posts set conversation = null where id = (select min(id) from posts where visibility = 'direct' and deleted_at is null)`, "outside of a conversation"},
	{`delete from posts where id = (select max(id) from posts where local = 0)`, "lost: post"},
	{`update posts set content = replace(content, 'v0', 'v9') where id = (select min(id) from posts where local = 1)`, "may be"},
	{`insert into post_words (rowid, words) values (4711, 'w1v1')`, "what is gone is found"},
	{`delete from activities where uri = (select min(uri) || '/activity' from posts where local = 1)`, "never said"},
	{`insert into jobs (kind, host, topic, recipient, payload, run_at, waited, attempts, last_error)
		values ('receive', 'nowhere', '', '', x'', 0, 0, 0, '')`, "no lane"},
	{`update attachments set file = 'missing.jpg' where id = (select min(id) from attachments where file <> '')`, "without its file"},
}

// checkBites shows that each damage is found, if there is anything to damage.
// Nothing of it stays.
func (l *load) checkBites(t *testing.T) {
	for _, d := range damages {
		l.inside(t, func(b *book) {
			if _, err := b.tx.ExecContext(t.Context(), `pragma defer_foreign_keys = on`); err != nil {
				t.Fatal(err)
			}
			res, err := b.tx.ExecContext(t.Context(), d.query)
			if err != nil {
				t.Fatal(d.query, err)
			}
			if n, _ := res.RowsAffected(); n > 0 && !says(l.compareAll(b), d.says) {
				t.Errorf("not found: %s", d.query)
			} else if n == 0 && isLong() {
				t.Errorf("nothing to damage: %s", d.query)
			}
		})
	}
	l.inside(t, func(b *book) {
		copies := l.all[0].copies
		l.all[0].copies = nil
		if !says(l.copies(b), "neither reached") {
			t.Error("not found: a server that got nothing")
		}
		l.all[0].copies = copies
	})
	if !*whole {
		return
	}
	orphan := filepath.Join(l.mediaFolder(), strings.Repeat("0", 64)+".png")
	if err := os.WriteFile(orphan, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l.inside(t, func(b *book) {
		if !says(l.files(b), "a file of nothing") {
			t.Error("not found: " + orphan)
		}
	})
	_ = os.Remove(orphan)
}

func says(all []finding, text string) bool {
	for _, f := range all {
		if strings.Contains(f.String(), text) {
			return true
		}
	}
	return false
}
