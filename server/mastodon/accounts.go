package mastodon

import (
	"cmp"
	"errors"
	"strings"

	"croft/social"
)

// owner is the owner as anybody sees them.
func (a *API) owner(c *Call) (account, error) {
	me, err := a.store.FindActor(c.Context, a.node.OwnerID())
	if err != nil {
		return account{}, err
	}
	if me.PostCount, err = a.store.CountPosts(c.Context, me.ID); err != nil {
		return account{}, err
	}
	if me.FollowerCount, err = a.store.CountFollowers(c.Context, social.FollowAccepted); err != nil {
		return account{}, err
	}
	if me.FollowingCount, err = a.store.CountFollowing(c.Context, social.FollowAccepted); err != nil {
		return account{}, err
	}
	return a.view(c).account(me), nil
}

// getVerifyCredentials is the owner, with what they typed.
func (a *API) getVerifyCredentials(c *Call) (Answer, error) {
	me, err := a.owner(c)
	if err != nil {
		return Answer{}, err
	}
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return Answer{}, err
	}
	asking, err := a.store.CountFollowers(c.Context, social.FollowPending)
	if err != nil {
		return Answer{}, err
	}
	p := home.Profile
	me.Source = &source{
		Note: p.Bio, Fields: []field{}, Privacy: visibility(orPublic(home.Preferences.Visibility)), Language: home.Preferences.Language,
		FollowRequest: asking, Discoverable: p.Discoverable, Indexable: p.Indexable, HideCircle: !p.ShowCircle, QuotePolicy: quotePolicy(home.Preferences.MayQuote), Websites: p.Websites,
	}
	for _, f := range p.Fields {
		me.Source.Fields = append(me.Source.Fields, field{Name: f.Name, Value: f.Value})
	}
	me.HideCircle = new(!p.ShowCircle)
	me.Role = &role{ID: "-99", Name: "", Permissions: "0"}
	return answer(me), nil
}

// userInfo is the owner as sites know people that have them sign in by their homes
// (OpenID Connect Core §5.3, as Mastodon 4.4 answers).
type userInfo struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	Name    string `json:"name"`
	Handle  string `json:"preferred_username"`
	Profile string `json:"profile"`
	Picture string `json:"picture"`
}

func (a *API) getUserInfo(c *Call) (Answer, error) {
	me, err := a.owner(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(userInfo{
		Issuer: a.site.Origin + "/", Subject: a.site.Actor(), Name: cmp.Or(me.DisplayName, me.Username), Handle: me.Username, Profile: me.URL, Picture: me.Avatar,
	}), nil
}

func orPublic(v social.Visibility) social.Visibility {
	if v == "" {
		return social.Public
	}
	return v
}

// getAccount is anybody who is known here; for strangers the owner alone: whom the
// home knows is not told.
func (a *API) getAccount(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if err := a.meet(c, id); err != nil {
		return Answer{}, err
	}
	return a.answerAccount(c, id)
}

func (a *API) answerAccount(c *Call, id social.ID) (Answer, error) {
	if id == a.node.OwnerID() {
		me, err := a.owner(c)
		return answer(me), err
	}
	actor, err := a.store.FindActor(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	v := a.view(c).account(actor)
	if actor.MovedTo == "" {
		return answer(v), nil
	}
	became, err := a.store.FindActorByURI(c.Context, actor.MovedTo)
	if err == nil {
		v.Moved = new(a.view(c).account(became))
	} else if !errors.Is(err, social.ErrNotFound) {
		return Answer{}, err
	}
	return answer(v), nil
}

// getLookup finds somebody who is known here by name@host, the owner by their
// name alone; for strangers the owner only.
func (a *API) getLookup(c *Call) (Answer, error) {
	acct := strings.TrimPrefix(c.Form.Get("acct"), "@")
	if strings.EqualFold(acct, a.site.Name) {
		return a.answerAccount(c, a.node.OwnerID())
	}
	handle, err := social.ParseHandle(acct)
	if err != nil || !c.isOwner() && handle != a.site.Handle() {
		return Answer{}, social.ErrNotFound
	}
	actor, err := a.store.FindActorByHandle(c.Context, handle)
	if err != nil {
		return Answer{}, err
	}
	return a.answerAccount(c, actor.ID)
}

// relationship is what stands between the owner and somebody.
type relationship struct {
	ID                  string   `json:"id"`
	Following           bool     `json:"following"`
	ShowingReblogs      bool     `json:"showing_reblogs"`
	Notifying           bool     `json:"notifying"`
	Languages           []string `json:"languages"`
	FollowedBy          bool     `json:"followed_by"`
	Blocking            bool     `json:"blocking"`
	BlockedBy           bool     `json:"blocked_by"`
	Muting              bool     `json:"muting"`
	MutingNotifications bool     `json:"muting_notifications"`
	MutingExpiresAt     *string  `json:"muting_expires_at"`
	Requested           bool     `json:"requested"`
	RequestedBy         bool     `json:"requested_by"`
	DomainBlocking      bool     `json:"domain_blocking"`
	Endorsed            bool     `json:"endorsed"`
	Note                string   `json:"note"`
}

func relationshipOf(id social.ID, r social.Relation) relationship {
	return relationship{
		ID: id.String(), Following: r.Following == social.FollowAccepted, Requested: r.Following == social.FollowPending,
		ShowingReblogs: r.Following != "" && !r.HideBoosts, Notifying: r.Notify, Languages: r.Languages, FollowedBy: r.FollowedBy == social.FollowAccepted, RequestedBy: r.FollowedBy == social.FollowPending,
		Blocking: r.Blocking, BlockedBy: r.BlockedBy, Muting: r.Muting, MutingNotifications: r.Muting && !r.Heeding, MutingExpiresAt: maybeMoment(r.MutedUntil),
		DomainBlocking: r.HostBlocked, Note: r.Note,
	}
}

// maxAsked is how many people may be asked about at once.
const maxAsked = 80

// getRelationships says it of everybody asked for who is known, in that order.
func (a *API) getRelationships(c *Call) (Answer, error) {
	var ids []social.ID
	for _, text := range c.list("id") {
		if id, err := social.ParseID(text); err == nil && len(ids) < maxAsked {
			ids = append(ids, id)
		}
	}
	relations, err := a.store.ListRelations(c.Context, ids)
	if err != nil {
		return Answer{}, err
	}
	shown := []relationship{}
	for _, id := range ids {
		if r, known := relations[id]; known {
			shown = append(shown, relationshipOf(id, r))
		}
	}
	return answer(shown), nil
}
