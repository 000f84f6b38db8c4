package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getBookmarks lists what the owner keeps to find again.
func (s *Server) getBookmarks(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	kept, err := s.store.ListBookmarks(c.Request().Context(), store.Below(from, pageSize))
	if err != nil {
		return err
	}
	d := templates.BookmarksPage{}
	if d.Page, err = s.page(c, "Bookmarks", templates.RoomMore); err != nil {
		return err
	}
	posts := make([]*social.Post, 0, len(kept))
	for _, b := range kept {
		if b.Post != nil && b.Post.DeletedAt.IsZero() {
			posts = append(posts, b.Post)
		}
	}
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	d.Older = older(templates.PathBookmarks, nil, len(kept), func() social.ID { return kept[len(kept)-1].ID })
	return s.show(c, http.StatusOK, templates.Bookmarks(d))
}

func (s *Server) postBookmark(c echo.Context) error {
	return s.toggle(c, s.timeline.Bookmark)
}

func (s *Server) postUnbookmark(c echo.Context) error {
	return s.toggle(c, s.timeline.Unbookmark)
}
