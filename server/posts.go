package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/templates"
)

// thingAct is one of the owner's acts on a post, an actor or a report.
type thingAct func(ctx context.Context, id social.ID) error

// act does one act on what the address names, and goes back to where the form
// stood.
func act(c echo.Context, do thingAct, otherwise func(social.ID) string) error {
	id, err := actOn(c, do)
	if err != nil {
		return err
	}
	return back(c, otherwise(id))
}

// actOn does one act on what the address names. The form is read when it does.
func actOn(c echo.Context, do thingAct) (social.ID, error) {
	id, err := pathID(c)
	if err != nil {
		return 0, err
	}
	if err := readForm(c); err != nil {
		return 0, err
	}
	return id, do(c.Request().Context(), id)
}

// toggle is act for what can be taken back. A script asks for the row under the
// post alone (part=1), so that the page stays where it is.
func (s *Server) toggle(c echo.Context, do thingAct) error {
	if err := readForm(c); err != nil {
		return err
	}
	if c.FormValue("part") == "" {
		return act(c, do, templates.PostPath)
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := do(c.Request().Context(), id); err != nil {
		return err
	}
	view, err := s.onePost(c, id)
	if err != nil {
		return err
	}
	page := s.barePage(c)
	page.SignedIn = true
	return s.show(c, http.StatusOK, templates.Acts(page, view))
}

func (s *Server) postLike(c echo.Context) error {
	return s.toggle(c, s.timeline.Like)
}

func (s *Server) postUnlike(c echo.Context) error {
	return s.toggle(c, s.timeline.Unlike)
}

func (s *Server) postBoost(c echo.Context) error {
	return s.toggle(c, s.timeline.Boost)
}

func (s *Server) postUnboost(c echo.Context) error {
	return s.toggle(c, s.timeline.Unboost)
}

func (s *Server) postPin(c echo.Context) error {
	return act(c, s.timeline.Pin, templates.PostPath)
}

func (s *Server) postUnpin(c echo.Context) error {
	return act(c, s.timeline.Unpin, templates.PostPath)
}

// postUnquote takes the owner's post out of another that quotes it.
func (s *Server) postUnquote(c echo.Context) error {
	_, err := actOn(c, func(ctx context.Context, id social.ID) error {
		quoting, err := s.store.FindPost(ctx, id)
		if err != nil {
			return err
		}
		if quoting.Quote == nil {
			return social.ErrNotFound
		}
		quoted, err := s.store.FindPostByURI(ctx, quoting.Quote.URI)
		if err != nil {
			return err
		}
		return s.timeline.RevokeQuote(ctx, quoted.ID, id)
	})
	if err != nil {
		return err
	}
	return s.done(c, c.FormValue("next"), "Your post is out of the quote, and who quotes it is told.")
}

func (s *Server) postThreadMute(c echo.Context) error {
	if _, err := actOn(c, s.timeline.MuteThread); err != nil {
		return err
	}
	return s.done(c, c.FormValue("next"), "You are told of nothing in this conversation any more.")
}

func (s *Server) postThreadUnmute(c echo.Context) error {
	if _, err := actOn(c, s.timeline.UnmuteThread); err != nil {
		return err
	}
	return s.done(c, c.FormValue("next"), "You are told of this conversation again.")
}

func (s *Server) getDelete(c echo.Context) error {
	return s.confirmAct(c, templates.ConfirmPage{
		Heading: "Delete this post?", Button: "Delete it",
		Text: "It is taken down here, and everybody who got it is asked to delete it too. This cannot be undone.",
	}, "delete")
}

func (s *Server) getRedraft(c echo.Context) error {
	return s.confirmAct(c, templates.ConfirmPage{
		Heading: "Delete this post and write it anew?", Button: "Delete and write anew",
		Text: "It is taken down, with the likes, boosts and replies it has. Its words and pictures are laid on your desk, to be posted again as a new post.",
	}, "redraft")
}

// confirmAct asks before something is done to a post of the owner's.
func (s *Server) confirmAct(c echo.Context, d templates.ConfirmPage, act string) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	view, err := s.ownPost(c, id)
	if err != nil {
		return err
	}
	if d.Page, err = s.page(c, d.Heading, templates.RoomHome); err != nil {
		return err
	}
	d.Action, d.Post, d.Next, d.Back = templates.PostAct(id, act), &view, templates.PathHome, templates.PostPath(id)
	if view.Post.Visibility == social.Direct {
		d.Next, d.Back = templates.PathMessages, templates.MessagePath(id)
	}
	return s.show(c, http.StatusOK, templates.Confirm(d))
}

// ownPost is a living post of the owner's as a page shows it; ErrNotFound for
// another's, ErrGone for one that was deleted.
func (s *Server) ownPost(c echo.Context, id social.ID) (templates.PostView, error) {
	if _, err := s.timeline.EditDraft(c.Request().Context(), id); err != nil {
		return templates.PostView{}, err
	}
	return s.onePost(c, id)
}

func (s *Server) postDelete(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := s.timeline.Delete(c.Request().Context(), id); err != nil {
		return err
	}
	return s.done(c, c.FormValue("next"), "The post is deleted. Everybody who got it is told.")
}

// postRedraft deletes a post and leads to the desk with what it said, which is
// kept as a draft.
func (s *Server) postRedraft(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	draft, err := s.timeline.Redraft(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.done(c, templates.DraftPath(draft.ID), "The post is deleted. Its words are kept as a draft.")
}

// getHistory shows how a post was worded before.
func (s *Server) getHistory(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	d := templates.HistoryPage{}
	if d.Current, err = s.onePost(c, id); err != nil {
		return err
	}
	revisions, err := s.store.ListRevisions(c.Request().Context(), id)
	if err != nil {
		return err
	}
	next := d.Current.Post.Content
	for _, r := range revisions {
		w := templates.WordingView{Revision: r}
		for _, change := range markup.Changes(markup.Text(r.Content), markup.Text(next)) {
			w.Changes = append(w.Changes, templates.ChangeView(change))
		}
		d.Wordings, next = append(d.Wordings, w), r.Content
	}
	if d.Page, err = s.page(c, "Earlier wordings", templates.RoomHome); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.History(d))
}
