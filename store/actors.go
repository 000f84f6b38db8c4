package store

import (
	"context"
	"fmt"
	"strings"

	"croft/social"
)

const actorColumns = `a.id, a.uri, a.type, a.name, a.handle_host, a.display_name, a.bio, a.url, a.avatar, a.header,
	a.fields, a.emojis, a.local, a.moved_to, a.also_known_as, a.websites, a.inbox, a.shared_inbox, a.outbox, a.followers,
	a.following, a.featured, a.locked, a.discoverable, a.indexable, a.follower_count, a.following_count,
	a.post_count, a.created_at, a.updated_at, a.fetched_at, a.gone_at`

func scanActor(r row) (*social.Actor, error) {
	a := &social.Actor{}
	err := r.Scan(&a.ID, &a.URI, &a.Type, &a.Handle.Name, &a.Handle.Host, &a.Name, &a.Bio, &a.URL,
		asJSON{&a.Avatar}, asJSON{&a.Header}, asJSON{&a.Fields}, asJSON{&a.Emojis}, &a.Local, &a.MovedTo,
		asJSON{&a.AlsoKnownAs}, asJSON{&a.Websites}, &a.Inbox, &a.SharedInbox, &a.Outbox, &a.Followers, &a.Following, &a.Featured,
		&a.Locked, &a.Discoverable, &a.Indexable, &a.FollowerCount, &a.FollowingCount, &a.PostCount,
		(*when)(&a.CreatedAt), (*when)(&a.UpdatedAt), (*when)(&a.FetchedAt), (*when)(&a.GoneAt))
	return a, err
}

// FindActor returns the actor with the ID; ErrNotFound if there is none. One
// that is gone is returned with GoneAt.
func (r Reader) FindActor(ctx context.Context, id social.ID) (*social.Actor, error) {
	a, err := find(ctx, r.q, scanActor, `select `+actorColumns+` from actors a where a.id = ?`, id)
	if err != nil {
		return nil, fmt.Errorf("find actor %s: %w", id, err)
	}
	return a, nil
}

// FindActorByURI is FindActor by URI.
func (r Reader) FindActorByURI(ctx context.Context, uri string) (*social.Actor, error) {
	a, err := find(ctx, r.q, scanActor, `select `+actorColumns+` from actors a where a.uri = ?`, uri)
	if err != nil {
		return nil, fmt.Errorf("find actor %s: %w", uri, err)
	}
	return a, nil
}

// FindActorByHandle is FindActor by handle, in which the case of ASCII letters
// does not count. Of several that claim it, the one that lives and was fetched
// last is returned.
func (r Reader) FindActorByHandle(ctx context.Context, h social.Handle) (*social.Actor, error) {
	a, err := find(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from actors a
		where a.name = ? and a.handle_host = ?
		order by a.local desc, a.gone_at is not null, a.fetched_at desc, a.id desc
		limit 1`, h.Name, h.Host)
	if err != nil {
		return nil, fmt.Errorf("find actor %s: %w", h, err)
	}
	return a, nil
}

// ListActorsByURI is ListActors by URI.
func (r Reader) ListActorsByURI(ctx context.Context, uris []string) ([]*social.Actor, error) {
	if len(uris) == 0 {
		return nil, nil
	}
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from actors a
		where a.uri in (select j.value from json_each(?) j)`, toJSON(uris))
	if err != nil {
		return nil, fmt.Errorf("list actors: %w", err)
	}
	return all, nil
}

// ListActors returns those of the IDs that there are, in no order.
func (r Reader) ListActors(ctx context.Context, ids []social.ID) ([]*social.Actor, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from actors a
		where a.id in (select j.value from json_each(?) j)`, idList(ids))
	if err != nil {
		return nil, fmt.Errorf("list actors: %w", err)
	}
	return all, nil
}

// actorsByID loads the actors that a page refers to.
func (r Reader) actorsByID(ctx context.Context, ids []social.ID) (map[social.ID]*social.Actor, error) {
	all, err := r.ListActors(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	byID := make(map[social.ID]*social.Actor, len(all))
	for _, a := range all {
		byID[a.ID] = a
	}
	return byID, nil
}

// SearchActors lists living actors whose handle or display name begins with
// the text; name@host narrows by host as well. Those that the owner blocks are
// left out.
func (r Reader) SearchActors(ctx context.Context, text string, limit int) ([]*social.Actor, error) {
	name, host, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "@"), "@")
	if name == "" {
		return nil, nil
	}
	all, err := list(ctx, r.q, scanActor, `
		with matches (id) as (
			select m.id from actors m where m.name >= ?1 and m.name < ?1 || char(0x10ffff) and m.handle_host >= ?2 and m.handle_host < ?2 || char(0x10ffff)
			union
			select m.id from actors m where ?2 = '' and m.display_name <> '' and m.display_name >= ?1 and m.display_name < ?1 || char(0x10ffff)
		)
		select `+actorColumns+`
		from matches
		join actors a on a.id = matches.id
		where a.gone_at is null
			and a.host_blocked = 0
			and not exists (select 1 from blocks k where k.actor_id = a.id)
		order by a.local desc, a.id in (select f.followed_id from follows f where f.follower_id = (select h.owner_id from home h)) desc, a.id desc
		limit ?3`, name, strings.ToLower(host), limit)
	if err != nil {
		return nil, fmt.Errorf("search actors %q: %w", text, err)
	}
	return all, nil
}

// CountActors says how many actors are known.
func (r Reader) CountActors(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from actors`)
	if err != nil {
		return 0, fmt.Errorf("count actors: %w", err)
	}
	return n, nil
}

