package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"croft/social"
)

// Tag is a hashtag that the owner follows, or that stands on their profile.
type Tag struct {
	ID   social.ID
	Name string // as it was typed, without #
}

func scanTag(r row) (t Tag, err error) {
	err = r.Scan(&t.ID, &t.Name)
	return t, err
}

// ListFollowedTags returns the hashtags within the span that the owner follows, the
// last first.
func (r Reader) ListFollowedTags(ctx context.Context, span Span) ([]Tag, error) {
	all, err := list(ctx, r.q, scanTag, `
		select x.id, x.name
		from followed_tags x
		where x.id < ? and x.id > ?
		order by x.id `+span.order()+`
		limit ?`, span.args()...)
	if err != nil {
		return nil, fmt.Errorf("list followed tags: %w", err)
	}
	return all, nil
}

// ListFeaturedTags returns the hashtags of the owner's profile, the first first.
func (r Reader) ListFeaturedTags(ctx context.Context) ([]Tag, error) {
	all, err := list(ctx, r.q, scanTag, `select x.id, x.name from featured_tags x order by x.id`)
	if err != nil {
		return nil, fmt.Errorf("list featured tags: %w", err)
	}
	return all, nil
}

// TagState says what a hashtag is to the owner.
type TagState struct{ Followed, Featured bool }

// FindTagState says what a hashtag, in any case, is to the owner.
func (r Reader) FindTagState(ctx context.Context, name string) (TagState, error) {
	s, err := find(ctx, r.q, func(r row) (s TagState, err error) { err = r.Scan(&s.Followed, &s.Featured); return s, err }, `
		select exists (select 1 from followed_tags x where x.tag = ?1), exists (select 1 from featured_tags x where x.tag = ?1)`, strings.ToLower(name))
	if err != nil {
		return s, fmt.Errorf("find state of #%s: %w", name, err)
	}
	return s, nil
}

// PutFollowedTag has the owner follow a hashtag. One that they follow stays where
// it is.
func (tx *Tx) PutFollowedTag(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, `insert into followed_tags (id, tag, name) values (?, ?, ?) on conflict (tag) do nothing`, tx.NewID(tx.Now), strings.ToLower(name), name)
	return wrapPut("followed tag", name, err)
}

// PutFeaturedTag puts a hashtag on the owner's profile. One that is there stays
// where it is.
func (tx *Tx) PutFeaturedTag(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, `insert into featured_tags (id, tag, name) values (?, ?, ?) on conflict (tag) do nothing`, tx.NewID(tx.Now), strings.ToLower(name), name)
	return wrapPut("featured tag", name, err)
}

// DeleteFollowedTag has the owner follow a hashtag no more.
func (tx *Tx) DeleteFollowedTag(ctx context.Context, name string) error {
	if _, err := tx.exec(ctx, `delete from followed_tags where tag = ?`, strings.ToLower(name)); err != nil {
		return fmt.Errorf("delete followed tag %s: %w", name, err)
	}
	return nil
}

// DeleteFeaturedTag takes a hashtag off the owner's profile.
func (tx *Tx) DeleteFeaturedTag(ctx context.Context, name string) error {
	if _, err := tx.exec(ctx, `delete from featured_tags where tag = ?`, strings.ToLower(name)); err != nil {
		return fmt.Errorf("delete featured tag %s: %w", name, err)
	}
	return nil
}

// TagUse is how often a hashtag was used.
type TagUse struct {
	Posts int
	Last  time.Time // when the last of these posts was published; zero if there is none
}

// FindOwnTagUse says how often the owner used a hashtag in open posts.
func (r Reader) FindOwnTagUse(ctx context.Context, name string) (TagUse, error) {
	u, err := find(ctx, r.q, func(r row) (u TagUse, err error) { err = r.Scan(&u.Posts, (*when)(&u.Last)); return u, err }, `
		select count(*), max(p.published_at)
		from post_tags t
		cross join posts p on p.id = t.post_id
		where t.tag = ? and p.local and p.deleted_at is null and p.visibility in ('public', 'unlisted')`, strings.ToLower(name))
	if err != nil {
		return u, fmt.Errorf("find use of #%s: %w", name, err)
	}
	return u, nil
}

// ListOwnTags returns the hashtags that the owner used most in their last open
// posts, up to so many, in lower case.
func (r Reader) ListOwnTags(ctx context.Context, limit int) ([]string, error) {
	all, err := list(ctx, r.q, scanText, `
		select lower(j.value) as name
		from (select p.tags from posts p
			where p.author_id = (select h.owner_id from home h) and p.deleted_at is null and p.visibility in ('public', 'unlisted')
			order by p.id desc limit 400) o, json_each(iif(o.tags = '', '[]', o.tags)) j
		group by name
		order by count(*) desc, name
		limit ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("list own tags: %w", err)
	}
	return all, nil
}

// TagDay is how much a hashtag was used on one day (UTC).
type TagDay struct {
	Day           time.Time // its beginning
	Uses, Authors int
}

// ListTagDays returns how much public posts that are here used a hashtag on each of
// the last days, the last first.
func (r Reader) ListTagDays(ctx context.Context, name string, days int) ([]TagDay, error) {
	const day = 24 * time.Hour
	today := r.q.moment().UTC().Truncate(day)
	uses, err := list(ctx, r.q, func(r row) (d TagDay, err error) {
		var n int64
		err = r.Scan(&n, &d.Uses, &d.Authors)
		d.Day = time.UnixMilli(n * day.Milliseconds()).UTC()
		return d, err
	}, `
		select p.published_at / 86400000, count(*), count(distinct p.author_id)
		from post_tags t
		cross join posts p on p.id = t.post_id
		where t.tag = ? and t.post_id >= ? and p.visibility = 'public' and p.deleted_at is null and p.published_at >= ?
		group by 1`, strings.ToLower(name), social.NewID(today.Add(-time.Duration(days)*day), 0), today.Add(-time.Duration(days-1)*day).UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list days of #%s: %w", name, err)
	}
	all := make([]TagDay, days)
	for i := range all {
		all[i].Day = today.Add(-time.Duration(i) * day)
		for _, u := range uses {
			if u.Day.Equal(all[i].Day) {
				all[i] = u
			}
		}
	}
	return all, nil
}
