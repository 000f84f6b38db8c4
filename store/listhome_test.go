package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"croft/social"
	"croft/store"
)

// TestListHomeAmongStrangers: a few lines by those whom the owner follows lie
// under thousands by others, so that pages are made in either way. They must be
// the same lines that one would pick from all by hand.
func TestListHomeAmongStrangers(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	dice := rand.New(rand.NewPCG(5, 6))
	people := []*social.Actor{w.bob, w.carol, w.owner}
	var want []string
	w.update(func(tx *store.Tx) error {
		if err := tx.PutMute(ctx, w.carol.ID, time.Time{}, false); err != nil {
			return err
		}
		for i := range 2600 {
			author := w.sam
			if dice.IntN(80) == 0 {
				author = people[dice.IntN(3)]
			}
			p := &social.Post{
				URI: fmt.Sprintf("%s/%d", author.URI, i), Kind: social.Note, AuthorID: author.ID, Local: author.Local,
				Content: social.HTML(fmt.Sprintf("<p>%d</p>", i)), Visibility: social.Public, PublishedAt: at(int64(2 * i)),
			}
			if dice.IntN(10) == 0 {
				p.Visibility = social.Direct
			}
			id, err := tx.PutPost(ctx, p)
			if err != nil {
				return err
			}
			if author != w.sam && author != w.carol && p.Visibility != social.Direct {
				want = append(want, fmt.Sprint(i))
			}
			if p.Visibility == social.Direct || author == w.carol || dice.IntN(20) > 0 {
				continue
			}
			booster := people[dice.IntN(3)]
			if booster != w.carol {
				want = append(want, fmt.Sprintf("%s boosts %d", booster.Handle.Name, i))
			}
			_, err = tx.PutBoost(ctx, social.Boost{
				URI: fmt.Sprintf("%s/boosts/%d", booster.URI, i), BoosterID: booster.ID, PostID: id, CreatedAt: at(int64(2*i + 1)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Reverse(want)
	for _, page := range []int{1, 7, 40, 500} {
		var got []string
		for before := social.ID(0); ; {
			entries, err := w.ListHome(ctx, store.HomeQuery{Span: store.Span{Before: before, Limit: page}})
			if err != nil {
				t.Fatal(err)
			}
			if len(entries) == 0 {
				break
			}
			got = append(got, names(entries)...)
			before = entries[len(entries)-1].ID
		}
		wantSame(t, fmt.Sprintf("home in pages of %d", page), got, want)
	}
}