// PutActor keeps an actor, or what is new of the one with the same URI, and
// returns its ID. For a new one a.ID is used if it is given. GoneAt is taken as
// it is: an actor that answers again is no longer gone.
func (tx *Tx) PutActor(ctx context.Context, a *social.Actor) (social.ID, error) {
	id := a.ID
	if id == 0 {
		id = tx.NewID(tx.Now)
	}
	host := social.HostOf(a.URI)
	id, err := find(ctx, tx, scanID, `
		insert into actors (id, uri, type, name, handle_host, host, display_name, bio, url, avatar, header, fields,
			emojis, local, moved_to, also_known_as, websites, inbox, shared_inbox, outbox, followers, following, featured,
			locked, discoverable, indexable, follower_count, following_count, post_count, host_blocked,
			created_at, updated_at, fetched_at, gone_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
			exists (select 1 from host_blocks b where b.host in (select j.value from json_each(?) j)),
			?, ?, ?, ?)
		on conflict (uri) do update set
			type = excluded.type, name = excluded.name, handle_host = excluded.handle_host,
			display_name = excluded.display_name, bio = excluded.bio, url = excluded.url,
			avatar = excluded.avatar, header = excluded.header, fields = excluded.fields,
			emojis = excluded.emojis, moved_to = excluded.moved_to, also_known_as = excluded.also_known_as, websites = excluded.websites,
			inbox = excluded.inbox, shared_inbox = excluded.shared_inbox, outbox = excluded.outbox,
			followers = excluded.followers, following = excluded.following, featured = excluded.featured,
			locked = excluded.locked, discoverable = excluded.discoverable, indexable = excluded.indexable,
			follower_count = excluded.follower_count, following_count = excluded.following_count,
			post_count = excluded.post_count, host_blocked = excluded.host_blocked,
			created_at = excluded.created_at, updated_at = excluded.updated_at,
			fetched_at = excluded.fetched_at, gone_at = excluded.gone_at
		returning id`,
		id, a.URI, string(a.Type), a.Handle.Name, a.Handle.Host, host, a.Name, string(a.Bio), a.URL,
		imageJSON(a.Avatar), imageJSON(a.Header), toJSON(a.Fields), toJSON(a.Emojis), a.Local, a.MovedTo,
		toJSON(a.AlsoKnownAs), toJSON(a.Websites), a.Inbox, a.SharedInbox, a.Outbox, a.Followers, a.Following, a.Featured,
		a.Locked, a.Discoverable, a.Indexable, a.FollowerCount, a.FollowingCount, a.PostCount,
		encode(append(hostAndParents(host), hostAndParents(a.Handle.Host)...)),
		millis(a.CreatedAt), millis(a.UpdatedAt), millis(a.FetchedAt), millis(a.GoneAt))
	if err != nil {
		return 0, fmt.Errorf("put actor %s: %w", a.URI, err)
	}
	return id, nil
}

func imageJSON(i social.Image) string {
	if i == (social.Image{}) {
		return ""
	}
	return encode(i)
}

// SetActorGone notes that the actor's server said that it is gone; ErrNotFound
// if we do not know it. Its posts and edges are not touched.
func (tx *Tx) SetActorGone(ctx context.Context, id social.ID) error {
	if err := tx.set(ctx, `update actors set gone_at = ? where id = ?`, tx.Now.UnixMilli(), id); err != nil {
		return fmt.Errorf("set actor %s gone: %w", id, err)
	}
	return nil
}

// distinct drops what is repeated or zero.
func distinct(ids []social.ID) []social.ID {
	seen := make(map[social.ID]bool, len(ids))
	var once []social.ID
	for _, id := range ids {
		if id != 0 && !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once
}
