package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"croft/social"
)

// TestVisibleIsVisibleTo holds the SQL twin against the rule, for any post and
// any viewer of another server.
func TestVisibleIsVisibleTo(t *testing.T) {
	s := openTest(t)
	authors := putTestActors(t, s, 2)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		people := []string{"https://far.test/a", "https://far.test/b", "https://near.test/a", "https://home.test/followers", social.PublicURI}
		some := rapid.SliceOfN(rapid.SampledFrom(people), 0, 3)
		p := &social.Post{
			URI: fmt.Sprintf("https://home.test/@ana/%d", n), Kind: social.Note,
			Local:       rapid.Bool().Draw(r, "local"),
			Visibility:  rapid.SampledFrom([]social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct}).Draw(r, "visibility"),
			To:          some.Draw(r, "to"),
			Cc:          some.Draw(r, "cc"),
			PublishedAt: time.UnixMilli(1_700_000_000_000),
		}
		p.AuthorID = authors[0]
		if !p.Local {
			p.AuthorID = authors[1]
		}
		for _, uri := range some.Draw(r, "mentions") {
			p.Mentions = append(p.Mentions, social.Mention{URI: uri})
		}
		v := social.Viewer{
			Owner: rapid.Bool().Draw(r, "owner"), ActorURI: rapid.SampledFrom(append(people[:3], "")).Draw(r, "actor"),
			Follows: rapid.Bool().Draw(r, "follows"), Blocked: rapid.Bool().Draw(r, "blocked"),
		}
		var shown bool
		err := s.Update(t.Context(), func(tx *Tx) error {
			id, err := tx.PutPost(t.Context(), p)
			if err != nil {
				return err
			}
			if rapid.IntRange(0, 5).Draw(r, "deleted") == 0 {
				if err := tx.DeletePost(t.Context(), id); err != nil {
					return err
				}
			}
			if p, err = tx.FindPost(t.Context(), id); err != nil {
				return err
			}
			shown, err = find(t.Context(), tx, func(r row) (b bool, err error) { err = r.Scan(&b); return b, err },
				`select exists (select 1 from posts p where p.id = ?5 and `+visible+`)`, viewerArgs(v, id)...)
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		if want := p.VisibleTo(v); shown != want {
			r.Fatalf("post %+v to %+v: SQL says %v, VisibleTo %v", p, v, shown, want)
		}
	})
}

func putTestActors(t *testing.T, s *Store, n int) []social.ID {
	t.Helper()
	ids := make([]social.ID, n)
	err := s.Update(t.Context(), func(tx *Tx) (err error) {
		for i := range ids {
			if ids[i], err = tx.PutActor(t.Context(), &social.Actor{URI: fmt.Sprintf("https://h%d.test/a", i), Type: social.Person}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestCountsEqualRecount does anything in any order and counts again.
func TestCountsEqualRecount(t *testing.T) {
	s := openTest(t)
	actors := putTestActors(t, s, 3)
	rapid.Check(t, func(r *rapid.T) {
		uri := rapid.Custom(func(r *rapid.T) string { return fmt.Sprintf("https://h.test/%d", rapid.IntRange(0, 5).Draw(r, "post")) })
		actor := rapid.SampledFrom(actors)
		visibility := rapid.SampledFrom([]social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct})
		err := s.Update(t.Context(), func(tx *Tx) error {
			post := func() social.ID {
				p, err := tx.FindPostByURI(t.Context(), uri.Draw(r, "uri"))
				if err != nil {
					return 0
				}
				return p.ID
			}
			r.Repeat(map[string]func(*rapid.T){
				"put": func(r *rapid.T) {
					p := &social.Post{URI: uri.Draw(r, "uri"), Kind: social.Note, AuthorID: actors[0], Visibility: visibility.Draw(r, "visibility"), PublishedAt: tx.Now}
					if rapid.Bool().Draw(r, "reply") {
						p.InReplyTo = uri.Draw(r, "parent")
					}
					_, _ = tx.PutPost(t.Context(), p) // of a deleted one it is refused
				},
				"delete": func(r *rapid.T) { check(r, tx.DeletePost(t.Context(), post())) },
				"like": func(r *rapid.T) {
					a, p := actor.Draw(r, "actor"), post()
					_, _ = tx.PutLike(t.Context(), social.Like{URI: fmt.Sprint("like", a, p), ActorID: a, PostID: p})
				},
				"unlike": func(r *rapid.T) { check(r, tx.DeleteLike(t.Context(), actor.Draw(r, "actor"), post())) },
				"boost": func(r *rapid.T) {
					a, p := actor.Draw(r, "actor"), post()
					_, _ = tx.PutBoost(t.Context(), social.Boost{URI: fmt.Sprint("boost", a, p), BoosterID: a, PostID: p, CreatedAt: tx.Now})
				},
				"unboost": func(r *rapid.T) { check(r, tx.DeleteBoost(t.Context(), actor.Draw(r, "actor"), post())) },
				"": func(r *rapid.T) {
					wrong, err := list(t.Context(), tx, scanText, `
						select p.uri from posts p
						where p.like_count <> (select count(*) from likes l where l.post_id = p.id)
							or p.boost_count <> (select count(*) from boosts b where b.post_id = p.id)
							or p.reply_count <> (select count(*) from posts c where c.in_reply_to_id = p.id and c.deleted_at is null and c.visibility in ('public', 'unlisted'))
							or p.in_reply_to in (select q.uri from posts q where q.id <> p.id)`)
					check(r, err)
					if len(wrong) > 0 {
						r.Fatalf("counts or links of %v are wrong", wrong)
					}
				},
			})
			return errUndone // each run begins with nothing
		})
		if !errors.Is(err, errUndone) {
			r.Fatal(err)
		}
	})
}

func check(r *rapid.T, err error) {
	if err != nil {
		r.Fatal(err)
	}
}

// TestDeletedIsGoneFromTheFile looks for the words of a deleted post in the
// bytes of the database.
func TestDeletedIsGoneFromTheFile(t *testing.T) {
	s := openTest(t)
	author := putTestActors(t, s, 1)[0]
	var ids []social.ID
	err := s.Update(t.Context(), func(tx *Tx) error {
		for i := range 50 {
			id, err := tx.PutPost(t.Context(), &social.Post{
				URI: fmt.Sprintf("https://h.test/%d", i), Kind: social.Note, AuthorID: author, Visibility: social.Public,
				Content: social.HTML(fmt.Sprintf("<p>secretword%d xylophone</p>", i)), PublishedAt: tx.Now,
			})
			ids = append(ids, id)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx *Tx) error {
		for _, id := range ids {
			if err := tx.DeletePost(t.Context(), id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if text := readFile(t, path); strings.Contains(text, "secretword") || strings.Contains(text, "xylophone") {
		t.Error("the words of a deleted post are still in the file")
	}
}
