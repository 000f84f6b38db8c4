package server

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// people are actors as a page shows them.
func (k sight) people(actors []*social.Actor) []templates.ActorView {
	views := make([]templates.ActorView, 0, len(actors))
	for _, a := range actors {
		views = append(views, k.actor(a))
	}
	return views
}

// actor is an actor as a page shows them, with what stands between them and the
// owner.
func (k sight) actor(a *social.Actor) templates.ActorView {
	v := k.s.actorView(a, k.owner)
	v.Relation = k.relations[v.ID]
	return v
}

// peopleViews are actors as a page of the owner's shows them.
func (s *Server) peopleViews(c echo.Context, actors []*social.Actor) ([]templates.ActorView, error) {
	k, err := s.plainSight(c, nil, actors)
	if err != nil {
		return nil, err
	}
	return k.people(actors), nil
}

// personView is an actor with what stands between them and the owner.
func (s *Server) personView(c echo.Context, a *social.Actor) (templates.ActorView, error) {
	v := s.actorView(a, true)
	var err error
	v.Relation, err = s.store.FindRelation(c.Request().Context(), a.ID)
	return v, err
}

// actorView is an actor as a page shows them: for the owner with a link to the
// page here, for visitors to the actor's own.
func (s *Server) actorView(a *social.Actor, forOwner bool) templates.ActorView {
	if a == nil {
		return templates.ActorView{Name: "Somebody", Posts: -1, Followers: -1, Following: -1}
	}
	v := templates.ActorView{
		ID: a.ID, Name: a.DisplayName(), Handle: a.Handle.String(), URL: profileURL(a), Href: profileURL(a),
		AvatarAlt: a.Avatar.Alt, HeaderAlt: a.Header.Alt, Host: social.HostOf(a.URI), Bio: a.Bio, Fields: a.Fields,
		IsGroup: a.Type == social.Group, IsBot: a.Type == social.Service || a.Type == social.Application,
		IsOwner: a.ID == s.node.OwnerID(), Gone: !a.GoneAt.IsZero(),
		Posts: a.PostCount, Followers: a.FollowerCount, Following: a.FollowingCount,
	}
	still := forOwner && s.still.Load()
	v.Avatar = s.pictureOf("avatar", a, a.Avatar, still)
	v.Header = s.pictureOf("header", a, a.Header, still)
	for _, e := range a.Emojis {
		v.Emojis = append(v.Emojis, emojiView("actor-emoji", a.ID, e, still))
	}
	switch {
	case v.IsOwner:
		v.Href, v.Host = "/@"+s.site.Name, ""
	case forOwner:
		v.Href = templates.PersonPath(a.ID)
	}
	return v
}

// pictureOf is where the picture of an actor is shown: ours from the media
// folder, another's through this home.
func (s *Server) pictureOf(kind string, a *social.Actor, i social.Image, still bool) string {
	if i.File != "" {
		return s.ownPicture(i)
	}
	return remotePath(kind, a.ID, "", i.RemoteURL, still)
}

// emojiView is an emoji as a page shows it: ours from the media folder, another's
// through this home.
func emojiView(kind string, id social.ID, e social.Emoji, still bool) templates.EmojiView {
	if e.File != "" {
		return templates.EmojiView{Name: e.Name, Src: "/media/" + e.File}
	}
	return templates.EmojiView{Name: e.Name, Src: remotePath(kind, id, url.PathEscape(e.Name), e.RemoteURL, still)}
}

func profileURL(a *social.Actor) string {
	if a.URL != "" {
		return a.URL
	}
	return a.URI
}

// mediaView is an attachment as a page shows it: ours from the media folder,
// another's picture through this home, anything else by a link.
func mediaView(m social.Attachment) templates.MediaView {
	v := templates.MediaView{
		Kind: m.Kind, Full: m.RemoteURL, Alt: m.Alt, Width: m.Width, Height: m.Height, FocusX: m.FocusX, FocusY: m.FocusY,
	}
	switch {
	case m.File != "":
		v.Src, v.Full = shownFile(m), "/media/"+m.File
	case m.Kind == social.MediaImage:
		v.Src = remotePath("attachment", m.ID, "", m.RemoteURL, false)
		v.Full = v.Src
	}
	return v
}

// shownFile is the address of a picture of ours at the size of a stream.
func shownFile(m social.Attachment) string {
	if m.Preview != "" {
		return "/media/" + m.Preview
	}
	return "/media/" + m.File
}
