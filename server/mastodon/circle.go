package mastodon

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"croft/social"
	"croft/store"
)

// missing reports that there is nothing, or nothing any more, for whoever asks.
func missing(err error) bool {
	return errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone)
}

// few are numbers that are asked for together.
func (c *Call) few(name string) ([]social.ID, error) {
	ids, err := c.ids(name)
	if err == nil && len(ids) > maxTogether {
		err = social.InvalidField(name, "Ask for at most %d at once.", maxTogether)
	}
	return ids, err
}

// getAccounts are people by their numbers, as far as they are known here.
func (a *API) getAccounts(c *Call) (Answer, error) {
	ids, err := c.few("id")
	if err != nil {
		return Answer{}, err
	}
	people, err := a.store.ListActors(c.Context, ids)
	if err != nil {
		return Answer{}, err
	}
	people = slices.DeleteFunc(people, func(p *social.Actor) bool { return !c.isOwner() && p.ID != a.node.OwnerID() })
	shown, err := a.accounts(c, people)
	return answer(shown), err
}

// accounts are people as the API shows them, the owner with their counts.
func (a *API) accounts(c *Call, people []*social.Actor) ([]account, error) {
	shown := make([]account, 0, len(people))
	for _, p := range people {
		if p.ID != a.node.OwnerID() {
			shown = append(shown, a.view(c).account(p))
			continue
		}
		me, err := a.owner(c)
		if err != nil {
			return nil, err
		}
		shown = append(shown, me)
	}
	return shown, nil
}

// getAccountSearch finds people by the beginning of their handle or name; with
// resolve, a whole handle at its server.
func (a *API) getAccountSearch(c *Call) (Answer, error) {
	people, err := a.findPeople(c, c.Form.Get("q"), c.limit(40, 80))
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.accounts(c, people)
	return answer(shown), err
}

// familiar says who of those whom the owner follows follows somebody.
type familiar struct {
	ID       string    `json:"id"`
	Accounts []account `json:"accounts"`
}

func (a *API) getFollowers(c *Call) (Answer, error) { return a.circle(c, a.store.ListFollowers) }

func (a *API) getFollowing(c *Call) (Answer, error) { return a.circle(c, a.store.ListFollowing) }

// edges is Reader.ListFollowers or ListFollowing.
type edges func(ctx context.Context, state social.FollowState, span store.Span) ([]store.Edge, error)

// circle is who follows the owner or is followed, which strangers see if the
// owner lets them. Of others it is nobody.
func (a *API) circle(c *Call, list edges) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if err := a.meet(c, id); err != nil {
		return Answer{}, err
	}
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return Answer{}, err
	}
	if id != home.OwnerID || !c.isOwner() && !home.Profile.ShowCircle {
		return answer([]account{}), nil
	}
	return a.walkEdges(c, list, social.FollowAccepted)
}

func (a *API) getFollowRequests(c *Call) (Answer, error) {
	return a.walkEdges(c, a.store.ListFollowers, social.FollowPending)
}

func (a *API) walkEdges(c *Call, list edges, state social.FollowState) (Answer, error) {
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.Edge, error) { return list(c.Context, state, span) },
		func(e store.Edge) social.ID { return e.Follow.ID },
		func(all []store.Edge) (any, error) {
			return a.accounts(c, actorsOf(all, func(e store.Edge) *social.Actor { return e.Actor }))
		})
}

func actorsOf[T any](lines []T, actor func(T) *social.Actor) []*social.Actor {
	people := make([]*social.Actor, 0, len(lines))
	for _, l := range lines {
		if p := actor(l); p != nil {
			people = append(people, p)
		}
	}
	return people
}

// getLikers is who liked a post. Strangers are told how many, not who.
func (a *API) getLikers(c *Call) (Answer, error) {
	post, err := a.onePost(c)
	if err != nil || !c.isOwner() {
		return answer([]account{}), err
	}
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.Liker, error) { return a.store.ListLikers(c.Context, post.ID, span) },
		func(l store.Liker) social.ID { return l.Like.ID },
		func(all []store.Liker) (any, error) {
			return a.accounts(c, actorsOf(all, func(l store.Liker) *social.Actor { return l.Actor }))
		})
}

// getBoosters is who boosted a post. Strangers are told how many, not who.
func (a *API) getBoosters(c *Call) (Answer, error) {
	post, err := a.onePost(c)
	if err != nil || !c.isOwner() {
		return answer([]account{}), err
	}
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.Booster, error) { return a.store.ListBoosters(c.Context, post.ID, span) },
		func(b store.Booster) social.ID { return b.Boost.ID },
		func(all []store.Booster) (any, error) {
			return a.accounts(c, actorsOf(all, func(b store.Booster) *social.Actor { return b.Actor }))
		})
}

// getBlocks and getMutes are numbered by whom they are about.
func (a *API) getBlocks(c *Call) (Answer, error) {
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.Blocked, error) {
			all, err := a.store.ListBlocks(c.Context)
			return part(all, span, func(b store.Blocked) social.ID { return b.Actor.ID }), err
		},
		func(b store.Blocked) social.ID { return b.Actor.ID },
		func(all []store.Blocked) (any, error) {
			return a.accounts(c, actorsOf(all, func(b store.Blocked) *social.Actor { return b.Actor }))
		})
}

// mutedAccount is an account with the end of its mute (entity MutedAccount).
type mutedAccount struct {
	account
	Until *string `json:"mute_expires_at"`
}

func (a *API) getMutes(c *Call) (Answer, error) {
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.Muted, error) {
			all, err := a.store.ListMutes(c.Context)
			return part(all, span, func(m store.Muted) social.ID { return m.Actor.ID }), err
		},
		func(m store.Muted) social.ID { return m.Actor.ID },
		func(all []store.Muted) (any, error) {
			shown := []mutedAccount{}
			for _, m := range all {
				shown = append(shown, mutedAccount{a.view(c).account(m.Actor), maybeMoment(m.Until)})
			}
			return shown, nil
		})
}

// getHostBlocks are numbered by when they were made.
func (a *API) getHostBlocks(c *Call) (Answer, error) {
	number := func(b store.HostBlock) social.ID { return social.ID(b.CreatedAt.UnixMilli()) }
	return walk(a, c, 100, 200,
		func(span store.Span) ([]store.HostBlock, error) {
			all, err := a.store.ListHostBlocks(c.Context)
			return part(all, span, number), err
		}, number,
		func(all []store.HostBlock) (any, error) {
			hosts := []string{}
			for _, b := range all {
				hosts = append(hosts, b.Host)
			}
			return hosts, nil
		})
}

// part is the part of a whole list that is asked for, in the order of the span.
func part[T any](all []T, span store.Span, id func(T) social.ID) []T {
	all = slices.DeleteFunc(all, func(one T) bool {
		return span.Before != 0 && id(one) >= span.Before || id(one) <= span.After
	})
	slices.SortFunc(all, func(x, y T) int {
		if span.Upwards {
			x, y = y, x
		}
		return cmp.Compare(id(y), id(x))
	})
	return all[:min(len(all), span.Limit)]
}
