package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// crowd fills a home: actors whom the owner follows, their posts, one a minute,
// and a boost for each sixth.
func crowd(t testing.TB, s *store.Store, actors, posts int) []*social.Actor {
	home, err := s.FindHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	people := make([]*social.Actor, actors)
	storetest.Update(t, s, func(tx *store.Tx) error {
		for i := range people {
			a := storetest.Actor(fmt.Sprintf("person%d", i), fmt.Sprintf("host%d.test", i%50))
			if a.ID, err = tx.PutActor(t.Context(), a); err != nil {
				return err
			}
			people[i] = a
			f := social.Follow{URI: a.URI + "/follow", FollowerID: home.OwnerID, FollowedID: a.ID, State: social.FollowAccepted, CreatedAt: tx.Now}
			if _, err := tx.PutFollow(t.Context(), f); err != nil {
				return err
			}
		}
		return nil
	})
	words := rand.New(rand.NewPCG(1, 2))
	for done := 0; done < posts; {
		storetest.Update(t, s, func(tx *store.Tx) error {
			for range min(2000, posts-done) {
				if err := putCrowded(t, tx, people, words, done); err != nil {
					return err
				}
				done++
			}
			return nil
		})
	}
	return people
}

func putCrowded(t testing.TB, tx *store.Tx, people []*social.Actor, words *rand.Rand, i int) error {
	when := at(int64(i) * 60_000).Add(-365 * 24 * time.Hour)
	p := storetest.Post(people[words.IntN(len(people))], fmt.Sprint(114000000000000000+i), when)
	p.Content = social.HTML("<p>" + sentence(words, 30) + "</p>")
	p.Replies, p.Context, p.Language = p.URI+"/replies", p.URI+"/context", "en"
	p.FetchedAt = when
	id, err := tx.PutPost(t.Context(), p)
	if err != nil || i%6 != 0 {
		return err
	}
	_, err = tx.PutBoost(t.Context(), social.Boost{
		URI: fmt.Sprintf("https://boost.test/%d", i), BoosterID: people[words.IntN(len(people))].ID, PostID: id, CreatedAt: when.Add(time.Second),
	})
	return err
}

// sentence draws from 20,000 words, the common ones more often.
func sentence(words *rand.Rand, n int) string {
	var b []byte
	for range n {
		x := words.Float64()
		b = fmt.Appendf(b, "w%s ", fmt.Sprintf("%05x", int(x*x*x*20000)*7919)[:4+words.IntN(2)])
	}
	return string(b)
}

func size(t testing.TB, path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func BenchmarkReads(b *testing.B) {
	const posts = 100_000
	path := filepath.Join(b.TempDir(), "croft.db")
	s := storetest.Open(b, path, nil)
	storetest.SetUp(b, s, storetest.Site())
	start := time.Now()
	people := crowd(b, s, 300, posts)
	fill := time.Since(start)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	s = storetest.Open(b, path, nil)
	b.Run("size", func(b *testing.B) {
		b.ReportMetric(float64(size(b, path))/posts*1000/1e6, "MB/1000posts")
		b.ReportMetric(fill.Seconds(), "s-to-fill")
	})
	ctx := b.Context()
	middle := social.NewID(at(posts/2*60_000).Add(-365*24*time.Hour), 0)
	weavers := social.List{Title: "Weavers", Replies: social.RepliesToList}
	storetest.Update(b, s, func(tx *store.Tx) (err error) {
		weavers.ID, err = tx.PutList(ctx, weavers)
		for _, p := range people[:100] {
			err = errors.Join(err, tx.PutMember(ctx, weavers.ID, p.ID))
		}
		return err
	})
	for name, read := range map[string]func() (int, error){
		"home": func() (int, error) {
			l, err := s.ListHome(ctx, store.HomeQuery{Span: store.Span{Limit: 20}})
			return len(l), err
		},
		"home/deep": func() (int, error) {
			l, err := s.ListHome(ctx, store.HomeQuery{Span: store.Span{Before: middle, Limit: 20}})
			return len(l), err
		},
		"author": func() (int, error) {
			l, err := s.ListByAuthor(ctx, people[7].ID, social.Viewer{}, store.AuthorQuery{Span: store.Below(0, 20)})
			return len(l), err
		},
		"search": func() (int, error) {
			l, err := s.SearchPosts(ctx, store.PostSearch{Text: "w0000", Span: store.Below(0, 20)})
			return len(l), err
		},
		"searchrare": func() (int, error) {
			l, err := s.SearchPosts(ctx, store.PostSearch{Text: "w1eef", Span: store.Below(0, 20)})
			return len(l), err
		},
		"post":  func() (int, error) { _, err := s.FindPostByURI(ctx, people[7].URI); return 1, ignore(err) },
		"actor": func() (int, error) { _, err := s.FindActorByURI(ctx, people[7].URI); return 1, err },
		"thread": func() (int, error) {
			a, d, err := s.ListThread(ctx, middle, social.Viewer{})
			return 1 + len(a) + len(d), err
		},
		"list": func() (int, error) {
			l, err := s.ListListLines(ctx, weavers, store.Below(0, 20))
			return len(l), err
		},
		"list/deep": func() (int, error) {
			l, err := s.ListListLines(ctx, weavers, store.Below(middle, 20))
			return len(l), err
		},
		"blocked": func() (int, error) { _, err := s.IsBlocked(ctx, people[7].URI, "a.b.host7.test"); return 1, err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := read(); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func ignore(error) error { return nil }

// BenchmarkAdmit is the durable step of the inbox, by 16 callers.
func BenchmarkAdmit(b *testing.B) {
	s := storetest.New(b, nil)
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := fmt.Sprintf("https://far.test/act/%d", n.Add(1))
			err := s.Update(b.Context(), func(tx *store.Tx) error {
				if _, err := tx.PutSeen(b.Context(), "https://far.test/bob", id); err != nil {
					return err
				}
				return tx.PutJob(b.Context(), store.Job{Kind: "receive", Host: "far.test", Payload: make([]byte, 1500)}, false)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReceive puts posts with their words, by 16 callers.
func BenchmarkReceive(b *testing.B) {
	s := storetest.New(b, nil)
	people := crowd(b, s, 50, 10)
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		words := rand.New(rand.NewPCG(3, uint64(n.Add(1000))))
		for pb.Next() {
			i := int(n.Add(1))
			if err := s.Update(b.Context(), func(tx *store.Tx) error { return putCrowded(b, tx, people, words, i*6+1) }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
