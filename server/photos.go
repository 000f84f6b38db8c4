package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// rooms are the pages of the profile that there are.
func (s *Server) rooms(p social.Profile) templates.ProfileRooms {
	path := "/@" + s.site.Name
	rooms := templates.ProfileRooms{Posts: path, Replies: path + "?with=replies", Photos: path + "/photos", Links: path + "/links"}
	if p.About != "" {
		rooms.About = path + "/about"
	}
	return rooms
}

// getPhotos is the wall of pictures from the owner's open posts. It is the same
// for everybody: what few may see hangs on no wall.
func (s *Server) getPhotos(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	me, err := s.store.FindActor(ctx, s.node.OwnerID())
	if err != nil {
		return err
	}
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	posts, err := s.store.ListPhotos(ctx, me.ID, s.viewer(c), from, pageSize)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Photos by "+me.DisplayName(), "")
	if err != nil {
		return err
	}
	rooms := s.rooms(home.Profile)
	d := templates.PhotosPage{Page: page, Rooms: rooms}
	d.Head = s.photosHead(me, posts)
	d.Months = s.months(page, posts)
	d.Older = older(rooms.Photos, nil, len(posts), func() social.ID { return posts[len(posts)-1].ID })
	return s.show(c, http.StatusOK, templates.Photos(d))
}

// months hangs the pictures of posts by the month they were published in.
func (s *Server) months(page templates.Page, posts []*social.Post) (months []templates.PhotoMonth) {
	for _, p := range posts {
		at := p.PublishedAt.In(page.Now.Location())
		key := at.Format("2006-01")
		if len(months) == 0 || months[len(months)-1].Month != key {
			months = append(months, templates.PhotoMonth{Month: key, Words: at.Format("January 2006")})
		}
		month := &months[len(months)-1]
		for _, m := range p.Attachments {
			if m.Kind != social.MediaImage || m.File == "" {
				continue
			}
			month.Photos = append(month.Photos, templates.PhotoView{
				MediaView: mediaView(m), Href: "/@" + s.site.Name + "/" + p.ID.String(),
				Veiled: p.Warning != "" || p.Sensitive, Warning: p.Warning,
			})
		}
	}
	return months
}

// photosHead is what the wall says of itself to machines.
func (s *Server) photosHead(me *social.Actor, posts []*social.Post) templates.Head {
	head := templates.Head{
		Canonical: s.site.Actor() + "/photos", Description: "Photos by " + me.DisplayName() + ", " + s.site.Handle().String() + ".", Locale: "en",
		NoIndex: !me.Discoverable || len(posts) == 0, Alternates: s.feeds(),
	}
	for _, p := range posts {
		if head.Image.URL == "" {
			head.Image = s.firstPicture(p)
		}
	}
	return head
}
